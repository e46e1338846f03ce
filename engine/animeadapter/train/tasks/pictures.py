"""From a pool's bytes to batches of pictures, and how well a picture was hit."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.protocol.parts import Part
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes, eyes_of, foreground_of, parts_of
from animeadapter.vision.pictures import to_square


def to_tensor(pictures: Sequence[Bytes]) -> Tensor:
    """Return (n, 3, h, w) float32 in [−1, 1], contiguous, of n pictures (h, w, 3).

    Contiguous matters: a permuted picture is channels-last, and so would be all that a network makes of it.
    """
    stacked = torch.from_numpy(np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2)))
    return stacked.float().div_(127.5).sub_(1.0)


def weights(labels: Sequence[Bytes], face: float, eyes: float) -> Tensor:
    """Return (n, 1, h, w): `eyes` on open eyes, `face` on the rest of the face, 1 elsewhere."""
    maps = [np.where(eyes_of(m), eyes, np.where(parts_of(m) == Part.FACE, face, 1.0)) for m in labels]
    return torch.from_numpy(np.stack(maps).astype(np.float32))[:, None]


def crop(pool: PoolFiles, number: int, side: int, random: np.random.Generator, face: bool) -> tuple[Bytes, Bytes]:
    """Return a square of a picture and of its labels, laid round a face if it is asked for and there is one."""
    picture, labels = pool.picture(number), pool.labels(number)
    height, width = labels.shape
    top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
    spot = random.integers(-side // 3, side // 3 + 1, size=2)
    if face:
        rows, columns = np.nonzero(parts_of(np.asarray(labels)) == Part.FACE)
        if len(rows):
            top = int(np.clip(rows.mean() - side / 2 + spot[0], 0, height - side))
            left = int(np.clip(columns.mean() - side / 2 + spot[1], 0, width - side))
    return picture[top : top + side, left : left + side], labels[top : top + side, left : left + side]


def regions(labels: Bytes) -> dict[str, NDArray[np.bool_] | None]:
    """Return the masks over which pictures are compared."""
    copy = np.asarray(labels)
    return {"picture": None, "foreground": foreground_of(copy), "face": parts_of(copy) == Part.FACE}


def in_square(picture: Bytes, parts: Bytes, side: int) -> tuple[Bytes, Bytes]:
    """Return picture and labels, whole and centred in a square: white and background around them."""
    square, place = to_square(picture, side)
    inner = cv2.resize(parts, (place.width, place.height), interpolation=cv2.INTER_NEAREST)
    labels = np.zeros((side, side), np.uint8)
    labels[place.top : place.top + place.height, place.left : place.left + place.width] = inner
    return square, labels
