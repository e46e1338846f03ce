"""A pool at half its size, and references that are shown in training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from animeadapter.packs.load import load_pack
from animeadapter.train.cache.halved import HalvedPool
from animeadapter.train.cache.latents import open_latents
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.latent_settings import Reference
from animeadapter.train.settings import Pool
from animeadapter.train.tasks.referencing import Referencing

POOL = Pool(name="few", count=24, seed=3, targets=2, references=1, shard=8)


def test_a_halved_pool_shows_the_same_pictures_and_poses(pool_of: Callable[[Pool], PoolFiles]) -> None:
    whole = pool_of(POOL)
    halved = HalvedPool(whole)
    assert halved.whole is whole and whole.whole is whole
    assert set(halved.by_size) == {(32, 32), (24, 40), (40, 24)}
    for number in range(len(whole)):
        picture = halved.picture(number)
        width, height = halved.records[number].size
        assert picture.shape == (height, width, 3) and halved.labels(number).shape == (height, width)
        back = cv2.resize(np.asarray(whole.picture(number)), (width, height), interpolation=cv2.INTER_AREA)
        assert np.array_equal(picture, back)
        assert np.isin(halved.labels(number), np.asarray(whole.labels(number))).all()
        assert halved.poses(number) == whole.poses(number)


def test_latents_of_halved_pictures_lie_beside_those_of_whole_ones(
    tiny_pack_master: Path, pool_of: Callable[[Pool], PoolFiles]
) -> None:
    vae = load_pack(tiny_pack_master).part("vae")
    whole = pool_of(POOL)
    halved = HalvedPool(whole)
    for pool in (whole, halved):
        latents = open_latents(pool, vae, lambda p: vae.encode(p).latents, lambda event: None)
        for (width, height), numbers in pool.by_size.items():
            assert latents.batch(numbers).shape[2:] == (height // 8, width // 8)
            picture = torch.from_numpy(np.array(pool.picture(int(numbers[0])))).permute(2, 0, 1)[None] / 127.5 - 1
            with torch.no_grad():
                assert torch.allclose(vae.encode(picture).latents[0], latents.batch(numbers[:1])[0], atol=2e-3)


@pytest.fixture
def referencing(tiny_pack_master: Path) -> Callable[..., Referencing]:
    """Return a function that makes references of some settings."""

    def make(**settings: object) -> Referencing:
        pack = load_pack(tiny_pack_master)
        return Referencing(Reference(**settings), pack, pack.part("unet"), seed=1)  # type: ignore[arg-type]

    return make


def test_references_are_other_drawings_in_whole_size_and_replace_words(
    referencing: Callable[..., Referencing], pool_of: Callable[[Pool], PoolFiles]
) -> None:
    shown = referencing(identity_dropped=1.0, picture_dropped=0.4, both_dropped=0.2, partial=0.0)
    pool = HalvedPool(pool_of(POOL))
    numbers = np.repeat(np.concatenate(list(pool.by_size.values())), 40)
    lent = shown.lend(pool, numbers, np.random.default_rng(4))
    assert lent.batch["references"].shape == (len(numbers), 3, shown.side, shown.side)
    present = lent.batch["present"].numpy()
    assert present.mean() == pytest.approx(0.4, abs=0.08) and np.mean(lent.silent) == pytest.approx(0.2, abs=0.06)
    assert not (present & np.array(lent.silent)).any()
    assert all(bool(tags) is bool(there) for tags, there in zip(lent.wordless, present, strict=True))
    for number in set(numbers.tolist()):
        other = shown.other(pool, number, np.random.default_rng(1))
        assert other != number and pool.records[other].identity == pool.records[number].identity


def test_a_reference_that_is_not_there_adds_nothing_and_the_others_are_as_if_alone(
    referencing: Callable[..., Referencing],
) -> None:
    shown = referencing()
    references = torch.randn(3, 3, shown.side, shown.side)
    alone = shown.pairs(references[1:2])
    among = shown.pairs(references, torch.tensor([False, True, False]))
    for name, value in among.values.items():
        assert torch.allclose(value[1:2], alone.values[name], atol=1e-5)
        assert not value[0].any() and not value[2].any()
    nobody = shown.pairs(references, torch.zeros(3, dtype=torch.bool))
    assert not any(value.any() for value in nobody.values.values())
