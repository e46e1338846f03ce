"""The text inside PNG files: chunks read and added without touching a pixel (PNG specification, 11.3.3).

Only `iTXt` chunks are understood, plain or compressed. Decoding the picture is not done here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

from animeadapter.protocol.errors import EngineError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_TEXT = 256 * 2**20
"""Compressed text may not grow beyond this."""


class PngError(EngineError):
    """Bytes are no PNG, or a damaged one."""


def is_png(data: bytes) -> bool:
    """Return whether the bytes begin as a PNG does."""
    return data.startswith(SIGNATURE)


def read_texts(data: bytes) -> dict[str, str]:
    """Return keyword → text of every `iTXt` chunk. Raises `PngError`."""
    return dict(_text(body) for kind, body in _chunks(data) if kind == b"iTXt")


def add_texts(data: bytes, texts: Mapping[str, str]) -> bytes:
    """Return the PNG with an `iTXt` chunk for each keyword (1 to 79 bytes of Latin-1) before its end."""
    end = data.rfind(b"\x00\x00\x00\x00IEND")
    if not is_png(data) or end < 0:
        raise PngError("is no whole PNG")
    return b"".join([data[:end], *(_itxt(*item) for item in texts.items()), data[end:]])


def _itxt(keyword: str, text: str) -> bytes:
    """Return a chunk with plain text: what is large here is compressed already."""
    name = keyword.encode("latin-1")
    if not 1 <= len(name) <= 79 or b"\x00" in name:
        raise PngError(f"{keyword!r}: a keyword has 1 to 79 bytes")
    body = name + b"\x00\x00\x00\x00\x00" + text.encode("utf-8")
    return struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and body of each chunk; pixels are skipped without a look."""
    if not is_png(data):
        raise PngError("is no PNG")
    at = len(SIGNATURE)
    while at < len(data):
        if at + 12 > len(data):
            raise PngError("is cut off")
        (length,) = struct.unpack_from(">I", data, at)
        kind, body_at = data[at + 4 : at + 8], at + 8
        if body_at + length + 4 > len(data):
            raise PngError("is cut off")
        if kind == b"iTXt":
            body = data[body_at : body_at + length]
            (crc,) = struct.unpack_from(">I", data, body_at + length)
            if crc != zlib.crc32(kind + body):
                raise PngError("is damaged: a text in it has a wrong checksum")
            yield kind, body
        if kind == b"IEND":
            return
        at = body_at + length + 4
    raise PngError("is cut off")


def _text(body: bytes) -> tuple[str, str]:
    """Return keyword and text of an `iTXt` body."""
    try:
        keyword, rest = body.split(b"\x00", 1)
        compressed = rest[0] == 1
        _language, _translated, text = rest[2:].split(b"\x00", 2)
        if compressed:
            inflater = zlib.decompressobj()
            text = inflater.decompress(text, LARGEST_TEXT)
            if inflater.unconsumed_tail:
                raise PngError("holds a text that is too long")
        return keyword.decode("latin-1"), text.decode("utf-8")
    except (ValueError, IndexError, zlib.error) as error:
        raise PngError(f"is damaged: a text in it cannot be read ({error})") from None
