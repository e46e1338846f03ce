"""What is painted as PNG files, grey or with colours and opacity, that are written anew only where they changed.

Rows are packed in bands, each of which ends on a whole byte and refers to nothing before it (zlib's full flush). A
band that was not painted is kept packed; the file is put together from all of them. Equal pixels give equal bytes,
however they were painted, so that one picture has one name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np

from komawari.engine_client.share_mask import GREY, RGBA, png_of_rows
from komawari.ui.painting.surface import TILE, Pixels

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
    """One picture's packed bands. It belongs to one thread at a time."""

    width: int
    height: int
    channels: int = 1
    """1: grey, 4: RGBA."""
    _bands: dict[int, _Band] = field(default_factory=dict)

    @classmethod
    def blank(cls, width: int, height: int, channels: int = 1) -> Encoder:
        """Return that of a picture in which nothing is; its bands, but for the last one, are all the same."""
        made = cls(width, height, channels)
        band = _packed(np.zeros((TILE, width * channels), np.uint8)) if height >= TILE else None
        made._bands = {number: band for number in made.rows if band is not None}
        if height % TILE:
            made.take({made.rows[-1]: np.zeros((height % TILE, width * channels), np.uint8)})
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
        return png_of_rows(self.width, self.height, stream, GREY if self.channels == 1 else RGBA)


def bands_of(pixels: Pixels, numbers: set[int] | range) -> dict[int, Pixels]:
    """Return copies of bands, to be packed on another thread."""
    return {number: pixels[number * TILE : (number + 1) * TILE].copy() for number in numbers}


def encoded(pixels: Pixels) -> bytes:
    """Return pixels, grey or RGBA, as the bytes of a PNG."""
    encoder = Encoder(pixels.shape[1], pixels.shape[0], 1 if pixels.ndim == 2 else 4)
    encoder.take(bands_of(pixels, encoder.rows))
    return encoder.file()


def decoded(data: bytes) -> Pixels | None:
    """Return the mask in a file's bytes, its opacity if it has any, else its lightness; None: there is none."""
    pixels = _read(data)
    if pixels is None:
        return None
    if pixels.ndim == 3 and pixels.shape[2] == 4 and pixels[..., 3].min() < 255:
        return np.ascontiguousarray(pixels[..., 3])
    if pixels.ndim == 3:
        code = cv2.COLOR_BGRA2GRAY if pixels.shape[2] == 4 else cv2.COLOR_BGR2GRAY
        return np.ascontiguousarray(cv2.cvtColor(pixels, code))
    return np.ascontiguousarray(pixels)


def decoded_ink(data: bytes) -> Pixels | None:
    """Return (height, width, 4) RGBA of a file's bytes, opaque where it knows no opacity; None: there is none."""
    pixels = _read(data)
    if pixels is None:
        return None
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGBA), np.uint8)
    code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return np.asarray(cv2.cvtColor(pixels, code), np.uint8)


def _read(data: bytes) -> Pixels | None:
    """Return what is in a file, in OpenCV's order of channels, with 8 bits each."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if found is None:
        return None
    pixels = np.asarray(found)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return pixels if pixels.dtype == np.uint8 else None


def _packed(pixels: Pixels) -> _Band:
    flat = pixels.reshape(pixels.shape[0], -1)
    rows = np.zeros((flat.shape[0], flat.shape[1] + 1), np.uint8)
    rows[:, 1:] = flat
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
