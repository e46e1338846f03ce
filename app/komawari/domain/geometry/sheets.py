"""Sheets of sketches: how many pixels a new one has, how one grows until it covers its box, and where it lies."""

from __future__ import annotations

import math
from typing import NamedTuple

from msgspec.structs import replace

from komawari.domain.geometry.polygon import Polygon
from komawari.domain.geometry.sizes import covering, kept_at, lies_at, picture_box
from komawari.domain.panel import LEAST_SCALE, MOST_SCALE, Panel, Placement, Sheet, Sketch
from komawari.domain.paper import INCH, Box, Paper

DPI = 300.0
"""Of a new sheet: a pen is then as wide on the page in small panels as in large ones."""
LEAST, MOST = 1024, 2048
"""Pixels of a new sheet's longer side, whatever its dpi. Models draw small panels with many pixels, too, and no picture
that is asked of the engine is longer than 2048: more would cost time with every stroke and change nothing."""
GROWN = 4096
"""Pixels up to which a sheet grows where it was moved or made smaller."""
NEAR = 0.01
"""Of a pixel; less is no gap."""


class Margins(NamedTuple):
    """Pixels that a sheet gets on each side, as its own pixels lie, flipped or not."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


class Layout(NamedTuple):
    """A sheet that one can sketch on everywhere in the box."""

    width: int
    height: int
    placement: Placement
    margins: Margins = Margins()
    """What it has more than the panel's own sheet. Where they are 0 it is that one."""


def new_size(box: Box) -> tuple[int, int]:
    """Return width and height, in pixels, of a new sheet for a box (mm)."""
    wide, high = box[2] - box[0], box[3] - box[1]
    longest = min(max(max(wide, high) * DPI / INCH, LEAST), MOST)
    factor = longest / max(wide, high)
    return max(1, round(wide * factor)), max(1, round(high * factor))


def layout(box: Box, sheet: Sheet | None) -> Layout:
    """Return how one sketches in a box (mm): on its sheet, drawn out by whole pixels to where it leaves a gap.

    What is sketched already stays as it is, pixel by pixel, and where it is. It depends on its arguments alone.
    """
    if sheet is None:
        return Layout(*new_size(box), Placement())
    size, old = (sheet.width, sheet.height), sheet.placement
    rect = lies_at(box, size, old)
    pixel = (rect[2] - rect[0]) / sheet.width
    gaps = (rect[0] - box[0], rect[1] - box[1], box[2] - rect[2], box[3] - rect[3])
    left, top, right, bottom = (max(0, math.ceil(gap / pixel - NEAR)) for gap in gaps)
    left, right = _within(left, right, GROWN - sheet.width)
    top, bottom = _within(top, bottom, GROWN - sheet.height)
    if not any((left, top, right, bottom)):
        return Layout(*size, old)
    width, height = sheet.width + left + right, sheet.height + top + bottom
    placement = replace(
        old,
        dx=old.dx + (right - left) * pixel / 2,
        dy=old.dy + (bottom - top) * pixel / 2,
        scale=min(max(pixel / covering(box, (width, height)), LEAST_SCALE), MOST_SCALE),
    )
    across, down = (left, right), (top, bottom)
    (left, right), (top, bottom) = across[:: -1 if old.flip_x else 1], down[:: -1 if old.flip_y else 1]
    return Layout(width, height, placement, Margins(left, top, right, bottom))


def _within(one: int, other: int, most: int) -> tuple[int, int]:
    """Return two margins, made smaller alike until both together are no more than `most`."""
    total, most = one + other, max(most, 0)
    if total <= most:
        return one, other
    first = one * most // total
    return first, most - first if other else 0


def kept_sketch(panel: Panel, frame: Polygon, paper: Paper) -> Sketch:
    """Return a panel's sketch for another frame, so that its sheet stays on the page exactly where it lies."""
    sheet = panel.sketch.sheet
    if sheet is None:
        return panel.sketch
    was, now = picture_box(panel.frame, paper), picture_box(frame, paper)
    placement = kept_at(was, now, (sheet.width, sheet.height), sheet.placement)
    return replace(panel.sketch, sheet=replace(sheet, placement=placement))
