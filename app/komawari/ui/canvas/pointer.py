"""Where the hand is: on the page and in the view, with the keys that are held."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt

from komawari.domain.geometry.polygon import Point

REACH = 6.0
"""Pixels within which something counts as touched."""
SNAP_REACH = 7.0


@dataclass(frozen=True)
class Pointer:
    """One moment of the mouse or pen."""

    page: Point
    """In millimetres, as frames are."""
    view: QPoint
    pixel: float
    """Millimetres that a pixel of the screen takes."""
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0
    """Of a tablet's pen, 0 to 1; a mouse presses fully."""
    eraser: bool = False
    """Whether it is the pen's other end."""

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is held, or Command on a Mac."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.AltModifier)

    @property
    def reach(self) -> float:
        """The millimetres within which something counts as touched."""
        return REACH * self.pixel

    @property
    def snap_reach(self) -> float:
        """The millimetres within which something snaps."""
        return SNAP_REACH * self.pixel

    def since(self, start: Pointer) -> Point:
        """Return the way (mm) from another moment to this one."""
        return (self.page[0] - start.page[0], self.page[1] - start.page[1])

    def pixels_since(self, start: Pointer) -> float:
        """Return that way's length on the screen."""
        return math.hypot(self.view.x() - start.view.x(), self.view.y() - start.view.y())
