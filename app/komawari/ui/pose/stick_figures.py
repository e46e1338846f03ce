"""Little stick figures: how poses look in lists and buttons."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPen, QPixmap

from animeadapter.protocol.pose import COLOURS, LIMBS, Pose
from komawari.ui.icons import pixmap
from komawari.ui.tags.colours import mixed

NECK, HIPS, FACE = 1, (8, 11), (0, 14, 15, 16, 17)
"""Joints of `animeadapter.protocol.pose`."""
SKULL = QColor(235, 235, 235, 90)
HEAD = 0.27
"""Radius of a head, in lengths of the trunk."""


def paint_pose(painter: QPainter, pose: Pose, canvas: QRectF, width: float, skull: QColor | None = None) -> None:
    """Paint a pose on a canvas' rectangle, with lines so wide, in the skeleton's own colours; `skull` rounds a head."""
    points = [
        None
        if point is None
        else QPointF(canvas.left() + point[0] * canvas.width(), canvas.top() + point[1] * canvas.height())
        for point in pose.keypoints
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if skull is not None:
        _paint_head(painter, points, skull)
    for limb, (a, b) in enumerate(LIMBS):
        start, end = points[a], points[b]
        if start is not None and end is not None:
            painter.setPen(QPen(QColor(*COLOURS[limb]), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)


def _paint_head(painter: QPainter, points: list[QPointF | None], colour: QColor) -> None:
    """Paint a head round the face's joints, or above the neck where none is seen."""
    neck, hips = points[NECK], [at for at in (points[i] for i in HIPS) if at is not None]
    seen = [at for at in (points[i] for i in FACE) if at is not None]
    if neck is None or not hips:
        return
    up = neck - _middle(hips)
    trunk = max(QLineF(QPointF(), up).length(), 1.0)
    radius = trunk * HEAD
    centre = _middle(seen) if seen else neck + up * (1.35 * HEAD)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, radius, radius)


def _middle(points: list[QPointF]) -> QPointF:
    return QPointF(sum(at.x() for at in points) / len(points), sum(at.y() for at in points) / len(points))


def fitted(canvas: tuple[float, float], room: QRectF) -> QRectF:
    """Return the largest rectangle of a canvas' proportions in the middle of some room."""
    factor = min(room.width() / canvas[0], room.height() / canvas[1])
    width, height = canvas[0] * factor, canvas[1] * factor
    return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)


def pose_pixmap(
    pose: Pose | None, canvas: tuple[float, float], size: QSize, palette: QPalette, ratio: float = 1.0
) -> QPixmap:
    """Return a pose on its picture's canvas, on a quiet ground; for None an empty place, as nobody is told to stand."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = fitted(canvas, QRectF(0, 0, size.width(), size.height()).adjusted(1, 1, -1, -1))
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    if pose is None:
        _paint_nobody(painter, ground, base, mixed(base, text, 0.55), ratio)
    else:
        painter.setPen(QPen(mixed(base, text, 0.22), 1))
        painter.setBrush(mixed(base, QColor("black"), 0.72))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setClipRect(ground)
        paint_pose(painter, pose, ground.adjusted(2, 2, -2, -2), max(2.0, size.height() / 26), SKULL)
    painter.end()
    return QPixmap.fromImage(image)


def _paint_nobody(painter: QPainter, ground: QRectF, base: QColor, line: QColor, ratio: float) -> None:
    """Paint a place that is free: dashes around it, and in it the outline of a figure as the tools show one."""
    pen = QPen(line, 1.4)
    pen.setDashPattern([3.0, 2.5])
    painter.setPen(pen)
    painter.setBrush(base)
    painter.drawRoundedRect(ground, 4, 4)
    side = min(ground.width(), ground.height()) * 0.62
    place = QRectF(ground.center().x() - side / 2, ground.center().y() - side / 2, side, side)
    painter.drawPixmap(place.toRect(), pixmap("ghost", place.toRect().width(), line.name(), ratio))


def pose_icon(pose: Pose, canvas: tuple[float, float], size: QSize, palette: QPalette, ratio: float = 1.0) -> QIcon:
    """Return a pose as an icon, the same when it is chosen."""
    icon = QIcon(pose_pixmap(pose, canvas, size, palette, ratio))
    icon.addPixmap(pose_pixmap(pose, canvas, size, palette, ratio), QIcon.Mode.Selected)
    return icon
