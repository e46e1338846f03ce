"""Pictures that requests of tests name by their hash."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.request import Blob, Reference
from animeadapter.vision.pictures import encode_png

FILES: dict[str, bytes] = {}
"""sha256 → every picture that was kept so far."""


def kept(pixels: np.ndarray) -> Blob:
    """Keep a picture, (height, width[, 3]), and return its name."""
    data = encode_png(pixels.astype(np.uint8))
    FILES[Blob.of(data).sha256] = data
    return Blob.of(data)


def patchwork(seed: int) -> Reference:
    """Return a reference of twelve coloured squares, all of which count."""
    colours = np.random.default_rng(seed).integers(0, 255, (4, 3, 3))
    return Reference(kept(np.kron(colours, np.ones((16, 16, 1)))), kept(np.full((64, 48), 255)))
