"""The fake engine does what its script says, when the test says so, and ends every job as a real one does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from animeadapter.protocol.calls import Generate, ListPacks, PackList
from animeadapter.protocol.messages import Accepted, Failed, Progress, Started
from animeadapter.protocol.request import GenerateRequest
from komawari.engine_client.client import EngineState, Event, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob

DRAW = Generate(GenerateRequest(prompt="1girl"))


def two_steps(job: ClientJob) -> Iterator[Event]:
    yield Progress(job.id, 1, 2)
    yield Progress(job.id, 2, 2)
    yield Finished(job.id, PackList(()))


@pytest.fixture
def engine() -> FakeEngine:
    engine = FakeEngine()
    engine.script(Generate, two_steps)
    return engine


@pytest.fixture
def told(engine: FakeEngine) -> list[Event]:
    told: list[Event] = []
    engine.listen(told.append)
    told.clear()
    return told


def test_events_come_when_the_test_says_so(engine: FakeEngine, told: list[Event]) -> None:
    job = engine.submit(DRAW, {"0" * 64: b""})
    assert told == [Accepted(job)] and engine.submitted[0].call is DRAW
    assert engine.play(2) == 2 and told[1:] == [Started(job), Progress(job, 1, 2)]
    assert engine.play() == 2 and told[-1] == Finished(job, PackList(()))
    assert engine.play() == 0


def test_jobs_come_one_after_another(engine: FakeEngine, told: list[Event]) -> None:
    jobs = [engine.submit(DRAW), engine.submit(ListPacks(), job="mine")]
    engine.play()
    assert [event.job for event in told if isinstance(event, Finished | Failed)] == jobs == ["job-1", "mine"]
    assert told[-1].message == "no script says what to answer to ListPacks"


def test_a_cancelled_job_ends_at_once_and_the_next_one_begins(engine: FakeEngine, told: list[Event]) -> None:
    first, second = engine.submit(DRAW), engine.submit(DRAW)
    engine.play(2)
    engine.cancel(first)
    engine.cancel(first)
    assert told[-1] == Failed(first, "cancelled", "cancelled") and engine.cancelled == [first, first]
    engine.play(1)
    assert told[-1] == Started(second)


def test_after_a_crash_open_jobs_begin_again(engine: FakeEngine, told: list[Event]) -> None:
    job = engine.submit(DRAW)
    engine.play(3)
    engine.crash()
    assert [event.phase for event in told if isinstance(event, EngineState)] == ["restarting", "ready"]
    engine.play()
    assert told.count(Progress(job, 1, 2)) == 2 and isinstance(told[-1], Finished)


@pytest.mark.parametrize("how", ["give_up", "close"])
def test_when_it_is_over_every_job_has_failed(engine: FakeEngine, told: list[Event], how: str) -> None:
    job = engine.submit(DRAW)
    if how == "close":
        engine.close()
    else:
        engine.give_up("no more")
    assert isinstance(told[-1], Failed) and told[-1].job == job and engine.play() == 0
    late = engine.submit(DRAW)
    assert told[-1].job == late and told[-1].code == "engine_gone"


def test_nothing_is_told_before_it_is_ready_nor_to_who_has_left() -> None:
    engine, told = FakeEngine(ready=False), []
    forget = engine.listen(told.append)
    engine.submit(DRAW)
    assert engine.play() == 0 and told[0] == EngineState("starting")
    forget()
    engine.become(EngineState("ready"))
    assert len(told) == 2


def test_a_script_without_an_end_is_a_failure(engine: FakeEngine, told: list[Event]) -> None:
    engine.script(Generate, lambda job: [])
    engine.submit(DRAW)
    engine.play()
    assert told[-1].message == "the script ended without an end"
