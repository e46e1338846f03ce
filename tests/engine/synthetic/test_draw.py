"""A drawing is decided by identities, shot and size alone, and its masks and joints are those of the picture."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from animeadapter.synthetic import Drawing, Identity, Part, Shot, draw, sample_identity, sample_shot
from animeadapter.synthetic import palette as colours
from animeadapter.synthetic.command import sample
from animeadapter.synthetic.draw import labelled_part
from animeadapter.synthetic.identity import Accessory
from animeadapter.synthetic.scenery import SCENES, Scene
from animeadapter.synthetic.style import HOUSE, NAMED
from animeadapter.synthetic.wardrobe import HAIR_STYLES

Size = tuple[int, int]
Pairs = Sequence[tuple[tuple[Identity, ...], Shot, Size]]
SEAMS = 0.005
"""Share of a figure's inner pixels through which a background may shine: where two smoothed edges meet."""
SCENE: dict[str, Scene] = {row.name: row for row in SCENES}


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.int_]:
    """Return per pixel by how much the channel that differs most does."""
    return np.abs(one.astype(int) - other.astype(int)).max(2)


def grown(mask: NDArray[np.bool_], pixels: int = 1) -> NDArray[np.bool_]:
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * pixels + 1,) * 2, np.uint8)) > 0


def shrunk(mask: NDArray[np.bool_], pixels: int = 1) -> NDArray[np.bool_]:
    return ~grown(~mask, pixels)


def same(one: Drawing, other: Drawing) -> bool:
    planes = ("image", "foreground", "parts", "instances", "eyes")
    told = ("poses", "identity_tags", "act_tags", "shot_tags", "count_tags")
    return all(np.array_equal(getattr(one, p), getattr(other, p)) for p in planes) and all(
        getattr(one, t) == getattr(other, t) for t in told
    )


# -- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_pixels_and_another_seed_others() -> None:
    first = [sample(11, index, (96, 96)) for index in range(3)]
    assert all(same(sample(11, index, (96, 96)), drawing) for index, drawing in enumerate(first))
    assert not np.array_equal(first[0].image, first[1].image)
    others = [sample(12, index, (96, 96)) for index in range(3)]
    assert all(difference(one.image, other.image).mean() > 10 for one, other in zip(first, others, strict=True))


def test_a_drawing_does_not_depend_on_the_process() -> None:
    code = (
        "import hashlib\nfrom animeadapter.synthetic.command import sample\n"
        "print(*(hashlib.sha256(sample(3, i, (96, 96)).image.tobytes()).hexdigest() for i in range(2)))"
    )
    here = [hashlib.sha256(sample(3, index, (96, 96)).image.tobytes()).hexdigest() for index in range(2)]
    ended = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": "17"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert ended.stdout.split() == here


def test_a_shots_seed_changes_the_scenery_and_not_who_stands_where(
    still: Callable[..., Shot], plain_who: Identity
) -> None:
    shots = [still(scene=SCENE["forest"], seed=seed) for seed in (3, 4)]
    one, other = (draw([plain_who], shot, (128, 128)) for shot in shots)
    assert np.array_equal(one.parts, other.parts) and one.poses == other.poses
    assert difference(one.image, other.image)[one.foreground == 0].mean() > 3


@pytest.mark.parametrize("style", [HOUSE, NAMED["soft"], NAMED["sketch"]], ids=lambda style: style.name)
@pytest.mark.parametrize("size", [(96, 96), (80, 120)])
def test_a_larger_size_is_the_same_drawing_only_finer(size: Size, style: object) -> None:
    rng = np.random.default_rng(4)
    who = sample_identity(rng)
    shot = replace(sample_shot(rng, size, style=style, framing="cowboy_shot"), scene=SCENE["sky"])  # type: ignore[arg-type]
    twice = (2 * size[0], 2 * size[1])
    small, large = draw([who], shot, size), draw([who], shot, twice)
    assert large.poses[0].keypoints == tuple(p and pytest.approx(p, abs=1e-9) for p in small.poses[0].keypoints)
    assert (large.parts[::2, ::2] == small.parts).mean() > 0.96
    halved = cv2.resize(large.image, size, interpolation=cv2.INTER_AREA)
    assert difference(halved, small.image).mean() < 16
    assert np.median(difference(halved, small.image)) <= 4
    doubled = cv2.resize(small.image, twice, interpolation=cv2.INTER_LINEAR)
    steps = [np.abs(np.diff(picture.astype(int), axis=1)).mean() for picture in (large.image, doubled)]
    assert steps[0] > 1.15 * steps[1]
    for tags in ("identity_tags", "act_tags", "shot_tags"):
        assert getattr(small, tags) == getattr(large, tags)


def test_the_acts_have_to_be_as_many_as_the_characters(still: Callable[..., Shot], plain_who: Identity) -> None:
    with pytest.raises(ValueError, match="the shot has 1 acts for 2 characters"):
        draw([plain_who, plain_who], still(), (64, 64))
    with pytest.raises(ValueError, match="the shot has 1 acts for 0 characters"):
        draw([], still(), (64, 64))


# -- the truth about a picture ----------------------------------------------------------------------------------------


def test_another_background_changes_the_background_and_nothing_else(pairs: Pairs) -> None:
    for who, shot, size in pairs:
        even = replace(shot, light=replace(shot.light, tint=(1.0, 1.0, 1.0), background=(1.0, 1.0, 1.0)))
        white, night = (draw(who, replace(even, scene=SCENE[name]), size) for name in ("white", "night"))
        for plane in ("foreground", "parts", "instances", "eyes"):
            assert np.array_equal(getattr(white, plane), getattr(night, plane))
        assert white.poses == night.poses and white.identity_tags == night.identity_tags
        changed, background = difference(white.image, night.image) > 8, white.foreground == 0
        assert (changed & background).sum() / (changed | background).sum() > 0.95
        assert changed[shrunk(white.foreground > 0, 2)].mean() < SEAMS
        assert "white_background" in white.shot_tags and "night" in night.shot_tags


def inverted(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    r, g, b = ((value + 128) % 256 for value in colour)
    return (r, g, b)


def other_hair(who: Identity) -> Identity:
    return replace(who, hair_rgb=inverted(who.hair_rgb))


def other_skin(who: Identity) -> Identity:
    return replace(who, skin_rgb=inverted(who.skin_rgb))


def other_cloth(who: Identity) -> Identity:
    g = who.garments
    return replace(
        who, garments=replace(g, main_rgb=inverted(g.main_rgb), second_rgb=inverted(g.second_rgb),
                              shoes_rgb=inverted(g.shoes_rgb)),
    )  # fmt: skip


def other_scarf(who: Identity) -> Identity:
    return replace(who, accessories=tuple(replace(a, rgb=inverted(a.rgb)) for a in who.accessories))


@pytest.mark.parametrize(
    ("change", "parts", "faithful"),
    [
        (other_hair, {Part.HAIR, Part.FACE}, 0.95),  # the face has brows
        (other_skin, {Part.SKIN, Part.FACE}, 0.6),
        (other_cloth, {Part.OUTFIT}, 0.7),
        (other_scarf, {Part.ACCESSORY}, 0.9),
    ],
)
def test_a_new_colour_shows_in_the_pixels_of_its_part_only(
    still: Callable[..., Shot],
    plain_who: Identity,
    change: Callable[[Identity], Identity],
    parts: set[Part],
    faithful: float,
) -> None:
    who = replace(plain_who, accessories=(Accessory("scarf", "red", colours.CLOTH["red"]),))
    before, after = (draw([one], still(), (176, 256)) for one in (who, change(who)))
    assert np.array_equal(before.parts, after.parts) and before.poses == after.poses
    changed = difference(before.image, after.image) > 10
    where = np.isin(before.parts, [int(part) for part in parts])
    assert changed.sum() > 200
    assert changed[grown(where)].sum() >= 0.99 * changed.sum()
    core = shrunk(before.parts == int(min(parts)) if change is other_hair else where)
    assert changed[core].mean() > faithful


def test_a_part_has_a_mask_of_its_own(still: Callable[..., Shot], plain_who: Identity) -> None:
    drawing = draw([plain_who], still(), (96, 128))
    masks = [labelled_part(drawing, part) for part in Part if part is not Part.BACKGROUND]
    assert np.array_equal(np.max(masks, axis=0), drawing.foreground)
    assert sum((mask > 0).astype(int) for mask in masks).max() == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("colour", colours.HAIR)
def test_the_hair_is_of_the_identitys_colour(still: Callable[..., Shot], plain_who: Identity, colour: str) -> None:
    who = replace(plain_who, hair_colour=colour, hair_rgb=colours.HAIR[colour])
    drawing = draw([who], still(framing="portrait"), (96, 96))
    hair = drawing.image[drawing.parts == Part.HAIR].astype(int)
    assert len(hair) > 500
    values, counts = np.unique(hair, axis=0, return_counts=True)
    assert np.abs(values[counts.argmax()] - who.hair_rgb).max() <= 3
    middle = np.median(hair, axis=0)
    assert min(colours.HAIR, key=lambda name: float(np.linalg.norm(middle - colours.HAIR[name]))) == colour
    assert f"{colour}_hair" in drawing.identity_tags[0]


def test_a_second_hair_colour_shows_only_where_it_is_worn(still: Callable[..., Shot], plain_who: Identity) -> None:
    tied = replace(plain_who, hair=next(row for row in HAIR_STYLES if row.gathered == "ponytail"), bangs="parted")
    for worn, shows in (("", False), ("streaked", True), ("gradient", True), ("two-tone", True), ("inner", True)):
        one, other = (
            draw(
                [replace(plain_who if shows else tied, hair_second=worn, hair_second_rgb=colours.HAIR[name])],
                still(),
                (80, 104),
            )
            for name in ("pink", "green")
        )
        changed = difference(one.image, other.image) > 10
        assert changed.any() == shows, worn
        assert changed[grown(one.parts == Part.HAIR)].sum() == changed.sum()


@pytest.mark.parametrize("colour", ["blue", "red", "green", "yellow"])
def test_open_eyes_are_of_the_identitys_colour(still: Callable[..., Shot], plain_who: Identity, colour: str) -> None:
    who = replace(plain_who, eye_colour=colour, eye_rgb=colours.EYES[colour])
    drawing = draw([who], still(framing="close-up"), (192, 192))
    iris = drawing.image[drawing.eyes > 0].astype(int)
    vivid = iris[np.ptp(iris, axis=1) > 60]
    assert len(vivid) > 0.1 * len(iris) > 20
    own = np.median(vivid, axis=0)
    assert min(("blue", "red", "green", "yellow"), key=lambda n: float(np.linalg.norm(own - colours.EYES[n]))) == colour
