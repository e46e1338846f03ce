"""A mask of whole tokens: each patch of the encoder's grid that counts is white, all others are black."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage

from komawari.ui.characters import masks
from komawari.ui.characters.tokens import Encoder, Tokens, square_of, tokens_of
from komawari.ui.painting.surface import Pixels


def image_of(pixels: Pixels) -> QImage:
    """Return a mask's pixels as a picture that shares them: it must not outlive them."""
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, masks.GREY)


def live_tokens(pixels: Pixels, whole: QImage | None, encoder: Encoder) -> Tokens:
    """Return the tokens of a mask that is being painted, within that of the whole character if there is one."""
    mask = image_of(pixels)
    if whole is not None and not whole.isNull():
        mask = masks.product((whole.scaled(mask.size()), mask))
    return tokens_of(mask, encoder)


def snapped(pixels: Pixels, encoder: Encoder) -> Pixels:
    """Return the mask with every active token's patch painted whole, and nothing else."""
    height, width = pixels.shape
    tokens = tokens_of(image_of(pixels), encoder)
    made = np.zeros_like(pixels)
    for index, active in enumerate(tokens.active):
        if active:
            left, top, right, bottom = patch(index, QSize(width, height), encoder)
            made[top:bottom, left:right] = 255
    return made


def patch(index: int, size: QSize, encoder: Encoder) -> tuple[int, int, int, int]:
    """Return which pixels of a picture a token sees: left, top, right and bottom, the latter two outside."""
    place, step = square_of(size, encoder.side), encoder.side / encoder.grid
    row, column = divmod(index, encoder.grid)
    seen = QRectF(column * step, row * step, step, step) & QRectF(place.left, place.top, place.width, place.height)
    if seen.isEmpty():
        return 0, 0, 0, 0
    across, down = size.width() / place.width, size.height() / place.height
    left, right = ((x - place.left) * across for x in (seen.left(), seen.right()))
    top, bottom = ((y - place.top) * down for y in (seen.top(), seen.bottom()))
    return round(left), round(top), round(right), round(bottom)
