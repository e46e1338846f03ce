"""One writer inside the process: the caller that must not wait goes before the one that can."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """A lock in which `urgent` passes all that are `patient`. Holders keep it for one short transaction."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._held = False
        self._urgent = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Hold the gate as soon as the present holder lets go."""
        with self._free:
            self._urgent += 1
            self._free.wait_for(lambda: not self._held)
            self._urgent -= 1
            self._held = True
        yield from self._release()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Hold the gate when nobody urgent waits for it."""
        with self._free:
            self._free.wait_for(lambda: not self._held and not self._urgent)
            self._held = True
        yield from self._release()

    def _release(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._free:
                self._held = False
                self._free.notify_all()
