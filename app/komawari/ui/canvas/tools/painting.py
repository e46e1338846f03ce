"""What the tools that paint have in common: on what they paint, where its pixels lie on the page, and the brush."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform, QWheelEvent

from komawari.domain.panel import Panel
from komawari.ui.canvas import overlay
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import Tool
from komawari.ui.painting.room import Room
from komawari.ui.render.transforms import scale_of

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.painting.board import Board
    from komawari.ui.painting.brush import Stroke
    from komawari.ui.painting.surface import Surface

NOTCH = 1.12
"""Of the brush's size, for one notch of the wheel."""
Spot = tuple[float, float]


class PaintTool(Tool):
    """Works on pixels of the selected panel: a mask's, or its sketch's."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.room = self.find_room()
        self._heard = False
        self.room.tool_wanted.connect(self._wanted)
        self.room.brush_changed.connect(self.look_anew)

    def find_room(self) -> Room:
        """Return the brush and the board that it works with."""
        raise NotImplementedError

    def place_of(self, panel: Panel, surface: Surface) -> QTransform:
        """Return what leads from the pixels of what is painted to the page (mm)."""
        raise NotImplementedError

    def lacking(self, panel: Panel) -> str:
        """Return why there is nothing to paint on in a panel."""
        raise NotImplementedError

    def start_stroke(self, surface: Surface, erases: bool) -> Stroke:
        """Return a stroke of the brush."""
        raise NotImplementedError

    def stroke_name(self, erases: bool) -> str:
        """Return the undo step's name of a stroke."""
        raise NotImplementedError

    def _wanted(self, name: str) -> None:
        if name == self.name:
            self.view.set_tool(name)
            self.view.setFocus()

    def look_anew(self) -> None:
        """Paint the view anew, if the hand holds this tool."""
        if self.is_in_hand:
            self.view.viewport().update()
            self.view.update_cursor()

    @property
    def is_in_hand(self) -> bool:
        """Whether it is the tool that the hand holds."""
        return self.view.tool == self.name

    # On what is painted.

    def enter(self) -> None:
        """Open it."""
        board = self.board
        if not self._heard:
            self._heard = True
            board.painted.connect(self._painted)
            board.shown.connect(self.look_anew)
        self.room.aim()

    @property
    def board(self) -> Board:
        """What is painted on."""
        return self.room.board

    @property
    def panel(self) -> Panel | None:
        """The panel in which one paints, as it is shown."""
        chosen = self.view.session.selected
        return next((one for one in self.view.preview.page.panels if chosen and one.id == chosen[-1]), None)

    def why_not(self) -> str:
        """Return why nothing can be painted now; empty: it can."""
        panel = self.panel
        if panel is None:
            return self.tr("Click the panel in which you want to paint.")
        if self.board.surface is not None:
            return ""
        return self.tr("It is being opened …") if self.board.target is not None else self.lacking(panel)

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
        """Return what leads from the pixels of what is painted to the page (mm); None: there is nothing."""
        panel, surface = self.panel, self.board.surface
        return None if panel is None or surface is None else self.place_of(panel, surface)

    def spot(self, pointer: Pointer) -> Spot:
        """Return the pixel of what is painted under the hand."""
        return self.spot_at(pointer.page)

    def spot_at(self, page: Spot) -> Spot:
        """Return the pixel of what is painted at a point of the page (mm)."""
        place = self.to_page()
        if place is None:
            return (0.0, 0.0)
        x, y = place.inverted()[0].map(QPointF(*page)).toTuple()
        return (x, y)

    def pixel_on_page(self) -> float:
        """Return the millimetres that a pixel of it takes."""
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
        self.show_painted(place, pixels)

    def show_painted(self, place: QTransform, pixels: QRect) -> None:
        """Have pixels painted on the screen that are others now; `place` leads from them to the page."""
        self.view.viewport().update(shown_part(place * self.view.viewportTransform(), pixels))

    def paint(self, painter: QPainter) -> None:
        """Paint the panel's outline over the page."""
        if self.panel is not None and self.board.surface is not None:
            overlay.paint_outline(painter, self.panel.frame)

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


def shown_part(place: QTransform, pixels: QRect, room: int = 2) -> QRect:
    """Return which part of a view shows some pixels, with some room around; `place` leads from them to the view."""
    return place.mapRect(QRectF(pixels)).toAlignedRect().adjusted(-room, -room, room, room)
