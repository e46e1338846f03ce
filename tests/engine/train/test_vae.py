"""What the autoencoder is taught by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from animeadapter.train.command import run
from animeadapter.train.recipe import decode
from animeadapter.train.task import build_task
from animeadapter.train.tasks.vae import VaeTask, moment_penalty, reconstruction

TEXT = """
part = "vae"
summary = "tiny"
seed = 5
steps = 10
batch = 2
crop = 32
precision = "fp32"
freeze_from = 0.5
schedule = {peak = 1e-3, warmup = 1}
pool = {name = "p", count = 12, seed = 1}
held_out = {name = "h", count = 4, seed = 2}
[shape]
encoder_width = 4
decoder_width = 4
encoder_blocks = [0, 1, 1, 1]
decoder_blocks = [1, 1, 1, 1]
"""


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "export" / "vae" / "diffusion_pytorch_model.safetensors")


def test_a_decoder_goes_on_alone_and_the_latents_stay(recipe_file: Callable[[str], Path], tmp_path: Path) -> None:
    first = recipe_file(TEXT)
    run(first, out=tmp_path / "first", cache=tmp_path / "cache")
    more = tmp_path / "more.toml"
    more.write_text(
        f'start = "{tmp_path / "first" / "export"}"\n' + TEXT.replace("freeze_from = 0.5", "freeze_from = 0.0")
    )
    run(more, out=tmp_path / "more", cache=tmp_path / "cache")
    before, after = weights(tmp_path / "first"), weights(tmp_path / "more")
    for name, value in before.items():
        assert torch.equal(value, after[name]) == name.startswith("encoder."), name


@pytest.fixture
def task(recipe_file: Callable[[str], Path], tmp_path: Path) -> VaeTask:
    path = recipe_file(TEXT)
    built = build_task(decode(path.read_bytes(), "tiny.toml"), tmp_path / "cache", lambda event: None)
    assert isinstance(built, VaeTask)
    return built


def test_latents_are_taught_to_tell_their_colour(task: VaeTask) -> None:
    batch = task.batch(0)
    losses = task.loss(batch, 0)
    colours = functional.avg_pool2d(batch["pictures"], 8)
    told = task.readout(task.net.encode(batch["pictures"]))
    assert float(losses["readout"].detach()) == pytest.approx(float((told - colours).abs().mean().detach()), rel=1e-5)
    losses["readout"].backward()
    assert any(value.grad is not None and value.grad.abs().sum() > 0 for value in task.net.net.encoder.parameters())


def test_the_loss_is_the_weighted_sum_of_its_parts(task: VaeTask) -> None:
    recipe, losses = task.recipe, task.loss(task.batch(0), 0)
    names = ("l1", "mse", "gradient", "colour", "readout", "moments")
    assert recipe.readout > 0
    assert float(losses["loss"].detach()) == pytest.approx(
        sum(getattr(recipe, n) * float(losses[n].detach()) for n in names), rel=1e-5
    )


def test_a_frozen_encoder_has_no_gradient(task: VaeTask) -> None:
    losses = task.loss(task.batch(task.freeze_step), task.freeze_step)
    losses["loss"].backward()
    assert all(value.grad is None for value in task.net.net.encoder.parameters())
    assert any(value.grad is not None for value in task.net.net.decoder.parameters())


def test_errors_on_what_weighs_more_cost_more() -> None:
    target = torch.zeros(1, 3, 4, 4)
    drawn = target.clone()
    drawn[..., 2, 2] = 1.0
    light, heavy = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 4, 4)
    heavy[..., 2, 2] = 5.0
    for name, value in reconstruction(drawn, target, light).items():
        assert value < reconstruction(drawn, target, heavy)[name]
    assert float(reconstruction(drawn, target, light)["l1"]) == pytest.approx(1 / 16)


def test_moments_cost_nothing_at_mean_0_and_variance_1() -> None:
    torch.manual_seed(0)
    latents = torch.randn(8, 4, 64, 64)
    assert float(moment_penalty(latents)) < 1e-3 < float(moment_penalty(latents + 0.5))
    assert float(moment_penalty(latents * 2)) > 1.0
