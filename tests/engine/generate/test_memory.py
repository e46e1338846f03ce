"""Out of memory: a batch is drawn in halves, which the resolved requests record; what cannot be halved is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
import torch

from animeadapter.generate import batch, conditions
from animeadapter.generate.errors import ShortOfMemoryError
from animeadapter.generate.events import Notice, Picture, Progress
from animeadapter.generate.memory import out_of_memory
from animeadapter.generate.studio import Studio
from animeadapter.protocol.request import GenerateRequest, Sampler

PICTURES = "OpenCV(5.0.0) error: (-4:Insufficient memory) Failed to allocate 9 bytes"
CPU = "[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def request_(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl", seeds=(1, 2, 3, 4, 5), pack=str(tiny_pack_master), sampler=Sampler(steps=2))


def bear(monkeypatch: pytest.MonkeyPatch, most: int, error: BaseException, after_steps: bool = False) -> list[int]:
    """Let no more than so many takes be drawn at once; return the sizes of the batches that were tried."""
    tried: list[int] = []
    whole = batch.draw

    def draw(pack: Any, request: Any, size: Any, seeds: tuple[int, ...], on_step: Any, *rest: Any) -> Any:
        tried.append(len(seeds))
        if len(seeds) > most:
            if after_steps:
                on_step(1, torch.zeros(len(seeds), 4, 8, 8))
            raise error
        return whole(pack, request, size, seeds, on_step, *rest)

    monkeypatch.setattr(batch, "draw", draw)
    return tried


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError(CPU), MemoryError(), cv2.error(PICTURES)]
)
def test_a_batch_that_does_not_fit_is_drawn_in_halves(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    tried = bear(monkeypatch, 2, error)
    events = list(studio.run(request_))
    takes = [event for event in events if isinstance(event, Picture)]
    assert tried == [4, 2, 2, 1] and [take.seed for take in takes] == [1, 2, 3, 4, 5]
    assert [take.resolved.environment.batch for take in takes] == [(1, 2), (1, 2), (3, 4), (3, 4), (5,)]
    told = [event.message for event in events if isinstance(event, Notice)]
    assert told == ["4 takes at once are too many for this machine's memory; they are drawn in halves"]


def test_a_take_of_a_half_draws_itself_again_bit_for_bit(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        bear(patch, 2, MemoryError())
        take = [event for event in studio.run(request_) if isinstance(event, Picture)][3]
    request = msgspec.structs.replace(take.resolved.request, pack=request_.pack)
    resolved = msgspec.structs.replace(take.resolved, request=request)
    (again,) = [event for event in studio.run(resolved) if isinstance(event, Picture)]
    assert again.take == 3 and np.array_equal(again.pixels, take.pixels)


def test_steps_are_counted_on_over_the_halves(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    bear(monkeypatch, 1, MemoryError(), after_steps=True)
    events = list(studio.run(msgspec.structs.replace(request_, seeds=(1, 2))))
    told = [(event.step, event.steps) for event in events if isinstance(event, Progress)]
    assert told == [(1, 2), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_cannot_be_halved_is_refused_in_one_line(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = next(event for event in studio.run(request_) if isinstance(event, Picture))
    bear(monkeypatch, 0, MemoryError())
    with pytest.raises(ShortOfMemoryError, match="does not suffice for a take of 64×64 pixels"):
        list(studio.run(request_))
    request = msgspec.structs.replace(take.resolved.request, pack=request_.pack)
    with pytest.raises(ShortOfMemoryError, match="does not suffice for 4 takes of 64×64 pixels"):
        list(studio.run(msgspec.structs.replace(take.resolved, request=request)))
    assert not studio._busy.locked()


def test_memory_that_runs_out_before_the_first_step_is_an_error_too(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError(CPU)

    monkeypatch.setattr(conditions, "_single_precision_output", fail)
    with pytest.raises(ShortOfMemoryError, match="give smaller ones"):
        list(studio.run(request_))


def test_other_errors_stay_what_they_are(
    studio: Studio, request_: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = bear(monkeypatch, 0, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes do not match"):
        list(studio.run(request_))
    assert tried == [4] and not out_of_memory(ValueError("out of memory")) and not out_of_memory(KeyError("x"))
