"""What happens in a picture is random but fits: posture and panel, light and place, camera and what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from animeadapter.synthetic import BUCKETS, Identity, Shot, draw, sample_shot
from animeadapter.synthetic.expressions import EXPRESSIONS, GAZES
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.shot import FRAMINGS, VIEWS, framing_weights
from animeadapter.synthetic.style import HELD_OUT, HOUSE
from animeadapter.synthetic.vocabulary import danbooru_tags


@pytest.fixture(scope="module")
def shots() -> list[tuple[tuple[int, int], Shot]]:
    """Many shots of one person, over all aspects."""
    rng = np.random.default_rng(6)
    return [(size, sample_shot(rng, size)) for _ in range(400) for size in BUCKETS]


def test_the_buckets_are_five_aspects_of_one_area_in_whole_latents() -> None:
    assert [width / height for width, height in BUCKETS] == pytest.approx([1, 2 / 3, 3 / 2, 1 / 2, 2])
    for width, height in BUCKETS:
        assert width % 8 == 0 == height % 8 and width * height == pytest.approx(65536, rel=0.06)


def test_a_seed_is_a_shot() -> None:
    first, again, other = (sample_shot(np.random.default_rng(seed), BUCKETS[1]) for seed in (3, 3, 4))
    assert first == again and first.tags == again.tags
    assert first.style.seed == again.style.seed
    assert first != other


def test_sampling_reaches_every_row_of_every_table(shots: list[tuple[tuple[int, int], Shot]]) -> None:
    acts = [shot.acts[0] for _, shot in shots]
    assert {act.legs.name for act in acts} == {row.name for row in LEGS}
    assert {act.arms.name for act in acts} == {row.name for row in ARMS} | {"any"}
    assert {act.expression for act in acts} == set(EXPRESSIONS) and {act.gaze for act in acts} == set(GAZES)
    assert {act.view for act in acts} == set(VIEWS)
    assert {shot.scene for _, shot in shots} == set(SCENES) and {shot.light for _, shot in shots} == set(LIGHTS)
    assert {shot.framing for _, shot in shots} == set(FRAMINGS)


def test_a_posture_suits_its_panel(shots: list[tuple[tuple[int, int], Shot]]) -> None:
    lying = [(size, shot) for size, shot in shots if shot.acts[0].legs.roll]
    assert len(lying) > 10
    for (width, height), shot in lying:
        assert width > height and shot.framing == "full_body" and shot.tilt == 0 and not shot.scene.standing_only
    for (width, height), shot in shots:
        if width == 2 * height and shot.framing == "full_body":
            assert "standing" not in shot.acts[0].legs.tags
        if shot.framing in ("portrait", "close-up"):
            assert shot.acts[0].legs.name == "standing"


def test_wide_panels_seldom_show_one_figure_whole() -> None:
    share = {size: framing_weights(*size)["full_body"] / sum(framing_weights(*size).values()) for size in BUCKETS}
    narrow_to_wide = sorted(BUCKETS, key=lambda size: size[0] / size[1])
    values = [share[size] for size in narrow_to_wide]
    assert values == sorted(values, reverse=True) and values[0] > 3 * values[-1]


def test_the_light_belongs_to_the_place(shots: list[tuple[tuple[int, int], Shot]]) -> None:
    for _, shot in shots:
        assert not shot.light.scenes or shot.scene.name in shot.light.scenes
        assert not shot.scene.plain or shot.light.name == "even"


def test_the_camera_is_on_the_named_side(shots: list[tuple[tuple[int, int], Shot]]) -> None:
    for _, shot in shots:
        (act,) = shot.acts
        _, yaw, spread, _ = VIEWS[act.view]
        assert abs(abs(act.yaw) - yaw) < 4 * spread
        assert ("from_above" in shot.tags) == (shot.pitch > 17) and ("from_below" in shot.tags) == (shot.pitch < -11)
        assert ("dutch_angle" in shot.tags) == (shot.tilt != 0)
    assert any(shot.acts[0].yaw < -10 for _, shot in shots) and any(shot.acts[0].yaw > 10 for _, shot in shots)


def test_what_is_asked_for_is_kept() -> None:
    rng = np.random.default_rng(1)
    for framing in FRAMINGS:
        for _ in range(20):
            shot = sample_shot(
                rng, BUCKETS[0], people=2, framing=framing, plain=True, views=("front", "side"), style=HOUSE
            )
            assert shot.framing == framing and shot.style == HOUSE and shot.fixed is None
            assert shot.scene.plain and shot.light.name == "even" and len(shot.acts) == 2
            assert {act.view for act in shot.acts} <= {"front", "side"}


def test_a_shots_tags_are_in_the_shipped_list_and_name_no_character(
    shots: list[tuple[tuple[int, int], Shot]],
) -> None:
    for _, shot in shots:
        tags = {*shot.tags, *shot.acts[0].seen_tags(shot.framing, True)}
        assert tags <= danbooru_tags() and shot.framing in tags and set(shot.scene.tags) <= tags
        assert not {tag for tag in tags if tag.endswith(("_hair", "_skirt", "_dress", "_shirt", "_footwear"))}
        assert not {f"{colour}_eyes" for colour in ("blue", "red", "green", "brown")} & tags


def test_no_shot_is_in_the_held_out_style(shots: list[tuple[tuple[int, int], Shot]]) -> None:
    for _, shot in shots:
        assert shot.style.name != HELD_OUT.name and not set(HELD_OUT.tags) & set(shot.tags)


@pytest.mark.parametrize(
    "change",
    [
        {"pitch": 25.0}, {"tilt": 14.0}, {"zoom": 0.8}, {"place": (0.9, 0.0)}, {"wind": 1.5}, {"framing": "portrait"},
        {"fixed": ((0.1, 0.3, 0.6),)},
    ],
    ids=str,
)  # fmt: skip
def test_every_setting_of_a_shot_moves_what_is_drawn(
    still: Callable[..., Shot], plain_who: Identity, change: dict[str, object]
) -> None:
    one, other = (draw([plain_who], shot, (96, 96)) for shot in (still(), replace(still(), **change)))  # type: ignore[arg-type]
    assert (one.parts != other.parts).mean() > 0.001
    if "wind" not in change:
        assert one.poses != other.poses


def test_a_fixed_figure_stands_where_it_is_told(still: Callable[..., Shot], plain_who: Identity) -> None:
    drawing = draw([plain_who], still(fixed=((0.12, 0.3, 0.55),)), (128, 96))
    hips = np.array([p for p in (drawing.poses[0].keypoints[8], drawing.poses[0].keypoints[11]) if p is not None])
    assert hips.mean(0) == pytest.approx((0.3, 0.55), abs=0.01)
    larger = draw([plain_who], still(fixed=((0.18, 0.3, 0.55),)), (128, 96))
    assert (larger.foreground > 0).mean() > 1.6 * (drawing.foreground > 0).mean()
