"""What judges may ask about a picture: the character's classes, and None where the picture cannot answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from animeadapter.synthetic import BUCKETS, Identity, Shot, sample_shot
from animeadapter.synthetic.attributes import CLASSES, WORN, attributes
from animeadapter.synthetic.expressions import EXPRESSIONS
from animeadapter.synthetic.identity import Accessory
from animeadapter.synthetic.shot import FRAMINGS, Act
from animeadapter.synthetic.style import NAMED
from animeadapter.synthetic.wardrobe import ACCESSORIES, BANGS, OUTFITS

COLOURED = {"hair_colour", "eye_colour", "skin", "main_colour", "second_colour"}


def told(who: Identity, shot: Shot) -> dict[str, str]:
    """Return what a picture shows, in words."""
    found = attributes(who, shot.acts[0], shot).classes
    assert set(found) == set(CLASSES)
    return {name: CLASSES[name][value] for name, value in found.items() if value is not None}


def test_every_answer_is_the_characters_own(cast: Sequence[Identity]) -> None:
    rng = np.random.default_rng(9)
    answered: set[str] = set()
    for number, who in enumerate(cast[:400]):
        shot = sample_shot(rng, BUCKETS[number % len(BUCKETS)])
        g = who.garments
        own = {
            "hair_colour": who.hair_colour, "hair_style": who.hair.name, "bangs": who.bangs, "skin": who.skin,
            "eye_colour": who.eye_colour, "outfit_kind": g.kind.name, "main_colour": g.main,
            "second_colour": g.second, "pattern": g.pattern,
        }  # fmt: skip
        seen = told(who, shot)
        assert seen.items() <= own.items()
        answered |= set(seen)
        worn = attributes(who, shot.acts[0], shot).worn
        assert len(worn) == len(WORN)
        for name, on in zip(WORN, worn, strict=True):
            assert on is None or on == any(a.name == name for a in who.accessories)
    assert answered == set(CLASSES)


def test_answers_agree_with_the_tags_of_the_same_picture(cast: Sequence[Identity]) -> None:
    rng = np.random.default_rng(10)
    for who in cast[:300]:
        shot = sample_shot(rng)
        tags = set(who.seen_tags(shot.framing, shot.acts[0].view == "behind"))
        seen = told(who, shot)
        if "bangs" in seen:
            assert set(BANGS[seen["bangs"]]) <= tags
        if "eye_colour" in seen:
            assert f"{seen['eye_colour']}_eyes" in tags
        if "outfit_kind" in seen:
            assert set(next(row.tags for row in OUTFITS if row.name == seen["outfit_kind"])) <= tags
        for name, on in zip(WORN, attributes(who, shot.acts[0], shot).worn, strict=True):
            assert not on or set(ACCESSORIES[name]) <= tags


def test_nothing_of_the_face_is_asked_from_behind(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    who = replace(plain_who, accessories=(Accessory("glasses", "red", (206, 46, 52)),))
    front, back = told(who, still()), told(who, still(act(view="behind")))
    assert {"bangs", "eye_colour", "skin"} <= set(front) and not {"bangs", "eye_colour", "skin"} & set(back)
    assert back["hair_colour"] == front["hair_colour"] == "brown"
    glasses = WORN.index("glasses")
    assert attributes(who, still().acts[0], still()).worn[glasses] is True
    behind = still(act(view="behind"))
    assert attributes(who, behind.acts[0], behind).worn[glasses] is None
    assert attributes(plain_who, still().acts[0], still()).worn[glasses] is False


def test_colours_are_not_asked_of_a_grey_picture(still: Callable[..., Shot], plain_who: Identity) -> None:
    grey = told(plain_who, still(style=NAMED["manga"]))
    assert not COLOURED & set(grey) and {"hair_style", "outfit_kind", "pattern"} <= set(grey)
    assert COLOURED - {"second_colour"} <= set(told(plain_who, still()))


def test_hidden_or_ambiguous_traits_are_not_asked(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    asleep = act(expression=next(row for row in EXPRESSIONS if max(row.eyes) == 0))
    assert "eye_colour" not in told(plain_who, still(asleep))
    assert "eye_colour" not in told(replace(plain_who, bangs="over_one_eye"), still())
    assert "eye_colour" not in told(replace(plain_who, other_eye_rgb=(1, 2, 3)), still())
    patch = replace(plain_who, accessories=(Accessory("eyepatch", "black", (54, 52, 60)),))
    assert "eye_colour" not in told(patch, still())
    for second in ("gradient", "two-tone"):
        assert "hair_colour" not in told(replace(plain_who, hair_second=second), still())
    assert "hair_colour" in told(replace(plain_who, hair_second="streaked"), still())


def test_the_closer_the_less_of_the_clothes_is_asked(still: Callable[..., Shot], plain_who: Identity) -> None:
    kind = next(row for row in OUTFITS if row.name == "serafuku")
    who = replace(plain_who, garments=replace(plain_who.garments, kind=kind))
    seen = {framing: set(told(who, still(framing=framing))) for framing in FRAMINGS}
    assert not {"outfit_kind", "main_colour", "second_colour", "pattern"} & seen["close-up"]
    assert "outfit_kind" not in seen["portrait"] and "main_colour" in seen["portrait"]
    assert {"outfit_kind", "main_colour", "pattern"} <= seen["upper_body"] and "second_colour" not in seen["upper_body"]
    assert "second_colour" in seen["cowboy_shot"] and seen["full_body"] == seen["cowboy_shot"]
    apron = next(row for row in OUTFITS if row.name == "maid")
    maid = replace(who, garments=replace(who.garments, kind=apron))
    assert "second_colour" in told(maid, still(framing="upper_body"))
    tail = WORN.index("cat_tail")
    assert [attributes(who, still().acts[0], still(framing=f)).worn[tail] for f in ("upper_body", "full_body")] == [
        None, False,
    ]  # fmt: skip
