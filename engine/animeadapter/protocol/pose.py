"""A skeleton of 18 joints: its constants (OpenPose's COCO order), and `Pose`, one person on a canvas.

Coordinates are fractions of the canvas: x to the right in widths, y down in heights. A joint may lie outside
the canvas. Left and right are the person's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec

from animeadapter.protocol.errors import EngineError

JOINTS = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist",
    "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
    "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10),
    (1, 11), (11, 12), (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
"""Pairs of joints; limb i is drawn in `COLOURS[i]`, joint i too."""
COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
"""RGB of joint i."""
FLIP_PAIRS = ((2, 5), (3, 6), (4, 7), (8, 11), (9, 12), (10, 13), (14, 15), (16, 17))
"""Joints that trade places in a mirror."""
FACE_POINTS = 70
HAND_POINTS = 21
FARTHEST = 8.0
"""No coordinate may be farther than this many canvases from the origin."""

Coordinate = Annotated[float, msgspec.Meta(ge=-FARTHEST, le=FARTHEST)]
Point = tuple[Coordinate, Coordinate]
Keypoints = Annotated[tuple[Point | None, ...], msgspec.Meta(min_length=len(JOINTS), max_length=len(JOINTS))]
Scored = tuple[Coordinate, Coordinate, Annotated[float, msgspec.Meta(ge=0)]]
"""x, y and a detector's confidence."""
FacePoints = Annotated[tuple[Scored, ...], msgspec.Meta(min_length=FACE_POINTS, max_length=FACE_POINTS)]
HandPoints = Annotated[tuple[Scored, ...], msgspec.Meta(min_length=HAND_POINTS, max_length=HAND_POINTS)]


class PoseError(EngineError, ValueError):
    """A pose, or a file of poses, is malformed; the message names the field."""


class Pose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One person: 18 joints in the order of `JOINTS`, None where a joint is unseen.

    Face and hand points are carried through and moved with the body, though nothing here draws them.
    """

    keypoints: Keypoints
    face: FacePoints | None = None
    left_hand: HandPoints | None = None
    right_hand: HandPoints | None = None

    def __post_init__(self) -> None:
        """Hold what was built by hand to the same rules as what was decoded."""
        _check_points("keypoints", self.keypoints, len(JOINTS), 2)
        for name, count in (("face", FACE_POINTS), ("left_hand", HAND_POINTS), ("right_hand", HAND_POINTS)):
            points = getattr(self, name)
            if points is not None:
                _check_points(name, points, count, 3)

    def mirrored(self) -> Pose:
        """Return the pose seen in a mirror: x turned round, left and right joints traded."""
        order = list(range(len(JOINTS)))
        for one, other in FLIP_PAIRS:
            order[one], order[other] = other, one
        flipped = self.mapped(lambda x, y: (1.0 - x, y))
        face = flipped.face and tuple(flipped.face[i] for i in FACE_MIRROR)
        return Pose(tuple(flipped.keypoints[i] for i in order), face, flipped.right_hand, flipped.left_hand)

    def mapped(self, move: Callable[[float, float], tuple[float, float]]) -> Pose:
        """Return the pose with every point, face and hands too, sent through `move(x, y)`."""
        joints = tuple(None if point is None else move(*point) for point in self.keypoints)
        extras = [
            None if points is None else tuple((*move(x, y), c) for x, y, c in points)
            for points in (self.face, self.left_hand, self.right_hand)
        ]
        return Pose(joints, *extras)

    def moved(self, dx: float, dy: float) -> Pose:
        """Return the pose shifted by fractions of the canvas."""
        return self.mapped(lambda x, y: (x + dx, y + dy))

    def scaled(self, factor: float, about: tuple[float, float] | None = None) -> Pose:
        """Return the pose grown by `factor` about a point, or about the middle of its bounds."""
        left, top, right, bottom = self.bounds()
        cx, cy = about or ((left + right) / 2, (top + bottom) / 2)
        return self.mapped(lambda x, y: (cx + (x - cx) * factor, cy + (y - cy) * factor))

    def refitted(self, source: tuple[int, int], target: tuple[int, int]) -> Pose:
        """Return the pose of a canvas (width, height) centred, whole and undistorted, on another canvas."""
        factor = min(target[0] / source[0], target[1] / source[1])
        sx, sy = factor * source[0] / target[0], factor * source[1] / target[1]
        return self.mapped(lambda x, y: (0.5 + (x - 0.5) * sx, 0.5 + (y - 0.5) * sy))

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the seen joints; the whole canvas if none is seen."""
        seen = [point for point in self.keypoints if point is not None]
        if not seen:
            return (0.0, 0.0, 1.0, 1.0)
        xs, ys = zip(*seen, strict=True)
        return (min(xs), min(ys), max(xs), max(ys))


def _check_points(name: str, points: Sequence[Sequence[float] | None], count: int, width: int) -> None:
    if len(points) != count:
        raise PoseError(f"{name}: {count} points are needed, there are {len(points)}")
    for index, point in enumerate(points):
        if point is None and width == 2:
            continue
        if point is None or len(point) != width:
            raise PoseError(f"{name}[{index}]: {width} numbers are needed")
        if not all(math.isfinite(value) and abs(value) <= FARTHEST for value in point):
            raise PoseError(f"{name}[{index}]: {tuple(point)} lies nowhere near the canvas")


def _face_mirror() -> tuple[int, ...]:
    """Return for each of the 70 face points which one takes its place in a mirror."""
    order = list(range(FACE_POINTS))
    runs = (range(17), range(17, 27), range(31, 36), range(48, 55), range(60, 65))
    for run in runs:
        order[run.start : run.stop] = reversed(run)
    eyes = ((36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46), (68, 69))
    for one, other in (*eyes, (55, 59), (56, 58), (65, 67)):
        order[one], order[other] = other, one
    return tuple(order)


FACE_MIRROR = _face_mirror()
"""Jaw, brows, nose, eyes, lips and pupils, each point's mirror twin."""
