"""Pixels as a whole: in another size, and in the place of what is painted."""

from __future__ import annotations

import cv2
import numpy as np

from komawari.ui.painting.surface import NOWHERE, Area, Pixels, Surface


def replace_all(surface: Surface, pixels: Pixels) -> Area:
    """Put other pixels into a surface, within the stroke under way; return where they differ."""
    differs = (pixels != surface.pixels).reshape(surface.height, surface.width, -1).any(2)
    rows, columns = np.flatnonzero(differs.any(1)), np.flatnonzero(differs.any(0))
    if not rows.size:
        return NOWHERE
    area = surface.touch(Area(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
    surface.pixels[area.slices] = pixels[area.slices]
    return area


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return pixels in another size, averaged where it is smaller."""
    if pixels.shape[:2] == (height, width):
        return pixels
    smaller = width < pixels.shape[1] or height < pixels.shape[0]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)
