"""Round which bones a figure's region lies: the shapes that engine and editor both paint it from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from animeadapter.protocol.pose import LIMBS

GROWTH = 0.55
"""How far clothes and hair reach from a bone, in shoulder widths."""
HEAD = 0.9
"""Radius of a head with its hair, in shoulder widths."""
SMALLEST_WIDTH = 0.06
"""Of the picture's longer side: what counts as shoulder width for a figure seen from the side."""
HEAD_JOINTS = (0, 14, 15, 16, 17)
Spot = tuple[float, float]


class FigureShape(NamedTuple):
    """Lines with round ends, and discs; a region is all of them together. Lengths are those of the canvas."""

    bones: tuple[tuple[Spot, Spot], ...]
    half_width: float
    heads: tuple[Spot, ...]
    radius: float


def figure_shape(spots: Sequence[Spot | None], longer: float) -> FigureShape:
    """Return the shape of a skeleton's region; joints and the canvas' longer side are in any one unit."""
    width = _shoulder_width(spots, longer)
    bones = tuple(
        (start, end)
        for start, end in ((spots[one], spots[other]) for one, other in LIMBS)
        if start is not None and end is not None
    )
    heads = tuple(spot for spot in (spots[joint] for joint in HEAD_JOINTS) if spot is not None)
    return FigureShape(bones, GROWTH * width, heads, HEAD * width)


def _shoulder_width(spots: Sequence[Spot | None], longer: float) -> float:
    """Return a figure's size: its shoulders apart, or what its longest trunk bone says of them."""
    found = [SMALLEST_WIDTH * longer]
    for one, other, share in ((2, 5, 1.0), (1, 8, 0.6), (1, 11, 0.6)):
        start, end = spots[one], spots[other]
        if start is not None and end is not None:
            found.append(share * math.dist(start, end))
    return max(found)
