"""The loop with a task of its own: a net with dropout on random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from animeadapter.train import checkpoint, events
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.loop import Trainer
from animeadapter.train.recipe import load_recipe
from animeadapter.train.seeds import rng
from animeadapter.train.settings import Intervals, Schedule


class Noise:
    """Learns a convolution from noise."""

    def __init__(self, seed: int) -> None:
        torch.manual_seed(seed)
        self.net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Dropout(0.3), nn.GroupNorm(2, 8), nn.Conv2d(8, 1, 1))
        self.modules = {"net": self.net}
        self.renderer, self.upstream = "noise", {"other": "abc"}
        self.broken_at = -1

    def on_step(self, step: int, ema: Ema) -> None:
        if step >= 4:
            self.net[0].requires_grad_(False)

    def batch(self, step: int) -> dict[str, torch.Tensor]:
        return {"x": torch.from_numpy(rng(3, "batch", step).normal(size=(4, 3, 6, 6))).float()}

    def loss(self, batch: dict[str, torch.Tensor], step: int) -> dict[str, torch.Tensor]:
        wanted = batch["x"].mean(1, keepdim=True)[:, :, 1:-1, 1:-1]
        loss = (self.net(batch["x"]).float() - wanted - 0.01 * torch.randn_like(wanted)).square().mean()
        return {"loss": loss * (float("nan") if step == self.broken_at else 1.0)}

    def validate(self) -> dict[str, float]:
        torch.rand(3)
        return {"training": float(self.net.training)}

    def sheet(self) -> np.ndarray:
        return np.zeros((8, 8, 3), np.uint8)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        (folder / "weights.txt").write_text(str(float(self.net[3].bias)))


@pytest.fixture
def recipe() -> AnyRecipe:
    return msgspec.structs.replace(
        load_recipe("eyes")[1], steps=9, schedule=Schedule(peak=0.05, warmup=2), ema=0.8,
        intervals=Intervals(log=2, validate=3, sheet=0, checkpoint=0),
    )  # fmt: skip


def trained(recipe: AnyRecipe, folder: Path, stops: list[int]) -> dict[str, dict[str, torch.Tensor]]:
    """Train, in a new process's stead with a new trainer after every stop; return the last checkpoint's tensors."""
    for count, stop in enumerate([*stops, 10**9]):
        trainer = Trainer("x", recipe, Noise(1), folder)
        if count:
            trainer.resume()
        for _ in trainer.run(stop=lambda t=trainer, s=stop: t.step >= s):
            pass
    return checkpoint.newest(folder / "checkpoints")[1]


@pytest.mark.parametrize("stops", [[1], [4], [3, 5, 8]])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("channels_last", [True, False])
def test_an_interrupted_training_equals_an_uninterrupted_one(
    recipe: AnyRecipe, tmp_path: Path, stops: list[int], precision: str, channels_last: bool
) -> None:
    recipe = msgspec.structs.replace(recipe, precision=precision, channels_last=channels_last)
    whole = trained(recipe, tmp_path / "whole", [])
    parts = trained(recipe, tmp_path / "parts", stops)
    # Muon, which has the first kernel, remembers one tensor of it; AdamW three of each of the others.
    assert {name: len(group) for name, group in whole.items()} == {"module": 6, "ema": 6, "optimiser": 1 + 3 * 5}
    for group, tensors in whole.items():
        for name, value in tensors.items():
            assert torch.equal(parts[group][name], value), f"{group}/{name}"


def test_another_seed_gives_other_weights(recipe: AnyRecipe, tmp_path: Path) -> None:
    one = trained(recipe, tmp_path / "one", [])
    other = trained(msgspec.structs.replace(recipe, seed=8), tmp_path / "other", [])
    assert not torch.equal(one["module"]["net/3.weight"], other["module"]["net/3.weight"])


def test_events_tell_what_happens(recipe: AnyRecipe, tmp_path: Path) -> None:
    seen = list(Trainer("x", recipe, Noise(1), tmp_path).run())
    assert [type(event).__name__ for event in seen] == (
        ["Started", "Progress", "Validated", "Progress", "Progress", "Validated", "Progress", "Progress"]
        + ["Wrote", "Validated", "Wrote", "Wrote", "Finished"]
    )
    assert all(event.line for event in seen)
    validated = [event for event in seen if isinstance(event, events.Validated)]
    assert [event.figures for event in validated] == [{"training": 0.0}] * 3
    assert isinstance(seen[-1], events.Finished)
    assert (seen[-1].reason, seen[-1].step, seen[-1].samples) == ("done", 9, 36)


def test_the_export_holds_the_averaged_weights_and_says_where_they_come_from(recipe: AnyRecipe, tmp_path: Path) -> None:
    task = Noise(1)
    trainer = Trainer("x", recipe, task, tmp_path)
    list(trainer.run())
    written = float((tmp_path / "export" / "weights.txt").read_text())
    assert written == float(trainer.ema.average["net/3.bias"]) != float(task.net[3].bias.detach())
    told = msgspec.json.decode((tmp_path / "export" / "training.json").read_bytes())
    assert (told["step"], told["renderer"], told["upstream"]) == (9, "noise", {"other": "abc"})


def test_a_stop_writes_a_checkpoint_and_nothing_else(recipe: AnyRecipe, tmp_path: Path) -> None:
    trainer = Trainer("x", recipe, Noise(1), tmp_path)
    last = list(trainer.run(stop=lambda: trainer.step >= 2))[-1]
    assert isinstance(last, events.Finished) and (last.reason, last.step) == ("stopped", 2)
    assert {path.name for path in tmp_path.iterdir()} == {"checkpoints"}


def test_when_time_is_used_up_there_are_figures_and_an_export(recipe: AnyRecipe, tmp_path: Path) -> None:
    seen = list(Trainer("x", recipe, Noise(1), tmp_path).run(minutes=0.0))
    assert isinstance(seen[-1], events.Finished) and (seen[-1].reason, seen[-1].step) == ("time used up", 0)
    assert seen[-1].figures == {"training": 0.0} and (tmp_path / "export").is_dir()


@pytest.mark.parametrize(
    ("change", "told"),
    [({"batch": 1}, "differs in batch"), ({"seed": 99, "ema": 0.1}, "differs in ema, seed")],
)
def test_another_recipe_cannot_go_on_with_it(recipe: AnyRecipe, tmp_path: Path, change: dict, told: str) -> None:
    trained(recipe, tmp_path, [])
    with pytest.raises(TrainError, match=told):
        Trainer("x", msgspec.structs.replace(recipe, **change), Noise(1), tmp_path).resume()


def test_another_renderer_or_frozen_part_cannot_go_on_with_it(recipe: AnyRecipe, tmp_path: Path) -> None:
    trained(recipe, tmp_path, [])
    for name, value, told in (("renderer", "new", "renderer"), ("upstream", {"other": "xyz"}, "another other")):
        task = Noise(1)
        setattr(task, name, value)
        with pytest.raises(TrainError, match=told):
            Trainer("x", recipe, task, tmp_path).resume()


def test_more_steps_may_follow_and_are_noted(recipe: AnyRecipe, tmp_path: Path) -> None:
    trained(recipe, tmp_path, [])
    trainer = Trainer("x", msgspec.structs.replace(recipe, steps=11), Noise(1), tmp_path)
    trainer.resume()
    seen = list(trainer.run())
    assert any(isinstance(event, events.Noted) and "steps was 9 and is 11" in event.line for event in seen)
    assert isinstance(seen[-1], events.Finished) and seen[-1].step == 11


def test_a_training_may_begin_with_anothers_averages(recipe: AnyRecipe, tmp_path: Path) -> None:
    first = trained(recipe, tmp_path / "first", [])
    trainer = Trainer("x", recipe, Noise(2), tmp_path / "second")
    trainer.begin_with(tmp_path / "first")
    assert trainer.step == 0
    for name, value in trainer.ema.weights():
        assert torch.equal(value, first["ema"][name])


def test_a_loss_that_is_no_number_ends_the_training(recipe: AnyRecipe, tmp_path: Path) -> None:
    task = Noise(1)
    task.broken_at = 2
    with pytest.raises(TrainError, match="step 2: the loss is nan"):
        list(Trainer("x", recipe, task, tmp_path).run())
