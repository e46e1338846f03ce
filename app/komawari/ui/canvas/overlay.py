"""Drawing over the page: outlines, handles, snap lines, labels. Widths are pixels at any zoom."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from komawari.domain.geometry.polygon import Line, Point, Polygon, sides
from komawari.domain.paper import Paper, in_unit
from komawari.ui.canvas.colours import ACCENT, HALO, HANDLE, SNAP, line
from komawari.ui.canvas.snapping import Snap
from komawari.ui.render import marks
from komawari.ui.render.frames import qpolygon

HANDLE_SIZE = 8.0


def paint_outline(painter: QPainter, polygon: Polygon | QPolygonF, colour: QColor = ACCENT, width: float = 2.0) -> None:
    """Paint an outline that shows on bright and dark pictures."""
    shape = polygon if isinstance(polygon, QPolygonF) else qpolygon(polygon)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (line(HALO, width + 2), line(colour, width)):
        painter.setPen(pen)
        painter.drawPolygon(shape)


def paint_edges(painter: QPainter, edges: Iterable[Line], colour: QColor, width: float = 3.0) -> None:
    """Paint edges that are about to move."""
    for pen in (line(HALO, width + 2), line(colour, width)):
        painter.setPen(pen)
        for (ax, ay), (bx, by) in list(edges):
            painter.drawLine(QPointF(ax, ay), QPointF(bx, by))


def paint_handles(painter: QPainter, points: Iterable[Point], round_ones: bool = False) -> None:
    """Paint handles at points of the page."""
    half = HANDLE_SIZE / 2
    for point in points:
        where = painter.transform().map(QPointF(*point))
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line(ACCENT, 1.5))
        painter.setBrush(HANDLE)
        rect = QRectF(where.x() - half, where.y() - half, 2 * half, 2 * half)
        (painter.drawEllipse if round_ones else painter.drawRect)(rect)
        painter.restore()


def paint_frame_handles(painter: QPainter, frame: Polygon) -> None:
    """Paint a handle at each corner, and a smaller one in the middle of each edge that is long enough."""
    paint_handles(painter, frame)
    transform = painter.transform()
    for (ax, ay), (bx, by) in sides(frame):
        ends = transform.map(QPointF(ax, ay)), transform.map(QPointF(bx, by))
        if (ends[1] - ends[0]).manhattanLength() > 60:
            paint_handles(painter, [((ax + bx) / 2, (ay + by) / 2)], round_ones=True)


def paint_snap(painter: QPainter, found: Snap, area: QRectF) -> None:
    """Paint the lines that something clings to, across all of an area (mm)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(line(SNAP, 1.0))
    for x in found.xs:
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    for y in found.ys:
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_label(painter: QPainter, at: Point, text: str) -> None:
    """Paint a small label below and right of a point of the page."""
    with marks.upright(painter, QPointF(*at)):
        painter.translate(14, 16)
        marks.paint_chip(painter, text)


def length_text(length: float, paper: Paper) -> str:
    """Return a length (mm) in the paper's own unit."""
    value = in_unit(length, paper.unit, paper.dpi)
    return f"{value:.{ {'mm': 1, 'in': 2, 'px': 0}[paper.unit] }f}"


def size_text(width: float, height: float, paper: Paper) -> str:
    """Return a size as it is shown beside a drag."""
    return f"{length_text(width, paper)} × {length_text(height, paper)} {paper.unit}"


def ends_of(frame: Polygon, indices: Collection[int]) -> list[Line]:
    """Return some of a frame's edges."""
    every = list(sides(frame))
    return [every[index] for index in indices if index < len(every)]
