"""What of a page lies under the hand."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Literal, NamedTuple

from komawari.domain.geometry.polygon import Line, Point, Polygon, contains, segments_touch, sides
from komawari.domain.panel import Panel
from komawari.domain.paper import Box
from komawari.domain.project import Page


class Hit(NamedTuple):
    """A part of a panel."""

    panel: str
    kind: Literal["corner", "edge", "inside"]
    part: int = 0
    """Of the corner, or of the edge by the corner that it begins at."""


def hit(page: Page, point: Point, reach: float, selected: Collection[str]) -> Hit | None:
    """Return what lies within `reach` (mm) of a point: corners and edges of selected panels before all else."""
    front = list(reversed(page.panels))
    chosen = [panel for panel in front if panel.id in selected]
    for panel in chosen:
        for index, corner in enumerate(panel.frame):
            if math.dist(corner, point) <= reach:
                return Hit(panel.id, "corner", index)
    return _edge_of(chosen, point, reach) or _inside_or_edge(front, point, reach)


def _inside_or_edge(front: list[Panel], point: Point, reach: float) -> Hit | None:
    """Return the foremost panel's part; edges are reached from outside as well, as the lines are thin."""
    for panel in front:
        if (edge := _edge_of([panel], point, reach / 2)) is not None:
            return edge
        if contains(panel.frame, point):
            return Hit(panel.id, "inside")
    return None


def _edge_of(panels: list[Panel], point: Point, reach: float) -> Hit | None:
    for panel in panels:
        near = [(_distance(side, point), index) for index, side in enumerate(sides(panel.frame))]
        distance, index = min(near)
        if distance <= reach:
            return Hit(panel.id, "edge", index)
    return None


def _distance(side: Line, point: Point) -> float:
    (ax, ay), (bx, by) = side
    length = math.dist(*side) ** 2 or 1.0
    t = min(max(((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length, 0.0), 1.0)
    return math.dist(point, (ax + t * (bx - ax), ay + t * (by - ay)))


def panel_at(page: Page, point: Point) -> str | None:
    """Return the foremost panel at a point."""
    return next((panel.id for panel in reversed(page.panels) if contains(panel.frame, point)), None)


def touched(page: Page, area: Box) -> list[str]:
    """Return the panels that a box (mm) touches, from back to front."""
    left, top, right, bottom = area
    corners: Polygon = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [panel.id for panel in page.panels if _overlap(panel.frame, corners)]


def _overlap(one: Polygon, other: Polygon) -> bool:
    if contains(one, other[0]) or contains(other, one[0]):
        return True
    return any(segments_touch(a, b) for a in sides(one) for b in sides(other))
