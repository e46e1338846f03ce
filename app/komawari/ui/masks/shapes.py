"""Painting without a brush: areas that are filled, and what changes a mask as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from komawari.ui.painting.brush import paint
from komawari.ui.painting.surface import NOWHERE, Area, Pixels, Surface

Spot = tuple[float, float]
BITS = 4
"""Binary places of corners."""
STEP = 12
"""Pixels by which a mask grows at once: larger discs take longer than several of these."""


def fill_polygon(surface: Surface, corners: Sequence[Spot], erases: bool = False, strength: int = 255) -> Area:
    """Fill a polygon with smooth edges, within the stroke under way; return where. Corners are in pixels."""
    if len(corners) < 3:
        return NOWHERE
    points = np.asarray(corners, np.float64)
    low, high = np.floor(points.min(0)).astype(int) - 1, np.ceil(points.max(0)).astype(int) + 2
    area = Area(int(low[0]), int(low[1]), int(high[0]), int(high[1])).within(surface.area)
    if area.is_empty:
        return NOWHERE
    made = np.zeros((area.bottom - area.top, area.right - area.left), np.uint8)
    # A pixel's centre, not its corner, is its place to OpenCV.
    moved = np.rint((points - (area.left + 0.5, area.top + 0.5)) * 2**BITS).astype(np.int32)
    cv2.fillPoly(made, [moved], strength, cv2.LINE_AA, BITS)
    return paint(surface, made, area.left, area.top, erases)


def fill_rectangle(surface: Surface, one: Spot, other: Spot, erases: bool = False, strength: int = 255) -> Area:
    """Fill a rectangle between two corners, to whole pixels, within the stroke under way; return where."""
    left, right = sorted((round(one[0]), round(other[0])))
    top, bottom = sorted((round(one[1]), round(other[1])))
    area = Area(left, top, right, bottom).within(surface.area)
    if area.is_empty:
        return NOWHERE
    made = np.full((area.bottom - area.top, area.right - area.left), strength, np.uint8)
    return paint(surface, made, area.left, area.top, erases)


# Pixels to pixels. They may be called on any thread.


def inverted(pixels: Pixels) -> Pixels:
    """Return white where it was black."""
    return 255 - pixels


def filled(pixels: Pixels) -> Pixels:
    """Return all white."""
    return np.full_like(pixels, 255)


def cleared(pixels: Pixels) -> Pixels:
    """Return all black."""
    return np.zeros_like(pixels)


def grown(pixels: Pixels, by: float) -> Pixels:
    """Return the mask wider by so many pixels all round, narrower where that is negative. Soft edges remain soft."""
    work = cv2.dilate if by > 0 else cv2.erode
    left, found = round(abs(by)), pixels
    while left > 0:
        step = min(left, STEP)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * step + 1, 2 * step + 1))
        found = np.asarray(work(found, kernel), np.uint8)
        left -= step
    return found.copy() if found is pixels else found


def feathered(pixels: Pixels, width: float) -> Pixels:
    """Return the mask with an edge that is soft over so many pixels."""
    if width <= 0:
        return pixels.copy()
    side = 2 * math.ceil(width) + 1
    return np.asarray(cv2.GaussianBlur(pixels, (side, side), width / 2, borderType=cv2.BORDER_REPLICATE), np.uint8)
