"""The largest upright rectangle in a polygon: where words fit that must not run over slanted edges."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from komawari.domain.geometry.polygon import Polygon, bounds, sides
from komawari.domain.paper import Box

ROWS = 20
"""Rows into which a polygon is cut, beside those at its corners: the rectangle begins and ends at one of them."""
DIGITS = 4
Spans = tuple[tuple[float, float], ...]
"""Pieces of a row, from left to right."""


def inscribed(polygon: Polygon) -> Box:
    """Return the largest rectangle with upright sides that a simple polygon holds, as far as `ROWS` tell.

    An upright rectangle's own box; of equally large ones that nearest to the middle.
    """
    left, top, right, bottom = bounds(polygon)
    wide, high = right - left, bottom - top
    if wide <= 0 or high <= 0:
        return (left, top, left, top)
    # Of the unit square: however near a page is looked at, its panels have the same rectangles.
    unit = tuple((round((x - left) / wide, DIGITS), round((y - top) / high, DIGITS)) for x, y in polygon)
    a, b, c, d = _in_unit(unit)
    return (left + a * wide, top + b * high, left + c * wide, top + d * high)


@lru_cache(1024)
def _in_unit(polygon: Polygon) -> Box:
    cuts = sorted({*(y for _, y in polygon), *(row / ROWS for row in range(ROWS + 1))})
    strips = [_spans(polygon, a, b) for a, b in zip(cuts, cuts[1:])]
    return max(_boxes(cuts, strips), key=_merit, default=(0.5, 0.5, 0.5, 0.5))


def _merit(box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    off = abs(left + right - 1) + abs(top + bottom - 1)
    return (round((right - left) * (bottom - top), DIGITS), -off)


def _boxes(cuts: list[float], strips: list[Spans]) -> Iterator[Box]:
    """Yield every rectangle from one cut to another that is as wide as the polygon lets it be."""
    for first in range(len(strips)):
        free = strips[first]
        for last in range(first, len(strips)):
            free = _common(free, strips[last])
            yield from ((left, cuts[first], right, cuts[last + 1]) for left, right in free)


def _spans(polygon: Polygon, top: float, bottom: float) -> Spans:
    """Return what of a strip lies inside along its whole height; no corner lies between its edges."""
    crossing: list[tuple[float, float]] = []
    for (ax, ay), (bx, by) in sides(polygon):
        if min(ay, by) <= top and max(ay, by) >= bottom and ay != by:
            slope = (bx - ax) / (by - ay)
            crossing.append((ax + (top - ay) * slope, ax + (bottom - ay) * slope))
    crossing.sort(key=sum)
    pairs = zip(crossing[::2], crossing[1::2])
    return tuple((max(one), min(other)) for one, other in pairs if max(one) < min(other))


def _common(one: Spans, other: Spans) -> Spans:
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((a, b) for a, b in both if a < b)
