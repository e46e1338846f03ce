"""Edges that face each other across a gutter: moved together, and joined when two panels become one."""

from __future__ import annotations

import math
from collections.abc import Mapping

from komawari.domain.base import DomainError
from komawari.domain.geometry.polygon import (
    Line,
    Point,
    Polygon,
    area,
    cleaned,
    frame,
    meeting,
    shifted,
    side_of,
    sides,
)

Edge = tuple[str, int]
"""A panel's id, and the index of the corner that the edge begins at."""
PARALLEL = math.cos(math.radians(3))
SHORTEST = 1.0
"""Millimetres along which two edges have to lie side by side."""


def line_of(frames: Mapping[str, Polygon], edge: Edge) -> Line:
    """Return an edge's two corners. Raises `DomainError`."""
    polygon = frames.get(edge[0], ())
    if not 0 <= edge[1] < len(polygon):
        raise DomainError(f"panel {edge[0]} has no edge {edge[1]}")
    return (polygon[edge[1]], polygon[(edge[1] + 1) % len(polygon)])


def face(one: Line, other: Line, reach: float) -> bool:
    """Return whether two edges of clockwise frames run side by side with nothing but a gutter up to `reach` between."""
    u, v = _direction(one), _direction(other)
    if u[0] * v[0] + u[1] * v[1] > -PARALLEL:
        return False
    middle = ((other[0][0] + other[1][0]) / 2, (other[0][1] + other[1][1]) / 2)
    along = sorted((p[0] - one[0][0]) * u[0] + (p[1] - one[0][1]) * u[1] for p in other)
    overlap = min(along[1], math.dist(*one)) - max(along[0], 0)
    return -reach <= side_of(one, middle) <= 0.01 and overlap >= SHORTEST


def shared(frames: Mapping[str, Polygon], edge: Edge, reach: float) -> list[Edge]:
    """Return the edge, all that face it, all that face those, and so on: what an artist sees as one gutter."""
    found, ahead = [edge], [edge]
    line_of(frames, edge)
    every = [(name, index) for name, polygon in frames.items() for index in range(len(polygon))]
    while ahead:
        line = line_of(frames, ahead.pop())
        new = [other for other in every if other not in found and face(line, line_of(frames, other), reach)]
        found += new
        ahead += new
    return found


def moved_edges(frames: Mapping[str, Polygon], edges: list[Edge], by: float) -> dict[str, Polygon]:
    """Return the frames that change when all these edges move `by` mm outwards, as seen from the first edge's frame.

    An edge stays parallel to itself and its ends slide along their neighbours, so that slanted sides stay straight.
    Raises `DomainError` if a frame would turn inside out or too thin.
    """
    first = _direction(line_of(frames, edges[0]))
    result: dict[str, Polygon] = {}
    for name, index in edges:
        own = _direction(line_of(frames, (name, index)))
        outwards = by if own[0] * first[0] + own[1] * first[1] > 0 else -by
        result[name] = slid(result.get(name, frames[name]), index, outwards)
    return {name: _usable(polygon, frames[name]) for name, polygon in result.items()}


def slid(polygon: Polygon, index: int, outwards: float) -> Polygon:
    """Return a clockwise polygon with one edge moved outwards (mm), corner for corner; it may have become unusable."""
    count = len(polygon)
    before, start, end, after = (polygon[(index + k) % count] for k in (-1, 0, 1, 2))
    target = shifted((start, end), -outwards)
    corners = list(polygon)
    corners[index] = meeting((before, start), target) or target[0]
    corners[(index + 1) % count] = meeting((after, end), target) or target[1]
    return tuple(corners)


def _usable(polygon: Polygon, old: Polygon) -> Polygon:
    """Return a frame whose edges all still run the way they ran: one that passed beyond its opposite is refused."""
    for one, other in zip(sides(polygon), sides(old)):
        if (one[1][0] - one[0][0]) * (other[1][0] - other[0][0]) + (one[1][1] - one[0][1]) * (
            other[1][1] - other[0][1]
        ) <= 0:
            raise DomainError("frame: the edge cannot move that far")
    return frame(polygon)


def merged(one: Polygon, other: Polygon, reach: float) -> Polygon:
    """Return one frame in place of two that face each other across a gutter. Raises `DomainError`."""
    pairs = [
        (i, k)
        for i, edge in enumerate(sides(one))
        for k, facing in enumerate(sides(other))
        if face(edge, facing, reach) or face(facing, edge, reach)
    ]
    for i, k in sorted(pairs, key=lambda pair: -_length(one, pair[0]) - _length(other, pair[1])):
        joined = cleaned(_joined(one, i, other, k))
        if area(joined) >= (area(one) + area(other)) * (1 - 1e-9):
            return frame(joined)
    raise DomainError("merge: the panels have to lie side by side")


def _joined(one: Polygon, i: int, other: Polygon, k: int) -> Polygon:
    """Return both outlines in one, the shorter frame's sides drawn out until they meet the longer edge's line."""
    if _length(one, i) < _length(other, k):
        one, i, other, k = other, k, one, i
    count = len(other)
    target = (one[i], one[(i + 1) % len(one)])
    before, start, end, after = (other[(k + n) % count] for n in (-1, 0, 1, 2))
    first = meeting((after, end), target) or end
    last = meeting((before, start), target) or start
    around = [other[(k + 1 + n) % count] for n in range(count)]
    return (*one[: i + 1], first, *around, last, *one[i + 1 :])


def _direction(line: Line) -> Point:
    (ax, ay), (bx, by) = line
    length = math.dist(*line) or 1.0
    return ((bx - ax) / length, (by - ay) / length)


def _length(polygon: Polygon, index: int) -> float:
    return math.dist(polygon[index], polygon[(index + 1) % len(polygon)])
