"""What of the figures in a panel lies under the hand. Reaches are pixels of the screen, at any zoom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QTransform

from komawari.domain.panel import FigurePose
from komawari.domain.paper import Box
from komawari.domain.posing.dragging import bones, grabbed_at
from komawari.domain.posing.space import Spot, Spots
from komawari.domain.posing.whole import bounds
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.render import marks

JOINT_REACH, BONE_REACH, HANDLE_REACH = 10.0, 7.0, 9.0
AROUND = 18.0
"""Pixels between a figure and its box."""
KNOB = 24.0
"""Pixels from the box to the knob that turns."""
Kind = Literal["joint", "hidden", "bone", "scale", "turn", "name"]


class PoseHit(NamedTuple):
    """A part of a figure."""

    figure: str
    kind: Kind
    part: int = 0
    """The joint; of a bone the joint that it ends at; of a box the corner, clockwise from the upper left."""
    start: int = 0
    """Of a bone: the joint that it begins at."""


@dataclass(frozen=True)
class Shown:
    """A figure as it is shown now."""

    figure: str
    pose: FigurePose
    spots: Spots
    hidden: Mapping[int, Spot]
    """Where its hidden joints would be; of the figure at hand alone."""
    colour: QColor
    name: str
    at_hand: bool


def box_round(shown: Shown, pixel: float) -> Box | None:
    """Return the box (mm) around a figure, where a pixel of the screen takes so many millimetres."""
    box = bounds(shown.spots)
    more = AROUND * pixel
    return None if box is None else (box[0] - more, box[1] - more, box[2] + more, box[3] + more)


def corners_of(box: Box) -> tuple[Spot, ...]:
    """Return a box's corners, clockwise from the upper left."""
    left, top, right, bottom = box
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def knob_of(box: Box, pixel: float) -> Spot:
    """Return where the knob is that turns a figure."""
    return ((box[0] + box[2]) / 2, box[1] - KNOB * pixel)


def name_room(shown: Shown, transform: QTransform, pixel: float) -> QRectF:
    """Return where in the view a figure's name stands; empty where no joint is seen."""
    box = box_round(shown, pixel)
    if box is None:
        return QRectF()
    area = transform.mapRect(QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3])))
    room = marks.chip_rect(shown.name)
    return room.translated(area.left() - 2, area.top() - room.height() - 4)


def hit(figures: Sequence[Shown], pointer: Pointer, transform: QTransform) -> PoseHit | None:
    """Return what is under the hand: joints before handles before bones before names, the figure at hand first."""
    ordered = sorted(figures, key=lambda one: not one.at_hand)
    for find in (_joints, _handles, _bones):
        for one in ordered:
            near = min(find(one, pointer), default=None)
            if near is not None:
                return near[1]
    place = QPointF(pointer.view)
    names = (one for one in ordered if name_room(one, transform, pointer.pixel).contains(place))
    return next((PoseHit(one.figure, "name") for one in names), None)


def _joints(one: Shown, pointer: Pointer) -> Iterator[tuple[float, PoseHit]]:
    reach = JOINT_REACH * pointer.pixel
    for joint, spot in enumerate(one.spots):
        if spot is not None and (far := math.dist(spot, pointer.page)) <= reach:
            yield far, PoseHit(one.figure, "joint", joint)
    for joint, spot in one.hidden.items():
        # What is there comes before what is not.
        if (far := math.dist(spot, pointer.page)) <= reach:
            yield far + reach, PoseHit(one.figure, "hidden", joint)


def _handles(one: Shown, pointer: Pointer) -> Iterator[tuple[float, PoseHit]]:
    box = box_round(one, pointer.pixel) if one.at_hand else None
    if box is None:
        return
    reach = HANDLE_REACH * pointer.pixel
    for index, corner in enumerate(corners_of(box)):
        if (far := math.dist(corner, pointer.page)) <= reach:
            yield far, PoseHit(one.figure, "scale", index)
    if (far := math.dist(knob_of(box, pointer.pixel), pointer.page)) <= reach:
        yield far, PoseHit(one.figure, "turn")


def _bones(one: Shown, pointer: Pointer) -> Iterator[tuple[float, PoseHit]]:
    reach = BONE_REACH * pointer.pixel
    for start, end in bones(one.spots):
        share = grabbed_at(one.spots, (start, end), pointer.page)
        a, b = one.spots[start], one.spots[end]
        if share is None or a is None or b is None:
            continue
        nearest = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        if (far := math.dist(nearest, pointer.page)) <= reach:
            yield far, PoseHit(one.figure, "bone", end, start)
