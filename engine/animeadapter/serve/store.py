"""The files that calls name, in memory, within a budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from animeadapter.protocol.blobs import Assembler, BlobError
from animeadapter.protocol.messages import PutBlob


class BlobStore:
    """Files by sha256. What no job needs is dropped when room is needed, the longest unused first."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes."""
        self.budget = budget
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._assembler = Assembler(budget)
        self._pinned: dict[str, frozenset[str]] = {}

    @property
    def size(self) -> int:
        """Bytes that are kept, half-received files included."""
        return self._assembler.size + sum(map(len, self._files.values()))

    def put(self, chunk: PutBlob) -> str | None:
        """Take a chunk; return the file's name with its last one. Raises `BlobError`."""
        if chunk.sha256 in self._files:
            return None
        self._make_room(chunk)
        data = self._assembler.put(chunk)
        if data is None:
            return None
        self._files[chunk.sha256] = data
        return chunk.sha256

    def missing(self, sha256s: Iterable[str]) -> tuple[str, ...]:
        """Return which of these files are not there, each once."""
        return tuple(dict.fromkeys(sha for sha in sha256s if sha not in self._files))

    def pin(self, job: str, sha256s: Iterable[str]) -> None:
        """Keep these files, those that still come too, until the job is unpinned."""
        self._pinned[job] = frozenset(sha256s)

    def unpin(self, job: str) -> None:
        """Let the files of a job go when room is needed."""
        self._pinned.pop(job, None)

    def get(self, sha256s: Iterable[str]) -> dict[str, bytes]:
        """Return files that are there, and count them as used."""
        found: dict[str, bytes] = {}
        for sha in sha256s:
            self._files.move_to_end(sha)
            found[sha] = self._files[sha]
        return found

    def _make_room(self, chunk: PutBlob) -> None:
        """Drop files until the chunk fits. Raises `BlobError` where those that jobs need leave no room."""
        needed = frozenset([chunk.sha256]).union(*self._pinned.values())
        free = [sha for sha in self._files if sha not in needed]
        while self.size + len(chunk.data) > self.budget:
            if free:
                del self._files[free.pop(0)]
                continue
            self._assembler.keep_only(needed)
            if self.size + len(chunk.data) > self.budget:
                message = f"does not fit: jobs fill the {self.budget // 2**20} MiB that the engine keeps files in"
                raise BlobError(chunk.sha256, message, "too_large")
