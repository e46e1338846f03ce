"""Sheets: pictures in rows, with a caption each, as one PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.protocol.files import write_file
from animeadapter.train.errors import TrainError

Picture = NDArray[np.uint8]
GAP = 6
PAPER = 250


def to_uint8(picture: Tensor) -> Picture:
    """Return (3, h, w) in [−1, 1] as (h, w, 3) uint8."""
    scaled = (picture.detach().float().cpu().clamp(-1, 1) + 1) * 127.5
    return np.ascontiguousarray(scaled.round().to(torch.uint8).permute(1, 2, 0).numpy())


def grid(rows: Sequence[Sequence[Picture]]) -> Picture:
    """Return rows of pictures of any sizes, RGB or grey, on paper."""
    coloured = [[np.stack([p] * 3, -1) if p.ndim == 2 else p for p in row] for row in rows]
    heights = [max(p.shape[0] for p in row) for row in coloured]
    width = max(sum(p.shape[1] + GAP for p in row) for row in coloured) + GAP
    sheet = np.full((sum(heights) + GAP * (len(rows) + 1), width, 3), PAPER, np.uint8)
    top = GAP
    for row, height in zip(coloured, heights, strict=True):
        left = GAP
        for picture in row:
            h, w = picture.shape[:2]
            sheet[top : top + h, left : left + w] = picture
            left += w + GAP
        top += height + GAP
    return sheet


def captioned(picture: Picture, text: str) -> Picture:
    """Return a picture with a line of small text under it."""
    strip = np.full((14, picture.shape[1], 3), PAPER, np.uint8)
    cv2.putText(strip, text, (1, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.32, (40, 40, 40), 1, cv2.LINE_AA)
    coloured = np.stack([picture] * 3, -1) if picture.ndim == 2 else picture
    return np.vstack([coloured, strip])


def write_png(path: Path, picture: Picture) -> None:
    """Write an RGB picture as PNG, aside and then in place. Raises `TrainError`."""
    done, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise TrainError(f"{path}: cannot be encoded")
    write_file(path, data.tobytes())
