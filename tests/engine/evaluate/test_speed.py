"""What the bench of speed runs and reports; how long anything takes is not tested here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from animeadapter.evaluate import speed as module
from animeadapter.evaluate.rows import Row
from animeadapter.evaluate.speed import LIMIT, speed
from animeadapter.generate.errors import StudioError
from animeadapter.generate.kit import Kit
from animeadapter.packs.errors import PackError
from animeadapter.protocol.request import Detail, GenerateRequest

KINDS = ["bare pipeline", "with pose", "with reference", "with both", "with both and the pack's details"]


def kind(request: GenerateRequest) -> str:
    return KINDS[-1] if request.detail == Detail() else KINDS[bool(request.poses) + 2 * bool(request.references)]


class Clockwork:
    """A studio whose runs last as long as a table says, and the clock that sees it."""

    def __init__(self, durations: dict[str, list[float]]) -> None:
        self.now, self.durations = 100.0, {name: iter(values) for name, values in durations.items()}
        self.requests: list[GenerateRequest] = []
        self.forgotten = 0
        self.precision, self.threads = "float32", 1

    def __call__(self, device: str, threads: int | None = None) -> Clockwork:
        return self

    def perf_counter(self) -> float:
        return self.now

    def kit(self, pack: str) -> Any:
        return SimpleNamespace(forget=self.forget)

    def forget(self) -> None:
        self.forgotten += 1
        self.now += 1000  # not part of any run

    def run(self, request: GenerateRequest, blobs: dict[str, bytes]) -> Iterator[str]:
        self.requests.append(request)
        assert all(blob.sha256 in blobs for r in request.references for blob in (r.picture, r.mask))
        yield "begun"
        self.now += next(self.durations[kind(request)])
        yield "drawn"


@pytest.fixture
def clockwork(monkeypatch: pytest.MonkeyPatch) -> Clockwork:
    clock = Clockwork(
        {
            "bare pipeline": [50, 2, 1, 9],
            "with pose": [50, 2, 3, 2.2],
            "with reference": [50, 9, 2.1, 1],
            "with both": [50, 2.4, 2.4, 2.4],
            "with both and the pack's details": [60, 5.0, 4.8, 4.9],
        }
    )
    monkeypatch.setattr(module, "Studio", clock)
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_rows_are_medians_over_the_repeats_without_the_first_run_and_ratios_of_them(clockwork: Clockwork) -> None:
    rows = speed("tiny", repeats=3, takes=2)
    settings = " (float32, 1 threads, 2 takes)"
    assert rows == [
        Row(name=f"bare pipeline{settings}", found=2.0, unit="s"),
        Row(name=f"with pose{settings}", found=2.2, unit="s"),
        Row(name=f"with reference{settings}", found=2.1, unit="s"),
        Row(name=f"with both{settings}", found=2.4, unit="s"),
        Row(name=f"with both and the pack's details{settings}", found=4.9, unit="s"),
        Row(name="with pose / bare pipeline", found=1.1, unit="×"),
        Row(name="with reference / bare pipeline", found=1.05, unit="×"),
        Row(name="with both and the pack's details / bare pipeline", found=2.45, unit="×"),
        Row(name="with both / bare pipeline", found=1.2, expected=LIMIT, unit="×", ok=False),
    ]


def test_the_kinds_take_turns_and_differ_in_pose_and_reference_alone(clockwork: Clockwork) -> None:
    told: list[tuple[int, int]] = []
    speed("tiny", repeats=3, takes=2, steps=4, on_repeat=lambda done, total: told.append((done, total)))
    assert [kind(request) for request in clockwork.requests] == KINDS * 4
    assert clockwork.forgotten == 20 and told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    for request in clockwork.requests:
        assert (request.seeds, request.sampler.steps, request.pack) == ((0, 1), 4, "tiny")
        assert request.prompt == clockwork.requests[0].prompt
        assert all(reference.mask is not None for reference in request.references)


def test_on_a_real_pack_every_row_is_there_and_every_reference_is_encoded_anew(
    tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[bool] = []
    whole = Kit.encode

    def watched(self: Kit, picture: Any, key: str) -> Any:
        encoded.append(key in self._encoded)
        return whole(self, picture, key)

    monkeypatch.setattr(Kit, "encode", watched)
    rows = speed(str(tiny_pack_master), repeats=1, takes=1, steps=1, device="cpu", threads=1)
    assert [row.name.split(" (")[0] for row in rows] == [
        *KINDS, *(f"{name} / bare pipeline" for name in (*KINDS[1:3], KINDS[4], KINDS[3]))
    ]  # fmt: skip
    assert [row.unit for row in rows] == ["s"] * 5 + ["×"] * 4 and all(row.found > 0 for row in rows)
    assert all(row.ok is None for row in rows[:8]) and rows[8].ok is (rows[8].found <= LIMIT)
    assert encoded == [False] * 6


def test_a_pack_that_is_not_there_is_an_error_a_person_can_mend() -> None:
    with pytest.raises((PackError, StudioError), match="nowhere"):
        speed("nowhere", repeats=1)
