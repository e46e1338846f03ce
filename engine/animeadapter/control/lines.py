"""Line pictures: what is drawn in thin dark strokes, bright on black, as controllers for lines are taught to read.

A stroke is dark against what lies on both sides of it, whatever its colour and its ground: ink on paper, blue pencil,
or outlines of a coloured drawing. Wide dark areas are no strokes; their edges are none either.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Area = NDArray[np.float32]
WIDEST = 1 / 22
"""Width of the widest stroke, as a share of the picture's longer side."""
FAINTEST = 24
"""Levels (of 255) by which the darkest strokes have to differ from their ground to be strokes at all."""
USUAL = 90
"""Percentile of what differs at all that counts as full ink."""
NOTHING, FULL = 0.12, 0.8
"""Shares of full ink below which nothing, and above which all of it is seen."""
SCRIBBLED = 0.35
"""How much of a stroke has to be seen for a scribble, which knows no grey."""


def line_picture(pixels: Pixels, size: tuple[int, int] | None = None, scribble: bool = False) -> Area:
    """Return the strokes, (height, width) in 0 … 1, of a picture, (height, width, 3) RGB, at a size (width, height).

    Strokes are found at that size, so that thin ones of a large picture are not lost. `scribble`: 0 or 1, a little
    wider, as scribbles are drawn with a thick pen.
    """
    if size is not None and size != (pixels.shape[1], pixels.shape[0]):
        smaller = size[0] * size[1] < pixels.shape[0] * pixels.shape[1]
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC).astype(np.uint8)
    found = _ink(pixels)
    if not scribble:
        return found
    thick = cv2.dilate((found > SCRIBBLED).astype(np.float32), _round(max(pixels.shape[:2]) / 256))
    return np.asarray(thick, np.float32)


def _ink(pixels: Pixels) -> Area:
    differs = cv2.morphologyEx(pixels, cv2.MORPH_BLACKHAT, _round(max(pixels.shape[:2]) * WIDEST / 2)).max(2)
    some = differs[differs > FAINTEST // 4]
    if not some.size or np.percentile(some, USUAL) < FAINTEST:
        return np.zeros(differs.shape, np.float32)
    share = differs.astype(np.float32) / np.float32(np.percentile(some, USUAL))
    return np.clip((share - NOTHING) / (FULL - NOTHING), 0, 1)


def _round(radius: float) -> Pixels:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def to_rgb(lines: Area) -> Pixels:
    """Return a line picture as people see it, uint8 (height, width, 3)."""
    return np.repeat(np.rint(lines * 255).astype(np.uint8)[..., None], 3, 2)
