"""An engine's process and its pipes: messages in, messages out, and exactly one end.

Four threads, so that nobody waits for anybody: one reads messages, one writes, one reads what is said on stderr, one
notices the process's end. Whichever way it ends, its whole process group is gone before the end is told.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.framing import GREETING, FrameDecoder
from animeadapter.protocol.messages import FromEngine, ToEngine
from animeadapter.protocol.wire import read_from_engine, to_frame

if sys.platform == "win32":
    from komawari.engine_client.windows import Leash, options, widen
else:
    from komawari.engine_client.posix import Leash, options, widen

LOG = logging.getLogger("komawari.engine")
AT_ONCE = 2**20
LAST_WORDS = 0.05
"""Seconds in which what the other end still said is read after it has ended."""
KEPT_LINES = 20


class ProcessError(EngineError):
    """The engine's command cannot be started; the message names it."""


@dataclass(frozen=True)
class Command:
    """How an engine is started: here, or elsewhere by `ssh`."""

    words: Sequence[str] = (sys.executable, "-m", "animeadapter", "serve")
    folder: Path | None = None
    """Where it runs; None: where the editor does."""
    environment: Mapping[str, str] | None = None
    """All of its environment; None: the editor's."""


@dataclass(frozen=True)
class End:
    """How a process ended: its exit code (minus a signal's number), and what it complained of last."""

    code: int
    complaint: str


class EngineProcess:
    """A running engine. `on_message` and `on_end` are called on its threads and must not wait."""

    def __init__(
        self, command: Command, on_message: Callable[[FromEngine], None], on_end: Callable[[End], None]
    ) -> None:
        """Start the command. Raises `ProcessError`."""
        self._on_message, self._on_end = on_message, on_end
        self._outgoing: queue.SimpleQueue[bytes | Iterator[bytes] | None] = queue.SimpleQueue()
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._complaint = ""
        self._silent, self._exited = threading.Event(), threading.Event()
        self._ending = threading.Lock()
        self._process = _start(command)
        self._leash = Leash(self._process)
        # A process that ends at once is told of before the last thread begins: whoever tells waits for "errors".
        work = {"errors": self._read_errors, "reader": self._read, "writer": self._write, "watch": self._watch}
        self._threads = {name: threading.Thread(target=run, name=name, daemon=True) for name, run in work.items()}
        self._outgoing.put(GREETING)
        for thread in self._threads.values():
            thread.start()

    @property
    def pid(self) -> int:
        """The process's number on this machine; of ssh, where the engine is elsewhere."""
        return self._process.pid

    def send(self, message: ToEngine) -> None:
        """Send a message, some time."""
        self._outgoing.put(to_frame(message))

    def send_all(self, messages: Iterator[ToEngine]) -> None:
        """Send messages that are made when their turn comes, and of which others need not be aware."""
        self._outgoing.put(map(to_frame, messages))

    def hang_up(self) -> None:
        """Close the engine's input once everything is sent; it then ends by itself."""
        self._outgoing.put(None)

    def kill(self) -> None:
        """End it now."""
        self._leash.kill()

    def _read(self) -> None:
        assert self._process.stdout
        decoder = FrameDecoder()
        with self._process.stdout as pipe:
            try:
                while data := os.read(pipe.fileno(), AT_ONCE):
                    for payload in decoder.feed(data):
                        self._on_message(read_from_engine(payload))
                decoder.end()
            except EngineError as error:
                self._complaint = str(error)
            except OSError as error:
                self._complaint = f"its pipe broke: {error.strerror}"
        self._silent.set()
        self._exited.wait(LAST_WORDS)
        self._end()

    def _write(self) -> None:
        """Write until it is enough; a pipe that breaks has an end that others notice."""
        assert self._process.stdin
        pipe = self._process.stdin
        try:
            while (frames := self._outgoing.get()) is not None:
                for frame in (frames,) if isinstance(frames, bytes) else frames:
                    rest = memoryview(frame)
                    while rest:
                        rest = rest[os.write(pipe.fileno(), rest) :]
        except OSError as error:
            LOG.debug("nobody reads any more: %s", error.strerror)
        pipe.close()

    def _read_errors(self) -> None:
        assert self._process.stderr
        with self._process.stderr as pipe:
            for line in pipe:
                text = line.decode("utf-8", "replace").rstrip()
                self._lines.append(text)
                LOG.info("%s", text)

    def _watch(self) -> None:
        self._leash.wait_for_exit()
        self._exited.set()
        self._silent.wait(LAST_WORDS)
        self._end()

    def _end(self) -> None:
        """Let nothing of it remain, and tell the end, once."""
        if not self._ending.acquire(blocking=False):
            return
        self._leash.kill()
        code = self._process.wait()
        self._threads["errors"].join(LAST_WORDS)
        self._outgoing.put(None)
        said = self._lines[-1] if self._lines else f"exit code {code}"
        self._on_end(End(code, " ".join((self._complaint or said).split())))


def _start(command: Command) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            list(command.words), bufsize=0, cwd=command.folder, env=command.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options(),
        )  # fmt: skip
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"{command.words[0] if command.words else 'nothing'}: cannot be started: {reason}") from None
    assert process.stdin and process.stdout
    widen(process.stdin.fileno())
    widen(process.stdout.fileno())
    return process
