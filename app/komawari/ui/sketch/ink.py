"""Ink: strokes of one colour over what is there, and strokes that make it transparent again.

A stroke covers each pixel once, as strongly as its strongest dab there, however often it crosses itself; the next one
lies over it (Porter and Duff, "over"). Colours are not multiplied with opacity, so a file has the very values that are
painted; where nothing is, they are 0, so that equal sketches have equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from komawari.domain.geometry.sheets import Margins
from komawari.ui.painting.brush import Dab, Stroke
from komawari.ui.painting.surface import NOWHERE, Area, Pixels, tiles_in

Colour = tuple[int, int, int]


@dataclass
class InkStroke(Stroke):
    """One stroke on a sheet, from press to release."""

    colour: Colour = (0, 0, 0)
    _cover: Pixels = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    """(height, width): how much of each pixel this stroke covers."""

    def begin(self, at: Dab) -> Area:
        """Put the pen down; return what was painted."""
        self._cover = np.zeros(self.surface.pixels.shape[:2], np.uint8)
        return super().begin(at)

    def put(self, made: Pixels, left: int, top: int) -> Area:
        """Cover with a dab's pixels; `shown` then paints. Return where."""
        area = self.surface.touch(Area(left, top, left + made.shape[1], top + made.shape[0]))
        if area.is_empty:
            return NOWHERE
        place = self._cover[area.slices]
        np.maximum(place, made[area.top - top : area.bottom - top, area.left - left : area.right - left], out=place)
        return area

    def shown(self, area: Area) -> Area:
        """Paint an area anew, from what was there before the stroke, and return it."""
        area = area.within(self.surface.area)
        for tile in tiles_in(area):
            whole = self.surface.tile(tile)
            part = whole.within(area)
            # Between the dabs of one move lie tiles that none of them has touched.
            touched = self.surface.touch(part)
            cover, before = self._cover[touched.slices], self.surface.before(tile)
            if not isinstance(before, int):
                before = before[part.top - whole.top : part.bottom - whole.top,
                                part.left - whole.left : part.right - whole.left]  # fmt: skip
            self.surface.pixels[part.slices] = erased(before, cover) if self.erases else inked(
                before, cover, self.colour
            )  # fmt: skip
        return area


def inked(before: Pixels | int, cover: Pixels, colour: Colour) -> Pixels:
    """Return (h, w, 4) RGBA with a colour over it, as far as it covers (h, w); one value stands for pixels that all
    have it in all channels."""
    made = np.empty((*cover.shape, 4), np.uint8)
    if isinstance(before, int) and before == 0:
        made[..., :3] = np.where(cover[..., None] > 0, np.asarray(colour, np.uint8), 0)
        made[..., 3] = cover
        return made
    old = np.broadcast_to(np.uint8(before), made.shape) if isinstance(before, int) else before
    # Products of three bytes are exact in 32 bits of a float.
    over = cover.astype(np.float32)
    under = old[..., 3] * (255 - over)
    total = 255 * over + under
    safe = np.maximum(total, 1)[..., None]
    mixed = (255 * over[..., None] * np.asarray(colour, np.float32) + under[..., None] * old[..., :3]) / safe
    made[..., :3] = np.rint(mixed)
    made[..., 3] = np.rint(total / 255)
    return made


def erased(before: Pixels | int, cover: Pixels) -> Pixels:
    """Return (h, w, 4) RGBA that is less opaque, as far as it is covered (h, w)."""
    old = np.broadcast_to(np.uint8(before), (*cover.shape, 4)) if isinstance(before, int) else before
    made = np.array(old)
    made[..., 3] = np.rint(old[..., 3] * (255 - cover.astype(np.float32)) / 255)
    made[made[..., 3] == 0] = 0
    return made


def without_white(pixels: Pixels) -> Pixels:
    """Return opaque (h, w, 4) RGBA as ink on nothing: over white it is the same to the last bit.

    The opacity is the least with which that is possible, so that paper becomes transparent and shades remain.
    """
    colours = pixels[..., :3].astype(np.float32)
    opacity = 255 - colours.min(2)
    safe = np.maximum(opacity, 1)[..., None]
    made = np.zeros_like(pixels)
    made[..., :3] = np.rint(np.clip((colours - (255 - opacity)[..., None]) * 255 / safe, 0, 255))
    made[..., 3] = opacity
    made[made[..., 3] == 0] = 0
    return made


def padded(pixels: Pixels, width: int, height: int, margins: Margins) -> Pixels:
    """Return a sheet's pixels with its margins; a sheet that has them, or another size, is not padded again."""
    if pixels.shape[:2] == (height, width):
        return pixels
    made = np.zeros((height, width, 4), np.uint8)
    room = made[margins.top : height - margins.bottom, margins.left : width - margins.right]
    part = pixels[: room.shape[0], : room.shape[1]]
    room[: part.shape[0], : part.shape[1]] = part
    return made
