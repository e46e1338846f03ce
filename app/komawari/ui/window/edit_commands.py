"""Local edits as actions; and the dock of local edits, which comes to the front with the tools that paint masks."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from komawari.ui.canvas.tools.masking import MaskTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.edits.dock import EditsDock
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class EditCommands(QObject):
    """Connects the canvas with the dock."""

    def __init__(
        self, session: Session, canvas: CanvasView, edits: EditsDock, dock: QDockWidget, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._canvas, self._edits, self._dock = session, canvas, edits, dock
        canvas.tool_changed.connect(self._tool_changed)

    def register(self, actions: Actions) -> None:
        """Register the action."""
        actions.add(
            "edits.redraw", self.tr("&Redraw region"), "Ctrl+Alt+Enter", self._edits.redrawing.redraw,
            self.tr("Draw what is painted in the panel's picture anew; the result is another take"), icon="redraw",
            enabled=self._possible,
        )  # fmt: skip

    def _possible(self) -> bool:
        panel = self._session.panel
        return panel is not None and panel.take is not None and not panel.final

    def _tool_changed(self, name: str) -> None:
        self._edits.show_tool(name)
        if isinstance(self._canvas.tools[name], MaskTool) and not self._dock.isHidden():
            self._dock.raise_()
