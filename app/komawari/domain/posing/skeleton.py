"""How the joints of `animeadapter.protocol.pose` hang together: a tree that begins at the neck."""

from __future__ import annotations

from typing import Literal

from animeadapter.protocol.pose import JOINTS, LIMBS

NOSE, NECK = 0, 1
ROOT = NECK
PARENTS: dict[int, int] = {child: parent for parent, child in LIMBS}
"""Joint → the one that it hangs on; the neck hangs on none."""
ENDS = (4, 7, 10, 13)
"""Wrists and ankles: the ends of the four limbs that have an elbow or a knee."""
MIDDLES = {PARENTS[end]: end for end in ENDS}
"""Elbows and knees → the ends beyond them."""
HIPS = (8, 11)
Side = Literal["right", "left", "middle"]


def below(joint: int) -> tuple[int, ...]:
    """Return a joint and everything that hangs on it."""
    found = [joint]
    for one in found:
        found += [child for child, parent in PARENTS.items() if parent == one]
    return tuple(found)


HEAD = below(NOSE)
TRUNK = tuple(joint for hip in HIPS for joint in below(hip))
"""Hips and legs, which turn with the trunk together."""


def side(joint: int) -> Side:
    """Return which side of the person a joint is on."""
    name = JOINTS[joint]
    return "right" if name.startswith("right") else "left" if name.startswith("left") else "middle"
