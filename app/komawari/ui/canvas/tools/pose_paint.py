"""How figures look on the page: bones in their character's colour, right joints filled, left ones open, at any zoom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from animeadapter.protocol.figure_area import figure_shape
from animeadapter.protocol.pose import LIMBS
from komawari.domain.posing.skeleton import HEAD, NOSE, side
from komawari.domain.posing.space import Spot, Spots
from komawari.ui.canvas.colours import ACCENT, HALO, HANDLE, line
from komawari.ui.canvas.tools.pose_hits import PoseHit, Shown, box_round, corners_of, knob_of, name_room
from komawari.ui.render import marks
from komawari.ui.tags.colours import mixed

JOINT, BONE = 5.5, 4.0
"""Pixels: radius and width, where a figure has room."""
LEAST_JOINT, LEAST_BONE = 4.0, 2.0
ROOMY = 240.0
"""Pixels of a figure's longer side from which it is painted in full strength."""
DIM = 0.35
WHITE, GHOST = QColor("white"), QColor("#3d4653")
CLOSE, BESIDE, ABOVE = 14.0, 28.0, 54.0
"""Pixels round a figure's joints in which the joints themselves, its box, and the knob over it are."""
REGION = 52
"""Of 255: how strongly a region is tinted."""
REGION_PIXELS = 256
"""Longer side of a region's picture."""
Place = Callable[[Spot], QPointF]


def region_image(shown: Shown, canvas: QRectF) -> QImage:
    """Return a tint where a figure rules on its canvas (mm): the engine grows it from the same bones.

    It is small, so that it is made and painted within a frame, and as soft at its edge as a region is.
    """
    longer = max(canvas.width(), canvas.height())
    factor = REGION_PIXELS / max(longer, 1e-6)
    image = QImage(
        max(1, round(canvas.width() * factor)), max(1, round(canvas.height() * factor)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )  # fmt: skip
    image.fill(Qt.GlobalColor.transparent)
    tint = QColor(shown.colour)
    tint.setAlpha(REGION)
    shape = figure_shape(shown.spots, longer)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Bones overlap, and the tint is to be the same everywhere.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.scale(factor, factor)
    painter.translate(-canvas.topLeft())
    painter.setPen(_round(tint, 2 * shape.half_width))
    for start, end in shape.bones:
        painter.drawLine(QPointF(*start), QPointF(*end))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    for centre in shape.heads:
        painter.drawEllipse(QPointF(*centre), shape.radius, shape.radius)
    painter.end()
    return image


def paint_figure(painter: QPainter, shown: Shown, frame: QPolygonF, hit: PoseHit | None, active: int | None) -> None:
    """Paint a figure; what of it lies outside of the frame (mm) is dim."""
    seen = [QPointF(*spot) for spot in shown.spots if spot is not None]
    outside = any(not frame.containsPoint(spot, Qt.FillRule.WindingFill) for spot in seen)
    transform = painter.transform()
    painter.save()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if outside:
        painter.setOpacity(painter.opacity() * DIM)
        _paint(painter, shown, transform, hit, active)
        painter.setOpacity(painter.opacity() / DIM)
        inside = QPainterPath()
        inside.addPolygon(transform.map(frame))
        painter.setClipPath(inside, Qt.ClipOperation.IntersectClip)
    _paint(painter, shown, transform, hit, active)
    painter.restore()


def strength(shown: Shown, transform: QTransform) -> float:
    """Return how much room a figure has on the screen, 0 … 1."""
    points = [transform.map(QPointF(*spot)) for spot in shown.spots if spot is not None]
    box = QPolygonF(points).boundingRect()
    return min(1.0, max(box.width(), box.height()) / ROOMY)


def _paint(painter: QPainter, shown: Shown, transform: QTransform, hit: PoseHit | None, active: int | None) -> None:
    def place(spot: Spot) -> QPointF:
        return transform.map(QPointF(*spot))

    full = strength(shown, transform)
    width = LEAST_BONE + (BONE - LEAST_BONE) * full - (0 if shown.at_hand else 1)
    radius = LEAST_JOINT + (JOINT - LEAST_JOINT) * full - (0 if shown.at_hand else 1)
    mine = hit if hit is not None and hit.figure == shown.figure else None
    _paint_bones(painter, shown, place, width, mine)
    _paint_hidden(painter, shown, place, radius, mine)
    _paint_joints(painter, shown, place, radius, mine, active)


def _paint_bones(painter: QPainter, shown: Shown, place: Place, width: float, hit: PoseHit | None) -> None:
    lines = [
        (bone, QLineF(place(a), place(b)))
        for bone, a, b in ((bone, shown.spots[bone[0]], shown.spots[bone[1]]) for bone in LIMBS)
        if a is not None and b is not None
    ]
    painter.setPen(_round(HALO, width + 3))
    painter.drawLines([one for _, one in lines])
    for (start, end), one in lines:
        hot = hit is not None and hit.kind == "bone" and (hit.start, hit.part) == (start, end)
        thin = width * 0.6 if end in HEAD and start in HEAD else width
        painter.setPen(_round(_bone_colour(shown.colour, end), thin + (2 if hot else 0)))
        painter.drawLine(one)


def _bone_colour(colour: QColor, end: int) -> QColor:
    """Return a bone's colour: paler on the person's left."""
    return mixed(colour, WHITE, 0.42) if side(end) == "left" else colour


def _paint_joints(
    painter: QPainter, shown: Shown, place: Place, radius: float, hit: PoseHit | None, active: int | None
) -> None:
    for joint, spot in enumerate(shown.spots):
        if spot is None:
            continue
        hot = hit is not None and hit.kind == "joint" and hit.part == joint
        own = radius * (0.8 if joint in HEAD and joint != NOSE else 1.0) + (2 if hot else 0)
        if shown.at_hand and joint == active:
            painter.setPen(QPen(ACCENT, 2))
            painter.setBrush(HALO)
            painter.drawEllipse(place(spot), own + 4, own + 4)
        painter.setPen(QPen(shown.colour if side(joint) == "left" else WHITE, 2 if side(joint) == "left" else 1.5))
        painter.setBrush(WHITE if side(joint) == "left" else shown.colour)
        painter.drawEllipse(place(spot), own, own)


def _paint_hidden(painter: QPainter, shown: Shown, place: Place, radius: float, hit: PoseHit | None) -> None:
    """Paint rings where hidden joints would be."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for joint, spot in shown.hidden.items():
        hot = hit is not None and hit.kind == "hidden" and hit.part == joint
        for pen in (QPen(HALO, 3), QPen(shown.colour, 1.5, Qt.PenStyle.DotLine)):
            painter.setPen(pen)
            painter.drawEllipse(place(spot), radius + (2 if hot else 0), radius + (2 if hot else 0))


def paint_handles(painter: QPainter, shown: Shown, pixel: float, hot: PoseHit | None) -> None:
    """Paint the box of the figure at hand with its corners, and the knob that turns it."""
    box = box_round(shown, pixel)
    if box is None:
        return
    top, knob = QPointF((box[0] + box[2]) / 2, box[1]), QPointF(*knob_of(box, pixel))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (line(HALO, 3), line(ACCENT, 1, Qt.PenStyle.DashLine)):
        painter.setPen(pen)
        painter.drawRect(QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3])))
        painter.drawLine(top, knob)
    handles = [(QPointF(*corner), "scale", index) for index, corner in enumerate(corners_of(box))]
    for at, kind, part in [*handles, (knob, "turn", 0)]:
        grown = hot is not None and hot.figure == shown.figure and (hot.kind, hot.part) == (kind, part)
        _paint_handle(painter, at, kind == "turn", 6.5 if grown else 4.5)


def _paint_handle(painter: QPainter, at: QPointF, is_round: bool, half: float) -> None:
    with marks.upright(painter, at):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ACCENT, 1.5))
        painter.setBrush(HANDLE)
        room = QRectF(-half, -half, 2 * half, 2 * half)
        (painter.drawEllipse if is_round else painter.drawRect)(room)


def paint_name(painter: QPainter, shown: Shown, pixel: float) -> None:
    """Paint a figure's name in its colour."""
    room = name_room(shown, painter.transform(), pixel)
    if not room.isEmpty():
        with marks.in_view(painter, room.topLeft()):
            marks.paint_chip(painter, shown.name, colour=shown.colour)


def paint_ghost(painter: QPainter, spots: Spots, colour: QColor = GHOST) -> None:
    """Paint somebody of another panel, as a thought."""
    place = painter.transform()
    ends = ((spots[a], spots[b]) for a, b in LIMBS)
    lines = [QLineF(place.map(QPointF(*a)), place.map(QPointF(*b))) for a, b in ends if a is not None and b is not None]
    painter.save()
    painter.resetTransform()
    painter.setOpacity(0.55)
    painter.setPen(_round(HALO, 5))
    painter.drawLines(lines)
    painter.setPen(QPen(colour, 2.5, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
    painter.drawLines(lines)
    painter.restore()


def area_of(shown: Shown, transform: QTransform, pixel: float, resting: bool) -> QRectF:
    """Return all of a view that a figure's painting can touch; handles and name are there while nobody drags it."""
    spots = [spot for spot in (*shown.spots, *shown.hidden.values()) if spot is not None]
    if not spots:
        return QRectF()
    box = QPolygonF([QPointF(*spot) for spot in spots]).boundingRect()
    if not resting:
        more = CLOSE * pixel
        return transform.mapRect(box.adjusted(-more, -more, more, more))
    more, above = BESIDE * pixel, (ABOVE if shown.at_hand else BESIDE) * pixel
    return transform.mapRect(box.adjusted(-more, -above, more, more)) | name_room(shown, transform, pixel)


def region_room(shown: Shown, transform: QTransform, longer: float) -> QRectF:
    """Return what of a view a figure's region can touch; `longer` is its canvas' side in mm."""
    spots = [QPointF(*spot) for spot in shown.spots if spot is not None]
    more = figure_shape(shown.spots, longer).radius
    return transform.mapRect(QPolygonF(spots).boundingRect().adjusted(-more, -more, more, more))


def _round(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
