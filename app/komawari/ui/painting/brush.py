"""The brush: round dabs along a stroke, each of which paints up to its own strength and no further.

Painting takes the stronger of what is there and the dab, erasing the weaker of what is there and what the dab leaves:
a stroke that crosses itself, or a second one over the first, builds nothing up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from komawari.ui.painting.settings import Brush
from komawari.ui.painting.surface import NOWHERE, Area, Pixels, Surface

SMALLEST = 1.0
FINE = 4
"""Parts of a pixel at which small dabs are placed."""
SMALL = 48.0
"""Diameter up to which that can be seen."""


class Dab(NamedTuple):
    """One moment of a stroke, in pixels of what is painted on."""

    x: float
    y: float
    pressure: float = 1.0


@lru_cache(maxsize=64)
def stamp(diameter: float, hardness: float, strength: int, dx: float = 0.0, dy: float = 0.0) -> Pixels:
    """Return a dab's pixels, whose middle pixel's centre lies (dx, dy) from the dab's own centre."""
    reach = math.ceil(diameter / 2 + 1)
    line = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.hypot(line[None, :] + np.float32(dx), line[:, None] + np.float32(dy))
    radius = diameter / 2
    # The rim is one pixel at least, so that hard brushes have smooth edges.
    rim = max(1.0, radius * (1 - hardness))
    level = np.clip((radius + 0.5 - distance) / rim, 0, 1)
    if rim > 1:
        level = level * level * (3 - 2 * level)
    made = np.rint(level * strength).astype(np.uint8)
    made.setflags(write=False)
    return made


@dataclass
class Stroke:
    """One stroke on a surface, from press to release."""

    surface: Surface
    brush: Brush
    erases: bool = False
    _last: Dab | None = None
    _left: float = 0.0
    """How far it is to the next dab."""

    def begin(self, at: Dab) -> Area:
        """Put the pen down; return what was painted."""
        self.surface.begin()
        self._last, self._left = at, self._step(at)
        return self.shown(self._dab(at))

    def move(self, to: Dab) -> Area:
        """Go on to a place; return what was painted."""
        last = self._last
        assert last is not None, "a stroke begins before it goes on"
        length = math.hypot(to.x - last.x, to.y - last.y)
        painted, done = NOWHERE, 0.0
        while length - done >= self._left > 0:
            done += self._left
            share = done / length
            dab = Dab(*(start + (end - start) * share for start, end in zip(last, to)))
            painted = painted.joined(self._dab(dab))
            self._left = self._step(dab)
        self._left -= length - done
        self._last = to
        return self.shown(painted)

    def _step(self, dab: Dab) -> float:
        return max(0.5, self.brush.spacing * self._diameter(dab))

    def _diameter(self, dab: Dab) -> float:
        factor = dab.pressure if self.brush.pressure_size else 1.0
        return max(SMALLEST, self.brush.size * factor)

    def _dab(self, dab: Dab) -> Area:
        diameter = round(self._diameter(dab) * 2) / 2
        factor = dab.pressure if self.brush.pressure_opacity else 1.0
        strength = round(255 * min(max(self.brush.opacity * factor, 0.0), 1.0))
        fine = FINE if diameter <= SMALL else 1
        x, y = round(dab.x * fine - fine / 2), round(dab.y * fine - fine / 2)
        column, row = math.floor(x / fine), math.floor(y / fine)
        made = stamp(diameter, self.brush.hardness, strength, column - x / fine, row - y / fine)
        reach = made.shape[0] // 2
        return self.put(made, column - reach, row - reach)

    def put(self, made: Pixels, left: int, top: int) -> Area:
        """Paint or erase with a dab's pixels, the first of which lies at (left, top); return where."""
        return paint(self.surface, made, left, top, self.erases)

    def shown(self, area: Area) -> Area:
        """Take note that dabs were put in an area, before anybody looks at it; return it."""
        return area


def paint(surface: Surface, made: Pixels, left: int, top: int, erases: bool) -> Area:
    """Paint or erase with some pixels, the first of which lies at (left, top); return where."""
    whole = Area(left, top, left + made.shape[1], top + made.shape[0])
    area = surface.touch(whole)
    if area.is_empty:
        return NOWHERE
    part = made[area.top - top : area.bottom - top, area.left - left : area.right - left]
    place = surface.pixels[area.slices]
    if erases:
        np.minimum(place, 255 - part, out=place)
    else:
        np.maximum(place, part, out=place)
    return area
