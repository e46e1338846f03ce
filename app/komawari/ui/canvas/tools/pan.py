"""The hand: drag the page about. Space and the middle button do the same in every other tool."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor

from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import Tool


class PanTool(Tool):
    """Moves the view, never the document."""

    name, key = "pan", "H"
    _last: QPoint | None = None

    def title(self) -> str:
        """Return its name."""
        return self.tr("Hand")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr("Drag to move the page about. Wheel zooms; hold Space to do this in any tool.")

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return an open hand, or a closed one."""
        return Qt.CursorShape.ClosedHandCursor if self.is_busy else Qt.CursorShape.OpenHandCursor

    @property
    def is_busy(self) -> bool:
        """Whether the page is held."""
        return self._last is not None

    def press(self, pointer: Pointer) -> None:
        """Take hold of the page."""
        self._last = pointer.view

    def move(self, pointer: Pointer) -> None:
        """Move the page along."""
        if self._last is not None:
            self.view.camera.pan(pointer.view - self._last)
            self._last = pointer.view

    def release(self, pointer: Pointer) -> None:
        """Let go."""
        self._last = None

    def cancel(self) -> bool:
        """Let go."""
        was, self._last = self.is_busy, None
        return was
