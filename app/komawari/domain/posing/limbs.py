"""Arms and legs: two bones whose lengths stay, and an end that goes where it is drawn (two-bone inverse kinematics)."""

from __future__ import annotations

import math

from komawari.domain.posing.plane import NEAR, angle_of, cross, minus, plus, polar
from komawari.domain.posing.space import Spot


def reached(
    root: Spot, middle: Spot, end: Spot, target: Spot, grab: float = 1.0, other_way: bool = False, least: float = 0.0
) -> tuple[Spot, Spot]:
    """Return where elbow (or knee) and wrist (or ankle) go so that the lower bone's point at `grab` reaches a target.

    `grab` is a share of the lower bone, 1: its end. Beyond reach the limb is stretched towards the target. It bends to
    the side to which it was bent, or the other way; `least` is the angle (radians) that it cannot be folded beyond.
    """
    upper, lower = math.dist(root, middle), math.dist(middle, end)
    held = max(grab, NEAR) * lower
    nearest = max(abs(upper - held), _folded(upper, held, least))
    distance = min(max(math.dist(root, target), nearest), upper + held)
    way = minus(target, root) if math.dist(root, target) > NEAR else minus(end, root)
    bend = _bend(upper, held, distance)
    if _bends_left(root, middle, end) != other_way:
        bend = -bend
    new_middle = plus(root, polar(upper, angle_of(way) + bend))
    grabbed = plus(root, polar(distance, angle_of(way)))
    along = minus(grabbed, new_middle)
    if math.hypot(*along) <= NEAR:
        return new_middle, plus(new_middle, minus(end, middle))
    return new_middle, plus(new_middle, polar(lower, angle_of(along)))


def _folded(upper: float, held: float, least: float) -> float:
    """Return how far the end is from the root where the limb is folded as far as it may be."""
    return math.sqrt(max(upper**2 + held**2 - 2 * upper * held * math.cos(least), 0.0)) if least > 0 else 0.0


def _bend(upper: float, held: float, distance: float) -> float:
    """Return the angle at the root between the upper bone and the way to the end."""
    if min(upper, distance) <= NEAR:
        return 0.0
    cosine = (upper**2 + distance**2 - held**2) / (2 * upper * distance)
    return math.acos(min(max(cosine, -1.0), 1.0))


def _bends_left(root: Spot, middle: Spot, end: Spot) -> bool:
    """Return to which side of the way from root to end the middle is."""
    return cross(minus(end, root), minus(middle, root)) < 0
