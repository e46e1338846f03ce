"""Frames on a pipe: a greeting once, and then u32 length (little-endian) and that many bytes of MessagePack.

Each side sends the greeting before its first frame. Whatever a shell or a library printed before it is a banner: it
is skipped and kept for whoever wants to show it. The greeting's line ends and its byte above 127 make a pipe that
translates text (a pseudo-terminal) show itself at once instead of damaging a picture later.
"""

from __future__ import annotations

import struct

from animeadapter.protocol.errors import EngineError

GREETING = b"\x89KOMA\r\n\x1a\n"
LENGTH = struct.Struct("<I")
LARGEST_FRAME = 4 * 2**20
"""Bytes after the length; larger things are cut into chunks. A window that decodes 32 MiB at once stalls."""
LONGEST_BANNER = 64 * 2**10
"""Bytes before the greeting after which none is expected any more."""
SHOWN = 200


class FrameError(EngineError):
    """The bytes of a pipe are no frames; nothing that follows can be trusted."""


def frame(payload: bytes) -> bytes:
    """Return a payload with its length before it. Raises `FrameError` if it is empty or too large."""
    _check_length(len(payload))
    return LENGTH.pack(len(payload)) + payload


class FrameDecoder:
    """Cuts a stream into payloads, however it arrives. After a `FrameError` it gives nothing any more."""

    def __init__(self, longest_banner: int = LONGEST_BANNER) -> None:
        self.banner = b""
        """What came before the greeting."""
        self._longest_banner = longest_banner
        self._greeted = False
        self._buffer = bytearray()
        self._broken: FrameError | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads that are complete with these bytes. Raises `FrameError`.

        Payloads before a broken length are given before it is complained of, by the next call.
        """
        if self._broken:
            raise self._broken
        self._buffer += data
        payloads: list[bytes] = []
        try:
            if self._greeted or self._find_greeting():
                self._cut(payloads)
        except FrameError as error:
            self._broken = error
            if not payloads:
                raise
        return payloads

    def end(self) -> None:
        """Raise `FrameError` if the stream may not end here: in the middle of a frame, or before the greeting."""
        if self._broken:
            raise self._broken
        if not self._greeted:
            raise FrameError(f"ended without a greeting{_shown(bytes(self._buffer))}")
        if self._buffer:
            raise FrameError("ended in the middle of a frame")

    def _find_greeting(self) -> bool:
        """Drop everything up to and including the greeting, and return whether it is there."""
        at = self._buffer.find(GREETING)
        before = len(self._buffer) - len(GREETING) if at < 0 else at
        if before > self._longest_banner:
            raise FrameError(f"no greeting came{_shown(bytes(self._buffer))}")
        if at < 0:
            return False
        self.banner = bytes(self._buffer[:at])
        del self._buffer[: at + len(GREETING)]
        self._greeted = True
        return True

    def _cut(self, payloads: list[bytes]) -> None:
        """Move all complete payloads out of the buffer."""
        at = 0
        try:
            while len(self._buffer) - at >= LENGTH.size:
                (length,) = LENGTH.unpack_from(self._buffer, at)
                _check_length(length)
                end = at + LENGTH.size + length
                if len(self._buffer) < end:
                    return
                payloads.append(bytes(memoryview(self._buffer)[at + LENGTH.size : end]))
                at = end
        finally:
            del self._buffer[:at]


def _check_length(length: int) -> None:
    if not 0 < length <= LARGEST_FRAME:
        raise FrameError(f"a frame has {length} bytes; between 1 and {LARGEST_FRAME} are allowed")


def _shown(data: bytes) -> str:
    """Return the beginning of what came instead of something, for a message on one line."""
    text = " ".join(data[:SHOWN].decode("utf-8", "replace").split())
    shown = "".join(letter if letter.isprintable() else "�" for letter in text)
    return f"; instead: {shown!r}" if shown else ""
