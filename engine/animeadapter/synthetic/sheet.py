"""Contact sheets: many pictures on one, to look at."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray


def contact_sheet(
    pictures: Sequence[NDArray[np.uint8]], columns: int, cell: tuple[int, int] = (256, 256), gap: int = 6
) -> NDArray[np.uint8]:
    """Return pictures (height, width, 3), each fitted into a cell (width, height), row by row on white."""
    rows = -(-len(pictures) // columns)
    width, height = cell
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        scale = min(width / picture.shape[1], height / picture.shape[0])
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        y = gap + row * (height + gap) + (height - size[1]) // 2
        x = gap + column * (width + gap) + (width - size[0]) // 2
        sheet[y : y + size[1], x : x + size[0]] = small
    return sheet
