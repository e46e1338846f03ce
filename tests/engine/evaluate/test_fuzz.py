"""Mutants are made by a seed, and whatever crashes or hangs over them is counted."""

from __future__ import annotations

import random
import sys

import pytest

from animeadapter.evaluate import fuzz as module
from animeadapter.evaluate.fuzz import fuzz
from animeadapter.evaluate.mutation import broken_stream, mutant
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.framing import GREETING
from animeadapter.protocol.wire import read_to_engine

READER = "import os, sys; os.close(1); sys.stdin.buffer.read(); sys.exit({code})"


def silent(done: str, at: int, of: int) -> None:
    """Nobody listens."""


def answered(monkeypatch: pytest.MonkeyPatch, script: str, hangs: float = 30.0) -> None:
    """Let a script be the engine."""
    monkeypatch.setattr(module, "SERVE", (sys.executable, "-c", script))
    monkeypatch.setattr(module, "HANGS", hangs)


def refused(data: bytes) -> bool:
    try:
        read_to_engine(data)
    except EngineError:
        return True
    return False


def test_the_same_seed_makes_the_same_mutants_some_of_them_valid() -> None:
    one, other = random.Random(3), random.Random(3)
    mutants = [mutant(one) for _ in range(300)]
    assert mutants == [mutant(other) for _ in range(300)]
    share = sum(map(refused, mutants)) / len(mutants)
    assert 0.5 < share < 0.99
    assert broken_stream(random.Random(1), GREETING) != broken_stream(random.Random(2), GREETING)


def test_the_real_decoders_and_the_real_engine_survive() -> None:
    told: list[tuple[str, int, int]] = []
    rows = fuzz(250, 5, lambda *step: told.append(step))
    assert [row.found for row in rows] == [0, 0, 0] and all(row.ok for row in rows)
    assert told[:2] == [("sending mutants", 200, 250), ("sending mutants", 250, 250)]
    assert told[-1] == ("breaking streams", 3, 3)


def test_a_decoder_that_crashes_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(data: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "read_to_engine", crash)
    answered(monkeypatch, READER.format(code=0))
    assert fuzz(3, 0, silent)[0].found == 3


@pytest.mark.parametrize("code, bad", [(0, 0), (1, 0), (70, 1)])
def test_an_engine_that_ends_otherwise_than_it_should_is_counted(
    monkeypatch: pytest.MonkeyPatch, code: int, bad: int
) -> None:
    answered(monkeypatch, READER.format(code=code))
    assert fuzz(1, 0, silent)[2].found == bad


def test_an_engine_that_is_lost_or_hangs_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    answered(monkeypatch, "import sys; sys.exit(0)")
    assert fuzz(400, 0, silent)[1].found >= 2
    answered(monkeypatch, "import time; time.sleep(1000)", hangs=0.5)
    rows = fuzz(1, 0, silent)
    assert rows[1].found == 2 and rows[2].found == 1 and not rows[1].ok
