"""What becomes of a skeleton when a joint or a bone is dragged.

All functions take and return the 18 joints on the page, and leave hidden ones hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from animeadapter.protocol.pose import LIMBS
from komawari.domain.posing.limbs import reached
from komawari.domain.posing.plane import NEAR, angle_of, minus, plus, turning
from komawari.domain.posing.skeleton import ENDS, HEAD, HIPS, NOSE, PARENTS, ROOT, TRUNK, below
from komawari.domain.posing.space import Spot, Spots

LEAST_GRAB = 0.3
"""Share of a bone from its upper end: grabbed nearer to that it would whirl about."""


class Bend(NamedTuple):
    """How a limb may bend."""

    other_way: bool = False
    """To the other side than before."""
    least: float = 0.0
    """The angle (radians) that it cannot be folded beyond."""


ANY = Bend()


def joint_placed(spots: Spots, joint: int, to: Spot) -> Spots:
    """Return the skeleton with one joint elsewhere, whatever becomes of its bones; a head follows its nose."""
    was = spots[joint]
    if was is not None and joint == NOSE:
        return _shifted(spots, HEAD, minus(to, was))
    return tuple(to if index == joint else spot for index, spot in enumerate(spots))


def joint_led(spots: Spots, joint: int, to: Spot, bend: Bend = ANY) -> Spots:
    """Return the skeleton with a joint led towards a spot, all lengths kept.

    Wrists and ankles bend their limb, other joints turn what hangs on them, the neck takes everything along.
    """
    was = spots[joint]
    if was is None:
        return joint_placed(spots, joint, to)
    if joint == ROOT:
        return _shifted(spots, range(len(spots)), minus(to, was))
    return bone_dragged(spots, (PARENTS[joint], joint), 1.0, to, bend)


def bone_dragged(spots: Spots, bone: tuple[int, int], grab: float, to: Spot, bend: Bend = ANY) -> Spots:
    """Return the skeleton with a bone's point at a share `grab` of its length drawn to a spot, all lengths kept.

    A forearm or shin bends its whole limb, an upper bone turns it, the trunk takes both legs along.
    """
    start, end = bone
    holder, joint = spots[start], spots[end]
    if holder is None or joint is None:
        return spots
    root = spots[PARENTS[start]] if end in ENDS else None
    if root is None:
        return _aimed(spots, TRUNK if end in HIPS else below(end), holder, joint, to)
    share = max(grab, LEAST_GRAB)
    middle, tip = reached(root, holder, joint, to, share, bend.other_way, bend.least)
    return tuple(middle if i == start else tip if i == end else spot for i, spot in enumerate(spots))


def _aimed(spots: Spots, joints: Collection[int], holder: Spot, joint: Spot, to: Spot) -> Spots:
    """Return the skeleton with joints turned about a holder until a bone of its looks at a spot."""
    way, wanted = minus(joint, holder), minus(to, holder)
    if max(map(abs, wanted)) <= NEAR or max(map(abs, way)) <= NEAR:
        return spots
    return _sent(spots, joints, turning(holder, angle_of(wanted) - angle_of(way)))


def _shifted(spots: Spots, joints: Collection[int], way: Spot) -> Spots:
    return _sent(spots, joints, lambda spot: plus(spot, way))


def _sent(spots: Spots, joints: Collection[int], move: Callable[[Spot], Spot]) -> Spots:
    return tuple(move(spot) if spot is not None and i in joints else spot for i, spot in enumerate(spots))


def grabbed_at(spots: Spots, bone: tuple[int, int], at: Spot) -> float | None:
    """Return at which share of a bone's length a spot is nearest to it; None where the bone is not seen."""
    start, end = spots[bone[0]], spots[bone[1]]
    if start is None or end is None:
        return None
    way, back = minus(end, start), minus(at, start)
    square = way[0] ** 2 + way[1] ** 2
    return 0.0 if square <= NEAR else min(max((back[0] * way[0] + back[1] * way[1]) / square, 0.0), 1.0)


def bones(spots: Spots) -> list[tuple[int, int]]:
    """Return the bones of which both ends are seen."""
    return [bone for bone in LIMBS if spots[bone[0]] is not None and spots[bone[1]] is not None]
