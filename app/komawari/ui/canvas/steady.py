"""Keeps the page where it lies on the screen while the canvas round it moves, as it does when banners come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

REST = 600
"""Milliseconds without a hand on the page after which it is fitted anew: between two strokes it must not move."""


class Steady(QObject):
    """A page that is fitted in is fitted anew by `fit_soon`: at once, or after what the hand holds."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._corner = QPoint()
        self._buttons = Qt.MouseButton.NoButton
        self.rest = QTimer(self, interval=REST)
        self.rest.timeout.connect(self._rested)

    @property
    def is_held(self) -> bool:
        """Whether a button or a pen is down, or a tool is in the middle of something."""
        view = self._view
        busy = view.tools[view.tool].is_busy or view.drops.target is not None
        return busy or self._buttons != Qt.MouseButton.NoButton

    def feel(self, buttons: Qt.MouseButton) -> None:
        """Take note of the hand: it has pressed, moved or released, and holds these buttons now."""
        self._buttons = buttons
        self._corner = self._found_corner()
        if self.rest.isActive():
            self.rest.start()

    def forget(self) -> None:
        """The focus went elsewhere, and with it the release of all buttons."""
        self._buttons = Qt.MouseButton.NoButton

    def resized(self) -> None:
        """The canvas has another size, and perhaps another place in the window."""
        corner = self._found_corner()
        by, self._corner = corner - self._corner, corner
        camera = self._view.camera
        if not camera.is_fitted or self.is_held or self.rest.isActive():
            camera.stay(by)
        self.fit_soon()

    def fit_soon(self) -> None:
        """Fit the page anew if it is to be fitted, as soon as nothing is held."""
        if not self._view.camera.is_fitted:
            self.rest.stop()
        elif self.is_held or self.rest.isActive():
            self.rest.start()
        else:
            self._view.camera.fit()

    def _rested(self) -> None:
        if not self.is_held:
            self.rest.stop()
            self.fit_soon()

    def _found_corner(self) -> QPoint:
        viewport = self._view.viewport()
        return viewport.mapTo(self._view.window(), QPoint())
