"""What an OpenPose control picture consists of: coloured skeletons on black, as pose-conditioned models were trained.

Limbs are filled ellipses of half-width 4 px at 0.6 of their colour, joints discs of radius 4 px at full colour, at
512 px; at other sizes in proportion. Engine and editor both paint these shapes, so what the artist is shown is what
the model sees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from animeadapter.protocol.pose import COLOURS, LIMBS, Pose

STICK = 4.0 / 512
"""Half-width of a limb and radius of a joint, in sides of the square of the same area."""
LIMB_BRIGHTNESS = 0.6
ARC_STEP = 10
"""Degrees between the corners of a limb's outline."""
TURN = tuple((math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in range(0, 360, ARC_STEP))
Spot = tuple[float, float]
"""x and y in pixels."""


class Limb(NamedTuple):
    """A limb as a polygon."""

    outline: tuple[Spot, ...]
    colour: tuple[float, float, float]
    """RGB, 0 … 255."""


class Joint(NamedTuple):
    """A joint as a disc."""

    centre: Spot
    radius: float
    colour: tuple[int, int, int]


def shapes(poses: Iterable[Pose], size: tuple[int, int]) -> Iterator[Limb | Joint]:
    """Yield all shapes of people on a canvas of (width, height) pixels, in the order in which they are painted."""
    width, height = size
    radius = STICK * math.sqrt(width * height)
    for pose in poses:
        spots = [None if p is None else (p[0] * width, p[1] * height) for p in pose.keypoints]
        for (one, other), (r, g, b) in zip(LIMBS, COLOURS):
            start, end = spots[one], spots[other]
            if start is not None and end is not None:
                colour = (LIMB_BRIGHTNESS * r, LIMB_BRIGHTNESS * g, LIMB_BRIGHTNESS * b)
                yield Limb(_ellipse(start, end, radius), colour)
        for spot, full in zip(spots, COLOURS):
            if spot is not None:
                yield Joint(spot, radius, full)


def _ellipse(start: Spot, end: Spot, half_width: float) -> tuple[Spot, ...]:
    """Return the outline of the ellipse whose long axis runs from joint to joint."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    half_length = math.hypot(end[0] - start[0], end[1] - start[1]) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return tuple(
        (x + half_length * c * cos - half_width * s * sin, y + half_length * c * sin + half_width * s * cos)
        for c, s in TURN
    )
