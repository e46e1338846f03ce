"""Simple polygons: areas, bounds, cutting by a line, and what makes a frame usable.

A polygon is a tuple of (x, y) in millimetres, clockwise as one sees it (y goes down), without repeating the first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from komawari.domain.base import DomainError
from komawari.domain.paper import Box

Point = tuple[float, float]
Polygon = tuple[Point, ...]
Line = tuple[Point, Point]
"""Two points on it; where it has sides, the positive one is on the right as one walks from the first to the second."""
SAME = 1e-6
"""Points closer than this (mm) are one point."""
THINNEST = 0.5
"""Least area over half the outline (mm): for a long strip, its width."""


def rectangle(box: Box) -> Polygon:
    """Return a box as a polygon."""
    left, top, right, bottom = box
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def sides(polygon: Polygon) -> Iterator[Line]:
    """Yield the edges; edge i begins at corner i."""
    return zip(polygon, (*polygon[1:], polygon[0]))


def signed_area(polygon: Polygon) -> float:
    """Return the area in mm², negative if the corners run anticlockwise."""
    ox, oy = polygon[0]
    return sum((ax - ox) * (by - oy) - (bx - ox) * (ay - oy) for (ax, ay), (bx, by) in sides(polygon)) / 2


def area(polygon: Polygon) -> float:
    """Return the area in mm²."""
    return abs(signed_area(polygon)) if polygon else 0.0


def outline(polygon: Polygon) -> float:
    """Return the length around."""
    return sum(math.dist(a, b) for a, b in sides(polygon))


def bounds(polygon: Polygon) -> Box:
    """Return the box around a polygon."""
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return (min(xs), min(ys), max(xs), max(ys))


def moved(polygon: Polygon, dx: float, dy: float) -> Polygon:
    """Return the polygon elsewhere."""
    return tuple((x + dx, y + dy) for x, y in polygon)


def mirrored(polygon: Polygon, about: float) -> Polygon:
    """Return the polygon mirrored at the vertical line x = `about`, clockwise again."""
    return tuple((2 * about - x, y) for x, y in reversed(polygon))


def cleaned(polygon: Polygon) -> Polygon:
    """Return the polygon clockwise, without double corners and corners that lie on a straight edge."""
    corners = [p for p, q in zip(polygon, (*polygon[1:], polygon[0])) if math.dist(p, q) > SAME]
    kept = [
        q for p, q, r in zip([*corners[-1:], *corners[:-1]], corners, [*corners[1:], *corners[:1]]) if _turns(p, q, r)
    ]
    return tuple(kept if len(kept) < 3 or signed_area(tuple(kept)) > 0 else reversed(kept))


def _turns(p: Point, q: Point, r: Point) -> bool:
    """Return whether q lies off the line from p to r, or is the tip of a spike, which has to be seen to be refused."""
    cross = (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0])
    ahead = (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1])
    return abs(cross) > SAME * max(math.dist(p, r), SAME) or ahead < 0


def side_of(line: Line, point: Point) -> float:
    """Return a point's distance from a line in mm, positive on its right."""
    (ax, ay), (bx, by) = line
    return ((bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)) / math.dist(*line)


def shifted(line: Line, by: float) -> Line:
    """Return the line `by` millimetres further to its right."""
    (ax, ay), (bx, by_) = line
    length = math.dist(*line)
    nx, ny = -(by_ - ay) / length * by, (bx - ax) / length * by
    return ((ax + nx, ay + ny), (bx + nx, by_ + ny))


def clipped(polygon: Polygon, line: Line, keep: int) -> Polygon:
    """Return what of a polygon lies on one side of an endless line (keep 1: right, -1: left); () if nothing does."""
    kept: list[Point] = []
    for a, b in sides(polygon):
        da, db = side_of(line, a) * keep, side_of(line, b) * keep
        if da >= 0:
            kept.append(a)
        if (da > 0 > db) or (da < 0 < db):
            t = da / (da - db)
            kept.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    result = cleaned(tuple(kept)) if len(kept) > 2 else ()
    return result if len(result) > 2 else ()


def crossings(polygon: Polygon, line: Line) -> int:
    """Return how often a polygon's outline passes from one side of a line to the other."""
    signs = [side_of(line, point) > 0 for point in polygon]
    return sum(one != other for one, other in zip(signs, [*signs[1:], signs[0]]))


def meeting(one: Line, other: Line) -> Point | None:
    """Return where two endless lines meet; None if they are as good as parallel."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if abs(cross) < 1e-4 * math.dist(*one) * math.dist(*other):
        return None
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / cross
    return (ax + (bx - ax) * t, ay + (by - ay) * t)


def contains(polygon: Polygon, point: Point) -> bool:
    """Return whether a point lies inside."""
    inside, (x, y) = False, point
    for (ax, ay), (bx, by) in sides(polygon):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def is_simple(polygon: Polygon) -> bool:
    """Return whether no two edges touch, neighbours at their common corner excepted."""
    edges = list(sides(polygon))
    count = len(edges)
    pairs = ((i, j) for i in range(count) for j in range(i + 2, count) if (j + 1) % count != i)
    return not any(segments_touch(edges[i], edges[j]) for i, j in pairs)


def segments_touch(one: Line, other: Line) -> bool:
    """Return whether two pieces of line have a point in common."""
    o1, o2 = _orientation(*one, other[0]), _orientation(*one, other[1])
    o3, o4 = _orientation(*other, one[0]), _orientation(*other, one[1])
    if o1 != o2 and o3 != o4:
        return True
    return any(o == 0 and _between(line, p) for o, line, p in (
        (o1, one, other[0]), (o2, one, other[1]), (o3, other, one[0]), (o4, other, one[1]),
    ))  # fmt: skip


def _orientation(a: Point, b: Point, c: Point) -> int:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    limit = 1e-9 * (1 + math.dist(a, b))
    return (cross > limit) - (cross < -limit)


def _between(line: Line, p: Point) -> bool:
    (ax, ay), (bx, by) = line
    return min(ax, bx) <= p[0] <= max(ax, bx) and min(ay, by) <= p[1] <= max(ay, by)


def frame(polygon: Polygon) -> Polygon:
    """Return the polygon cleaned, as a panel's frame. Raises `DomainError` where it cannot be one."""
    if not all(math.isfinite(value) for point in polygon for value in point):
        raise DomainError("frame: a corner is nowhere")
    corners = cleaned(polygon)
    if not 3 <= len(corners) <= 64:
        raise DomainError("frame: needs 3 to 64 corners that are not on one line")
    if not is_simple(corners):
        raise DomainError("frame: its edges cross each other")
    if 2 * area(corners) / outline(corners) < THINNEST:
        raise DomainError("frame: is too thin to hold a picture")
    return corners
