"""The files that waiting panels need: each is read once and held once, however many panels name it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from animeadapter.protocol.request import Blobs


class Files:
    """sha256 → bytes. `load` is for the one thread that reads, `keep_only` for the window's."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load(self, names: Collection[str], read: Callable[[str], bytes]) -> Blobs:
        """Return these files, those read that are not held yet. Raises what `read` raises."""
        return {sha: self._get(sha, read) for sha in names}

    def keep_only(self, names: Collection[str]) -> None:
        """Let go of all others."""
        for sha in set(self._held) - set(names):
            self._held.pop(sha, None)

    def _get(self, sha: str, read: Callable[[str], bytes]) -> bytes:
        data = self._held.get(sha)
        if data is None:
            data = self._held[sha] = read(sha)
        return data
