"""Line pictures: what is drawn in thin dark strokes, bright on black, as controllers for lines are taught to read.

A stroke is dark against what lies on both sides of it, whatever its colour and its ground: ink on paper, blue pencil,
or outlines of a coloured drawing. Wide dark areas are no strokes; their edges are none either. The grain of paper is
none: what differs from its surroundings everywhere does not count.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Area = NDArray[np.float32]
WIDEST = 1 / 22
"""Width of the widest stroke, as a share of the picture's longer side."""
FAINTEST = 12
"""Levels (of 255) by which a stroke has to differ from its ground to be one at all."""
GRAIN = 3.0
"""How many times as much as the paper does on average."""
DARKEST = 99.9
"""Percentile of all pixels that counts as the darkest stroke; beside it squared paper is none."""
USUAL = 75
"""Percentile of the strokes' pixels that counts as full ink: thin strokes are edge for the most part."""
NOTHING, FULL = 0.12, 0.8
"""Shares of full ink below which nothing, and above which all of it is seen."""
SCRIBBLED = 0.25
"""How much of a stroke has to be seen for a scribble, which knows no grey."""
DARK = 40
"""Levels below which the ground of a drawing is a blackboard."""
PEN = 1 / 256
"""Radius of a scribble's pen, as a share of the longer side."""


def line_picture(pixels: Pixels, size: tuple[int, int] | None = None) -> Area:
    """Return the strokes, (height, width) in 0 … 1, of a picture, (height, width, 3) RGB, at a size (width, height).

    Strokes are found at that size, so that thin ones of a large picture are not lost; those that are a tenth of a pixel
    wide there are.
    """
    if size is not None and size != (pixels.shape[1], pixels.shape[0]):
        smaller = size[0] * size[1] < pixels.shape[0] * pixels.shape[1]
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC).astype(np.uint8)
    differs = cv2.morphologyEx(
        pixels, cv2.MORPH_BLACKHAT, _kernel(max(pixels.shape[:2]) * WIDEST / 2, cv2.MORPH_RECT)
    ).max(2)
    grain, darkest = GRAIN * float(np.median(differs)), float(np.percentile(differs, DARKEST))
    strokes = differs[differs > max(FAINTEST, grain, NOTHING * darkest)]
    if not strokes.size:
        return np.zeros(differs.shape, np.float32)
    full = float(np.percentile(strokes, USUAL))
    nothing = max(NOTHING * max(full, darkest), grain)
    ink = (differs.astype(np.float32) - nothing) / max(FULL * full - nothing, 1.0)
    return np.clip(ink, 0, 1).astype(np.float32)


def strokes_of(drawing: Pixels, size: tuple[int, int]) -> Area:
    """Return the strokes of a line drawing at a size (width, height): dark ones, or chalk on a blackboard.

    Control pictures, such as other programs make, are drawn as the latter.
    """
    return line_picture(255 - drawing if np.median(drawing) < DARK else drawing, size)


def as_scribble(lines: Area) -> Area:
    """Return strokes as a thick pen would have drawn them: 0 or 1, and wider."""
    thick = cv2.dilate((lines > SCRIBBLED).astype(np.float32), _kernel(max(lines.shape) * PEN, cv2.MORPH_ELLIPSE))
    return np.asarray(thick, np.float32)


def _kernel(radius: float, shape: int) -> Pixels:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(shape, (side, side)), np.uint8)


def to_rgb(lines: Area) -> Pixels:
    """Return a line picture as people see it, uint8 (height, width, 3)."""
    return np.repeat(np.rint(lines * 255).astype(np.uint8)[..., None], 3, 2)
