"""A stand-in for the renderer (ellipses with a face) and tiny recipes, so that a training takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from animeadapter.protocol.pose import Pose
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.cache import drawing
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Record, Sample, pack_labels, pack_poses
from animeadapter.train.recipe import decode
from animeadapter.train.settings import Pool

SIZES = ((64, 64), (48, 80), (80, 48))
COLOURS = {"red": (220, 40, 40), "blue": (40, 60, 220), "green": (40, 180, 60)}


def draw_shapes(pool: Pool, number: int) -> Sample:
    """Return a picture of a coloured ellipse with a face on a grey ground; same group, same colour."""
    group, place = divmod(number, pool.targets + pool.references)
    who = np.random.default_rng([pool.seed, group])
    random = np.random.default_rng([pool.seed, group, place])
    colour = list(COLOURS)[int(who.integers(3))]
    width, height = SIZES[int(random.integers(3))]
    picture = np.full((height, width, 3), int(random.integers(90, 200)), np.uint8)
    parts, eyes = np.zeros((2, height, width), np.uint8)
    x, y = int(random.integers(20, width - 20)), int(random.integers(20, height - 20))
    cv2.ellipse(picture, (x, y), (14, 16), 0, 0, 360, COLOURS[colour], -1)
    cv2.ellipse(parts, (x, y), (14, 16), 0, 0, 360, 4, -1)
    cv2.circle(picture, (x, y - 6), 8, (250, 220, 200), -1)
    cv2.circle(parts, (x, y - 6), 8, 2, -1)
    eyes[y - 8 : y - 6, x - 3 : x + 4] = 255
    place_word = "simple_background" if place % 2 else "outdoors"
    record = Record(
        number=number, size=(width, height), identity=group,
        role="target" if place < pool.targets else "reference",
        framing="full_body" if place % 2 else "portrait", style="shapes", count_tags=("1girl", "solo"),
        identity_tags=((f"{colour}_dress", f"{colour}_hair"),), act_tags=(("standing", "smile"),),
        shot_tags=("full_body", place_word), traits={"main_colour": colour, "accessories": "", "view": "front"},
    )  # fmt: skip
    joints: list[tuple[float, float] | None] = [None] * 18
    joints[0], joints[1] = (x / width, (y - 6) / height), (x / width, (y + 4) / height)
    labels = pack_labels(parts, eyes, (parts > 0).astype(np.uint8))
    return Sample(picture, labels, pack_poses((Pose(tuple(joints)),)), record)


@pytest.fixture
def shapes() -> Callable[[Pool, int], Sample]:
    return draw_shapes


@pytest.fixture
def pool_of(tmp_path: Path) -> Callable[..., PoolFiles]:
    """Return a function that fills a pool with shapes, where tasks would look for the renderer's."""

    def fill(pool: Pool) -> PoolFiles:
        return open_pool(tmp_path / "cache", pool, lambda event: None, draw=draw_shapes, renderer=drawing.renderer())

    return fill


@pytest.fixture
def recipe_file(tmp_path: Path, pool_of: Callable[[Pool], PoolFiles]) -> Callable[[str], Path]:
    """Return a function that writes a recipe and fills its pools with shapes; the cache is `tmp_path / cache`."""

    def write(text: str) -> Path:
        path = tmp_path / "tiny.toml"
        path.write_text(text, encoding="utf-8")
        recipe: AnyRecipe = decode(path.read_bytes(), "tiny.toml")
        for value in msgspec.structs.asdict(recipe).values():
            if isinstance(value, Pool):
                pool_of(value)
        return path

    return write
