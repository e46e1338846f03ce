"""A character is the same in every shot: its tags change only where a framing or its back hides something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from animeadapter.synthetic import BUCKETS, Identity, Shot, draw, sample_identity, sample_shot
from animeadapter.synthetic import palette as colours
from animeadapter.synthetic.expressions import EXPRESSIONS
from animeadapter.synthetic.shot import FRAMINGS, Act
from animeadapter.synthetic.skeleton import Build
from animeadapter.synthetic.vocabulary import danbooru_tags
from animeadapter.synthetic.wardrobe import (
    ACCESSORIES,
    BANGS,
    HAIR_STYLES,
    ON_FACE,
    ON_HEAD,
    ON_NECK,
    OUTFITS,
    PATTERNS,
    REACH,
)

NEAR_TO_FAR = ("close-up", "portrait", "upper_body", "cowboy_shot", "full_body")
SKINS = list(colours.SKIN)
"""From light to dark."""


def test_no_two_of_thousands_of_characters_are_alike(cast: Sequence[Identity]) -> None:
    nameless = {replace(who, number=0, build=Build()) for who in cast}
    assert len(nameless) == len(cast) >= 3000
    # Told in words alone, without a shade of colour, hardly two are alike either.
    assert len({who.tags for who in cast}) > 0.995 * len(cast)


def test_a_seed_is_a_character() -> None:
    first, again, other = (sample_identity(np.random.default_rng(seed)) for seed in (8, 8, 9))
    assert first == again and first.tags == again.tags and first != other


def test_everything_in_the_wardrobe_is_worn_by_someone(cast: Sequence[Identity]) -> None:
    assert {who.hair for who in cast} == set(HAIR_STYLES) and {who.bangs for who in cast} == set(BANGS)
    assert {who.garments.kind for who in cast} == set(OUTFITS)
    assert {who.garments.pattern for who in cast} == set(PATTERNS)
    assert {a.name for who in cast for a in who.accessories} == set(ACCESSORIES)
    for table, used in (
        (colours.HAIR, {who.hair_colour for who in cast}), (colours.EYES, {who.eye_colour for who in cast}),
        (colours.SKIN, {who.skin for who in cast}), (colours.CLOTH, {who.garments.main for who in cast}),
    ):  # fmt: skip
        assert used == set(table)
    assert {who.hair_second for who in cast} == {"", "streaked", "gradient", "two-tone", "inner"}
    assert 0.2 < np.mean([who.boy for who in cast]) < 0.4


def test_nobody_wears_two_things_in_one_place(cast: Sequence[Identity]) -> None:
    for who in cast:
        worn = [a.name for a in who.accessories]
        assert len(set(worn)) == len(worn)
        for place in (ON_HEAD, ON_FACE, ON_NECK, {"wings", "cape", "backpack"}):
            assert len(place.intersection(worn)) <= 1


def nearest(colour: tuple[int, int, int], table: dict[str, tuple[int, int, int]]) -> str:
    return min(table, key=lambda name: float(np.linalg.norm(np.subtract(colour, table[name]))))


def test_colours_are_still_called_by_their_names(cast: Sequence[Identity]) -> None:
    for who in cast:
        g = who.garments
        assert nearest(who.hair_rgb, colours.HAIR) == who.hair_colour
        assert nearest(who.eye_rgb, colours.EYES) == who.eye_colour
        assert abs(SKINS.index(nearest(who.skin_rgb, colours.SKIN)) - SKINS.index(who.skin)) <= 1
        for name, rgb in ((g.main, g.main_rgb), (g.second, g.second_rgb), (g.shoes_colour, g.shoes_rgb)):
            assert nearest(rgb, colours.CLOTH) == name
        assert g.accent not in (g.main, g.second)
        assert g.main != g.second or g.kind.name == "maid"  # a white apron on white
        assert who.other_eye_rgb is None or nearest(who.other_eye_rgb, colours.EYES) != who.eye_colour
    assert np.mean([nearest(who.skin_rgb, colours.SKIN) == who.skin for who in cast]) > 0.95


def test_all_tags_of_a_character_are_in_the_shipped_list(cast: Sequence[Identity]) -> None:
    for who in cast:
        assert set(who.tags) <= danbooru_tags() and len(set(who.tags)) == len(who.tags)
        assert {f"{who.hair_colour}_hair", f"{who.eye_colour}_eyes", *who.hair.tags, *BANGS[who.bangs]} <= set(who.tags)
        assert set(who.garments.kind.tags) <= set(who.tags)
        assert {t for a in who.accessories for t in ACCESSORIES[a.name]} <= set(who.tags)


def test_a_framing_hides_tags_and_never_adds_or_changes_one(cast: Sequence[Identity]) -> None:
    assert set(NEAR_TO_FAR) == set(FRAMINGS) == set(REACH)
    for who in cast[:500]:
        assert who.seen_tags("full_body", from_behind=False) == who.tags
        for behind in (False, True):
            seen = [set(who.seen_tags(framing, behind)) for framing in NEAR_TO_FAR]
            assert all(nearer <= farther for nearer, farther in zip(seen, seen[1:]))
            assert set(who.hair_tags) <= seen[0]
        for framing in NEAR_TO_FAR:
            hidden = set(who.seen_tags(framing, False)) - set(who.seen_tags(framing, True))
            kept = set(who.seen_tags(framing, True))
            assert kept <= set(who.seen_tags(framing, False)) and f"{who.eye_colour}_eyes" in hidden
            assert not kept & {*BANGS[who.bangs], "glasses", "eyepatch", "freckles"}


def test_shoes_legs_and_skirts_are_told_only_where_they_are_seen(plain_who: Identity) -> None:
    g = replace(plain_who.garments, kind=OUTFITS[0], bottom="skirt", shoes="boots", shoes_colour="brown",
                legwear="thighhighs", legwear_colour="black", second="red")  # fmt: skip
    who = replace(plain_who, garments=g)
    tags = {framing: set(who.seen_tags(framing, False)) for framing in NEAR_TO_FAR}
    below = {"cowboy_shot": {"red_skirt", "black_thighhighs"}, "full_body": {"boots", "brown_footwear"}}
    assert below["cowboy_shot"] | below["full_body"] <= tags["full_body"]
    assert below["cowboy_shot"] <= tags["cowboy_shot"] and not below["full_body"] & tags["cowboy_shot"]
    assert "serafuku" in tags["upper_body"] and not below["cowboy_shot"] & tags["upper_body"]
    assert "serafuku" not in tags["close-up"] and {"brown_hair", "green_eyes", "blunt_bangs"} <= tags["close-up"]


def test_the_same_character_has_the_same_tags_in_every_shot(cast: Sequence[Identity]) -> None:
    rng = np.random.default_rng(31)
    for who in cast[:4]:
        told: dict[tuple[str, bool], tuple[str, ...]] = {}
        for number in range(7):
            size = BUCKETS[number % len(BUCKETS)]
            shot = sample_shot(rng, size)
            drawing = draw([who], shot, (size[0] // 4, size[1] // 4))
            tags = drawing.identity_tags[0]
            assert set(tags) <= set(who.tags)
            assert told.setdefault((shot.framing, shot.acts[0].view == "behind"), tags) == tags
            assert not set(who.tags) & set(drawing.act_tags[0]) - {"fang", "freckles"}


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2}, {"hair_second": "streaked"}, {"hair_second": "gradient"}, {"hair_second": "two-tone"},
        {"hair_second": "inner"}, {"ahoge": True}, {"sidelocks": True}, {"eye_shape": "tsurime"},
        {"eye_shape": "tareme"}, {"eye_shape": "jitome"}, {"other_eye_rgb": (214, 44, 52)}, {"marks": ("freckles",)},
        {"marks": ("mole",)}, {"marks": ("bandaid",)}, {"marks": ("scar",)}, {"marks": ("fang",)}, {"boy": True},
    ],
    ids=str,
)  # fmt: skip
def test_every_trait_of_a_face_and_its_hair_is_drawn(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity, change: dict[str, object]
) -> None:
    who = replace(plain_who, hair_second_rgb=colours.HAIR["pink"])
    laughing = act(expression=next(row for row in EXPRESSIONS if row.mouth == "open_smile"))
    plain, changed = (
        draw([w], still(laughing, framing="portrait"), (128, 128))
        for w in (who, replace(who, **change))  # type: ignore[arg-type]
    )
    assert not np.array_equal(plain.image, changed.image)
    new = set(changed.identity_tags[0]) - set(plain.identity_tags[0])
    assert bool(new) or not {"number", "boy"}.isdisjoint(change)
