"""The serving process: a reader, a writer and a worker thread, none of which waits for another.

The main thread only waits, so that signals are acted on at any moment, whatever is being computed. Ending means
`os._exit`: nothing here is written half, and an interpreter that shuts down would wait for the computing thread, that
is, hold the device after the app has gone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from animeadapter.protocol.framing import FrameDecoder, FrameError
from animeadapter.serve.calls import perform
from animeadapter.serve.descriptors import Pipes
from animeadapter.serve.outbox import Outbox
from animeadapter.serve.session import ConversationError, Session
from animeadapter.serve.store import BlobStore
from animeadapter.serve.worker import Worker
from animeadapter.serve.workshop import Workshop

LOG = logging.getLogger(__name__)
AT_ONCE = 2**20
"""Bytes that are asked of the pipe at a time."""
LAST_WORDS = 1.0
"""Seconds that the app has for reading what was said before the end."""
LOOK_UP = 0.2
"""Seconds after which the main thread looks up: on Windows a signal does not end its waiting."""
ENDED, REFUSED, BROKEN, INTERRUPTED = 0, 1, 70, 130


@dataclass(frozen=True)
class Settings:
    """What a serving process is told when it starts."""

    device: str = "auto"
    threads: int | None = None
    budget: int = 2**30
    """Bytes of files that are kept."""


def serve(pipes: Pipes, settings: Settings) -> NoReturn:
    """Serve one app until it closes its end, says `Shutdown`, or a signal comes. Ends the process."""
    faulthandler.enable()
    logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    outbox = Outbox()
    session = Session(outbox, BlobStore(settings.budget))
    tools = Workshop(settings.device, settings.threads, session.say)
    reader = _Reader(pipes.incoming, session)
    _start("worker", Worker(session, perform, tools).run)
    _start("writer", lambda: _write(pipes.outgoing, outbox, reader))
    _start("reader", reader.run)
    while not reader.over.wait(LOOK_UP):
        pass
    threading.Event().wait(LAST_WORDS)  # the writer ends the process earlier, if it comes to its end
    leave(reader.code)


def leave(code: int, message: str = "") -> NoReturn:
    """End the process at once, whatever its threads are doing."""
    with contextlib.suppress(OSError, ValueError):
        if message:
            os.write(2, f"animeadapter: serve: {message}\n".encode())
        sys.stderr.flush()
    os._exit(code)


class _Reader:
    """Acts on what the app sends. `over` is set when nothing more will be said than what waits in the outbox."""

    def __init__(self, pipe: int, session: Session) -> None:
        self._pipe, self._session = pipe, session
        self.over = threading.Event()
        self.code = ENDED

    def run(self) -> None:
        """Read until the end of input, which ends the process at once."""
        decoder = FrameDecoder(longest_banner=0)
        try:
            while data := _read(self._pipe):
                for payload in decoder.feed(data):
                    self._session.take(payload)
                    self._look_whether_over()
            decoder.end()
        except (FrameError, ConversationError) as error:
            self._refuse(str(error))
        leave(self.code)

    def _look_whether_over(self) -> None:
        if self._session.closed:
            self.over.set()

    def _refuse(self, message: str) -> None:
        """Say why, and wait for the end of input while that is being read."""
        os.write(2, f"animeadapter: serve: {message}\n".encode())
        self.code = REFUSED
        self._session.refuse(message)
        self.over.set()
        while _read(self._pipe):
            pass


def _read(pipe: int) -> bytes:
    """Return what has come, or nothing at the end; a pipe that breaks has ended."""
    try:
        return os.read(pipe, AT_ONCE)
    except OSError:
        return b""


def _write(pipe: int, outbox: Outbox, reader: _Reader) -> None:
    """Write what the outbox gives; end the process after its last frame, or when nobody reads any more."""
    try:
        for frame in outbox:
            rest = memoryview(frame)
            while rest:
                rest = rest[os.write(pipe, rest) :]
    except OSError:
        leave(ENDED)
    leave(reader.code)


def _start(name: str, work: Callable[[], None]) -> None:
    """Start a thread without which the process is of no use: if it breaks, the process ends."""

    def guarded() -> None:
        try:
            work()
        except BaseException:
            LOG.exception("the %s broke", name)
            leave(BROKEN)

    threading.Thread(target=guarded, name=name, daemon=True).start()


def _interrupted(number: int, _frame: Any) -> None:
    leave(INTERRUPTED, f"stopped by {signal.Signals(number).name}")
