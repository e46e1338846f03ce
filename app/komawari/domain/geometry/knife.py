"""The knife: a frame cut in two along a line, with a gutter between the halves."""

from __future__ import annotations

import math
from collections.abc import Iterable

from komawari.domain.base import DomainError
from komawari.domain.geometry.polygon import (
    Line,
    Point,
    Polygon,
    clipped,
    crossings,
    frame,
    segments_touch,
    shifted,
    side_of,
    sides,
)


def straight(start: Point, end: Point) -> Point:
    """Return the end of a stroke, moved so that the stroke is level or upright, whichever is nearer."""
    level = abs(end[0] - start[0]) >= abs(end[1] - start[1])
    return (end[0], start[1]) if level else (start[0], end[1])


def is_level(line: Line) -> bool:
    """Return whether a cut separates rows, rather than columns."""
    (ax, ay), (bx, by) = line
    return abs(bx - ax) >= abs(by - ay)


def cut(polygon: Polygon, line: Line, gutter: float) -> tuple[Polygon, Polygon]:
    """Return what lies left and right of an endless line, each half a gutter away from it.

    Raises `DomainError` if the line misses the frame, would leave more than two pieces, or one too thin.
    """
    if not math.isfinite(gutter) or gutter < 0:
        raise DomainError("knife: the gutter has to be 0 mm or more")
    if not math.dist(*line) > 0.01:
        raise DomainError("knife: the stroke is too short to have a direction")
    edges = (shifted(line, -gutter / 2), shifted(line, gutter / 2))
    if any(crossings(polygon, edge) != 2 for edge in edges):
        raise DomainError("knife: the cut has to go through the panel once, with room for its gutter")
    return frame(clipped(polygon, edges[0], -1)), frame(clipped(polygon, edges[1], 1))


def struck(frames: Iterable[tuple[str, Polygon]], stroke: Line) -> list[str]:
    """Return the ids of the frames that a stroke goes through, from one edge to another."""
    found = []
    for name, polygon in frames:
        touched = sum(segments_touch(stroke, side) for side in sides(polygon))
        apart = {side_of(stroke, corner) > 0 for corner in polygon}
        if touched >= 2 and len(apart) == 2:
            found.append(name)
    return found
