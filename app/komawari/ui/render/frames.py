"""What of a panel is painted: its frame drawn out over the trim where it bleeds, and the sides that have a line."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from komawari.domain.geometry.edges import slid
from komawari.domain.geometry.polygon import Line, Polygon, sides
from komawari.domain.geometry.sizes import AT_TRIM
from komawari.domain.paper import Box, Paper


class Bled(NamedTuple):
    """A frame as it is painted."""

    polygon: Polygon
    """Where its picture shows: sides at the trim are drawn out to the bleed."""
    outside: frozenset[int]
    """The sides that lie at or beyond the trim: the paper is cut there, so they have no line."""


def bled(frame: Polygon, paper: Paper) -> Bled:
    """Return a frame, drawn out to the bleed with every side that reaches the trim along its whole length."""
    outside = {index: by for index, side in enumerate(sides(frame)) if (by := _beyond(side, paper)) is not None}
    polygon = frame
    for index, by in outside.items():
        polygon = slid(polygon, index, by) if by > 0 else polygon
    return Bled(polygon, frozenset(outside))


def _beyond(side: Line, paper: Paper) -> float | None:
    """Return how far (mm) a side at the trim has to move outwards to reach the bleed; None if it is not at the trim."""
    (ax, ay), (bx, by) = side
    width, height, over = paper.width, paper.height, paper.bleed
    past = (-max(ax, bx), -max(ay, by), min(ax, bx) - width, min(ay, by) - height)
    found = [over - one for one in past if one >= -AT_TRIM]
    return max(max(found), 0.0) if found else None


def rectangle_of(polygon: Polygon) -> QRectF | None:
    """Return an upright rectangle as one; None for any other polygon."""
    xs, ys = {round(x, 6) for x, _ in polygon}, {round(y, 6) for _, y in polygon}
    if len(polygon) != 4 or len(xs) != 2 or len(ys) != 2:
        return None
    return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))


def qpolygon(polygon: Polygon) -> QPolygonF:
    """Return a polygon as Qt has it."""
    return QPolygonF([QPointF(x, y) for x, y in polygon])


def qrect(box: Box) -> QRectF:
    """Return a box as Qt has it."""
    return QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))


def outline(frame: Bled) -> QPainterPath:
    """Return the line around a frame, without the sides that lie outside of the trim."""
    path = QPainterPath()
    points, count = [QPointF(x, y) for x, y in frame.polygon], len(frame.polygon)
    if not frame.outside:
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
        return path
    first = min(frame.outside) + 1
    drawing = False
    for index in ((first + k) % count for k in range(count)):
        if index in frame.outside:
            drawing = False
            continue
        if not drawing:
            path.moveTo(points[index])
        path.lineTo(points[(index + 1) % count])
        drawing = True
    return path
