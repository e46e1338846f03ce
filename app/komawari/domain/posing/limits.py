"""What a body can do, for those who ask to be held to it: how long bones are, how far limbs fold, how heads tilt.

A drawing foreshortens, so bones may be as short as one likes; none is longer than a body of that trunk has it.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from komawari.domain.posing.plane import NEAR, angle_of, cross, minus, plus, polar, turning
from komawari.domain.posing.skeleton import ENDS, HEAD, HIPS, NECK, NOSE, PARENTS, below
from komawari.domain.posing.space import Spot, Spots

LONGEST = {
    2: 0.5, 5: 0.5, 3: 0.72, 6: 0.72, 4: 0.66, 7: 0.66, 9: 0.95, 12: 0.95, 10: 0.95, 13: 0.95, 0: 0.65,
}  # fmt: skip
"""Joint → the length of the bone that ends there, in lengths of the trunk, with what drawn styles allow themselves."""
LEAST_FOLD = math.radians(25)
"""The angle between the two bones of an arm or a leg."""
MOST_TILT = math.radians(75)
"""The angle between the trunk and the way from neck to nose."""


def trunk_of(spots: Spots) -> Spot | None:
    """Return the way from the hips' middle to the neck; None where it is not seen."""
    neck, hips = spots[NECK], [spot for spot in (spots[hip] for hip in HIPS) if spot is not None]
    if neck is None or not hips:
        return None
    foot = (sum(x for x, _ in hips) / len(hips), sum(y for _, y in hips) / len(hips))
    way = minus(neck, foot)
    return way if math.hypot(*way) > NEAR else None


def limited(spots: Spots, moved: Collection[int]) -> Spots:
    """Return the skeleton with the joints that were moved brought back to what a body can do."""
    trunk = trunk_of(spots)
    if trunk is None:
        return spots
    for joint in sorted(moved, key=lambda one: len(below(one)), reverse=True):
        if joint in LONGEST:
            spots = _shortened(spots, joint, LONGEST[joint] * math.hypot(*trunk))
        if joint == NOSE:
            spots = _straightened(spots, trunk)
    for end in ENDS:
        if {end, PARENTS[end], PARENTS[PARENTS[end]]} & set(moved):
            spots = _unfolded(spots, end)
    return spots


def _shortened(spots: Spots, joint: int, longest: float) -> Spots:
    holder, at = spots[PARENTS[joint]], spots[joint]
    if holder is None or at is None or math.dist(holder, at) <= longest:
        return spots
    new = plus(holder, polar(longest, angle_of(minus(at, holder))))
    way = minus(new, at)
    return tuple(plus(s, way) if s is not None and i in below(joint) else s for i, s in enumerate(spots))


def _straightened(spots: Spots, trunk: Spot) -> Spots:
    neck, nose = spots[NECK], spots[NOSE]
    if neck is None or nose is None or math.dist(neck, nose) <= NEAR:
        return spots
    tilt = _between(trunk, minus(nose, neck))
    over = tilt - math.copysign(MOST_TILT, tilt)
    if abs(tilt) <= MOST_TILT:
        return spots
    turn = turning(neck, -over)
    return tuple(turn(s) if s is not None and i in HEAD else s for i, s in enumerate(spots))


def _unfolded(spots: Spots, end: int) -> Spots:
    """Open a limb that is folded too far, by its lower bone."""
    middle = PARENTS[end]
    root, bend, tip = spots[PARENTS[middle]], spots[middle], spots[end]
    if root is None or bend is None or tip is None or min(math.dist(root, bend), math.dist(bend, tip)) <= NEAR:
        return spots
    fold = _between(minus(root, bend), minus(tip, bend))
    if abs(fold) >= LEAST_FOLD:
        return spots
    new = turning(bend, math.copysign(LEAST_FOLD, fold) - fold)(tip)
    return tuple(new if index == end else spot for index, spot in enumerate(spots))


def _between(one: Spot, other: Spot) -> float:
    """Return the angle from one way to another, −π … π."""
    return math.atan2(cross(one, other), one[0] * other[0] + one[1] * other[1])
