"""The sketch inside its frame: move, scale and flip it, by the manners of pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter

from komawari.document.document import Edit
from komawari.domain.edits import sketches
from komawari.domain.panel import Panel, Placement
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.placing import PlaceTool, Words
from komawari.ui.render.sketches import paint_sketch
from komawari.ui.sketch.hand import SketchHand

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate


class SketchMoveTool(PlaceTool):
    """Works on the selected panel's sheet."""

    name, key = "sketch_move", "Shift+T"
    draws_over_panel = True

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.hand = SketchHand.of(view)

    def title(self) -> str:
        """Return its name."""
        return self.tr("Move sketch")

    def hint(self) -> str:
        """Return what it does."""
        if self.panel is not None and self.rect() is None:
            return self.tr("Nothing is sketched in this panel yet: take the sketch pen (S), or drop a rough on it.")
        return self.tr(
            "Drag moves the sketch inside its frame, the wheel or a corner scales it. Ctrl+wheel zooms. "
            "Enter or Esc goes back."
        )

    def enter(self) -> None:
        """Show sketches and their bar."""
        super().enter()
        self.hand.take(self.name)
        self.view.page_scene.paint_anew()

    def leave(self) -> None:
        """Be put away."""
        super().leave()
        self.hand.put_away()
        self.view.page_scene.paint_anew()

    def press(self, pointer: Pointer) -> None:
        """Wait for strokes that are on their way: they know how the sheet lay."""
        self.view.session.document.settling()
        super().press(pointer)

    def words(self) -> Words:
        """Return the undo steps' names."""
        return Words(
            translate("Canvas", "Move sketch"), translate("Canvas", "Scale sketch"),
            translate("Canvas", "Flip sketch"), translate("Canvas", "Fit sketch"),
        )  # fmt: skip

    def size_of(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of the sheet."""
        sheet = panel.sketch.sheet
        return (0, 0) if sheet is None else (sheet.width, sheet.height)

    def placement_of(self, panel: Panel) -> Placement:
        """Return how the sheet lies."""
        sheet = panel.sketch.sheet
        return Placement() if sheet is None else sheet.placement

    def placing(self, panel: str, placement: Placement) -> Edit:
        """Return the edit that lays it otherwise."""
        return partial(sketches.place_sheet, panel=panel, placement=placement)

    def painter_of(self, panel: Panel) -> Callable[[QPainter], None] | None:
        """Return what paints all of the sketch."""
        paper = self.view.preview.page.paper
        found = self.view.pictures.sketch(panel, paper, self.view.camera.scale * self.view.devicePixelRatioF())
        return None if found is None else lambda painter: paint_sketch(painter, paper, panel, found)
