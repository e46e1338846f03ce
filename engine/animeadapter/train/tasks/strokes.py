"""Strokes that a person might have drawn before a picture was: found in the picture, then bent, broken and left out.

Nobody's lines lie where the finished picture has them, and few people draw what is behind a figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.protocol.line_picture import Area, as_scribble, line_picture
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import foreground_of

NOTHING = 0.08
"""How many line pictures are empty, so that an empty one asks for nothing."""
ALONE = 0.5
"""How many show the figures alone."""
BROKEN, MOST_GAPS = 0.5, 8
FADED, THICK = 0.3, 0.3


@dataclass(frozen=True)
class Hand:
    """How a person draws."""

    scribble: bool
    bent: float
    """How far lines lie off, as a share of the longer side, at most."""


HANDS = {"lineart": Hand(False, 0.006), "scribble": Hand(True, 0.02)}


def line_pictures(pool: PoolFiles, numbers: NDArray[np.int64], kind: str, random: np.random.Generator) -> Tensor:
    """Return line pictures, (n, 1, h, w) in 0 … 1, of pictures of one size, as somebody might have drawn them."""
    drawn = [strokes(np.asarray(pool.picture(int(n))), pool.labels(int(n)), HANDS[kind], random) for n in numbers]
    return torch.from_numpy(np.stack(drawn))[:, None]


def strokes(picture: NDArray[np.uint8], labels: NDArray[np.uint8], hand: Hand, random: np.random.Generator) -> Area:
    """Return the strokes of a picture, (h, w, 3) with labels (h, w), by a person's hand."""
    if random.random() < NOTHING:
        return np.zeros(labels.shape, np.float32)
    found = line_picture(picture)
    if random.random() < ALONE:
        found = found * cv2.dilate(foreground_of(np.asarray(labels)).astype(np.float32), np.ones((5, 5), np.uint8))
    found = _bent(found, hand.bent * random.random(), random)
    if random.random() < BROKEN:
        found = found * _gaps(found.shape, random)
    if random.random() < THICK:
        found = cv2.dilate(found, np.ones((2, 2), np.uint8))
    if hand.scribble:
        return as_scribble(found)
    if random.random() < FADED:
        found = found * np.float32(random.uniform(0.4, 1.0))
    return np.asarray(found, np.float32)


def _bent(lines: Area, share: float, random: np.random.Generator) -> Area:
    """Return lines moved by a smooth random field, by at most so much of the longer side."""
    height, width = lines.shape
    far = share * max(height, width)
    if far < 0.2:
        return lines
    coarse = random.uniform(-far, far, (2, 5, 5)).astype(np.float32)
    dx, dy = (cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in coarse)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.asarray(cv2.remap(lines, x + dx, y + dy, cv2.INTER_LINEAR), np.float32)


def _gaps(shape: tuple[int, ...], random: np.random.Generator) -> Area:
    """Return 1, and 0 in some discs."""
    kept = np.ones(shape, np.float32)
    for _ in range(int(random.integers(1, MOST_GAPS + 1))):
        centre = (int(random.integers(shape[1])), int(random.integers(shape[0])))
        cv2.circle(kept, centre, max(2, round(max(shape) * random.uniform(0.01, 0.08))), 0.0, -1)
    return kept
