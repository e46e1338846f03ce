"""The tools of the hand. A new one is a class beside these, and a line in `all_tools`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komawari.ui.canvas.tools.base import Tool
from komawari.ui.canvas.tools.brush import BrushTool, EraserTool
from komawari.ui.canvas.tools.knife import KnifeTool
from komawari.ui.canvas.tools.lasso import LassoTool
from komawari.ui.canvas.tools.pan import PanTool
from komawari.ui.canvas.tools.panel import PanelTool
from komawari.ui.canvas.tools.pose import PoseTool
from komawari.ui.canvas.tools.select import SelectTool
from komawari.ui.canvas.tools.select_click import ClickTool
from komawari.ui.canvas.tools.sketch_move import SketchMoveTool
from komawari.ui.canvas.tools.sketching import SketchEraserTool, SketchPenTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView


def all_tools(view: CanvasView) -> dict[str, Tool]:
    """Return a canvas's tools by their names, in the order of the tool bar."""
    every: tuple[Tool, ...] = (
        SelectTool(view), PanelTool(view), KnifeTool(view), view.picture_tool, PoseTool(view),
        SketchPenTool(view), SketchEraserTool(view), SketchMoveTool(view),
        BrushTool(view), EraserTool(view), LassoTool(view), ClickTool(view), PanTool(view),
    )  # fmt: skip
    return {tool.name: tool for tool in every}
