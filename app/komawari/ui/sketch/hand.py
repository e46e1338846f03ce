"""What all tools that sketch share on one canvas: the bar, roughs that are dropped, and that one sketches at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from komawari.ui.sketch.importing import Roughs
from komawari.ui.sketch.room import SketchRoom

if TYPE_CHECKING:
    from komawari.ui.canvas.tools.sketch_move import SketchMoveTool
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.sketch.bar import SketchBar


class SketchHand(QObject):
    """One for each canvas: `SketchHand.of`."""

    def __init__(self, view: CanvasView) -> None:
        """Use `SketchHand.of`."""
        super().__init__(view)
        self.view, self.session = view, view.session
        self.room = SketchRoom.of(view.session)
        self.roughs = Roughs(view.session, self)
        self.bar: SketchBar | None = None

    @staticmethod
    def of(view: CanvasView) -> SketchHand:
        """Return a canvas' hand."""
        found = view.findChild(SketchHand)
        return found if isinstance(found, SketchHand) else SketchHand(view)

    @property
    def mover(self) -> SketchMoveTool:
        """The tool that moves sketches."""
        from komawari.ui.canvas.tools.sketch_move import SketchMoveTool

        tool = self.view.tools["sketch_move"]
        assert isinstance(tool, SketchMoveTool)
        return tool

    def take(self, tool: str) -> None:
        """A tool that sketches is in the hand: show its bar and the sketches; dropped pictures are roughs now."""
        if self.bar is None:
            from komawari.ui.sketch.bar import SketchBar

            self.bar = SketchBar(self)
        self.room.active = True
        self.room.set_layer(shown=True)
        self.view.drops.roughs = self.roughs.take
        self.bar.show_tool(tool)
        self.bar.refresh()
        self.bar.show()
        self.bar.raise_()

    def put_away(self) -> None:
        """Another tool is taken."""
        self.room.active = False
        self.view.drops.roughs = None
        if self.bar is not None:
            self.bar.hide()
