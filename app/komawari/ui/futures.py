"""Results of other threads, handed to the window's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

Done = Callable[[Any], object]
Failed = Callable[[BaseException], object]


class Waiting(QObject):
    """Calls functions on its own thread when futures are done; it must be made on that thread."""

    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open = 0
        """How many have not been told yet."""
        self._done.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def on(self, future: Future[Any], done: Done, failed: Failed) -> None:
        """Call `done` with the future's result, or `failed` with its exception; neither if it is cancelled."""
        self.open += 1
        future.add_done_callback(lambda one: self._done.emit(one, done, failed))

    def _tell(
        self, future: Future[Any], done: Callable[[Any], object], failed: Callable[[BaseException], object]
    ) -> None:
        self.open -= 1
        if future.cancelled():
            return
        error = future.exception()
        tell = done if error is None else failed
        if not is_gone(tell):
            tell(future.result() if error is None else error)


def is_gone(callback: Callable[..., object]) -> bool:
    """Return whether a function belongs to an object that Qt has deleted meanwhile: a dialog that was closed, say."""
    held = [getattr(callback, "__self__", None)]
    for cell in getattr(callback, "__closure__", None) or ():
        with suppress(ValueError):
            held.append(cell.cell_contents)
    return any(isinstance(one, QObject) and not isValid(one) for one in held)
