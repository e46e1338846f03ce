"""What a reference lends decides its mask and the tags that the prompt need not say."""

from __future__ import annotations

import numpy as np
import pytest

from animeadapter.protocol.parts import Part
from animeadapter.train.cache.drawing import draw_sample
from animeadapter.train.settings import Pool
from animeadapter.train.tasks.borrowing import borrow, tag_groups

POOL = Pool(name="lent", count=40, seed=77, references=1, manner="house")


@pytest.fixture(scope="module")
def samples() -> list:
    return [draw_sample(POOL, number) for number in range(8)]


def test_the_groups_of_tags_are_those_of_the_character_that_was_drawn(samples: list) -> None:
    for sample in samples:
        groups = tag_groups(POOL, sample.record.identity)
        everything = frozenset().union(*groups.values())
        assert set(sample.record.identity_tags[0]) <= everything
        assert f"{sample.record.traits['hair_colour']}_hair" in groups["hair"]
        assert not groups["hair"] & groups["outfit"]


def test_a_whole_loan_covers_the_figure_and_says_everything(samples: list) -> None:
    for sample in samples:
        loan = borrow(POOL, sample.record, sample.labels, 0.0, np.random.default_rng(0))
        assert np.array_equal(loan.mask(sample.labels) > 0, (sample.labels & 7) != Part.BACKGROUND)
        assert set(sample.record.identity_tags[0]) <= loan.tags


def test_a_partial_loan_lends_what_it_masks_and_nothing_else(samples: list) -> None:
    random = np.random.default_rng(3)
    seen = set()
    for _ in range(12):
        for sample in samples:
            loan = borrow(POOL, sample.record, sample.labels, 1.0, random)
            groups = tag_groups(POOL, sample.record.identity)
            if loan.parts is None:
                continue
            seen.add(loan.parts)
            assert (groups["hair"] <= loan.tags) == (Part.HAIR in loan.parts)
            assert (groups["outfit"] <= loan.tags) == (Part.OUTFIT in loan.parts)
            inside = (sample.labels & 7)[loan.mask(sample.labels) > 0]
            assert set(inside.tolist()) <= {int(part) for part in loan.parts} and len(inside)
            assert (Part.FACE in loan.parts) == (Part.SKIN in loan.parts)
    assert len(seen) > 6
