"""How well found masks cover true ones, and where a mask is deepest."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.parts import Part

Mask = NDArray[np.bool_]
Labels = NDArray[np.uint8]
SMALLEST_PART = 64
"""Pixels of a part from which its IoU is counted."""
OF_CHARACTERS = (Part.HAIR, Part.FACE, Part.SKIN, Part.OUTFIT, Part.ACCESSORY)
"""The parts over which a mean is taken. Props are things in the hand, told apart but no part of who somebody is."""


def iou(one: Mask, other: Mask) -> float:
    """Return intersection over union of two masks; 1 if both are empty."""
    union = int((one | other).sum())
    return float((one & other).sum() / union) if union else 1.0


def part_ious(found: Labels, truth: Labels) -> dict[str, float]:
    """Return IoU of the foreground, and of each part that is not tiny, of labels (h, w)."""
    ious = {"foreground": iou(found != Part.BACKGROUND, truth != Part.BACKGROUND)}
    for part in list(Part)[1:]:
        if (truth == part).sum() >= SMALLEST_PART:
            ious[part.name.lower()] = iou(found == part, truth == part)
    return ious


def mean_part(means: Mapping[str, float]) -> float:
    """Return the mean of each part's mean IoU, by name, over a character's parts; NaN if there is none."""
    found = [means[part.name.lower()] for part in OF_CHARACTERS if part.name.lower() in means]
    return float(np.mean(found)) if found else float("nan")


def depth(mask: Mask) -> NDArray[np.float32]:
    """Return how far each pixel of a mask (h, w) is from its edge, in pixels; the picture's edge is one."""
    padded = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(padded[1:-1, 1:-1], np.float32)


def deepest(mask: Mask) -> tuple[float, float]:
    """Return the place (x, y), in pixels, that is farthest from a mask's edge: where a person would click."""
    away = depth(mask)
    row, column = np.unravel_index(int(away.argmax()), away.shape)
    return (float(column) + 0.5, float(row) + 0.5)
