"""Select by clicking: the engine finds what is meant, and it is painted into the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QPainter, QPolygonF

from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT, CUT, HALO, line
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import CLICK
from komawari.ui.canvas.tools.masking import MaskTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.masks.clicking import Clicker

POSITIVE = QColor("#1f9d55")


class ClickTool(MaskTool):
    """A click selects, a drag selects within a box; further points with Shift and Alt make it better."""

    name, key = "click", "W"

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._clicker: Clicker | None = None
        self._pressed: Pointer | None = None
        self._now: Pointer | None = None

    def title(self) -> str:
        """Return its name."""
        return self.tr("Select by click")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr(
            "Click what is drawn anew, or drag a box around it. Shift+click: this too. Alt+click: not this. "
            "Ctrl takes away what is found."
        )

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return a hand, or that one has to wait."""
        looking = self._clicker is not None and self._clicker.is_looking
        return Qt.CursorShape.BusyCursor if looking else Qt.CursorShape.PointingHandCursor

    @property
    def clicker(self) -> Clicker:
        """What asks the engine."""
        if self._clicker is None:
            from komawari.ui.masks.clicking import Clicker

            self._clicker = Clicker(self.view.session, self.board, self)
            self._clicker.changed.connect(self.look_anew)
        return self._clicker

    @property
    def is_busy(self) -> bool:
        """Whether a box is being drawn."""
        return self._pressed is not None

    def press(self, pointer: Pointer) -> None:
        """Begin a click or a box."""
        if self.ready(pointer):
            self._pressed = self._now = pointer

    def move(self, pointer: Pointer) -> None:
        """Draw the box larger."""
        self._now = pointer
        if self._pressed is not None:
            self.view.viewport().update()

    def release(self, pointer: Pointer) -> None:
        """Ask for what was meant."""
        pressed, self._pressed = self._pressed, None
        panel = self.panel
        take = None if panel is None else self.view.session.used_take(panel)
        if pressed is None:
            return
        if take is None:
            self.view.hint.emit(self.tr("This panel has no picture yet, so there is nothing to be found in it."))
            return
        clicker = self.clicker
        if not ((pointer.shift or pointer.alt) and clicker.can_refine):
            clicker.begin(take.picture, erases=pointer.ctrl)
        if pointer.pixels_since(pressed) >= CLICK:
            clicker.enclose((*self.spot(pressed), *self.spot(pointer)))
        else:
            clicker.add(*self.spot(pointer), positive=not pointer.alt)
        self.view.viewport().update()

    def press_key(self, event: QKeyEvent) -> bool:
        """Let the selection be by Esc; the next Esc, and Enter, leave."""
        if event.key() == Qt.Key.Key_Escape and (self.clicker.points or self.clicker.box):
            self.clicker.forget()
            return True
        return super().press_key(event)

    def leave(self) -> None:
        """Be put away."""
        if self._clicker is not None:
            self._clicker.forget()
        super().leave()

    def cancel(self) -> bool:
        """Give the box up."""
        was, self._pressed = self._pressed is not None, None
        return super().cancel() or was

    def paint(self, painter: QPainter) -> None:
        """Paint the mask, the points, and the box."""
        super().paint(painter)
        place, clicker = self.to_page(), self._clicker
        if place is None:
            return
        box = self._box()
        if box is not None:
            overlay.paint_outline(painter, place.map(QPolygonF(box)), ACCENT, 1.5)
        for point in clicker.points if clicker is not None else ():
            where = painter.transform().map(place.map(QPointF(point.x, point.y)))
            painter.save()
            painter.resetTransform()
            painter.setPen(line(HALO, 2))
            painter.setBrush(POSITIVE if point.positive else CUT)
            painter.drawEllipse(where, 7, 7)
            painter.drawLine(where - QPointF(3.5, 0), where + QPointF(3.5, 0))
            if point.positive:
                painter.drawLine(where - QPointF(0, 3.5), where + QPointF(0, 3.5))
            painter.restore()

    def _box(self) -> QRectF | None:
        """Return the box that is drawn, or that was, in pixels of the mask."""
        pressed, now = self._pressed, self._now
        if pressed is not None and now is not None and now.pixels_since(pressed) >= CLICK:
            return QRectF(QPointF(*self.spot(pressed)), QPointF(*self.spot(now))).normalized()
        box = None if self._clicker is None else self._clicker.box
        return None if box is None else QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
