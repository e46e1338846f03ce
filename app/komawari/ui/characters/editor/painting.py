"""Painting the mask of a reference or of its part, with the same brush as on the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPointingDevice, QPolygonF, QTabletEvent, QWheelEvent

from komawari.domain.character import CharacterReference
from komawari.ui.characters.editor.mask_view import MaskView
from komawari.ui.images import upright
from komawari.ui.masks.room import Room
from komawari.ui.masks.targets import ReferenceTarget
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.masks.clicking import Clicker
    from komawari.ui.masks.overlay import OverlayImage
    from komawari.ui.painting.board import Board, Work
    from komawari.ui.painting.brush import Stroke

LIVE = 60
"""Milliseconds from a dab until the tokens are counted."""
NOTCH = 1.12
CLICK = 4
TOOLS = ("brush", "eraser", "lasso", "click")


class MaskPainter(QObject):
    """The hand over a `MaskView`. Without a tool it lets everything pass."""

    painted = Signal()
    """The mask is other than it was; at most once in a while."""
    tool_changed = Signal(str)

    def __init__(self, session: Session, view: MaskView) -> None:
        super().__init__(view)
        self._session, self._view, self.room = session, view, Room.of(session)
        self.tool = ""
        self.snaps = False
        """Whether strokes end as whole tokens."""
        self._board: Board | None = None
        self._clicker: Clicker | None = None
        self._overlay: OverlayImage | None = None
        self._target: ReferenceTarget | None = None
        self._reference: CharacterReference | None = None
        self._sizes: dict[str, QSize] = {}
        self._stroke: Stroke | None = None
        self._trail: list[QPointF] = []
        self._pressed: QPointF | None = None
        self._at: QPointF | None = None
        self._live = QTimer(self, singleShot=True, interval=LIVE)
        self._live.timeout.connect(self.painted)
        self.room.brush_changed.connect(view.update)
        self.room.overlay_changed.connect(view.update)
        view.installEventFilter(self)
        view.over = self.paint

    @property
    def board(self) -> Board:
        """What is painted on; the first call imports what paints."""
        if self._board is None:
            from komawari.ui.painting.board import Board

            self._board = Board(self._session, self)
            self._board.painted.connect(self._changed)
            self._board.shown.connect(self._changed)
        return self._board

    @property
    def is_on(self) -> bool:
        """Whether a mask is painted here."""
        return bool(self.tool) and self._board is not None and self._board.surface is not None

    # Which mask.

    def choose(self, tool: str) -> None:
        """Take a tool into the hand; the same once more, or none, puts it away."""
        self.cancel()
        self.tool = "" if tool == self.tool else tool
        self._view.setCursor(Qt.CursorShape.CrossCursor if self.tool else Qt.CursorShape.ArrowCursor)
        if self.tool:
            self._view.setFocus()
        self._aim()
        self.tool_changed.emit(self.tool)

    def show(self, character: str, reference: CharacterReference | None, part: str) -> None:
        """Paint the mask of a reference's part from now on."""
        self._reference = reference
        self._target = None if reference is None else ReferenceTarget(character, reference.id, part)
        self._aim()

    def _aim(self) -> None:
        if not self.tool or self._target is None or self._reference is None:
            if self._board is not None:
                self._board.aim(None, (0, 0))
            return
        sha = self._reference.picture.sha256
        size = self._sizes.get(sha)
        if size is None:
            work = partial(_size_of, self._session, sha)
            self._session.later(work, partial(self._sized, sha), lambda error: self._session.trouble.emit(str(error)))
        else:
            self.board.aim(self._target, (size.width(), size.height()))

    def _sized(self, sha: str, size: QSize) -> None:
        self._sizes[sha] = size
        self._aim()

    # Places.

    def _spot(self, place: QPointF) -> QPointF:
        """Return the pixel of the mask at a place of the view."""
        surface, shown = self.board.surface, self._view.place()
        if surface is None or shown.isEmpty():
            return QPointF()
        across, down = surface.width / shown.width(), surface.height / shown.height()
        return QPointF((place.x() - shown.left()) * across, (place.y() - shown.top()) * down)

    def _per_pixel(self) -> float:
        """Return the view's pixels that one of the mask takes."""
        surface = self.board.surface
        return 1.0 if surface is None else self._view.place().width() / max(1, surface.width)

    # Events.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take what a tool wants."""
        if not self.is_on or not self._wanted(event):
            return super().eventFilter(watched, event)
        return True

    def _wanted(self, event: QEvent) -> bool:
        if isinstance(event, QTabletEvent):
            return self._pen(event)
        if isinstance(event, QWheelEvent):
            self.room.resize_brush(NOTCH ** (event.angleDelta().y() / 120))
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if not isinstance(event, QMouseEvent):
            return False
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        kind, left = event.type(), event.button() == Qt.MouseButton.LeftButton
        if kind == QEvent.Type.MouseMove:
            self._move(event.position(), 1.0)
            return self._pressed is not None
        if left and kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._press(event.position(), 1.0, alt)
            return True
        if left and kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            self._release(event.position(), alt, event.modifiers())
            return True
        return False

    def _pen(self, event: QTabletEvent) -> bool:
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        if event.type() == QEvent.Type.TabletPress:
            self._press(event.position(), event.pressure(), eraser)
        elif event.type() == QEvent.Type.TabletMove:
            self._move(event.position(), event.pressure())
        elif event.type() == QEvent.Type.TabletRelease and self._pressed is not None:
            self._release(event.position(), eraser, event.modifiers())
        else:
            return False
        event.accept()
        return True

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        factor = {Qt.Key.Key_BracketLeft: 1 / 1.2, Qt.Key.Key_BracketRight: 1.2}.get(Qt.Key(key))
        if factor is not None:
            self.room.resize_brush(factor)
            return True
        if key == Qt.Key.Key_Escape:
            if not self.cancel():
                self.choose("")
            return True
        if key == Qt.Key.Key_V and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.change("invert", 0)
            return True
        return False

    # Painting.

    def _press(self, place: QPointF, pressure: float, erases: bool) -> None:
        self._pressed = self._at = place
        if self.tool in ("brush", "eraser") and self.board.surface is not None:
            from komawari.ui.painting.brush import Dab, Stroke

            self._stroke = Stroke(self.board.surface, self.room.brush, erases or self.tool == "eraser")
            self.board.tell(self._stroke.begin(Dab(*self._spot(place).toTuple(), pressure)))
        else:
            self._trail = [place]

    def _move(self, place: QPointF, pressure: float) -> None:
        self._at = place
        stroke = self._stroke
        if stroke is not None and stroke.surface is self.board.surface and stroke.surface.is_painting:
            from komawari.ui.painting.brush import Dab

            self.board.tell(stroke.move(Dab(*self._spot(place).toTuple(), pressure)))
        elif self._pressed is not None:
            self._trail.append(place)
        self._view.update()

    def _release(self, place: QPointF, erases: bool, modifiers: Qt.KeyboardModifier) -> None:
        pressed, trail, stroke = self._pressed, self._trail, self._stroke
        self._pressed, self._trail, self._stroke = None, [], None
        if pressed is None:
            return
        if stroke is not None:
            self.board.end(self.tr("Erase mask") if stroke.erases else self.tr("Paint mask"))
        elif self.tool == "lasso":
            self._fill(pressed, [*trail, place], erases, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif self.tool == "click":
            self._click(pressed, place, modifiers)
        if self.snaps and self.tool != "click":
            self.snap()
        self._view.update()

    def _fill(self, pressed: QPointF, trail: list[QPointF], erases: bool, rectangle: bool) -> None:
        from komawari.ui.masks import shapes

        surface = self.board.begin()
        if surface is None:
            return
        spots = [self._spot(one).toTuple() for one in trail]
        if rectangle:
            area = shapes.fill_rectangle(surface, self._spot(pressed).toTuple(), spots[-1], erases)
        else:
            area = shapes.fill_polygon(surface, spots, erases)
        self.board.tell(area)
        self.board.end(self.tr("Erase by lasso") if erases else self.tr("Fill by lasso"))

    def _click(self, pressed: QPointF, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self._reference is None:
            return
        if self._clicker is None:
            from komawari.ui.masks.clicking import Clicker

            self._clicker = Clicker(self._session, self.board, self)
        more = modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        if not (more and self._clicker.can_refine):
            erases = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            self._clicker.begin(self._reference.picture, erases)
        one, other = self._spot(pressed), self._spot(place)
        if (place - pressed).manhattanLength() >= CLICK:
            self._clicker.enclose((*one.toTuple(), *other.toTuple()))
        else:
            self._clicker.add(*other.toTuple(), positive=not modifiers & Qt.KeyboardModifier.AltModifier)

    def snap(self) -> None:
        """Let the mask be whole tokens."""
        surface, encoder = self.board.surface, self._view.encoder
        if surface is not None:
            from komawari.ui.characters.editor.snapping import snapped

            self.board.put(self.tr("Snap mask to tokens"), snapped(surface.pixels, encoder))

    def change(self, name: str, by: float) -> None:
        """Change the mask as a whole, as `MaskButtons` ask."""
        from komawari.ui.masks import shapes

        works: dict[str, tuple[str, Work]] = {
            "invert": (self.tr("Invert mask"), shapes.inverted), "fill": (self.tr("Fill mask"), shapes.filled),
            "clear": (self.tr("Clear mask"), shapes.cleared),
            "grow": (self.tr("Grow mask"), partial(shapes.grown, by=by)),
            "shrink": (self.tr("Shrink mask"), partial(shapes.grown, by=-by)),
            "feather": (self.tr("Feather mask"), partial(shapes.feathered, width=by)),
        }  # fmt: skip
        if self.is_on:
            self.board.change(*works[name])

    def cancel(self) -> bool:
        """Give up what is being painted; return whether there was anything."""
        was = self._pressed is not None
        self._pressed, self._trail, self._stroke = None, [], None
        if self._board is not None:
            was = self._board.cancel() or was
        self._view.update()
        return was

    def _changed(self, *_: object) -> None:
        self._view.update()
        if not self._live.isActive():
            self._live.start()

    # On the screen.

    def paint(self, painter: QPainter) -> None:
        """Paint the mask over the picture, and the brush or the lasso."""
        surface = self._board.surface if self._board is not None else None
        shown = self._view.place()
        if not self.tool or surface is None or shown.isEmpty():
            return
        if self._overlay is None:
            from komawari.ui.masks.overlay import OverlayImage

            self._overlay = OverlayImage()
        painter.drawImage(
            shown, self._overlay.image(surface, self.room.overlay), QRectF(0, 0, surface.width, surface.height)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((3.0, Qt.GlobalColor.white), (1.2, Qt.GlobalColor.black)):
            painter.setPen(QPen(colour, width))
            if len(self._trail) > 1:
                painter.drawPolyline(QPolygonF(self._trail))
            elif self._at is not None and self.tool in ("brush", "eraser") and self._view.underMouse():
                radius = self.room.brush.size / 2 * self._per_pixel()
                painter.drawEllipse(self._at, radius, radius)


def _size_of(session: Session, sha: str) -> QSize:
    return upright(session.picture(sha)).size()
