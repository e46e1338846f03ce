"""Files in chunks: cut on one side, put together and checked on the other."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.messages import LARGEST_CHUNK, FailureCode, PutBlob


class BlobError(EngineError):
    """A file cannot be taken: `sha256` is its name, `code` how a job fails that waits for it."""

    def __init__(self, sha256: str, message: str, code: FailureCode = "failed") -> None:
        super().__init__(f"the file {sha256[:12]}… {message}")
        self.sha256, self.code = sha256, code


def chunks(sha256: str, data: bytes) -> Iterator[PutBlob]:
    """Yield a file's chunks in order; an empty file has one empty chunk."""
    for offset in range(0, max(1, len(data)), LARGEST_CHUNK):
        yield PutBlob(sha256, len(data), offset, data[offset : offset + LARGEST_CHUNK])


class Assembler:
    """Puts files together from chunks. Memory is taken as chunks arrive, never because a chunk claims a size."""

    def __init__(self, largest: int) -> None:
        """Refuse files of more than `largest` bytes."""
        self.largest = largest
        self._begun: dict[str, list[bytes]] = {}

    @property
    def size(self) -> int:
        """Bytes of files that are not complete yet."""
        return sum(map(_size, self._begun.values()))

    def keep_only(self, sha256s: Collection[str]) -> None:
        """Forget what has arrived of all other files."""
        self._begun = {sha: parts for sha, parts in self._begun.items() if sha in sha256s}

    def put(self, chunk: PutBlob) -> bytes | None:
        """Take a chunk; return the whole file with its last one. Raises `BlobError` and forgets the file."""
        parts = self._begun.pop(chunk.sha256, []) if chunk.offset else []
        there = _size(parts)
        if there != chunk.offset:
            raise BlobError(chunk.sha256, f"goes on at byte {chunk.offset}, {there} are there")
        if chunk.total > self.largest:
            raise BlobError(chunk.sha256, f"has {chunk.total} bytes; at most {self.largest} are taken", "too_large")
        there += len(chunk.data)
        if there > chunk.total or (not chunk.data and chunk.total):
            raise BlobError(chunk.sha256, f"has chunks that do not add up to its {chunk.total} bytes")
        parts.append(chunk.data)
        if there < chunk.total:
            self._begun[chunk.sha256] = parts
            return None
        data = b"".join(parts)
        if hashlib.sha256(data).hexdigest() != chunk.sha256:
            raise BlobError(chunk.sha256, "is damaged: its sha256 differs")
        return data


def _size(parts: list[bytes]) -> int:
    return sum(map(len, parts))
