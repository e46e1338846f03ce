"""Pictures in frames: the box a picture has to fill, where it lies, its dpi in print, and the size to ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from animeadapter.protocol.request import Size
from komawari.domain.geometry.polygon import Polygon, bounds
from komawari.domain.panel import LEAST_SCALE, MOST_SCALE, Placement
from komawari.domain.paper import INCH, Box, Paper

AT_TRIM = 0.5
"""A frame that comes this close (mm) to the trim is meant to bleed."""
STEP = 8
SMALLEST, LARGEST = 64, 2048
"""Sides of a picture that the engine takes (`protocol.request.Side`)."""


def picture_box(frame: Polygon, paper: Paper) -> Box:
    """Return the frame's bounds, drawn out to the bleed where the frame reaches the trim."""
    left, top, right, bottom = bounds(frame)
    trim, bleed = paper.trim_box, paper.bleed_box
    return (
        min(left, bleed[0]) if left <= trim[0] + AT_TRIM else left,
        min(top, bleed[1]) if top <= trim[1] + AT_TRIM else top,
        max(right, bleed[2]) if right >= trim[2] - AT_TRIM else right,
        max(bottom, bleed[3]) if bottom >= trim[3] - AT_TRIM else bottom,
    )


def lies_at(box: Box, picture: tuple[int, int], placement: Placement) -> Box:
    """Return where a picture of so many pixels (width, height) lies on the page; flips do not move it."""
    width, height = box[2] - box[0], box[3] - box[1]
    factor = covering(box, picture) * placement.scale
    cx, cy = box[0] + width / 2 + placement.dx, box[1] + height / 2 + placement.dy
    half_width, half_height = picture[0] * factor / 2, picture[1] * factor / 2
    return (cx - half_width, cy - half_height, cx + half_width, cy + half_height)


def kept_at(box: Box, other: Box, picture: tuple[int, int], placement: Placement) -> Placement:
    """Return how a picture has to lie in another box, so that it stays on the page exactly where it lies in `box`."""
    dx = placement.dx + (box[0] + box[2] - other[0] - other[2]) / 2
    dy = placement.dy + (box[1] + box[3] - other[1] - other[3]) / 2
    scale = placement.scale * covering(box, picture) / covering(other, picture)
    return replace(placement, dx=dx, dy=dy, scale=min(max(scale, LEAST_SCALE), MOST_SCALE))


def is_filled(box: Box, picture: tuple[int, int], placement: Placement) -> bool:
    """Return whether a picture leaves no gap in the box."""
    left, top, right, bottom = lies_at(box, picture, placement)
    near = 1e-6
    return left <= box[0] + near and top <= box[1] + near and right >= box[2] - near and bottom >= box[3] - near


def effective_dpi(box: Box, picture: tuple[int, int], placement: Placement) -> float:
    """Return how many of a picture's pixels go on an inch of paper."""
    return INCH / (covering(box, picture) * placement.scale)


def covering(box: Box, picture: tuple[int, int]) -> float:
    """Return the millimetres that a pixel takes where the picture just covers the box."""
    return max((box[2] - box[0]) / picture[0], (box[3] - box[1]) / picture[1])


def asked_size(box: Box, native: Sequence[tuple[int, int]]) -> Size:
    """Return the size to ask of a pack: the box's proportions, with as many pixels as the pack draws well.

    `native` are the pack's own sizes (`PackInfo.sizes`, at least one). Proportions beyond its widest and its tallest
    are not asked for; the picture is then cropped by the frame.
    """
    ratios = [width / height for width, height in native]
    ratio = min(max((box[2] - box[0]) / (box[3] - box[1]), min(ratios)), max(ratios))
    width, height = min(native, key=lambda size: abs(math.log(size[0] / size[1] / ratio)))
    if abs(width / height / ratio - 1) < 0.02:
        return Size(width, height)
    pixels = width * height
    return Size(_side(math.sqrt(pixels * ratio)), _side(math.sqrt(pixels / ratio)))


def _side(length: float) -> int:
    return min(max(round(length / STEP) * STEP, SMALLEST), LARGEST)
