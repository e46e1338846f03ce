"""The judge's training: it asks only what a picture shows, weighs rare looks up, and learns the colours of shapes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from animeadapter.metrics.judge import Judge
from animeadapter.synthetic.attributes import CLASSES, WORN
from animeadapter.train.cache import drawing
from animeadapter.train.cache.pool import open_pool
from animeadapter.train.cache.records import Record, Sample
from animeadapter.train.errors import TrainError
from animeadapter.train.loop import Trainer
from animeadapter.train.recipe import load_recipe
from animeadapter.train.settings import Intervals, JudgeRecipe, Pool, Schedule
from animeadapter.train.tasks.judge import UNSEEN, JudgeTask, balanced, entropy, truths_of, worn_entropy

Shapes = Callable[[Pool, int], Sample]
UNKNOWN = dict.fromkeys(CLASSES)


def recipe_of(**changes: object) -> JudgeRecipe:
    """Return the shipped recipe for a tiny net and tiny pools."""
    shipped = load_recipe("judge")[1]
    assert isinstance(shipped, JudgeRecipe)
    tiny = {
        "steps": 60, "batch": 4, "widths": (8, 16, 24), "blocks": (0, 1, 1), "ema": 0.9,
        "pool": Pool(name="tiny", count=90, seed=5, targets=2),
        "held_out": Pool(name="tiny-held-out", count=40, seed=6, targets=2),
        "schedule": Schedule(peak=1.5e-2, warmup=5), "intervals": Intervals(log=0, validate=0, sheet=0, checkpoint=0),
    }  # fmt: skip
    return msgspec.structs.replace(shipped, **(tiny | changes))


@pytest.fixture
def task_of(tmp_path: Path, shapes: Shapes) -> Callable[..., JudgeTask]:
    """Return a function that builds the task on pools of shapes: red, blue and green, a hat where it is red."""

    def draw(pool: Pool, number: int) -> Sample:
        sample = shapes(pool, number)
        colour = sample.record.traits["main_colour"]
        classes = UNKNOWN | {"main_colour": CLASSES["main_colour"].index(colour)}
        worn = tuple(colour == "red" if name == "beret" else None for name in WORN)
        record = msgspec.structs.replace(sample.record, classes=classes, worn=worn)
        return Sample(sample.picture, sample.labels, sample.poses, record)

    def build(recipe: JudgeRecipe) -> JudgeTask:
        for pool in (recipe.pool, recipe.held_out):
            open_pool(tmp_path, pool, lambda event: None, draw=draw, renderer=drawing.renderer())
        return JudgeTask(recipe, tmp_path, lambda event: None)

    return build


def test_it_learns_what_pictures_show_and_its_export_is_a_judge(task_of, tmp_path: Path) -> None:
    recipe = recipe_of()
    trainer = Trainer("judge", recipe, task_of(recipe), tmp_path / "run")
    untaught = trainer.task.validate()
    for _ in trainer.run():
        pass
    figures = trainer.figures
    assert set(figures) == {"main_colour", "worn", "mean", "main_colour clearly seen", "worn clearly seen"}
    assert untaught["main_colour"] < 0.75 and figures["main_colour"] > 0.9 and figures["worn"] > 0.9
    judge = Judge.from_pretrained(tmp_path / "run" / "export" / "judge")
    pool = trainer.task.held_out
    said = judge.verdicts([np.asarray(pool.picture(n)) for n in range(20)])
    right = [v.classes["main_colour"] == r.traits["main_colour"] for v, r in zip(said, pool.records, strict=False)]
    assert np.mean(right) > 0.9 and judge.net.config.renderer == drawing.renderer()


def test_batches_are_halved_at_first_and_follow_from_the_step_alone(task_of) -> None:
    task = task_of(recipe_of(halved_until=0.5))
    small, whole = task.batch(29), task.batch(30)
    assert small["pictures"].shape[0] == 16 and whole["pictures"].shape[0] == 4
    assert max(small["pictures"].shape[2:]) <= 40 and min(whole["pictures"].shape[2:]) >= 48
    assert small["parts"].shape[1:] == small["pictures"].shape[2:]
    again = task.batch(30)
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    assert not torch.equal(whole["pictures"], task.batch(31)["pictures"][:4])


def test_every_bucket_can_be_learned_from_and_measured(task_of) -> None:
    task = task_of(recipe_of(steps=8, halved_until=0.5))
    sizes = {tuple(task.batch(step)["pictures"].shape[2:]) for step in range(4, 24)}
    assert len(sizes) == 3
    for step in (0, 7):
        losses = task.loss(task.batch(step), step)
        assert all(torch.isfinite(value) for value in losses.values())


def test_what_a_picture_does_not_show_teaches_nothing() -> None:
    logits = torch.zeros(3, 4, requires_grad=True)
    entropy(logits, torch.tensor([UNSEEN, 2, UNSEEN]), torch.ones(4)).backward()
    assert logits.grad is not None and logits.grad[1].abs().sum() > 0
    assert logits.grad[[0, 2]].abs().sum() == 0
    assert entropy(logits, torch.full((3,), UNSEEN), torch.ones(4)) == 0
    worn = torch.zeros(2, 2, requires_grad=True)
    worn_entropy(worn, torch.tensor([[1, UNSEEN], [UNSEEN, 0]]), torch.ones(2, 2)).backward()
    assert worn.grad is not None and (worn.grad != 0).tolist() == [[True, False], [False, True]]
    assert worn.grad[0, 0] < 0 < worn.grad[1, 1]


def test_balanced_weights_make_rare_and_common_classes_count_alike() -> None:
    truths = torch.tensor([0] * 90 + [1] * 10 + [UNSEEN] * 50)
    weights = balanced(truths, 3, 1.0)
    assert 90 * weights[0] == pytest.approx(float(10 * weights[1]))
    assert (90 * weights[0] + 10 * weights[1]) / 100 == pytest.approx(1.0)
    assert balanced(truths, 3, 0.0).tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_drawings_record_what_they_show() -> None:
    pool = Pool(name="real", count=30, seed=8)
    records = [drawing.draw_sample(pool, number).record for number in range(30)]
    truths = truths_of(records)
    for number, record in enumerate(records):
        assert record.classes.keys() == CLASSES.keys() and len(record.worn) == len(WORN)
        outfit = record.classes["outfit_kind"]
        hidden = record.traits["view"] == "behind" or record.framing in ("portrait", "close-up")
        assert (outfit is None) == hidden
        if outfit is not None:
            assert CLASSES["outfit_kind"][outfit] == record.traits["outfit"]
        assert truths["outfit_kind"][number] == (UNSEEN if outfit is None else outfit)
        worn = {name for name, mark in zip(WORN, record.worn, strict=True) if mark}
        assert worn <= set(record.traits["accessories"].split())


def test_records_of_older_pools_are_read_but_cannot_teach_a_judge(tmp_path: Path, shapes: Shapes) -> None:
    raw = msgspec.to_builtins(shapes(Pool(name="x", count=1, seed=1), 0).record)
    old = msgspec.convert({k: v for k, v in raw.items() if k not in ("classes", "worn")}, Record)
    assert old.classes == {} and old.worn == ()
    recipe = recipe_of()
    open_pool(tmp_path, recipe.pool, lambda event: None, draw=shapes, renderer=drawing.renderer())
    with pytest.raises(TrainError, match="delete it"):
        JudgeTask(recipe, tmp_path, lambda event: None)


def test_pictures_of_two_are_refused(tmp_path: Path) -> None:
    recipe = recipe_of(pool=Pool(name="tiny", count=90, seed=5, pairs=0.1))
    with pytest.raises(TrainError, match=r"pool\.pairs"):
        JudgeTask(recipe, tmp_path, lambda event: None)
