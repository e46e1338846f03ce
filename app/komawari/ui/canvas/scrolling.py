"""A drag that leaves the view takes the page along, faster the further it is outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer

from komawari.ui.canvas.tools.base import DragTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

STEP = 16
"""Milliseconds."""
FASTEST = 32
"""Pixels a step."""


class Scrolling(QObject):
    """Moves the page while the hand holds something outside of the view."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._place, self._modifiers = QPointF(), Qt.KeyboardModifier.NoModifier
        self._timer = QTimer(self, interval=STEP)
        self._timer.timeout.connect(self.step)

    @property
    def is_on(self) -> bool:
        """Whether the page moves."""
        return self._timer.isActive()

    def follow(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take note of where the hand is in the view, or beyond it."""
        self._place, self._modifiers = place, modifiers
        if self._way().isNull() or self._dragging() is None:
            self._timer.stop()
        elif not self.is_on:
            self._timer.start()

    def stop(self) -> None:
        """Stay: the hand has let go."""
        self._timer.stop()

    def step(self) -> None:
        """Move the page a little, and let what is dragged follow the hand."""
        tool, way = self._dragging(), self._way()
        if tool is None or way.isNull():
            self._timer.stop()
            return
        self._view.camera.pan(-way)
        tool.move(self._view.pointer(self._place, self._modifiers))

    def _dragging(self) -> DragTool | None:
        tool = self._view.tools[self._view.tool]
        return tool if isinstance(tool, DragTool) and tool.drag is not None else None

    def _way(self) -> QPoint:
        """Return by how many pixels the hand's side of the page has to come nearer."""
        area, place = self._view.viewport().rect(), self._place.toPoint()
        across = max(place.x() - area.right(), 0) + min(place.x() - area.left(), 0)
        down = max(place.y() - area.bottom(), 0) + min(place.y() - area.top(), 0)
        return QPoint(_slowed(across), _slowed(down))


def _slowed(beyond: int) -> int:
    """Return the pixels of a step for so many pixels beyond the edge."""
    if beyond == 0:
        return 0
    speed = min(FASTEST, 2 + abs(beyond) // 6)
    return speed if beyond > 0 else -speed
