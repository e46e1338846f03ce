"""Webtoon slices: how large they are, and how a page is cut into them."""

from __future__ import annotations

from komawari.domain.paper import INCH, Paper

SLICE = (800, 1280)
"""The most that webtoon platforms take, in pixels."""


def slice_dpi(paper: Paper) -> float:
    """Return the resolution at which a page is as wide as a slice."""
    return SLICE[0] * INCH / paper.width


def slice_heights(paper: Paper) -> list[int]:
    """Return the heights of a page's slices: as equal as can be, so that none is a sliver."""
    height = max(1, round(paper.height * SLICE[0] / paper.width))
    count = -(-height // SLICE[1])
    return [height * (k + 1) // count - height * k // count for k in range(count)]
