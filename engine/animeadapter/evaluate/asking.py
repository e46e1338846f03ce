"""What benchmarks of drawing have in common: build a case, let the engine draw it, ask the judge, count.

A `Task` says what is special about one; `measure` is the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from animeadapter.evaluate.autoencoder import through
from animeadapter.evaluate.judging import describe
from animeadapter.evaluate.rows import Row, provenance
from animeadapter.generate.events import Picture, Pixels
from animeadapter.generate.studio import Studio
from animeadapter.metrics.judge import Judge, Verdict
from animeadapter.protocol.request import Blobs, GenerateRequest, blobs_of
from animeadapter.synthetic.sheet import contact_sheet

Case = TypeVar("Case")
Answer = TypeVar("Answer", bound=msgspec.Struct)


@dataclass(frozen=True)
class Engine:
    """What a task draws and asks with."""

    judge: Judge
    studio: Studio
    pack: str
    steps: int | None = None

    def draw(self, request: GenerateRequest, blobs: Blobs) -> Pixels:
        """Return the one picture of a request, of whose files only those that it names are handed over."""
        events = self.studio.run(request, {sha: blobs[sha] for sha in blobs_of(request).values()})
        return next(event.pixels for event in list(events) if isinstance(event, Picture))

    def restored(self, picture: Pixels) -> Pixels:
        """Return a true picture after the pack's autoencoder: the best that could be drawn."""
        return through(self.studio.pack(self.pack).part("vae"), picture)

    def say(self, picture: Pixels) -> Verdict:
        """Return what the judge sees."""
        return self.judge.verdicts([picture])[0]


class Task(Protocol[Case, Answer]):
    """One benchmark of drawing."""

    seed: int
    """Of its cases, unless another one is asked for."""
    columns: tuple[str, ...]
    """What its sheet shows of each case."""

    def build(self, seed: int, number: int) -> Case:
        """Return a case, which depends on nothing else."""

    def answer(self, case: Case, engine: Engine) -> tuple[Answer, list[Pixels]]:
        """Return what was found of a case, and its pictures for the sheet."""

    def rows(self, answers: list[Answer]) -> list[Row]:
        """Return the figures."""


@dataclass(frozen=True)
class Found(Generic[Answer]):
    """What a benchmark found, with what, and on which cases."""

    rows: list[Row]
    answers: list[Answer]
    provenance: dict[str, Any]
    columns: tuple[str, ...]
    shown: list[Pixels] = field(default_factory=list)
    """Pictures of the first cases, row by row; `columns` says which."""

    def sheet(self) -> Pixels:
        """Return a contact sheet, (height, width, 3): one case a row."""
        return contact_sheet(self.shown, len(self.columns))


def measure(
    task: Task[Case, Answer],
    judge: Judge,
    judge_folder: Path,
    pack: str = "mini",
    *,
    count: int = 100,
    seed: int | None = None,
    steps: int | None = None,
    sheet: int = 0,
    studio: Studio | None = None,
    on_case: Callable[[int, int], None] = lambda done, total: None,
) -> Found[Answer]:
    """Draw and judge `count` cases; `sheet` of them are kept to look at. Raises `EngineError` subclasses."""
    engine = Engine(judge, studio or Studio(), pack, steps)
    seed = task.seed if seed is None else seed
    answers, shown = [], []
    for number in range(count):
        answer, pictures = task.answer(task.build(seed, number), engine)
        answers.append(answer)
        shown += pictures if number < sheet else []
        on_case(number + 1, count)
    told = basis(engine, judge_folder) | {"seed": seed, "count": count}
    return Found(task.rows(answers), answers, told, task.columns, shown)


def basis(engine: Engine, judge_folder: Path) -> dict[str, Any]:
    """Return what figures rest on: versions, judge, pack, device."""
    manifest = engine.studio.pack(engine.pack).manifest
    return {
        **provenance(),
        **describe(judge_folder, engine.judge),
        "pack": manifest.name,
        "pack_sha256": manifest.sha256,
        "steps": engine.steps or manifest.calibration.steps,
        "device": str(engine.studio.device),
        "precision": engine.studio.precision,
        "threads": engine.studio.threads,
    }


def share(marks: list[bool]) -> float:
    """Return which share of marks is true; NaN of none."""
    return round(sum(marks) / len(marks), 4) if marks else float("nan")
