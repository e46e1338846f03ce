"""A thread that does the writing that nobody waits for, one piece after another."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from komawari.storage.errors import StorageError

T = TypeVar("T")
Task = tuple[Callable[[], Any], "Future[Any]"]


class Worker:
    """Does tasks in the order of their submission, and some things later, each at most once."""

    def __init__(self, name: str) -> None:
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self.stopped = False
        """Whether nothing is taken any more."""
        self._due: dict[str, tuple[float, Callable[[], Any]]] = {}
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, do: Callable[[], T]) -> Future[T]:
        """Do something next; the future has its result, or what it raised."""
        future: Future[T] = Future()
        if self.stopped:
            future.set_exception(StorageError("the project is closed"))
            return future
        self._tasks.put((do, future))
        return future

    def by_then(self, name: str, seconds: float, do: Callable[[], Any]) -> None:
        """Do something after so many seconds, unless something of that name is due already; it must not raise."""
        if name not in self._due:
            self._due[name] = (time.monotonic() + seconds, do)
            self.submit(lambda: None)  # to wake up and look at the clock

    def nothing_due(self) -> None:
        """Forget what is due."""
        self._due.clear()

    def stop(self) -> None:
        """Finish all that was submitted, and end. What is only due is not done."""
        self.stopped = True
        self._tasks.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            with contextlib.suppress(queue.Empty):
                task = self._tasks.get(timeout=self._patience())
                if task is None:
                    return
                _do(*task)
            self._do_what_is_due()

    def _patience(self) -> float | None:
        first = min((at for at, _ in tuple(self._due.values())), default=None)
        return None if first is None else max(0.0, first - time.monotonic())

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        for name, (at, do) in tuple(self._due.items()):
            if at <= now:
                self._due.pop(name, None)  # by now the caller may have forgotten it
                do()


def _do(task: Callable[[], Any], future: Future[Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(task())
    except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
        future.set_exception(error)
