"""The reader learns from true latents alone, and the U-Net from what it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from animeadapter.synthetic.attributes import CLASSES, WORN
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.settings import Pool
from animeadapter.train.tasks.judge import UNSEEN
from animeadapter.train.tasks.reading import Reading

COLOURS = ("red", "blue", "green")


@pytest.fixture
def reading(pool_of: Callable[..., PoolFiles]) -> Reading:
    torch.manual_seed(0)
    return Reading(pool_of(Pool(name="p", count=48, seed=1, targets=2, references=1)))


def lesson(count: int, random: np.random.Generator) -> tuple[torch.Tensor, dict[str, torch.Tensor], torch.Tensor]:
    """Return latents in which one channel says the main colour, the truths, and where the answers are."""
    colours = random.integers(3, size=count)
    latents = torch.from_numpy(random.normal(0, 0.1, (count, 4, 8, 8)).astype(np.float32))
    for row, colour in enumerate(colours):
        latents[row, colour, 2:6, 2:6] += 1.5
    truths = {name: torch.full((count,), UNSEEN) for name in CLASSES}
    truths["main_colour"] = torch.tensor([CLASSES["main_colour"].index(COLOURS[k]) for k in colours])
    truths["worn"] = torch.full((count, len(WORN)), UNSEEN)
    shares = torch.zeros(count, 8, 8, 8)
    shares[:, 4, 2:6, 2:6] = 1.0
    return latents, truths, shares


def taught(reading: Reading) -> Reading:
    random, optimiser = np.random.default_rng(0), torch.optim.AdamW(reading.net.parameters(), lr=3e-3)
    for _ in range(40):
        optimiser.zero_grad()
        reading.learn(*lesson(24, random)).backward()
        optimiser.step()
    return reading


def test_it_learns_to_read_and_its_gradient_changes_latents_into_what_is_asked(reading: Reading) -> None:
    taught(reading)
    latents, truths, _ = lesson(32, np.random.default_rng(9))
    logits, looks = reading.net(latents)
    assert (logits["main_colour"].argmax(1) == truths["main_colour"]).float().mean() > 0.9
    assert torch.allclose(looks.sum(-1), torch.ones(looks.shape[:-1]), atol=1e-4)
    asked = {**truths, "main_colour": truths["main_colour"].roll(1)}
    moved = latents.clone().requires_grad_()
    before = reading.told(moved, asked)
    (slope,) = torch.autograd.grad(before.sum(), moved)
    after = reading.told(latents - 0.5 * slope / slope.norm(), asked)
    assert after.sum() < before.sum()


def test_what_the_u_net_is_told_teaches_the_reader_nothing(reading: Reading) -> None:
    latents, truths, _ = lesson(4, np.random.default_rng(1))
    meant = latents.requires_grad_()
    reading.told(meant, truths).sum().backward()
    assert meant.grad is not None and meant.grad.abs().max() > 0
    assert all(value.grad is None for value in reading.net.parameters())


def test_nothing_is_asked_of_pictures_of_two_or_of_what_they_do_not_show(
    reading: Reading, pool_of: Callable[..., PoolFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = pool_of(Pool(name="p", count=48, seed=1, targets=2, references=1))
    one = reading.truths(pool, [0, 1, 3], "shows ")
    assert set(one) == {f"shows {name}" for name in (*CLASSES, "worn")}
    assert (one["shows main_colour"] != UNSEEN).all() and (one["shows hair_style"] == UNSEEN).all()
    monkeypatch.setattr(type(pool.records[0]), "people", property(lambda record: 2 if record.number == 1 else 1))
    two = reading.truths(pool, [0, 1, 3], "")
    assert (two["main_colour"] == UNSEEN).tolist() == [False, True, False]
    nothing = {name: torch.full_like(value, UNSEEN) for name, value in two.items()}
    assert reading.told(torch.randn(3, 4, 8, 8), nothing).tolist() == [0.0, 0.0, 0.0]


def test_the_u_net_waits_until_the_reader_has_learned(
    recipe_file: Callable[[str], Path], tmp_path: Path, tiny_pack_master: Path
) -> None:
    from animeadapter.train.recipe import decode
    from animeadapter.train.task import build_task

    path = recipe_file(
        f'part = "unet"\nsummary = "tiny"\nseed = 5\nsteps = 4\nbatch = 4\nread = 0.5\nread_first = 2\n'
        f'read_together = 6\npack = "{tiny_pack_master}"\nschedule = {{peak = 1e-3, warmup = 1}}\n'
        'pool = {name = "p", count = 48, seed = 1, targets = 2, references = 1}\n'
        'held_out = {name = "h", count = 18, seed = 2, targets = 2, references = 1}\n'
        "shape = {widths = [8, 16, 16], head = 8, groups = 4}\n"
    )
    task: Any = build_task(decode(path.read_bytes(), "x"), tmp_path / "cache", lambda event: None)
    losses = task.loss(task.batch(0), 0)
    losses["loss"].backward()
    assert set(losses) == {"loss", "reader"} and all(value.grad is None for value in task.unet.parameters())
    losses = task.loss(task.batch(2), 2)
    parts = losses["loss"] - losses["reader"] - 0.5 * losses["read"]
    assert losses["read"] > 0 and parts > 0
    losses["read"].backward()
    assert sum(float(value.grad.abs().sum()) for value in task.unet.parameters() if value.grad is not None) > 0
    for step, count in ((0, 24), (2, 6)):
        assert len(task._true_latents(task.batch(step)["latents"].shape[-2:], step)[0]) == count
