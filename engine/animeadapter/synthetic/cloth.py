"""Patterns on cloth: functions from picture coordinates to the second colour's share, along a garment's own axes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from animeadapter.synthetic.canvas import Pattern
from animeadapter.synthetic.curves import Points

Grid = NDArray[np.float64]
Rule = Callable[[Grid, Grid], Grid]


def _half(t: Grid) -> Grid:
    return (t % 1.0 < 0.5).astype(np.float64)


def _polka(u: Grid, v: Grid) -> Grid:
    row = np.floor(v)
    return (((u + 0.5 * (row % 2)) % 1.0 - 0.5) ** 2 + (v % 1.0 - 0.5) ** 2 < 0.075).astype(np.float64)


def _argyle(u: Grid, v: Grid) -> Grid:
    return _half((u + v) * 0.7) * _half((u - v) * 0.7)


RULES: dict[str, Rule] = {
    "striped": lambda u, v: _half(v * 1.1),
    "vertical": lambda u, v: _half(u * 1.1),
    "plaid": lambda u, v: 0.42 * _half(u) + 0.42 * _half(v),
    "checkered": lambda u, v: np.abs(_half(u * 0.9) - _half(v * 0.9)),
    "polka_dot": _polka,
    "argyle": _argyle,
}


def cloth(name: str, origin: Points, down: Points, unit: float, size: float = 1.0) -> Pattern | None:
    """Return a pattern laid along a garment, or None for plain cloth.

    `origin` and the direction `down` (2,) are in pixels; `unit` is pixels of one head, of which a repeat is about a
    sixth, times `size`.
    """
    rule = RULES.get(name)
    if rule is None:
        return None
    length = float(np.hypot(*down))
    axis = down / length if length > 1e-6 else np.array([0.0, 1.0])
    repeat = max(unit * 0.17 * size, 3.0)

    def pattern(x: Grid, y: Grid) -> Grid:
        dx, dy = (x - origin[0]) / repeat, (y - origin[1]) / repeat
        return rule(dx * axis[1] - dy * axis[0], dx * axis[0] + dy * axis[1])

    return pattern
