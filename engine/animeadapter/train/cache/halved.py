"""A pool seen at half the width and height: what is where, and in which colour, is learned there four times as fast.

Nothing is drawn again. Sides are whole latents, so that an edge of 312 becomes 160, and not 156.
"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np

from animeadapter.train.cache.drawing import shrunk
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes


class HalvedPool(PoolFiles):
    """Pictures and labels of half the size; poses are shares of the picture, and stay as they are."""

    suffix = "-halved"

    def __init__(self, whole: PoolFiles) -> None:
        super().__init__(whole.folder)
        self._whole = whole
        self.records = [msgspec.structs.replace(r, size=shrunk(r.size, 2)) for r in whole.records]

    @property
    def whole(self) -> PoolFiles:
        """Return the pool itself."""
        return self._whole

    def picture(self, number: int) -> Bytes:
        """Return a picture, (h, w, 3) RGB, averaged down."""
        picture = np.asarray(self._whole.picture(number))
        return cv2.resize(picture, self.records[number].size, interpolation=cv2.INTER_AREA).astype(np.uint8)

    def labels(self, number: int) -> Bytes:
        """Return a picture's labels, (h, w)."""
        labels = np.asarray(self._whole.labels(number))
        return cv2.resize(labels, self.records[number].size, interpolation=cv2.INTER_NEAREST_EXACT).astype(np.uint8)

    def poses(self, number: int) -> tuple:
        """Return the poses of a picture's characters."""
        return self._whole.poses(number)
