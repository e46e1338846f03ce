"""Frames: which box of a picture is drawn, and with how many pixels. A whole picture is a frame too.

Requests give poses and regions in coordinates of the whole picture; a frame maps them into what is drawn.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.pose import FARTHEST, Point, Pose
from animeadapter.protocol.request import Size

STEP, NARROWEST, WIDEST = 8, 64, 2048
"""Sides that can be drawn: multiples of 8 from 64 to 2048."""
NEAR_RATIO, NEAR_COUNT = 0.02, 0.15
"""How far off a pack's own size may be in proportions and pixels (logarithms) to be taken as it is."""
LARGEST_LAYOUT = 2048
"""Pixels of the longer side of a whole picture on which areas are laid out."""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])


@dataclass(frozen=True)
class Frame:
    """A box of a picture, and the size that it is drawn with."""

    picture: tuple[int, int]
    """Width and height."""
    left: int
    top: int
    width: int
    height: int
    """The box, in pixels of the picture."""
    size: Size
    """What is drawn."""

    @classmethod
    def whole(cls, size: Size) -> Frame:
        """Return the frame of a picture that is drawn as it is."""
        return cls((size.width, size.height), 0, 0, size.width, size.height, size)

    @property
    def box(self) -> tuple[slice, slice]:
        """Return rows and columns of the box."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    @property
    def distortion(self) -> float:
        """Return how much wider or higher things are drawn than they are; 1 is not at all."""
        factor = self.size.width * self.height / (self.size.height * self.width)
        return max(factor, 1 / factor)

    @property
    def layout(self) -> Size:
        """Return the size of a whole picture in which the box has about the pixels that are drawn."""
        wanted = (self.picture[0] * self.size.width / self.width, self.picture[1] * self.size.height / self.height)
        factor = min(1.0, LARGEST_LAYOUT / max(wanted))
        return Size(max(1, round(wanted[0] * factor)), max(1, round(wanted[1] * factor)))

    def pose(self, pose: Pose) -> Pose:
        """Return a person of the whole picture in coordinates of the box; joints that lie far outside are left out.

        Points of face and hands, which nothing draws, are left out too, unless the box is the whole picture.
        """
        if (self.width, self.height) == self.picture:
            return pose
        return Pose(tuple(None if point is None else self._point(*point) for point in pose.keypoints))

    def _point(self, x: float, y: float) -> Point | None:
        moved = ((x * self.picture[0] - self.left) / self.width, (y * self.picture[1] - self.top) / self.height)
        return moved if max(map(abs, moved)) <= FARTHEST else None

    def area(self, whole: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the box shows of an area over the whole picture (any size of its proportions), as it is drawn."""
        if (self.width, self.height) == self.picture:
            return resized(whole, (self.size.width, self.size.height))
        factor = (whole.shape[1] / self.picture[0], whole.shape[0] / self.picture[1])
        columns = _span(self.left, self.width, factor[0], whole.shape[1])
        rows = _span(self.top, self.height, factor[1], whole.shape[0])
        return resized(whole[rows, columns], (self.size.width, self.size.height))

    def shrunk(self, longest: int) -> Frame:
        """Return the same box of the picture made smaller, so that no side is longer than `longest`."""
        factor = longest / max(self.picture)
        if factor >= 1:
            return self
        columns, rows = (max(1, round(side * factor)) for side in self.picture)
        across, down = _span(self.left, self.width, factor, columns), _span(self.top, self.height, factor, rows)
        width, height = across.stop - across.start, down.stop - down.start
        return Frame((columns, rows), across.start, down.start, width, height, self.size)


def frame_round(
    bounds: Box, picture: tuple[int, int], margin: float, pixels: int, sizes: Sequence[tuple[int, int]]
) -> Frame:
    """Return the frame in which the inside of `bounds` is drawn anew: with a margin, and with about `pixels` pixels.

    `margin` is in lengths of the bounds' longer side. The box's proportions lie within those of `sizes`, (width,
    height) that a pack was made for, as far as the picture reaches.
    """
    left, top, right, bottom = bounds
    extra = round(margin * max(right - left, bottom - top))
    across = [max(0, left - extra), min(picture[0], right + extra)]
    down = [max(0, top - extra), min(picture[1], bottom + extra)]
    ratios = [width / height for width, height in sizes]
    width, height = across[1] - across[0], down[1] - down[0]
    _widen(across, max(width, math.ceil(height * min(ratios))), picture[0])
    _widen(down, max(height, math.ceil(width / max(ratios))), picture[1])
    width, height = across[1] - across[0], down[1] - down[0]
    size = drawn_size(width, height, pixels, sizes)
    # The sides of what is drawn are multiples of 8: the box grows a little, to their proportions.
    _widen(across, max(width, round(height * size.width / size.height)), picture[0])
    _widen(down, max(height, round(width * size.height / size.width)), picture[1])
    return Frame(picture, across[0], down[0], across[1] - across[0], down[1] - down[0], size)


def drawn_size(width: int, height: int, pixels: int, sizes: Sequence[tuple[int, int]]) -> Size:
    """Return the size to draw a box with: of its proportions, held within those of `sizes`, and of about `pixels`.

    One of `sizes` where it fits; else multiples of 8 that are near, proportions first.
    """
    ratios = [columns / rows for columns, rows in sizes]
    ratio = min(max(width / height, min(ratios)), max(ratios))

    def off(size: tuple[int, int]) -> tuple[float, float]:
        return abs(math.log(size[0] / size[1] / ratio)), abs(math.log(size[0] * size[1] / pixels))

    native = [size for size in sizes if off(size)[0] < NEAR_RATIO and off(size)[1] < NEAR_COUNT]
    columns, rows = _steps(math.sqrt(pixels * ratio)), _steps(math.sqrt(pixels / ratio))
    return Size(*min(native or itertools.product(columns, rows), key=lambda size: 2 * off(size)[0] + off(size)[1]))


def _steps(side: float) -> list[int]:
    """Return sides that can be drawn, round about one."""
    near = STEP * round(side / STEP)
    return sorted({min(max(near + k * STEP, NARROWEST), WIDEST) for k in (-2, -1, 0, 1, 2, 3, 4)})


def _widen(span: list[int], wanted: int, most: int) -> None:
    """Make a span (start, end) as long as wanted about its middle, within 0 … most."""
    wanted = min(wanted, most)
    start = min(max(0, (span[0] + span[1] - wanted) // 2), most - wanted)
    span[:] = start, start + wanted


def _span(start: int, length: int, factor: float, most: int) -> slice:
    """Return a span of pixels in a picture that is larger by a factor; it is never empty."""
    first = min(round(start * factor), most - 1)
    return slice(first, min(max(first + 1, round((start + length) * factor)), most))


def resized(values: Values, size: tuple[int, int]) -> Values:
    """Return values (height, width[, channels]) at (width, height): averaged where they shrink, smooth where they
    grow."""
    if values.shape[1::-1] == size:
        return values
    grows = size[0] > values.shape[1] or size[1] > values.shape[0]
    way = cv2.INTER_CUBIC if grows and values.dtype == np.uint8 else cv2.INTER_LINEAR if grows else cv2.INTER_AREA
    return cv2.resize(values, size, interpolation=way)
