"""Distances and turns in the plane. Angles are radians, and grow from x to y."""

from __future__ import annotations

import math
from collections.abc import Callable

from komawari.domain.posing.space import Spot

NEAR = 1e-9


def minus(one: Spot, other: Spot) -> Spot:
    """Return the way from `other` to `one`."""
    return (one[0] - other[0], one[1] - other[1])


def plus(one: Spot, other: Spot, times: float = 1.0) -> Spot:
    """Return a spot some way further on."""
    return (one[0] + other[0] * times, one[1] + other[1] * times)


def angle_of(way: Spot) -> float:
    """Return the direction of a way."""
    return math.atan2(way[1], way[0])


def polar(length: float, angle: float) -> Spot:
    """Return the way of a length in a direction."""
    return (length * math.cos(angle), length * math.sin(angle))


def cross(one: Spot, other: Spot) -> float:
    """Return whether `other` turns to the right (positive, as y goes down) of `one`, times both lengths."""
    return one[0] * other[1] - one[1] * other[0]


def turning(about: Spot, by: float) -> Callable[[Spot], Spot]:
    """Return what turns the plane about a spot."""
    cos, sin = math.cos(by), math.sin(by)

    def turn(spot: Spot) -> Spot:
        x, y = minus(spot, about)
        return (about[0] + x * cos - y * sin, about[1] + x * sin + y * cos)

    return turn


def middle(one: Spot, other: Spot) -> Spot:
    """Return the spot half way."""
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
