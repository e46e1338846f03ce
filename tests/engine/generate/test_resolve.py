"""What is proposed for a tag that a pack never learned is what was meant, or nothing."""

from __future__ import annotations

import pytest

from animeadapter.generate.resolve import alike


@pytest.mark.parametrize(
    ("tag", "other"), [("stand", "standing"), ("twin_tails", "twintails"), ("closed_eys", "closed_eyes")]
)
def test_a_misspelling_is_told_what_it_means(tag: str, other: str) -> None:
    assert alike(tag, other)


@pytest.mark.parametrize(("tag", "other"), [("dragon_wings", "brown_wings"), ("pink_dress", "pink_hair")])
def test_another_thing_is_not_proposed(tag: str, other: str) -> None:
    assert not alike(tag, other)
