"""Edits: what is drawn of an existing picture, and how the drawn part is put back into it.

Outside the mask the picture's pixels stay, bit for bit: they are those of the opened picture, upright 8-bit RGB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.generate.errors import StudioError
from animeadapter.generate.frame import Box, Frame, frame_round, resized
from animeadapter.protocol.request import Edit, Size
from animeadapter.vision.pictures import Pixels, open_mask, open_picture

Area = NDArray[np.float32]
CELL = 8
"""Pixels per latent."""
PREVIEW_SIDE = 512
"""Pixels of the longer side of an edit's previews, at most."""
MOST_DISTORTED = 1.1
"""How much wider or higher a part may be drawn before it is said."""


@dataclass(frozen=True)
class Retouch:
    """A picture, the part of it that is drawn, and how much the drawn pixels count."""

    picture: Pixels
    """(height, width, 3) RGB, whole."""
    frame: Frame
    mask: Area | None = None
    """(height, width) of the frame's box: the painted mask, 0 … 1. None: everything is drawn anew."""
    weight: Area | None = None
    """The mask with its soft edge; 0 wherever the mask is."""

    @property
    def drawn_from(self) -> Pixels:
        """Return what the frame shows now, at the size that is drawn."""
        return resized(np.ascontiguousarray(self.picture[self.frame.box]), self._size)

    @property
    def within(self) -> Area | None:
        """Return the mask at the size that is drawn; None: everywhere."""
        return None if self.mask is None else np.clip(resized(self.mask, self._size), 0, 1)

    @property
    def cells(self) -> Area | None:
        """Return 1 in every cell of 8 × 8 pixels (a latent) that the mask touches, at the size that is drawn."""
        if self.mask is None:
            return None
        height, width = self.frame.size.height, self.frame.size.width
        touched = resized((self.mask > 0).astype(np.float32), self._size) > 0
        cells = touched.reshape(height // CELL, CELL, width // CELL, CELL).any((1, 3))
        return np.repeat(np.repeat(cells, CELL, 0), CELL, 1).astype(np.float32)

    @property
    def _size(self) -> tuple[int, int]:
        return (self.frame.size.width, self.frame.size.height)

    def put_back(self, drawn: Pixels) -> Pixels:
        """Return the whole picture with what was drawn, (h, w, 3) of any size, in its place."""
        new = resized(drawn, (self.frame.width, self.frame.height))
        whole = self.picture.copy()
        if self.weight is None:
            whole[self.frame.box] = new
            return whole
        # Where the weight is 0 this is exact: every level of 8 bits is a float, and nothing is added to it.
        old = whole[self.frame.box].astype(np.float32)
        whole[self.frame.box] = np.rint(old + (new - old) * self.weight[..., None]).astype(np.uint8)
        return whole

    @cached_property
    def small(self) -> Retouch:
        """The same at the size of a preview."""
        frame = self.frame.shrunk(PREVIEW_SIDE)
        box = (frame.width, frame.height)
        weight = None if self.weight is None else resized(self.weight, box)
        return replace(self, picture=resized(self.picture, frame.picture), frame=frame, mask=None, weight=weight)


def prepare_retouch(
    edit: Edit,
    blobs: Mapping[str, bytes],
    size: Size,
    sizes: Sequence[tuple[int, int]],
    tell: Callable[[str], None],
) -> Retouch:
    """Return an edit made ready. `size` says how many pixels are drawn, `sizes` are those the pack was made for.

    Raises `PictureError` or `StudioError`, which name the field.
    """
    picture = open_picture(blobs[edit.picture.sha256], "edit.picture")
    mask = None if edit.mask is None else open_mask(blobs[edit.mask.sha256], "edit.mask", picture.size)
    if mask is not None and not mask.any():
        raise StudioError("edit.mask: is empty; paint white where the picture is to be drawn anew")
    pixels = size.width * size.height
    if mask is None:
        found = Retouch(picture.pixels, frame_round((0, 0, *picture.size), picture.size, 0.0, pixels, sizes))
    else:
        found = masked(picture.pixels, mask, edit.margin, edit.feather, pixels, sizes)
    frame = found.frame
    if frame.distortion > MOST_DISTORTED:
        drawn = f"{frame.size.width}×{frame.size.height}"
        tell(f"edit: {frame.width}×{frame.height} pixels are drawn as {drawn}, so that things in it look distorted")
    return found


def masked(
    picture: Pixels, mask: Pixels, margin: float, feather: float, pixels: int, sizes: Sequence[tuple[int, int]]
) -> Retouch:
    """Return what a mask, (height, width) of the picture and not empty, makes of it: margin and feather as an `Edit`
    has them; about `pixels` are drawn, `sizes` are those the pack was made for."""
    bounds = bounds_of(mask)
    frame = frame_round(bounds, (picture.shape[1], picture.shape[0]), margin, pixels, sizes)
    inside: Area = mask[frame.box].astype(np.float32) / np.float32(255)
    longer = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    # A border of one pixel has all the outside that a distance inside is counted from; where the picture ends is none.
    rows = slice(max(0, bounds[1] - 1), bounds[3] + 1)
    columns = slice(max(0, bounds[0] - 1), bounds[2] + 1)
    edge = _soft_edge(mask[rows, columns], feather * longer)
    weight = inside.copy()
    top, left = rows.start - frame.top, columns.start - frame.left
    _times(weight, edge, top, left)
    return Retouch(picture, frame, inside, weight)


def _times(weight: Area, edge: Area, top: int, left: int) -> None:
    """Multiply what lies under an edge, whose upper left corner is at (top, left) of it; all else is 0 already."""
    rows = slice(max(0, top), min(weight.shape[0], top + edge.shape[0]))
    columns = slice(max(0, left), min(weight.shape[1], left + edge.shape[1]))
    weight[rows, columns] *= edge[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]


def bounds_of(mask: Pixels) -> Box:
    """Return the box of a mask, (height, width) and not empty."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _soft_edge(mask: Pixels, feather: float) -> Area:
    """Return 0 outside a mask, rising to 1 over `feather` pixels inside; less where the mask is thinner than that.

    The picture's own edge is none: what is drawn up to there has nothing to blend into.
    """
    support = (mask > 0).astype(np.uint8)
    if support.all():
        return support.astype(np.float32)
    depth = cv2.distanceTransform(support, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ramp = min(feather, float(depth.max()) - 1)
    return support.astype(np.float32) if ramp < 1 else np.minimum(depth / (ramp + 1), 1.0).astype(np.float32)
