"""A session without a process, and a process without an editor."""

from __future__ import annotations

import itertools
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from animeadapter.protocol.blobs import chunks
from animeadapter.protocol.framing import GREETING, FrameDecoder
from animeadapter.protocol.messages import Done, Failed, FromEngine, Hello, PutBlob, Submit, ToEngine
from animeadapter.protocol.request import Blob
from animeadapter.protocol.wire import read_from_engine, to_frame
from animeadapter.serve.outbox import Outbox
from animeadapter.serve.session import Session
from animeadapter.serve.store import BlobStore

HANGS = 240.0
"""Seconds after which something counts as hung, on however busy a machine."""


def payload(message: ToEngine | FromEngine) -> bytes:
    return to_frame(message)[4:]


class Talk:
    """A session, an app that talks to it, and everything that it said."""

    def __init__(self, budget: int = 2**20, greet: bool = True) -> None:
        self.outbox = Outbox()
        self.session = Session(self.outbox, BlobStore(budget))
        self._decoder = FrameDecoder()
        if greet:
            self.say(Hello(1))
            self.heard()

    def say(self, *messages: ToEngine) -> None:
        for message in messages:
            self.session.take(payload(message))

    def send(self, *files: bytes) -> None:
        for data in files:
            self.say(*chunks(Blob.of(data).sha256, data))

    def heard(self) -> list[FromEngine]:
        """What has been said since the last time."""
        self.outbox.put(b"")
        return self._read(itertools.takewhile(bool, self.outbox))

    def heard_to_the_end(self) -> list[FromEngine]:
        """What has been said since the last time, until the outbox was closed."""
        return self._read(self.outbox)

    def _read(self, frames: Iterable[bytes]) -> list[FromEngine]:
        return [read_from_engine(found) for frame in frames for found in self._decoder.feed(frame)]


class Engine:
    """A real serving process, and what it said, read by a thread."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd, env=env
        )
        self.decoder = FrameDecoder()
        self._said: queue.SimpleQueue[FromEngine | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.write(GREETING)

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def say(self, *messages: ToEngine) -> None:
        self.write(b"".join(map(to_frame, messages)))

    def next(self) -> FromEngine:
        """The next message; EOFError at the end."""
        message = self._said.get(timeout=HANGS)
        if message is None:
            raise EOFError
        return message

    def until(self, kind: type[Any], job: str | None = None) -> Any:
        """The next message of a kind, about a job if one is given."""
        while True:
            message = self.next()
            if isinstance(message, kind) and (job is None or message.job == job):
                return message

    def do(self, job: str, call: Any) -> Done | Failed:
        self.say(Submit(job, call))
        end: Done | Failed = self.until((Done, Failed), job)  # type: ignore[arg-type]
        return end

    def ended(self) -> tuple[int, str]:
        """Exit code and what stood on stderr, once it has ended by itself."""
        code = self.process.wait(HANGS)
        assert self.process.stderr
        return code, self.process.stderr.read().decode()

    def hang_up(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()

    def close(self) -> None:
        self.process.kill()
        self.process.wait(HANGS)
        self._reader.join(HANGS)  # it must not read a pipe that is closed, which could be another file by then
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe
            pipe.close()

    def _read(self) -> None:
        assert self.process.stdout
        while data := os.read(self.process.stdout.fileno(), 2**20):
            for found in self.decoder.feed(data):
                self._said.put(read_from_engine(found))
        self._said.put(None)


@pytest.fixture(scope="session")
def new_talk() -> type[Talk]:
    """Makes as many of them as a property test needs."""
    return Talk


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def start(tmp_path: Path, tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Starts serving processes in an empty folder, and ends them."""
    monkeypatch.setenv("ANIMEADAPTER_PACKS", str(tiny_pack_master))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    started: list[Engine] = []

    def begin(command: list[str] | None = None, greet: bool = True, **options: Any) -> Engine:
        engine = Engine(command or [sys.executable, "-m", "animeadapter", "serve"], tmp_path, **options)
        started.append(engine)
        if greet:
            engine.say(Hello(1, "tests"))
        return engine

    yield begin
    for engine in started:
        engine.close()


@pytest.fixture
def upload() -> Any:
    """A file's messages."""

    def messages(data: bytes) -> list[PutBlob]:
        return list(chunks(Blob.of(data).sha256, data))

    return messages
