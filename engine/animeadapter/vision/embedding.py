"""Embeddings of a character alone, and how alike two characters are.

A picture is cut out by its mask over white and padded to the image encoder's square. It is never cropped: the edge of
a character (hair, shoes) says as much about it as its middle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from animeadapter.vision.pictures import Pixels, to_square

Embedding = NDArray[np.float32]
WHITE = 255
LEAST_LENGTH = 1e-12


def masked_square(picture: Pixels, mask: Pixels | None, side: int) -> Pixels:
    """Return a picture (h, w, 3) as the image encoder reads it, uint8 (side, side, 3), white outside of the mask.

    `mask` is uint8 (h, w), 255 inside; values between mix with white. None keeps all of the picture.
    """
    if mask is not None:
        inside = mask[..., None].astype(np.float32) / 255
        picture = np.rint(picture * inside + WHITE * (1 - inside)).astype(np.uint8)
    return to_square(picture, side, WHITE)[0]


def unit(embedding: Embedding) -> Embedding:
    """Return an embedding (width,) at length 1; zeros stay zeros."""
    return embedding / max(float(np.linalg.norm(embedding)), LEAST_LENGTH)


def likeness(one: Embedding, other: Embedding) -> float:
    """Return how alike two embeddings (width,) are: the cosine of the angle between them, −1 … 1."""
    return float(np.clip(np.dot(unit(one), unit(other)), -1, 1))
