"""Where a figure of whom nobody knows where it stands rules: its share of the picture's width, as a grey PNG."""

from __future__ import annotations

import struct
import zlib

from animeadapter.protocol.png import SIGNATURE

GREY, RGB, RGBA = (bytes((8, kind, 0, 0, 0)) for kind in (0, 2, 6))
"""Of a PNG's header: 8 bits, the kind of colour, no interlacing."""


def share_mask(width: int, height: int, index: int, count: int) -> bytes:
    """Return a grey PNG of these pixels, white in the share number `index` (from the left) of `count` equal ones.

    Equal arguments give equal bytes, so that a mask that was made before is known again.
    """
    left, right = round(index * width / count), round((index + 1) * width / count)
    line = b"\x00" + bytes(left) + b"\xff" * (right - left) + bytes(width - right)
    # Stored, not packed: what zlib packs differs between its versions.
    return png_of_rows(width, height, zlib.compress(line * height, level=0))


def png_of_rows(width: int, height: int, rows: bytes, kind: bytes = GREY) -> bytes:
    """Return a PNG of its rows, a zlib stream of them as PNG wants it: each behind the number of its filter."""
    header = struct.pack(">II", width, height) + kind
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, from its header alone."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
