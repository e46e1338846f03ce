"""Masks as grey PNG files that are written anew only where they changed.

Rows are packed in bands, each of which ends on a whole byte and refers to nothing before it (zlib's full flush). A
band that was not painted is kept packed; the file is put together from all of them. Equal pixels give equal bytes,
however they were painted, so that one mask has one name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np

from komawari.engine_client.share_mask import png_of_rows
from komawari.ui.masks.surface import TILE, Pixels

LEVEL = 2
BASE = 65521
"""Of Adler's checksum."""
HEAD, LAST = b"\x78\x9c", b"\x03\x00"
"""zlib's header, and an empty last block."""


@dataclass
class _Band:
    packed: bytes
    checksum: int
    length: int
    """Bytes before packing: each row has one more, for its filter."""


@dataclass
class Encoder:
    """One mask's packed bands. It belongs to one thread at a time."""

    width: int
    height: int
    _bands: dict[int, _Band] = field(default_factory=dict)

    @classmethod
    def blank(cls, width: int, height: int) -> Encoder:
        """Return that of a mask in which nothing is; its bands, but for the last one, are all the same."""
        made = cls(width, height)
        band = _packed(np.zeros((TILE, width), np.uint8)) if height >= TILE else None
        made._bands = {number: band for number in made.rows if band is not None}
        if height % TILE:
            made.take({made.rows[-1]: np.zeros((height % TILE, width), np.uint8)})
        return made

    @property
    def rows(self) -> range:
        """The numbers of all bands; band k has the rows of the surface's tiles of row k."""
        return range(-(-self.height // TILE))

    @property
    def held(self) -> int:
        """Memory that is held."""
        return sum(len(band.packed) for band in self._bands.values())

    def take(self, bands: Mapping[int, Pixels]) -> None:
        """Pack bands that are new or have changed."""
        for number, pixels in bands.items():
            self._bands[number] = _packed(pixels)

    def file(self) -> bytes:
        """Return the file. Every band must have been taken."""
        bands = [self._bands[number] for number in self.rows]
        checksum = 1
        for band in bands:
            checksum = combined(checksum, band.checksum, band.length)
        stream = HEAD + b"".join(band.packed for band in bands) + LAST + struct.pack(">I", checksum)
        return png_of_rows(self.width, self.height, stream)


def bands_of(pixels: Pixels, numbers: set[int] | range) -> dict[int, Pixels]:
    """Return copies of bands, to be packed on another thread."""
    return {number: pixels[number * TILE : (number + 1) * TILE].copy() for number in numbers}


def encoded(pixels: Pixels) -> bytes:
    """Return a mask as the bytes of a grey PNG."""
    encoder = Encoder(pixels.shape[1], pixels.shape[0])
    encoder.take(bands_of(pixels, encoder.rows))
    return encoder.file()


def decoded(data: bytes) -> Pixels | None:
    """Return the mask in a file's bytes, its opacity if it has any, else its lightness; None: there is none."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if found is None:
        return None
    pixels = np.asarray(found)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    if pixels.dtype != np.uint8:
        return None
    if pixels.ndim == 3 and pixels.shape[2] == 4 and pixels[..., 3].min() < 255:
        return np.ascontiguousarray(pixels[..., 3])
    if pixels.ndim == 3:
        code = cv2.COLOR_BGRA2GRAY if pixels.shape[2] == 4 else cv2.COLOR_BGR2GRAY
        return np.ascontiguousarray(cv2.cvtColor(pixels, code))
    return np.ascontiguousarray(pixels)


def _packed(pixels: Pixels) -> _Band:
    rows = np.zeros((pixels.shape[0], pixels.shape[1] + 1), np.uint8)
    rows[:, 1:] = pixels
    data = rows.tobytes()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return _Band(packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH), zlib.adler32(data), len(data))


def combined(one: int, other: int, length: int) -> int:
    """Return Adler's checksum of two pieces, given each one's own and the length of the second."""
    low, high = one & 0xFFFF, one >> 16
    other_low, other_high = other & 0xFFFF, other >> 16
    first = (low + other_low - 1) % BASE
    second = (high + other_high + (low - 1) * length) % BASE
    return first | second << 16
