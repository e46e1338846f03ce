"""Pixels in memory, with what a stroke changed of them, tile by tile.

A stroke begins, touches what it is about to paint over, paints into `pixels`, and ends as a `Change`: the exclusive or
of before and after, which leads both ways. So undo costs as much as was painted, whatever the size of it all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width) of a mask, (height, width, 4) RGBA of a sketch, 0 … 255."""
Tile = tuple[int, int]
"""Row and column of a tile."""
TILE = 128
"""Pixels along its side."""
QUICK = 1
"""Effort of packing: tiles are mostly of few values."""


class Area(NamedTuple):
    """A rectangle of pixels; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is inside."""
        return self.left >= self.right or self.top >= self.bottom

    @property
    def slices(self) -> tuple[slice, slice]:
        """The pixels of an array that are inside."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, other: Area) -> Area:
        """Return what lies in both."""
        return Area(
            max(self.left, other.left), max(self.top, other.top),
            min(self.right, other.right), min(self.bottom, other.bottom),
        )  # fmt: skip

    def joined(self, other: Area) -> Area:
        """Return the smallest area that holds both; an empty one counts for nothing."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        return Area(
            min(self.left, other.left), min(self.top, other.top),
            max(self.right, other.right), max(self.bottom, other.bottom),
        )  # fmt: skip


NOWHERE = Area(0, 0, 0, 0)


@dataclass
class Change:
    """What a stroke did: applied to the pixels before it gives those after it, and the other way round."""

    area: Area
    tiles: dict[Tile, Pixels | bytes | int]
    """Differences: pixels, packed pixels, or one value that all of a tile's pixels have."""

    @property
    def bytes(self) -> int:
        """Memory that is held."""
        return sum(one.nbytes if isinstance(one, np.ndarray) else 32 + _length(one) for one in self.tiles.values())

    def pack(self) -> None:
        """Hold it in less memory; any thread may do so."""
        for tile, held in list(self.tiles.items()):
            if isinstance(held, np.ndarray):
                self.tiles[tile] = zlib.compress(held.tobytes(), QUICK)


def _length(held: bytes | int) -> int:
    return len(held) if isinstance(held, bytes) else 0


class Surface:
    """The pixels of one mask or sketch."""

    def __init__(self, pixels: Pixels) -> None:
        """`pixels` are painted in place."""
        self.pixels = pixels
        self.rows_changed: set[int] = set()
        """Rows of tiles that were painted since somebody last took note and cleared this."""
        self._before: dict[Tile, Pixels | int] | None = None
        self._touched = NOWHERE

    @classmethod
    def blank(cls, width: int, height: int, channels: int = 1) -> Surface:
        """Return pixels on which nothing is."""
        return cls(np.zeros((height, width) if channels == 1 else (height, width, channels), np.uint8))

    @property
    def width(self) -> int:
        """In pixels, as is `height`."""
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.pixels.shape[0]

    @property
    def area(self) -> Area:
        """All of it."""
        return Area(0, 0, self.width, self.height)

    @property
    def bytes(self) -> int:
        """Memory of the pixels and of what the stroke under way has saved."""
        saved = (self._before or {}).values()
        return self.pixels.nbytes + sum(one.nbytes if isinstance(one, np.ndarray) else 32 for one in saved)

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._before is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is painted."""
        return not self.pixels.any()

    def begin(self) -> None:
        """Begin a stroke; one that is under way is given up."""
        self.cancel()
        self._before, self._touched = {}, NOWHERE

    def touch(self, area: Area) -> Area:
        """Save what an area holds before the stroke paints there; return the part of it that is inside."""
        assert self._before is not None, "a stroke begins before it touches anything"
        area = area.within(self.area)
        for tile in tiles_in(area):
            if tile not in self._before:
                self._before[tile] = _saved(self.pixels[self.tile(tile).slices])
        if not area.is_empty:
            self._touched = self._touched.joined(area)
        return area

    def end(self) -> Change | None:
        """End the stroke; return what it changed, None: nothing."""
        before, self._before = self._before or {}, None
        tiles: dict[Tile, Pixels | bytes | int] = {}
        for tile, saved in before.items():
            now = self.pixels[self.tile(tile).slices]
            difference = _saved(np.bitwise_xor(now, np.uint8(saved) if isinstance(saved, int) else saved), copy=False)
            if not (isinstance(difference, int) and difference == 0):
                tiles[tile] = difference
        self.rows_changed |= {row for row, _ in tiles}
        return Change(self._touched, tiles) if tiles else None

    def cancel(self) -> Area:
        """Give the stroke up; return where it had painted."""
        before, self._before = self._before or {}, None
        for tile, saved in before.items():
            self.pixels[self.tile(tile).slices] = saved
        return self._touched if before else NOWHERE

    def apply(self, change: Change) -> Area:
        """Undo a change, or do it again; return where."""
        for tile, held in change.tiles.items():
            place = self.pixels[self.tile(tile).slices]
            if isinstance(held, bytes):
                held = np.frombuffer(zlib.decompress(held), np.uint8).reshape(place.shape)
            np.bitwise_xor(place, np.uint8(held) if isinstance(held, int) else held, out=place)
        self.rows_changed |= {row for row, _ in change.tiles}
        return change.area

    def before(self, tile: Tile) -> Pixels | int:
        """Return what a tile that the stroke under way has touched held before it; a value that all of it had."""
        assert self._before is not None, "a stroke is under way"
        return self._before[tile]

    def tile(self, tile: Tile) -> Area:
        """Return where a tile lies; those at the edges are smaller."""
        row, column = tile
        whole = Area(column * TILE, row * TILE, (column + 1) * TILE, (row + 1) * TILE)
        return whole.within(self.area)

    def bounds(self) -> Area:
        """Return the smallest area in which anything is painted."""
        painted = np.any(self.pixels.reshape(self.height, self.width, -1), axis=2)
        rows, columns = np.flatnonzero(painted.any(1)), np.flatnonzero(painted.any(0))
        if not rows.size:
            return NOWHERE
        return Area(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def tiles_in(area: Area) -> Iterator[Tile]:
    """Yield the tiles that an area touches."""
    if not area.is_empty:
        for row in range(area.top // TILE, (area.bottom - 1) // TILE + 1):
            for column in range(area.left // TILE, (area.right - 1) // TILE + 1):
                yield row, column


def _saved(pixels: Pixels, copy: bool = True) -> Pixels | int:
    """Return pixels as one value if they are all alike."""
    first = pixels.item(0)
    if (pixels == first).all():
        return int(first)
    return pixels.copy() if copy else pixels
