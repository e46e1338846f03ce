"""The one training loop. Flat on purpose: what happens in a step can be read from top to bottom.

`Trainer.run` yields events; whoever stops iterating stops the training. It ends early, with a checkpoint, when
`stop()` says so or the minutes are used up. At fixed threads an interrupted and resumed training has the same
weights, bit for bit, as an uninterrupted one: every random number comes from (seed, step).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch

from animeadapter.train import checkpoint, events, machine, optimise, start
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.export import write_export
from animeadapter.train.recipe import differences, fingerprint
from animeadapter.train.schedule import rate
from animeadapter.train.seeds import seed_torch
from animeadapter.train.sheets import write_png
from animeadapter.train.task import Task


class Trainer:
    """One training: a recipe's task, its optimiser and averages, and a run folder.

    The folder holds `checkpoints/`, `sheets/`, `export/` (fp16, averaged weights) and `log.jsonl`.
    """

    def __init__(self, name: str, recipe: AnyRecipe, task: Task, folder: Path) -> None:
        self.name, self.recipe, self.task, self.folder = name, recipe, task, folder
        self.precision = machine.precision(recipe.precision, recipe.device)
        layout = torch.channels_last if recipe.channels_last else torch.contiguous_format
        for module in task.modules.values():
            module.to(device=recipe.device, memory_format=layout).train()  # type: ignore[call-overload]
        self.optimiser = optimise.build(recipe.optimiser, task.modules)
        self.ema = Ema(task.modules, recipe.ema)
        self.step = self.samples = 0
        self.seconds = 0.0
        self.figures: events.Figures = {}
        self.notes: list[str] = []

    # --- beginning -------------------------------------------------------------------------------------

    def begin_with(self, run: Path) -> None:
        """Begin with the averaged weights of another run, or with those of a pack or an export. Raises `TrainError`."""
        start.begin(self.ema, run)

    def resume(self) -> None:
        """Go on from the newest whole checkpoint. Raises `TrainError` if it belongs to another training."""
        state, groups, self.notes = checkpoint.newest(self.folder / "checkpoints")
        self._compare(state)
        for name, module in self.task.modules.items():
            prefix = f"{name}/"
            own = {k.removeprefix(prefix): v for k, v in groups["module"].items() if k.startswith(prefix)}
            module.load_state_dict(own)
        for name, average in self.ema.average.items():
            average.copy_(groups["ema"][name])
        optimise.load_state(self.optimiser, self.task.modules, groups["optimiser"])
        self.ema.updates = state.ema_updates
        self.step, self.samples, self.seconds = state.step, state.samples, state.seconds

    def _compare(self, state: checkpoint.State) -> None:
        # Not the fingerprint that was written: a field added since has its default, and changes nothing.
        if fingerprint(state.recipe) != fingerprint(self.recipe):
            names = ", ".join(differences(state.recipe, self.recipe))
            raise TrainError(f"{self.folder}: holds another training; it differs in {names}")
        if state.renderer != self.task.renderer:
            raise TrainError(f"{self.folder}: was trained on renderer {state.renderer}, not {self.task.renderer}")
        for name, sha in self.task.upstream.items():
            if state.upstream.get(name) != sha:
                raise TrainError(f"{self.folder}: was trained on another {name}; begin again in a new folder")
        here = {"threads": self.recipe.threads, "precision": self.precision, "steps": self.recipe.steps}
        there = {"threads": state.threads, "precision": state.precision, "steps": state.recipe.steps}
        here |= machine.versions()
        there |= state.versions
        self.notes += [
            f"{name} was {there.get(name)} and is {value}: the bits will differ from an uninterrupted training"
            for name, value in here.items()
            if there.get(name) != value
        ]

    # --- the loop --------------------------------------------------------------------------------------

    def run(self, *, minutes: float | None = None, stop: Callable[[], bool] = bool) -> Iterator[events.Event]:
        """Train to the last step, until the minutes are used up, or until `stop()`; yield what happens."""
        steps, every = self.recipe.steps, self.recipe.intervals
        yield self._started()
        for note in self.notes:
            yield events.Noted(step=self.step, text=note)
        deadline = time.monotonic() + (60.0 * minutes if minutes is not None else float("inf"))
        window = Window()
        while self.step < steps and not stop() and time.monotonic() < deadline:
            began = time.monotonic()
            losses, norm, samples, lr = self._one_step()
            self.step, self.samples = self.step + 1, self.samples + samples
            spent = time.monotonic() - began
            self.seconds += spent
            window.add(losses, norm, samples, spent)
            if due(self.step, every.log) or self.step == steps:
                yield window.progress(self, lr)
                window = Window()
            if due(self.step, every.checkpoint):
                yield self.save()
            if due(self.step, every.validate) and self.step < steps:
                yield self.validate()
            if due(self.step, every.sheet) and self.step < steps:
                yield self.draw_sheet()
        stopped = self.step < steps and stop()
        yield self.save()
        if not stopped:
            yield self.validate()
            yield self.draw_sheet()
            yield self.export()
        reason = "done" if self.step >= steps else "stopped" if stopped else "time used up"
        yield events.Finished(
            step=self.step, steps=steps, reason=reason, seconds=self.seconds, samples=self.samples, figures=self.figures
        )  # fmt: skip

    def _one_step(self) -> tuple[dict[str, float], float, int, float]:
        """Take one step; return the losses, the gradient's norm, the samples and the learning rate."""
        step, device = self.step, self.recipe.device
        self.task.on_step(step, self.ema)
        batch = {name: value.to(device) for name, value in self.task.batch(step).items()}
        seed_torch(self.recipe.seed, step)
        with self.autocast():
            losses = self.task.loss(batch, step)
        values = {name: float(value.detach()) for name, value in losses.items()}
        if not np.isfinite(values["loss"]):
            raise TrainError(f"step {step}: the loss is {values['loss']}; lower schedule.peak, and resume")
        losses["loss"].backward()
        lr = rate(self.recipe.schedule, step, self.recipe.steps)
        optimise.set_rate(self.optimiser, lr)
        norm = optimise.step(self.optimiser, self.task.modules, self.recipe.optimiser.clip)
        self.ema.update()
        return values, norm, len(next(iter(batch.values()))), lr

    def autocast(self) -> torch.autocast:
        """Return the context in which networks run."""
        return torch.autocast(self.recipe.device, torch.bfloat16, enabled=self.precision == "bf16")

    # --- what is written -------------------------------------------------------------------------------

    def _started(self) -> events.Event:
        weights = sum(value.numel() for _, value in self.ema.weights())
        return events.Started(
            step=self.step, steps=self.recipe.steps, part=str(self.recipe.__struct_config__.tag), recipe=self.name,
            weights=weights, precision=self.precision, threads=self.recipe.threads, renderer=self.task.renderer,
        )  # fmt: skip

    def state(self) -> checkpoint.State:
        """Return what the checkpoint says beside its tensors."""
        return checkpoint.State(
            name=self.name, recipe=self.recipe, fingerprint=fingerprint(self.recipe), step=self.step,
            samples=self.samples, seconds=self.seconds, ema_updates=self.ema.updates, renderer=self.task.renderer,
            upstream=dict(self.task.upstream), precision=self.precision, threads=self.recipe.threads,
            versions=machine.versions(),
        )  # fmt: skip

    def save(self) -> events.Event:
        """Write a checkpoint."""
        modules = {
            f"{name}/{key}": value
            for name, module in self.task.modules.items()
            for key, value in module.state_dict().items()
        }
        groups = {
            "module": modules,
            "ema": self.ema.average,
            "optimiser": optimise.state(self.optimiser, self.task.modules),
        }
        path = checkpoint.save(self.folder / "checkpoints", self.state(), groups)
        return events.Wrote(step=self.step, what="checkpoint", path=str(path))

    def validate(self) -> events.Event:
        """Measure the averaged weights on the held-out pool."""
        began = time.monotonic()
        with self.ema.applied(), torch.no_grad(), self.autocast():
            self.figures = self.task.validate()
        return events.Validated(step=self.step, figures=self.figures, seconds=time.monotonic() - began)

    def draw_sheet(self) -> events.Event:
        """Draw a sheet of samples with the averaged weights."""
        path = self.folder / "sheets" / f"step-{self.step:09d}.png"
        with self.ema.applied(), torch.no_grad(), self.autocast():
            write_png(path, self.task.sheet())
        return events.Wrote(step=self.step, what="sheet", path=str(path))

    def export(self) -> events.Event:
        """Write the averaged weights in fp16, with what they were made of."""
        with self.ema.applied(), torch.no_grad():
            write_export(self.folder / "export", self.task, self.state(), self.figures)
        return events.Wrote(step=self.step, what="export", path=str(self.folder / "export"))


class Window:
    """Sums over the steps since the last log line."""

    def __init__(self) -> None:
        self.count = self.samples = 0
        self.norm = self.seconds = 0.0
        self.losses: dict[str, float] = {}

    def add(self, losses: dict[str, float], norm: float, samples: int, seconds: float) -> None:
        """Take in one step."""
        self.count, self.samples = self.count + 1, self.samples + samples
        self.norm, self.seconds = self.norm + norm, self.seconds + seconds
        for name, value in losses.items():
            self.losses[name] = self.losses.get(name, 0.0) + value

    def progress(self, trainer: Trainer, lr: float) -> events.Event:
        """Return the means as an event."""
        steps = trainer.recipe.steps
        return events.Progress(
            step=trainer.step, steps=steps, rate=lr, gradient=self.norm / self.count, samples=trainer.samples,
            losses={name: value / self.count for name, value in self.losses.items()},
            samples_per_second=self.samples / max(self.seconds, 1e-9), seconds=trainer.seconds,
            left=(steps - trainer.step) * self.seconds / self.count,
        )  # fmt: skip


def due(step: int, interval: int) -> bool:
    """Return whether something that happens every `interval` steps (0: never) happens after this one."""
    return interval > 0 and step % interval == 0
