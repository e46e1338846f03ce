"""Results of other threads, handed to the window's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

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
        if (error := future.exception()) is not None:
            failed(error)
        else:
            done(future.result())
