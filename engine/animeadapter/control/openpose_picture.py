"""The OpenPose control picture, painted at sub-pixel accuracy from the shapes of `protocol.control_picture`."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.control_picture import Limb, shapes
from animeadapter.protocol.pose import Pose

SHIFT = 4
"""Bits of sub-pixel accuracy that OpenCV is given."""


def draw_pose(poses: Iterable[Pose], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the control picture, uint8 (height, width, 3) RGB, of people on a canvas of (width, height)
    pixels."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    for shape in shapes(poses, size):
        if isinstance(shape, Limb):
            outline = np.rint(np.array(shape.outline) * 2**SHIFT).astype(np.int32)
            cv2.fillConvexPoly(picture, outline, shape.colour, cv2.LINE_AA, SHIFT)
        else:
            centre = tuple(round(value * 2**SHIFT) for value in shape.centre)
            cv2.circle(picture, centre, round(shape.radius * 2**SHIFT), shape.colour, -1, cv2.LINE_AA, SHIFT)
    return picture
