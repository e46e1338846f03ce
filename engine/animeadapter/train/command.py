"""The seam for the command line: a recipe in, events out, a run folder on the disk."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from animeadapter.train import events
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.errors import TrainError
from animeadapter.train.recipe import load_recipe

RUNS, CACHE = Path("build/runs"), Path("build/cache")
LOG = "log.jsonl"


def run(
    recipe: str | Path,
    *,
    out: Path | None = None,
    steps: int | None = None,
    threads: int | None = None,
    resume: bool = False,
    minutes: float | None = None,
    on_event: events.Listener = lambda event: None,
    cache: Path = CACHE,
) -> events.Finished:
    """Train by a recipe, shipped (its name) or one's own (its file), and return how it ended.

    `out` is the run folder, `build/runs/<recipe>` by default. `steps` and `threads` replace the recipe's;
    `minutes` ends it early, with figures and an export; Ctrl-C and SIGTERM end it at once, with a checkpoint (or, while
    pools are drawn, with KeyboardInterrupt and all whole shards).
    `resume` goes on from the newest checkpoint. Raises `TrainError`.
    """
    name, settings = load_recipe(recipe)
    if steps is not None:
        settings = msgspec.structs.replace(settings, steps=steps)
    if threads is not None:
        settings = msgspec.structs.replace(settings, threads=threads)
    folder = out or RUNS / name
    _check_folder(folder, resume)
    with Log(folder / LOG, on_event) as log, _signals() as stopped:
        return _train(name, settings, folder, cache, resume, minutes, log, stopped)


def _train(
    name: str,
    recipe: AnyRecipe,
    folder: Path,
    cache: Path,
    resume: bool,
    minutes: float | None,
    log: Log,
    stopped: list[int],
) -> events.Finished:
    import torch

    from animeadapter.train import machine
    from animeadapter.train.loop import Trainer
    from animeadapter.train.task import build_task

    def listen(event: events.Event) -> None:
        log(event)
        if stopped:
            raise KeyboardInterrupt  # Shards that are whole stay; there is nothing else to save yet.

    machine.keep_memory()
    torch.set_num_threads(recipe.threads)
    trainer = Trainer(name, recipe, build_task(recipe, cache, listen), folder)
    if resume:
        trainer.resume()
    elif recipe.start:
        trainer.begin_with(Path(recipe.start))
    last: events.Event | None = None
    for last in trainer.run(minutes=minutes, stop=lambda: bool(stopped)):
        log(last)
    assert isinstance(last, events.Finished)
    return last


def _check_folder(folder: Path, resume: bool) -> None:
    """Refuse to write over another training, or to go on with none."""
    held = any((folder / "checkpoints").glob("step-*.json"))
    if held and not resume:
        raise TrainError(f"{folder}: holds a training already; resume it, or choose another folder")
    if resume and not held:
        raise TrainError(f"{folder}: holds no checkpoint to resume from")


class Log:
    """Hands events on and writes each as a line of JSON."""

    def __init__(self, path: Path, listener: events.Listener) -> None:
        self.path, self.listener = path, listener

    def __enter__(self) -> Log:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("ab")
        except OSError as error:
            raise TrainError(f"{self.path}: cannot be written: {error.strerror}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __call__(self, event: events.Event) -> None:
        self.file.write(msgspec.json.encode(event) + b"\n")
        self.file.flush()
        self.listener(event)


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM instead of dying of them; a second Ctrl-C does end at once."""
    got: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        if got and number == signal.SIGINT:
            raise KeyboardInterrupt
        got.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield got
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
