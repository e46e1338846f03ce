"""Moving about with any tool in the hand: wheel, touchpad, Space, the middle button, R, pinching."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent

from komawari.ui.canvas.camera import STEP

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

Held = Literal["space", "rotate"]


class Navigation:
    """Takes from the view what moves it; every method says whether it did."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._held: Held | None = None
        self._button = Qt.MouseButton.NoButton
        self._last = QPointF()
        self._turning = False

    @property
    def cursor(self) -> Qt.CursorShape | None:
        """The cursor's shape while the view is, or could be, moved."""
        if self._button != Qt.MouseButton.NoButton:
            return Qt.CursorShape.ClosedHandCursor
        if self._held is None:
            return None
        return Qt.CursorShape.OpenHandCursor if self._held == "space" else Qt.CursorShape.PointingHandCursor

    def press_key(self, event: QKeyEvent) -> bool:
        """Hold Space to move or R to turn."""
        held = self._of(event)
        if held is None:
            return False
        if not event.isAutoRepeat():
            self._held = held
        return True

    def release_key(self, event: QKeyEvent) -> bool:
        """Let go of it."""
        held = self._of(event)
        if held is None or held != self._held:
            return False
        if not event.isAutoRepeat():
            self._held = None
        return True

    @staticmethod
    def _of(event: QKeyEvent) -> Held | None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Space and plain:
            return "space"
        return "rotate" if event.key() == Qt.Key.Key_R and not event.modifiers() else None

    def forget(self) -> None:
        """The focus went elsewhere, and with it the release of all keys."""
        self._held, self._button = None, Qt.MouseButton.NoButton

    def press(self, event: QMouseEvent) -> bool:
        """Begin to move or turn."""
        left = event.button() == Qt.MouseButton.LeftButton
        if not (event.button() == Qt.MouseButton.MiddleButton or (left and self._held)):
            return False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._button, self._last = event.button(), event.position()
        self._turning = self._held == "rotate" or (self._held == "space" and shift)
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Go on with it."""
        if self._button == Qt.MouseButton.NoButton:
            return False
        now, camera = event.position(), self._view.camera
        if self._turning:
            camera.rotate_by(self._angle(now) - self._angle(self._last))
        else:
            camera.pan((now - self._last).toPoint())
        self._last = now
        return True

    def _angle(self, at: QPointF) -> float:
        away = at - QPointF(self._view.viewport().rect().center())
        return math.degrees(math.atan2(away.y(), away.x()))

    def release(self, event: QMouseEvent) -> bool:
        """End it."""
        if event.button() != self._button or self._button == Qt.MouseButton.NoButton:
            return False
        self._button = Qt.MouseButton.NoButton
        if self._turning and abs(self._view.camera.rotation) < 2:
            self._view.camera.straighten()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; a touchpad and Shift scroll."""
        camera, turned = self._view.camera, event.angleDelta()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not ctrl and self._is_touchpad(event):
            camera.pan(event.pixelDelta() if not event.pixelDelta().isNull() else turned / 4)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            camera.pan(QPoint((turned.x() or turned.y()) // 2, 0))
        else:
            camera.zoom_by(STEP ** ((turned.y() or turned.x()) / 120), event.position().toPoint())

    @staticmethod
    def _is_touchpad(event: QWheelEvent) -> bool:
        if event.pointingDevice().type() == QInputDevice.DeviceType.TouchPad:
            return True
        return event.phase() != Qt.ScrollPhase.NoScrollPhase and not event.pixelDelta().isNull()

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Pinch to zoom, turn two fingers to turn."""
        kind, camera, place = event.gestureType(), self._view.camera, event.position().toPoint()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            camera.zoom_by(1 + event.value(), place)
        elif kind == Qt.NativeGestureType.RotateNativeGesture:
            camera.rotate_by(event.value(), place)
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            camera.fit()
        else:
            return False
        return True
