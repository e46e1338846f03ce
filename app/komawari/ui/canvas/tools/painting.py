"""What the tools that paint masks have in common: which mask, where its pixels lie on the page, and its overlay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform, QWheelEvent

from komawari.domain.panel import Panel
from komawari.ui.canvas import overlay
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import Tool
from komawari.ui.masks.room import Room
from komawari.ui.render.page import clip_path
from komawari.ui.render.transforms import picture_to_page, scale_of

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.masks.overlay import OverlayImage
    from komawari.ui.painting.board import Board

NOTCH = 1.12
"""Of the brush's size, for one notch of the wheel."""
Spot = tuple[float, float]


class PaintTool(Tool):
    """Works on the selected panel's mask: of the region that is drawn anew, or of a figure's region."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.room = Room.of(view.session)
        self._image: OverlayImage | None = None
        self._heard = False
        self.room.tool_wanted.connect(self._wanted)
        for changed in (self.room.brush_changed, self.room.overlay_changed, self.room.kind_changed):
            changed.connect(self._look_anew)

    def _wanted(self, name: str) -> None:
        if name == self.name:
            self.view.set_tool(name)
            self.view.setFocus()

    def _look_anew(self) -> None:
        if self.is_in_hand:
            self.view.viewport().update()
            self.view.update_cursor()

    @property
    def is_in_hand(self) -> bool:
        """Whether it is the tool that the hand holds."""
        return self.view.tool == self.name

    # Which mask.

    def enter(self) -> None:
        """Open the mask."""
        board = self.board
        if not self._heard:
            self._heard = True
            board.painted.connect(self._painted)
            board.shown.connect(self._look_anew)
        self.room.aim()

    @property
    def board(self) -> Board:
        """What is painted on."""
        return self.room.board

    @property
    def panel(self) -> Panel | None:
        """The panel whose mask is painted, as it is shown."""
        chosen = self.view.session.selected
        return next((one for one in self.view.preview.page.panels if chosen and one.id == chosen[-1]), None)

    def why_not(self) -> str:
        """Return why nothing can be painted now; empty: it can."""
        panel = self.panel
        if panel is None:
            return self.tr("Click the panel in whose picture you want to paint.")
        if self.board.surface is not None:
            return ""
        if self.board.target is not None:
            return self.tr("The mask is being opened …")
        if self.room.kind == "region":
            return self.tr("Nobody is in this panel. Add a figure in the inspector; then paint where it rules.")
        return self.tr("This panel has no picture yet. Draw one, or drop a file on it; then paint what is drawn anew.")

    def ready(self, pointer: Pointer) -> bool:
        """Return whether painting can begin at a place; else select the panel there, or say what is missing."""
        there = panel_at(self.view.session.shown_page, pointer.page)
        if there is not None and (self.panel is None or there != self.panel.id) and not self._on_picture(pointer):
            self.view.session.select(there)
            self.room.aim()
            self.view.hint.emit(self.why_not() or self.hint())
            return False
        why = self.why_not()
        if why:
            self.view.hint.emit(why)
        return not why

    def _on_picture(self, pointer: Pointer) -> bool:
        """Return whether a place belongs to the frame of the panel that is painted."""
        panel = self.panel
        return panel is not None and QPolygonF([QPointF(*p) for p in panel.frame]).containsPoint(
            QPointF(*pointer.page), Qt.FillRule.OddEvenFill
        )

    # Places.

    def to_page(self) -> QTransform | None:
        """Return what leads from the mask's pixels to the page (mm)."""
        panel, surface = self.panel, self.board.surface
        if panel is None or surface is None:
            return None
        size = (surface.width, surface.height)
        unit = QTransform.fromScale(1 / size[0], 1 / size[1])
        return unit * picture_to_page(panel, self.view.preview.page.paper, size)

    def spot(self, pointer: Pointer) -> Spot:
        """Return the pixel of the mask under the hand."""
        return self.spot_at(pointer.page)

    def spot_at(self, page: Spot) -> Spot:
        """Return the pixel of the mask at a point of the page (mm)."""
        place = self.to_page()
        if place is None:
            return (0.0, 0.0)
        x, y = place.inverted()[0].map(QPointF(*page)).toTuple()
        return (x, y)

    def pixel_on_page(self) -> float:
        """Return the millimetres that a pixel of the mask takes."""
        place = self.to_page()
        return 0.0 if place is None else scale_of(place)

    def takes_away(self, pointer: Pointer) -> bool:
        """Return whether the hand erases: with Alt, or with the pen's other end."""
        return pointer.alt or pointer.eraser

    # Painting on the screen.

    def _painted(self, pixels: QRect) -> None:
        place = self.to_page()
        if not self.is_in_hand or place is None:
            return
        from komawari.ui.masks.overlay import shown_part

        self.view.viewport().update(shown_part(place * self.view.viewportTransform(), pixels))

    def paint(self, painter: QPainter) -> None:
        """Paint the mask over the picture, and what of the page it belongs to."""
        place, surface, panel = self.to_page(), self.board.surface, self.panel
        if place is None or surface is None or panel is None:
            return
        if self._image is None:
            from komawari.ui.masks.overlay import OverlayImage

            self._image = OverlayImage()
        painter.save()
        # What the frame hides of the picture would only lie over other panels.
        painter.setClipPath(clip_path(panel, self.view.preview.page.paper), Qt.ClipOperation.IntersectClip)
        self._image.paint(painter, surface, self.room.overlay, place)
        painter.restore()
        overlay.paint_outline(painter, panel.frame)

    # The wheel.

    def wheel(self, event: QWheelEvent, pointer: Pointer) -> bool:
        """Resize the brush with Ctrl; else the wheel zooms."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not pointer.ctrl or not turned:
            return False
        self.room.resize_brush(NOTCH ** (turned / 120))
        return True

    def cancel(self) -> bool:
        """Give up the stroke under way."""
        return self.room.has_board and self.board.cancel()

    def update_places(self, *places: QRectF) -> None:
        """Paint parts of the view anew."""
        for place in places:
            self.view.viewport().update(place.toAlignedRect().adjusted(-3, -3, 3, 3))
