"""The seam of a local edit: does the picture jump where what was drawn meets what was left?"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
REACH = 4
"""Pixels on either side of the seam that count as its surroundings."""

ALL, LATER, EARLIER = slice(None), slice(1, None), slice(None, -1)
NEIGHBOURS = (((LATER, ALL), (EARLIER, ALL)), ((ALL, LATER), (ALL, EARLIER)))
"""Every pixel with the one above it, and with the one to its left."""


class Gradient(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of absolute differences between neighbouring pixels, in grey levels, and how many pairs there were."""

    across: float
    """Pairs of which one pixel lies inside the mask and the other outside."""
    across_pairs: int
    around: float
    """Pairs near the seam that lie on one side of it."""
    around_pairs: int


def gradient(picture: Pixels, mask: Pixels) -> Gradient:
    """Return the gradients of a picture (height, width, 3) across the border of a mask (height, width) and near it."""
    inside = mask > 0
    kernel = np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)
    grey = inside.astype(np.uint8)
    band = (cv2.dilate(grey, kernel) > 0) & (cv2.erode(grey, kernel) == 0)
    levels = picture.astype(np.float64)
    sums, pairs = np.zeros(2), np.zeros(2, int)
    for one, other in NEIGHBOURS:
        steps = np.abs(levels[one] - levels[other]).mean(-1)
        crossing = inside[one] != inside[other]
        near = band[one] & band[other] & ~crossing
        for place, chosen in enumerate((crossing, near)):
            sums[place] += steps[chosen].sum()
            pairs[place] += chosen.sum()
    return Gradient(
        across=float(sums[0]), across_pairs=int(pairs[0]), around=float(sums[1]), around_pairs=int(pairs[1])
    )


def jump(gradients: list[Gradient]) -> float:
    """Return the mean gradient across seams divided by that of their surroundings; NaN where there is none."""
    pairs = sum(g.across_pairs for g in gradients), sum(g.around_pairs for g in gradients)
    around = sum(g.around for g in gradients)
    if not all(pairs) or not around:
        return float("nan")
    return sum(g.across for g in gradients) / pairs[0] / (around / pairs[1])
