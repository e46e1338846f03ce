"""Plain callbacks: whoever listens is told, and one that fails keeps nobody else from hearing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

LOG = logging.getLogger(__name__)
Args = ParamSpec("Args")


class Callbacks(Generic[Args]):
    """Some functions that are called one after another, on the thread of whoever tells."""

    def __init__(self) -> None:
        self._all: tuple[Callable[Args, object], ...] = ()

    def add(self, callback: Callable[Args, object]) -> Callable[[], None]:
        """Call a function from now on; return how to stop that."""
        self._all = (*self._all, callback)
        return lambda: self._remove(callback)

    def __call__(self, *args: Args.args, **named: Args.kwargs) -> None:
        """Tell everybody."""
        for callback in self._all:
            try:
                callback(*args, **named)
            except Exception:
                LOG.exception("a listener failed")

    def _remove(self, callback: Callable[Args, object]) -> None:
        self._all = tuple(one for one in self._all if one is not callback)
