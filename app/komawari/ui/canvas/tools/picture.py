"""The picture inside its frame: move, scale and flip it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter

from komawari.document.document import Edit
from komawari.domain.edits import panels
from komawari.domain.panel import Panel, Placement
from komawari.ui.canvas.tools.placing import PlaceTool, Words
from komawari.ui.render.page import paint_picture

translate = QCoreApplication.translate


class PictureTool(PlaceTool):
    """Works on the selected panel's picture."""

    name, key = "picture", "T"
    covers = True

    def title(self) -> str:
        """Return its name."""
        return self.tr("Picture")

    def hint(self) -> str:
        """Return what it does."""
        if self.panel is not None and self.rect() is None:
            return self.tr("This panel has no picture yet. Draw one, or drop a file on it. Esc goes back.")
        return self.tr(
            "Drag moves the picture inside its frame, a corner or the wheel scales it; it holds on to covering the "
            "frame, Alt lets it go. Shift+H flips it. Ctrl+wheel zooms. Enter or Esc goes back."
        )

    def words(self) -> Words:
        """Return the undo steps' names."""
        return Words(
            translate("Canvas", "Move picture"), translate("Canvas", "Scale picture"),
            translate("Canvas", "Flip picture"), translate("Canvas", "Fit picture"),
        )  # fmt: skip

    def size_of(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of what the panel shows."""
        return self.view.picture_size(panel)

    def placement_of(self, panel: Panel) -> Placement:
        """Return how the picture lies."""
        return panel.placement

    def placing(self, panel: str, placement: Placement) -> Edit:
        """Return the edit that lays it otherwise."""
        return partial(panels.place_picture, panel=panel, placement=placement)

    def painter_of(self, panel: Panel) -> Callable[[QPainter], None] | None:
        """Return what paints all of the picture."""
        image, paper = self.view.picture_of(panel), self.view.preview.page.paper
        if image is None or image.isNull():
            return None
        return lambda painter: paint_picture(painter, paper, panel, image)
