"""The OpenPose control picture: coloured skeletons on black, as pose-conditioned models were trained on it.

Limbs are filled ellipses of half-width 4 px at 0.6 of their colour, joints discs of radius 4 px at full
colour, at 512 px; at other sizes in proportion, at sub-pixel accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.pose import COLOURS, LIMBS, Pose

STICK = 4.0 / 512
"""Half-width of a limb and radius of a joint, in sides of the square of the same area."""
LIMB_BRIGHTNESS = 0.6
SHIFT = 4
"""Bits of sub-pixel accuracy that OpenCV is given."""
ARC_STEP = 10
Points = NDArray[np.float64]


def draw_pose(poses: Iterable[Pose], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the control picture, uint8 (height, width, 3) RGB, of people on a canvas of (width, height)
    pixels."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    radius = STICK * math.sqrt(width * height)
    for pose in poses:
        points = [None if p is None else (p[0] * width, p[1] * height) for p in pose.keypoints]
        for (one, other), colour in zip(LIMBS, COLOURS):
            start, end = points[one], points[other]
            if start is not None and end is not None:
                _limb(picture, start, end, radius, tuple(LIMB_BRIGHTNESS * c for c in colour))
        for point, colour in zip(points, COLOURS):
            if point is not None:
                centre = tuple(round(c * 2**SHIFT) for c in point)
                cv2.circle(picture, centre, round(radius * 2**SHIFT), colour, -1, cv2.LINE_AA, SHIFT)
    return picture


def _limb(
    picture: NDArray[np.uint8],
    start: tuple[float, float],
    end: tuple[float, float],
    half_width: float,
    colour: tuple[float, ...],
) -> None:
    """Fill the ellipse whose long axis runs from joint to joint."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    half_length = math.hypot(end[0] - start[0], end[1] - start[1]) / 2
    turn = np.radians(np.arange(0, 360, ARC_STEP))
    along, across = half_length * np.cos(turn), half_width * np.sin(turn)
    x = (start[0] + end[0]) / 2 + along * math.cos(angle) - across * math.sin(angle)
    y = (start[1] + end[1]) / 2 + along * math.sin(angle) + across * math.cos(angle)
    outline = np.rint(np.stack([x, y], axis=1) * 2**SHIFT).astype(np.int32)
    cv2.fillConvexPoly(picture, outline, colour, cv2.LINE_AA, SHIFT)
