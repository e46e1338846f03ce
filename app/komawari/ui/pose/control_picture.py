"""The control picture as the engine will see it, painted by Qt from the engine's own shapes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from animeadapter.protocol.control_picture import Limb, shapes
from animeadapter.protocol.pose import Pose

LIMB_EDGE, JOINT_EDGE = 1.25, 1.0
"""Pixels by which the engine's soft edges make limbs and joints wider; measured, and held by a test."""
HALF = QPointF(0.5, 0.5)
"""The engine's whole numbers are middles of pixels, Qt's are their corners."""


def control_picture(poses: Iterable[Pose], size: tuple[int, int]) -> QImage:
    """Return the control picture of people on a canvas of (width, height) pixels."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(HALF)
    for shape in shapes(poses, size):
        colour = QColor(*(round(value) for value in shape.colour))
        edge = LIMB_EDGE if isinstance(shape, Limb) else JOINT_EDGE
        painter.setPen(QPen(colour, edge, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(colour)
        if isinstance(shape, Limb):
            painter.drawPolygon(QPolygonF([QPointF(*spot) for spot in shape.outline]))
        else:
            painter.drawEllipse(QPointF(*shape.centre), shape.radius, shape.radius)
    painter.end()
    return image
