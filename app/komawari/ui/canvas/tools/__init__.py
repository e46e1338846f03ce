"""The tools of the hand. A new one is a class beside these, and a line in `all_tools`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komawari.ui.canvas.tools.base import Tool
from komawari.ui.canvas.tools.knife import KnifeTool
from komawari.ui.canvas.tools.pan import PanTool
from komawari.ui.canvas.tools.panel import PanelTool
from komawari.ui.canvas.tools.select import SelectTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView


def all_tools(view: CanvasView) -> dict[str, Tool]:
    """Return a canvas's tools by their names, in the order of the tool bar."""
    every: tuple[Tool, ...] = (SelectTool(view), PanelTool(view), KnifeTool(view), view.picture_tool, PanTool(view))
    return {tool.name: tool for tool in every}
