"""Work in a thread, seen as an iterator: to cancel it, stop iterating."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
Work = Callable[[Callable[[T], None], threading.Event], None]
"""Takes a function that hands out one result, and a flag that says when to stop."""
WAKE = 0.2
"""Seconds after which the waiting side looks up, so that Ctrl-C reaches it on every system."""


def stream(work: Work[T], stop: threading.Event | None = None) -> Generator[T, None, None]:
    """Yield what `work` emits. Its error is raised here; closing the iterator sets its flag and waits for
    it.

    `stop` is the flag, if somebody else shall be able to set it: then the work ends early, and so does the iterator.
    """
    results: queue.SimpleQueue[T | None] = queue.SimpleQueue()
    stop = stop or threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="studio") as executor:
        future = executor.submit(work, results.put, stop)
        future.add_done_callback(lambda _: results.put(None))
        try:
            while (result := _next(results)) is not None:
                yield result
            future.result()
        finally:
            if not future.done():
                stop.set()


def _next(results: queue.SimpleQueue[T | None]) -> T | None:
    """Return the next result; None is the end."""
    while True:
        try:
            return results.get(timeout=WAKE)
        except queue.Empty:
            continue
