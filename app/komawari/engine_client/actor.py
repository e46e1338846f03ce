"""A thread that owns things: whatever concerns them is done by it, one after another, so that nothing needs a lock."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable

from komawari.engine_client.client import EngineState, Event, Listener

LOG = logging.getLogger(__name__)
Act = Callable[[], None]


class Actor:
    """Does what is put into its inbox, and what is due; tells listeners."""

    def __init__(self, name: str, state: EngineState) -> None:
        self.state = state
        self.over = False
        """Set by its own acts: then the thread ends."""
        self._inbox: queue.SimpleQueue[Act] = queue.SimpleQueue()
        self._timers: dict[str, tuple[float, Act]] = {}
        self._listeners: tuple[Listener, ...] = ()
        self._ended, self._last = threading.Event(), threading.RLock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    # From any thread.

    def do(self, act: Act) -> None:
        """Let the thread do something next; when it has ended, whoever asks does it."""
        self._inbox.put(act)
        if self._ended.is_set():
            self._empty_inbox()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Pass all further events to a listener, the present state first; return how to stop that."""
        self.do(lambda: self._add(listener))
        return lambda: self.do(lambda: self._remove(listener))

    def join(self) -> None:
        """Wait for the thread's end, unless it is the one that asks."""
        if threading.current_thread() is not self._thread:
            self._thread.join()

    # From its own acts.

    def after(self, name: str, seconds: float, act: Act) -> None:
        """Do something later; a second thing of the same name takes the first one's place."""
        self._timers[name] = (time.monotonic() + seconds, act)

    def forget(self, name: str) -> None:
        """Do not do that after all."""
        self._timers.pop(name, None)

    def tell(self, event: Event) -> None:
        """Tell all listeners."""
        for listener in self._listeners:
            self._tell_one(listener, event)

    def become(self, state: EngineState) -> None:
        """Change the state, and tell."""
        self.state = state
        self.tell(state)

    def _run(self) -> None:
        while not self.over:
            due = min((at for at, _ in self._timers.values()), default=None)
            with contextlib.suppress(queue.Empty):
                self._inbox.get(timeout=None if due is None else max(0.0, due - time.monotonic()))()
            self._do_what_is_due()
        self._ended.set()
        self._empty_inbox()

    def _empty_inbox(self) -> None:
        with self._last, contextlib.suppress(queue.Empty):
            while True:
                self._inbox.get_nowait()()

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        for name, (at, act) in tuple(self._timers.items()):
            if at <= now and name in self._timers:
                del self._timers[name]
                act()

    def _add(self, listener: Listener) -> None:
        self._listeners = (*self._listeners, listener)
        self._tell_one(listener, self.state)

    def _remove(self, listener: Listener) -> None:
        self._listeners = tuple(one for one in self._listeners if one is not listener)

    def _tell_one(self, listener: Listener, event: Event) -> None:
        try:
            listener(event)
        except Exception:
            LOG.exception("a listener failed")
