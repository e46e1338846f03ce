"""A small sketch of a page: trim, bleed and safe margin, and which way it is read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from komawari.domain.paper import Box, Paper
from komawari.ui.theme import colours


class PaperPreview(QWidget):
    """Shows a paper in its proportions."""

    def __init__(self, paper: Paper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper, self._right_to_left = paper, False
        self.setAccessibleName(self.tr("Sketch of the page"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(220, 280)

    def show_paper(self, paper: Paper, right_to_left: bool) -> None:
        """Show another one."""
        self._paper, self._right_to_left = paper, right_to_left
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        c, painter = colours(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bleed = self._paper.bleed_box
        scale = min((self.width() - 16) / (bleed[2] - bleed[0]), (self.height() - 16) / (bleed[3] - bleed[1]))
        painter.translate(self.width() / 2, self.height() / 2)
        painter.translate(-self._paper.width * scale / 2, -self._paper.height * scale / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#e3eef3"))
        painter.drawRect(_rect(bleed, scale))
        painter.setBrush(QColor("#ffffff"))
        painter.setPen(QPen(QColor("#6a6a6a"), 1))
        painter.drawRect(_rect(self._paper.trim_box, scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.accent), 1, Qt.PenStyle.DashLine))
        safe = _rect(self._paper.safe_box, scale)
        painter.drawRect(safe)
        self._paint_reading(painter, safe)
        painter.end()

    def _paint_reading(self, painter: QPainter, area: QRectF) -> None:
        """Draw an arrow along a line of reading."""
        painter.setPen(QPen(QColor("#6a6a6a"), 1.5))
        y, inset = area.top() + area.height() * 0.12, area.width() * 0.2
        start, end = QPointF(area.left() + inset, y), QPointF(area.right() - inset, y)
        if self._right_to_left:
            start, end = end, start
        back = 6 if end.x() < start.x() else -6
        painter.drawLine(start, end)
        painter.drawLine(end, end + QPointF(back, -5))
        painter.drawLine(end, end + QPointF(back, 5))


def _rect(box: Box, scale: float) -> QRectF:
    left, top, right, bottom = (side * scale for side in box)
    return QRectF(left, top, right - left, bottom - top)
