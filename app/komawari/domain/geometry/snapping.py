"""Snapping: the lines of a page that a moved point clings to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from komawari.domain.geometry.polygon import Point, Polygon, bounds
from komawari.domain.paper import Paper
from komawari.domain.project import Gutters


class Guides(NamedTuple):
    """Upright lines by their x, level lines by their y, in millimetres."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]


class Snapped(NamedTuple):
    """A point that may have moved, and the lines that it clings to, to be shown."""

    point: Point
    x: float | None
    y: float | None


def page_guides(paper: Paper, gutters: Gutters, others: Iterable[Polygon]) -> Guides:
    """Return a page's lines: bleed, trim, safe, middle, the other frames' bounds, and one gutter outside of those."""
    boxes = (paper.bleed_box, paper.trim_box, paper.safe_box)
    xs = [paper.width / 2] + [x for box in boxes for x in (box[0], box[2])]
    ys = [paper.height / 2] + [y for box in boxes for y in (box[1], box[3])]
    for left, top, right, bottom in map(bounds, others):
        xs += [left, right, left - gutters.columns, right + gutters.columns]
        ys += [top, bottom, top - gutters.rows, bottom + gutters.rows]
    return Guides(tuple(sorted(set(xs))), tuple(sorted(set(ys))))


def snap(point: Point, guides: Guides, reach: float) -> Snapped:
    """Return the point on the nearest lines that are within `reach` (mm), each direction for itself."""
    x, y = _nearest(point[0], guides.xs, reach), _nearest(point[1], guides.ys, reach)
    return Snapped((point[0] if x is None else x, point[1] if y is None else y), x, y)


def snap_move(polygon: Polygon, guides: Guides, reach: float) -> Point:
    """Return by how much (mm) a moved frame has to move further, so that its bounds cling to lines."""
    left, top, right, bottom = bounds(polygon)
    return (_step((left, right), guides.xs, reach), _step((top, bottom), guides.ys, reach))


def _nearest(value: float, lines: tuple[float, ...], reach: float) -> float | None:
    near = min(lines, key=lambda line: abs(line - value), default=None)
    return near if near is not None and abs(near - value) <= reach else None


def _step(values: tuple[float, ...], lines: tuple[float, ...], reach: float) -> float:
    steps = [line - value for value in values for line in lines if abs(line - value) <= reach]
    return min(steps, key=abs, default=0.0)
