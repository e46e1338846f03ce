"""Sketch pen and sketch eraser: draw on the selected panel's sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QTransform

from komawari.domain.panel import Panel
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.painting import PaintTool
from komawari.ui.canvas.tools.strokes import StrokeTool
from komawari.ui.render.sketches import Laid
from komawari.ui.sketch.hand import SketchHand
from komawari.ui.sketch.room import SketchRoom
from komawari.ui.sketch.target import SheetTarget

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.painting.brush import Stroke
    from komawari.ui.painting.surface import Surface


class SketchTool(PaintTool):
    """Works on the selected panel's sheet."""

    draws_over_panel = True

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.hand = SketchHand.of(view)
        self.sketches.layer_changed.connect(self.look_anew)

    @property
    def sketches(self) -> SketchRoom:
        """The room of sketches."""
        return cast("SketchRoom", self.room)

    def find_room(self) -> SketchRoom:
        """Return the room of sketches."""
        return SketchRoom.of(self.view.session)

    def enter(self) -> None:
        """Open the sheet, and show what is to be chosen."""
        self.hand.take(self.name)
        super().enter()
        self.board.shown.connect(self.view.page_scene.paint_anew)
        self.view.page_scene.paint_anew()

    def leave(self) -> None:
        """Be put away."""
        super().leave()
        self.board.shown.disconnect(self.view.page_scene.paint_anew)
        self.hand.put_away()
        self.view.page_scene.paint_anew()

    def lacking(self, panel: Panel) -> str:
        """Return nothing: every panel can be sketched in."""
        return ""

    def place_of(self, panel: Panel, surface: Surface) -> QTransform:
        """Return where the sheet lies."""
        target = self.board.target
        assert isinstance(target, SheetTarget)
        paper = self.view.preview.page.paper
        return Laid(None, target.width, target.height, target.placement).to_page(panel, paper)

    def show_painted(self, place: QTransform, pixels: QRect) -> None:
        """Have the panel itself painted anew, where it shows these pixels."""
        panel = self.panel
        item = None if panel is None else self.view.page_scene.panel_item(panel.id)
        if item is not None:
            # Smooth scaling looks a little around each pixel.
            item.update(place.mapRect(QRectF(pixels).adjusted(-9, -9, 9, 9)))

    def ready(self, pointer: Pointer) -> bool:
        """Return whether a stroke can begin; say so where the sheet has grown as far as it can."""
        if not super().ready(pointer):
            return False
        surface, (x, y) = self.board.surface, self.spot(pointer)
        inside = surface is not None and 0 <= x <= surface.width and 0 <= y <= surface.height
        if not inside and self._on_picture(pointer):
            self.view.hint.emit(self.tr("The sheet ends here. Make the sketch larger (Shift+T) to go on beyond."))
        return True

    def start_stroke(self, surface: Surface, erases: bool) -> Stroke:
        """Return a stroke in ink."""
        from komawari.ui.sketch.ink import InkStroke

        return InkStroke(surface, self.room.brush, erases, colour=self.sketches.ink)

    def stroke_name(self, erases: bool) -> str:
        """Return what undo calls it."""
        return self.tr("Erase sketch") if erases else self.tr("Sketch")


class SketchPenTool(StrokeTool, SketchTool):
    """Draws."""

    name, key = "sketch_pen", "S"

    def title(self) -> str:
        """Return its name."""
        return self.tr("Sketch pen")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr(
            "Sketch in the selected panel · Alt or the pen's eraser: take away · Shift+click: straight line · "
            "[ ] or Ctrl+wheel: size · Drop a picture: rough"
        )


class SketchEraserTool(StrokeTool, SketchTool):
    """Takes away what is sketched."""

    name, key = "sketch_eraser", "Shift+S"
    erases = True

    def title(self) -> str:
        """Return its name."""
        return self.tr("Sketch eraser")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr("Take away from the sketch · Shift+click: straight line · [ ] or Ctrl+wheel: size")
