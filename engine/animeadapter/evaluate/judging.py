"""How far the judge can be trusted: its balanced accuracy on drawings that nobody has seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from animeadapter.evaluate.rows import Row, at_least
from animeadapter.metrics.accuracy import BENCHMARK, CLEAR_FRAMINGS, CLEAR_VIEWS, Tally
from animeadapter.metrics.judge import CONFIG, WEIGHTS, Judge, JudgeError
from animeadapter.packs.manifest import file_sha256
from animeadapter.synthetic import BUCKETS, Drawing, draw, sample_identity, sample_shot, version
from animeadapter.synthetic.attributes import CLASSES, WORN, Attributes, attributes

JUDGE = Path("build/runs/judge/export/judge")
"""Where a training leaves the judge."""
SEED = 7081
"""Of fresh drawings; trainings draw theirs from other streams."""
ACCURATE = 0.95


def load_judge(folder: Path) -> Judge:
    """Return the judge of a folder. Raises `JudgeError`, which says how to get one."""
    if not (folder / CONFIG).is_file() or not (folder / WEIGHTS).is_file():
        raise JudgeError(f"--judge: {folder} holds no judge; `animeadapter train judge` trains one and writes {JUDGE}")
    judge = Judge.from_pretrained(folder)
    if judge.net.config.classes != CLASSES or judge.net.config.worn != WORN:
        raise JudgeError(f"--judge: {folder} names other looks than the renderer draws; train it anew")
    return judge


def describe(folder: Path, judge: Judge) -> dict[str, str]:
    """Return which judge, and which renderer, a figure rests on."""
    return {
        "judge_sha256": file_sha256(folder / WEIGHTS),
        "judge_renderer": judge.net.config.renderer,
        "renderer": version(),
    }


def fresh(seed: int, number: int) -> tuple[Drawing, Attributes]:
    """Return a drawing in which a character is clearly seen, in any style that targets have, and what it shows."""
    rng = np.random.default_rng((seed, number))
    who, size = sample_identity(rng), BUCKETS[number % len(BUCKETS)]
    framing = str(rng.choice(sorted(CLEAR_FRAMINGS)))
    shot = sample_shot(rng, size, framing=framing, views=tuple(sorted(CLEAR_VIEWS)))
    return draw([who], shot, size), attributes(who, shot.acts[0], shot)


def judging(
    judge: Judge,
    count: int = 1000,
    seed: int = SEED,
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return balanced accuracy by attribute over fresh drawings; those that the benchmark rests on have a mark."""
    tally = Tally(CLASSES, WORN)
    for number in range(count):
        drawing, shown = fresh(seed, number)
        tally.add(judge.verdicts([drawing.image])[0], shown.classes, shown.worn)
        on_picture(number + 1, count)
    return [
        at_least(name, round(value, 4), ACCURATE) if name in BENCHMARK else Row(name=name, found=round(value, 4))
        for name, value in tally.figures().items()
    ]
