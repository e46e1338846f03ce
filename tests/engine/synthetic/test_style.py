"""Manners of drawing: mostly the house's, widely varied for references, and one that is kept from training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from animeadapter.synthetic import HELD_OUT, Drawing, Identity, Shot, draw, foreign_style, sample_style
from animeadapter.synthetic.style import FOREIGN, HOUSE, NAMED, Style, vary

MANY = 2000


def sampled(sample: Callable[[np.random.Generator], Style]) -> list[Style]:
    rng = np.random.default_rng(12)
    return [sample(rng) for _ in range(MANY)]


@pytest.mark.parametrize("sample", [sample_style, foreign_style])
def test_the_held_out_style_is_never_sampled(sample: Callable[[np.random.Generator], Style]) -> None:
    for style in sampled(sample):
        assert style.name in FOREIGN and style.name != HELD_OUT.name
        assert style.shading != HELD_OUT.shading and not set(style.tags) & set(HELD_OUT.tags)


def test_the_held_out_style_is_none_of_the_named_ones() -> None:
    assert HELD_OUT not in FOREIGN.values() and HELD_OUT.name not in FOREIGN
    assert HELD_OUT.shading not in {style.shading for style in FOREIGN.values()}
    assert all(name == style.name for name, style in FOREIGN.items()) and set(NAMED) < set(FOREIGN)


def test_training_is_mostly_in_the_house_style_and_reaches_every_other() -> None:
    names = [style.name for style in sampled(sample_style)]
    assert set(names) == set(NAMED)
    assert 0.7 < names.count("house") / MANY < 0.8
    rng = np.random.default_rng(0)
    assert all(sample_style(rng, 1.0).name == "house" for _ in range(20))
    assert all(sample_style(rng, 0.0).name != "house" for _ in range(20))


def test_references_come_in_all_foreign_styles_alike() -> None:
    names = [style.name for style in sampled(foreign_style)]
    counts = [names.count(name) for name in FOREIGN]
    assert min(counts) > 0.6 * MANY / len(FOREIGN)


def test_varying_keeps_the_manner_and_its_bounds() -> None:
    rng = np.random.default_rng(3)
    for style in FOREIGN.values():
        many = [vary(style, rng, 2.0) for _ in range(60)]
        for one in many:
            for kept in ("name", "tags", "outline", "shading", "face", "finish", "highlights", "line_wobble"):
                assert getattr(one, kept) == getattr(style, kept)
            assert 0.7 <= one.line_width <= 2.8 and 0 <= one.line_depth <= 0.75 and 0.08 <= one.shade_strength <= 0.5
            assert 0.88 <= one.head_scale <= 1.45 and 0.78 <= one.eye_scale <= 1.25
            assert (one.saturation == 0) == (style.saturation == 0) or style.saturation > 0
        assert len({one.line_width for one in many}) > 20 and len({one.seed for one in many}) == len(many)
    assert vary(HOUSE, rng, 0.0) == HOUSE


def drawn(style: Style, still: Callable[..., Shot], who: Identity) -> Drawing:
    return draw([who], still(style=style, framing="portrait"), (96, 96))


def test_a_grey_style_has_no_colour_and_the_others_have(still: Callable[..., Shot], plain_who: Identity) -> None:
    for style in (*FOREIGN.values(), HELD_OUT):
        spread = np.ptp(drawn(style, still, plain_who).image.astype(int), axis=2)
        assert (spread.max() <= 2) == (style.saturation == 0), style.name
        assert style.saturation > 0 or "monochrome" in style.tags


def test_a_style_changes_the_manner_and_not_who_is_drawn(still: Callable[..., Shot], plain_who: Identity) -> None:
    house = drawn(HOUSE, still, plain_who)
    for style in (NAMED["soft"], NAMED["pastel"], NAMED["manga"], HELD_OUT):
        other = drawn(style, still, plain_who)
        assert other.identity_tags == house.identity_tags and other.act_tags == house.act_tags
        assert (other.parts == house.parts).mean() > 0.9
        assert np.abs(other.image.astype(int) - house.image).mean() > 3
        assert set(style.tags) <= set(other.shot_tags) and not set(HOUSE.tags) & set(other.shot_tags)


def test_bolder_lines_are_darker_and_no_outline_is_lighter(still: Callable[..., Shot], plain_who: Identity) -> None:
    dark = {
        name: float((drawn(NAMED[name], still, plain_who).image.max(2) < 60).mean())
        for name in ("bold", "house", "flat")
    }
    assert dark["bold"] > 1.5 * dark["house"] and dark["flat"] < dark["bold"]


def test_a_styles_own_seed_moves_its_grain_alone(still: Callable[..., Shot], plain_who: Identity) -> None:
    one, other = (
        drawn(Style(**(vars(NAMED["retro"]) | {"seed": seed})), still, plain_who) for seed in (1, 2)
    )  # fmt: skip
    assert np.array_equal(one.parts, other.parts) and one.poses == other.poses
    assert 0 < np.abs(one.image.astype(int) - other.image).mean() < 12
