"""Mutated frames and messages, thrown at the decoders and at engines that run: nothing may crash, nothing may hang."""

from __future__ import annotations

import logging
import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable

from animeadapter.evaluate.mutation import JOB, broken_stream, mutant
from animeadapter.evaluate.rows import Row, exactly
from animeadapter.protocol.blobs import Assembler
from animeadapter.protocol.calls import Rehearse
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.framing import GREETING, FrameDecoder, frame
from animeadapter.protocol.messages import Cancel, Done, Failed, FromEngine, Hello, PutBlob, Submit, ToEngine
from animeadapter.protocol.wire import read_from_engine, read_to_engine, to_frame

LOG = logging.getLogger(__name__)
SERVE = (sys.executable, "-m", "animeadapter", "serve")
HANGS = 120.0
"""Seconds after which an engine counts as hung."""
AT_ONCE = 200
"""Mutants between two questions whether the engine still answers."""
MOST_STREAMS = 40
"""Broken streams, each of which needs an engine of its own."""
GOOD_ENDS = (0, 1)
OnStep = Callable[[str, int, int], None]


def fuzz(examples: int, seed: int, on_step: OnStep) -> list[Row]:
    """Return what `examples` mutants did to the decoders and to a running engine, and what broken streams did.

    `on_step` learns what is done, how far, and of how much.
    """
    rng = random.Random(seed)
    crashes = sum(_decode(rng) for _ in range(examples))
    lost = _besiege(examples, rng, on_step)
    streams = min(MOST_STREAMS, -(-examples // 100))
    bad = 0
    for done in range(1, streams + 1):
        bad += not _ends_well(broken_stream(rng, GREETING))
        on_step("breaking streams", done, streams)
    return [
        exactly(f"decoders that crashed over {examples:,} mutants", crashes, 0),
        exactly(f"engines that ended or hung over {examples:,} mutants", lost, 0),
        exactly(f"engines that hung or crashed over {streams} broken streams", bad, 0),
    ]


def _decode(rng: random.Random) -> bool:
    """Let decoders read a mutant and a broken stream; return whether one crashed."""
    assembler, decoder = Assembler(2**20), FrameDecoder()
    try:
        _read(mutant(rng), assembler)
        for data in decoder.feed(broken_stream(rng, GREETING)):
            _read(data, assembler)
        decoder.end()
    except EngineError:
        return False
    except Exception:
        LOG.exception("a decoder crashed")
        return True
    return False


def _read(data: bytes, assembler: Assembler) -> None:
    """Read a payload as both sides would; each refuses what is not for it."""
    for read in (read_to_engine, read_from_engine):
        try:
            message = read(data)
            if isinstance(message, PutBlob):
                assembler.put(message)
        except EngineError:
            continue


def _besiege(examples: int, rng: random.Random, on_step: OnStep) -> int:
    """Send mutants to an engine; return how many engines were lost on the way."""
    lost, engine = 0, _Engine()
    for done in range(0, examples, AT_ONCE):
        mutants = (frame(mutant(rng)) + to_frame(Cancel(JOB)) for _ in range(min(AT_ONCE, examples - done)))
        if not (engine.write(b"".join(mutants)) and engine.answers(f"probe {done}")):
            lost += 1
            engine.end()
            engine = _Engine()
        on_step("sending mutants", min(done + AT_ONCE, examples), examples)
    return lost + (engine.end() not in GOOD_ENDS)


def _ends_well(stream: bytes) -> bool:
    """Return whether an engine that gets these bytes and then nothing ends by itself, in order."""
    engine = _Engine(greet=False)
    engine.write(stream)
    return engine.end() in GOOD_ENDS


class _Engine:
    """A running engine, whose output a thread reads."""

    def __init__(self, greet: bool = True) -> None:
        self._process = subprocess.Popen(
            SERVE, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._said: queue.SimpleQueue[FromEngine | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        if greet:
            self.write(GREETING + to_frame(Hello(1, "fuzz")))

    def write(self, data: bytes) -> bool:
        """Return whether the engine took these bytes."""
        assert self._process.stdin
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._process.stdin.fileno(), rest) :]
        except OSError:
            return False
        return True

    def answers(self, job: str) -> bool:
        """Return whether the engine does a job."""
        asked: ToEngine = Submit(job, Rehearse())
        if not self.write(to_frame(asked)):
            return False
        while True:
            try:
                message = self._said.get(timeout=HANGS)
            except queue.Empty:
                return False
            if message is None or (isinstance(message, Done | Failed) and message.job == job):
                return isinstance(message, Done)

    def end(self) -> int:
        """Close its input, and return its exit code; −1 if it does not end."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            return self._process.wait(HANGS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return -1

    def _listen(self) -> None:
        assert self._process.stdout
        decoder = FrameDecoder()
        with self._process.stdout as pipe:
            while data := os.read(pipe.fileno(), 2**20):
                for found in decoder.feed(data):
                    self._said.put(read_from_engine(found))
        self._said.put(None)
