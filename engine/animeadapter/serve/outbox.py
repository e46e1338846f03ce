"""What waits to be written to the app. Putting something in never waits, however slowly the app reads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable, Iterator


class Outbox:
    """Frames in order. Of those put in under one key only the newest is kept, in the place of the first."""

    def __init__(self) -> None:
        self._waiting: deque[bytes | Iterator[bytes] | _Slot] = deque()
        self._newest: dict[Hashable, bytes] = {}
        self._changed = threading.Condition()
        self._closed = False

    def put(self, frames: bytes | Iterator[bytes]) -> None:
        """Append one frame, or several that are made when their turn comes."""
        with self._changed:
            if not self._closed:
                self._waiting.append(frames)
                self._changed.notify()

    def put_newest(self, key: Hashable, frame: bytes) -> None:
        """Append a frame, or let it take the place of the one with its key that still waits."""
        with self._changed:
            if self._closed:
                return
            if key not in self._newest:
                self._waiting.append(_Slot(key))
            self._newest[key] = frame
            self._changed.notify()

    def close(self) -> None:
        """Take nothing any more; what waits is still given out."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def __iter__(self) -> Iterator[bytes]:
        """Yield frames as they come, until the outbox is closed and empty. For one thread."""
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                first = self._waiting.popleft()
                if isinstance(first, _Slot):
                    first = self._newest.pop(first.key)
            yield from (first,) if isinstance(first, bytes) else first


class _Slot:
    """The place of a frame of which only the newest counts."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
