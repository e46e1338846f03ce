"""What helps on the screen and is never printed: guides, reading order, placeholders. Sizes are those of the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from komawari.domain.geometry.inscribed import inscribed
from komawari.domain.geometry.polygon import Polygon
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.ui.render.frames import qpolygon, qrect

BLEED_LINE, TRIM_LINE, SAFE_LINE = QColor("#e0594f"), QColor("#2f7fd6"), QColor("#35a083")
EMPTY, EMPTY_TEXT, EMPTY_HINT = QColor("#eef1f5"), QColor("#8792a2"), QColor("#6d7888")
CHIP, CHIP_TEXT = QColor(24, 28, 34, 205), QColor("#ffffff")
INSET = 9.0
"""Pixels between a frame's corner and the chip in it."""
NARROWEST_HINT, WIDEST_HINT, HINT_GAP = 90.0, 480.0, 4.0
"""Pixels that the hint in an empty panel needs across, has at most, and between it and the number."""
SMALLEST_ROOM = 12.0
"""Pixels of a panel's room in which anything is written."""
STEPS = 16
"""In which a chip moves from its corner to the middle."""


@contextmanager
def upright(painter: QPainter, at: QPointF) -> Iterator[None]:
    """Paint in the screen's pixels around a point of the page, neither turned nor mirrored with the canvas."""
    with in_view(painter, painter.transform().map(at)):
        yield


def paint_guides(painter: QPainter, paper: Paper) -> None:
    """Paint the lines of bleed, trim and safe area, one pixel wide at any zoom."""
    lines = [(paper.trim_box, TRIM_LINE, Qt.PenStyle.SolidLine)]
    lines += [(paper.bleed_box, BLEED_LINE, Qt.PenStyle.SolidLine)] if paper.bleed else []
    lines += [(paper.safe_box, SAFE_LINE, Qt.PenStyle.DashLine)] if paper.safe else []
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box, colour, style in lines:
        pen = QPen(colour, 1, style)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawRect(qrect(box))
    painter.restore()


def paint_numbers(painter: QPainter, panels: Sequence[tuple[Polygon, int]]) -> None:
    """Paint each frame's number into the corner where one begins to look."""
    for frame, number in panels:
        rect = chip_rect(str(number), bold=True)
        place = chip_place(painter.transform(), frame, rect, -1, -1)
        if place is not None:
            with in_view(painter, place):
                paint_chip(painter, str(number), bold=True)


def chip_place(transform: QTransform, frame: Polygon, rect: QRectF, across: int, down: int) -> QPointF | None:
    """Return where in a view a chip's upper left corner comes to lie; None: the frame is too small for it.

    It is the frame's corner that lies furthest to one side (-1: left, up; 1: right, down); where that is pointed, or
    turned with the canvas, the chip moves inwards until the frame holds all of it.
    """
    shown = transform.map(qpolygon(frame))
    points = [shown.at(index) for index in range(shown.count())]
    corner = max(points, key=lambda point: across * point.x() + down * point.y())
    x = corner.x() + INSET if across < 0 else corner.x() - INSET - rect.width()
    y = corner.y() + INSET if down < 0 else corner.y() - INSET - rect.height()
    found = moved_inwards(shown, rect.translated(x, y))
    return None if found is None else found.topLeft()


def moved_inwards(shown: QPolygonF, room: QRectF) -> QRectF | None:
    """Return a room moved towards a polygon's middle until the polygon holds all of it; None if it never does."""
    inwards = (_middle(shown) - room.center()) / STEPS
    tried = (room.translated(inwards * step) for step in range(STEPS + 1))
    found = next((one for one in tried if _holds(shown, one)), None)
    if found is None:
        widest = roomiest(shown)
        middle = room.translated(widest.center() - room.center())
        found = middle if widest.contains(middle) else None
    return found


def roomiest(shown: QPolygonF) -> QRectF:
    """Return the largest upright rectangle in a polygon."""
    return qrect(inscribed(tuple((shown.at(index).x(), shown.at(index).y()) for index in range(shown.count()))))


def _holds(shown: QPolygonF, rect: QRectF) -> bool:
    corners = (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight())
    return all(shown.containsPoint(corner, Qt.FillRule.WindingFill) for corner in corners)


@contextmanager
def in_view(painter: QPainter, place: QPointF) -> Iterator[None]:
    """Paint in the view's pixels from a place of it."""
    painter.save()
    painter.setTransform(QTransform.fromTranslate(place.x(), place.y()))
    try:
        yield
    finally:
        painter.restore()


def chip_font(bold: bool = False) -> QFont:
    """Return the font of small marks."""
    font = QFont()
    font.setPixelSize(12)
    font.setBold(bold)
    return font


def chip_rect(text: str, bold: bool = False) -> QRectF:
    """Return the room of a chip with its upper left corner at the origin."""
    metrics = QFontMetricsF(chip_font(bold))
    height = metrics.height() + 5
    return QRectF(0, 0, max(height, metrics.horizontalAdvance(text) + 12), height)


def paint_chip(painter: QPainter, text: str, bold: bool = False, colour: QColor = CHIP) -> QRectF:
    """Paint a small dark label with its upper left corner at the origin, and return its room."""
    rect = chip_rect(text, bold)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, 5, 5)
    painter.setFont(chip_font(bold))
    painter.setPen(CHIP_TEXT)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    return rect


def paint_placeholder(
    painter: QPainter, panel: Panel, polygon: QPolygonF, number: int | None, unreadable: bool = False,
    hinted: bool = True,
) -> None:  # fmt: skip
    """Fill an empty panel calmly; with its number and what to do next, as far as there is room."""
    painter.setBrush(EMPTY)
    painter.drawPolygon(polygon)
    room = roomiest(painter.transform().map(polygon))
    if min(room.width(), room.height()) < SMALLEST_ROOM:
        return
    width = min(room.width() * 0.88, WIDEST_HINT)
    with in_view(painter, room.center()):
        large = max(11.0, min(46.0, room.height() / 4, room.width() / 4))
        hint = _hint(panel, unreadable) if hinted and width >= NARROWEST_HINT else ""
        _paint_words(painter, "" if number is None else str(number), hint, QSizeF(width, room.height() * 0.85), large)


def _paint_words(painter: QPainter, number: str, hint: str, room: QSizeF, large: float) -> None:
    """Write the number and, where both fit into the room about the origin, the hint under it."""
    big, small = QFont(painter.font()), QFont(painter.font())
    big.setPixelSize(max(10, round(large)))
    big.setWeight(QFont.Weight.DemiBold)
    small.setPixelSize(13)
    small.setWeight(QFont.Weight.Normal)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    wanted = QRectF(0, 0, room.width(), 1000)
    needed = QFontMetricsF(small).boundingRect(wanted, int(flags), hint).height() + HINT_GAP if hint else 0.0
    metrics = QFontMetricsF(big)
    height = metrics.height() if number else 0.0
    if height + needed > room.height():
        needed = 0.0
    top = -(height + needed) / 2
    # The digits alone: the room below a line of text may reach over an edge.
    if metrics.capHeight() <= room.height() and metrics.horizontalAdvance(number) <= room.width():
        painter.setFont(big)
        painter.setPen(EMPTY_TEXT)
        painter.drawText(QRectF(-room.width() / 2, top, room.width(), height), Qt.AlignmentFlag.AlignCenter, number)
    if needed:
        painter.setFont(small)
        painter.setPen(EMPTY_HINT)
        under = QRectF(-room.width() / 2, top + height + HINT_GAP, room.width(), needed)
        painter.drawText(under, flags, hint)


def _hint(panel: Panel, unreadable: bool) -> str:
    if unreadable:
        return QCoreApplication.translate("Page", "This picture cannot be read. Choose another take.")
    if panel.take is not None:
        return QCoreApplication.translate("Page", "Reading …")
    if panel.prompt or panel.tags or panel.figures:
        return QCoreApplication.translate("Page", "Ctrl+Enter draws this panel")
    return QCoreApplication.translate("Page", "Give it a character or some tags, or drop a picture here")


def _middle(polygon: QPolygonF) -> QPointF:
    """Return the centroid of the corners, which lies inside of every frame that is cut by straight lines."""
    points = [polygon.at(index) for index in range(polygon.count())]
    return QPointF(sum(p.x() for p in points) / len(points), sum(p.y() for p in points) / len(points))
