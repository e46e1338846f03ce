"""Brush and eraser: paint the mask of the region that is drawn anew, or of a figure's region."""

from __future__ import annotations

from komawari.ui.canvas.tools.masking import MaskTool
from komawari.ui.canvas.tools.strokes import StrokeTool


class BrushTool(StrokeTool, MaskTool):
    """Paints the mask."""

    name, key = "brush", "B"

    def title(self) -> str:
        """Return its name."""
        return self.tr("Brush")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr(
            "Paint what is drawn anew; with Alt or the pen's eraser, take it away. Shift+click draws a straight line. "
            "[ and ] or Ctrl+wheel: size. Shift+V inverts."
        )


class EraserTool(BrushTool):
    """The brush, taking away."""

    name, key = "eraser", "E"
    erases = True

    def title(self) -> str:
        """Return its name."""
        return self.tr("Eraser")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr("Take away from the mask. Shift+click draws a straight line. [ and ] or Ctrl+wheel: size.")
