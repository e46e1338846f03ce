"""Drags of figures: a joint, a bone, all of it, its box's corner, its knob. Each says which pose it would be now."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter

from komawari.document.document import Edit
from komawari.domain.edits import poses
from komawari.domain.panel import FigurePose
from komawari.domain.posing import dragging, whole
from komawari.domain.posing.carrying import with_spots
from komawari.domain.posing.limits import LEAST_FOLD, limited
from komawari.domain.posing.plane import angle_of, minus, plus
from komawari.domain.posing.skeleton import below
from komawari.domain.posing.space import Space, Spot, Spots
from komawari.ui.canvas import overlay
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import Drag
from komawari.ui.canvas.tools.pose_hits import PoseHit, Shown, box_round, corners_of
from komawari.ui.pose.desk import PoseOptions

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate
TURN_STEP = math.radians(15)
LEAST_SCALE = 0.05


class Target(NamedTuple):
    """What is dragged, as it was when it was grabbed."""

    panel: str
    shown: Shown
    space: Space
    options: PoseOptions
    hit: PoseHit


class PoseDrag(Drag):
    """A drag of one figure of a panel."""

    def __init__(self, view: CanvasView, start: Pointer, target: Target) -> None:
        super().__init__(view, start)
        self.target, self.shown, self.space = target, target.shown, target.space
        self._now, self.label = start, ""

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose that it would be if the drag ended here."""
        raise NotImplementedError

    def edit_at(self, pointer: Pointer) -> Edit:
        """Return what it would do if it ended here."""
        return partial(poses.set_pose, panel=self.target.panel, figure=self.shown.figure, pose=self.pose_at(pointer))

    def paint(self, painter: QPainter) -> None:
        """Paint how far it has come."""
        if self.label:
            overlay.paint_label(painter, self._now.page, self.label)

    def _says(self, pointer: Pointer, label: str) -> None:
        self._now, self.label = pointer, label


class _PartDrag(PoseDrag):
    """A joint or a bone: everything starts from how the figure was when it was grabbed."""

    def __init__(self, view: CanvasView, start: Pointer, target: Target) -> None:
        super().__init__(view, start, target)
        self._options, self._hit = target.options, target.hit

    def _bend(self, pointer: Pointer) -> dragging.Bend:
        return dragging.Bend(pointer.alt, LEAST_FOLD if self._options.limits else 0.0)

    def _posed(self, spots: Spots) -> FigurePose:
        if self._options.limits:
            spots = limited(spots, below(self._hit.part))
        return with_spots(self.shown.pose, self.space, spots)


class JointDrag(_PartDrag):
    """A joint goes where the hand goes; Ctrl keeps its bones' lengths (or lets them free), Alt bends the other way."""

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Pose", "Move joint")

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose."""
        joint = self._hit.part
        spots = self.shown.spots
        was = spots[joint] or self.shown.hidden[joint]
        to = plus(was, pointer.since(self.start))
        if spots[joint] is None or self._options.keep_lengths == pointer.ctrl:
            return self._posed(dragging.joint_placed(spots, joint, to))
        return self._posed(dragging.joint_led(spots, joint, to, self._bend(pointer)))


class BoneDrag(_PartDrag):
    """A bone takes its limb along, all lengths kept."""

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Pose", "Move limb")

    def __init__(self, view: CanvasView, start: Pointer, target: Target) -> None:
        super().__init__(view, start, target)
        self._bone = (target.hit.start, target.hit.part)
        self._grab = dragging.grabbed_at(self.shown.spots, self._bone, start.page) or 0.0

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose."""
        grab = max(self._grab, dragging.LEAST_GRAB)
        a, b = (self.shown.spots[joint] for joint in self._bone)
        if a is None or b is None:
            return self.shown.pose
        held: Spot = (a[0] + grab * (b[0] - a[0]), a[1] + grab * (b[1] - a[1]))
        to = plus(held, pointer.since(self.start))
        return self._posed(dragging.bone_dragged(self.shown.spots, self._bone, grab, to, self._bend(pointer)))


class WholeDrag(PoseDrag):
    """All of a figure moves; Ctrl keeps to one direction."""

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Pose", "Move figure")

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose."""
        dx, dy = pointer.since(self.start)
        if pointer.ctrl:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        return whole.moved(self.shown.pose, self.space, dx, dy)


class ScaleDrag(PoseDrag):
    """A corner scales a figure against the opposite one, with Alt about its middle."""

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Pose", "Scale figure")

    def __init__(self, view: CanvasView, start: Pointer, target: Target) -> None:
        super().__init__(view, start, target)
        box = box_round(self.shown, start.pixel) or (0.0, 0.0, 1.0, 1.0)
        corners = corners_of(box)
        self._corner, self._opposite = corners[target.hit.part], corners[(target.hit.part + 2) % 4]
        self._centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose."""
        fixed = self._centre if pointer.alt else self._opposite
        way, moved = minus(self._corner, fixed), pointer.since(self.start)
        along = (moved[0] * way[0] + moved[1] * way[1]) / max(way[0] ** 2 + way[1] ** 2, 1e-9)
        factor = max(1 + along, LEAST_SCALE)
        self._says(pointer, f"{factor:.0%}")
        return whole.scaled(self.shown.pose, self.space, factor, fixed)


class TurnDrag(PoseDrag):
    """The knob turns a figure about its middle; Ctrl in steps of 15°."""

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Pose", "Turn figure")

    def pose_at(self, pointer: Pointer) -> FigurePose:
        """Return the pose."""
        box = whole.bounds(self.shown.spots) or (0.0, 0.0, 0.0, 0.0)
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        by = angle_of(minus(pointer.page, middle)) - angle_of(minus(self.start.page, middle))
        by = math.remainder(by, 2 * math.pi)
        if pointer.ctrl:
            by = round(by / TURN_STEP) * TURN_STEP
        self._says(pointer, f"{math.degrees(by):+.0f}°")
        return whole.rotated(self.shown.pose, self.space, by, middle)


def drag_of(view: CanvasView, start: Pointer, target: Target) -> PoseDrag:
    """Return the drag that begins at a part of a figure."""
    if start.shift or target.hit.kind == "name":
        return WholeDrag(view, start, target)
    kinds: dict[str, type[PoseDrag]] = {"scale": ScaleDrag, "turn": TurnDrag, "bone": BoneDrag}
    return kinds.get(target.hit.kind, JointDrag)(view, start, target)
