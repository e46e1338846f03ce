"""Everything there is in the tables can be drawn at every aspect, and what is told about each drawing is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from animeadapter.protocol.pose import JOINTS, Pose
from animeadapter.synthetic import BUCKETS, HELD_OUT, Drawing, Identity, Part, Shot, draw, sample_identity
from animeadapter.synthetic.command import caption
from animeadapter.synthetic.expressions import EXPRESSIONS, GAZES
from animeadapter.synthetic.identity import Accessory
from animeadapter.synthetic.palette import CLOTH
from animeadapter.synthetic.poses import ARMS, LEGS, articulation
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.shot import FRAMINGS, VIEWS, Act
from animeadapter.synthetic.style import FOREIGN
from animeadapter.synthetic.vocabulary import danbooru_tags
from animeadapter.synthetic.wardrobe import ACCESSORIES, BANGS, HAIR_STYLES, OUTFITS, PATTERNS

STYLES = (*FOREIGN.values(), HELD_OUT)
TABLES: dict[str, Sequence[Any]] = {
    "posture of legs": LEGS, "posture of arms": ARMS, "expression": EXPRESSIONS, "gaze": tuple(GAZES),
    "scene": SCENES, "light": LIGHTS, "style": STYLES, "view": tuple(VIEWS), "framing": tuple(FRAMINGS),
    "hair style": HAIR_STYLES, "bangs": tuple(BANGS), "outfit": OUTFITS, "pattern": tuple(PATTERNS),
    "accessory": tuple(ACCESSORIES),
}  # fmt: skip
ASPECTS = tuple((width // 2, height // 2) for width, height in BUCKETS)
"""The sizes of training, halved to be quick."""
COUNT = max(len(table) for table in TABLES.values())
HEAD = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")


class Case(NamedTuple):
    rows: dict[str, Any]
    who: Identity
    shot: Shot
    size: tuple[int, int]
    drawing: Drawing


Gallery = Callable[[tuple[int, int]], list[Case]]


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    """Per aspect as many drawings as the longest table has rows; row k of each table is in drawing k, turned round
    by another amount at each aspect so that other rows meet."""
    drawn: dict[tuple[int, int], list[Case]] = {}

    def of(size: tuple[int, int]) -> list[Case]:
        if size not in drawn:
            drawn[size] = [_case(size, k) for k in range(COUNT)]
        return drawn[size]

    return of


def _case(size: tuple[int, int], number: int) -> Case:
    turn = ASPECTS.index(size)
    rows = {name: table[(number + turn * i) % len(table)] for i, (name, table) in enumerate(TABLES.items())}
    rng = np.random.default_rng((turn, number))
    who, shot = _character(rows, rng), _shot(rows, rng)
    return Case(rows, who, shot, size, draw([who], shot, size))


def _character(rows: dict[str, Any], rng: np.random.Generator) -> Identity:
    who, kind = sample_identity(rng), rows["outfit"]
    garments = replace(
        who.garments, kind=kind, bottom=kind.bottom, sleeve=kind.sleeve, pattern=rows["pattern"], pattern_on="main"
    )
    worn = (Accessory(rows["accessory"], "red", CLOTH["red"]),)
    return replace(who, hair=rows["hair style"], bangs=rows["bangs"], garments=garments, accessories=worn)


def _shot(rows: dict[str, Any], rng: np.random.Generator) -> Shot:
    legs, arms, view = rows["posture of legs"], rows["posture of arms"], rows["view"]
    yaw = VIEWS[view][1] * float(rng.choice([-1, 1]))
    posture = articulation(legs, arms, rng)
    act = Act(legs, arms, posture, arms.hands, view, yaw, rows["expression"], rows["gaze"])
    return Shot(
        (act,), rows["framing"], legs.pitch, 0.0, rows["scene"], rows["light"], rows["style"],
        int(rng.integers(2**31)), wind=float(rng.normal()) * 0.35,
    )  # fmt: skip


def seen_joints(pose: Pose, names: Iterable[str] = JOINTS) -> dict[str, tuple[float, float]]:
    wanted = set(names)
    return {n: p for n, p in zip(JOINTS, pose.keypoints, strict=True) if p is not None and n in wanted}


def pixel(point: tuple[float, float], size: tuple[int, int]) -> tuple[int, int]:
    """Return row and column of a joint."""
    return (min(int(point[1] * size[1]), size[1] - 1), min(int(point[0] * size[0]), size[0] - 1))


def distance_to(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)


@pytest.mark.parametrize("size", ASPECTS)
def test_every_row_of_every_table_can_be_drawn_at_every_aspect(gallery: Gallery, size: tuple[int, int]) -> None:
    cases = gallery(size)
    for name, table in TABLES.items():
        assert [row for row in table if all(case.rows[name] != row for case in cases)] == [], name
    for case in cases:
        image = case.drawing.image
        assert image.dtype == np.uint8 and image.shape == (size[1], size[0], 3)
        assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50, case.rows
        assert 0.04 < (case.drawing.foreground > 0).mean() <= 1.0, case.rows


@pytest.mark.parametrize("size", ASPECTS)
def test_mask_parts_and_instances_cover_the_same_pixels(gallery: Gallery, size: tuple[int, int]) -> None:
    labels = {int(part) for part in Part}
    for case in gallery(size):
        d = case.drawing
        for plane in (d.foreground, d.parts, d.instances, d.eyes):
            assert plane.dtype == np.uint8 and plane.shape == d.image.shape[:2]
        assert set(np.unique(d.parts)) <= labels and set(np.unique(d.instances)) <= {0, 1}
        assert set(np.unique(d.foreground)) <= {0, 255} and set(np.unique(d.eyes)) <= {0, 255}
        assert np.array_equal(d.foreground > 0, d.parts > 0) and np.array_equal(d.instances > 0, d.parts > 0)


@pytest.mark.parametrize("size", ASPECTS)
def test_joints_lie_in_the_figure(gallery: Gallery, size: tuple[int, int]) -> None:
    for case in gallery(size):
        away = distance_to(case.drawing.foreground > 0)
        (pose,) = case.drawing.poses
        joints = seen_joints(pose)
        assert joints and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in joints.values())
        for name, point in joints.items():
            assert away[pixel(point, size)] <= 4, (name, case.rows)


def test_the_heads_joints_lie_in_hair_or_face(gallery: Gallery) -> None:
    bare = covered = 0
    for case in (case for size in ASPECTS for case in gallery(size)):
        for name, point in seen_joints(case.drawing.poses[0], HEAD).items():
            part = Part(case.drawing.parts[pixel(point, case.size)])
            assert part in (Part.HAIR, Part.FACE, Part.ACCESSORY), (name, part, case.rows)
            covered += part is Part.ACCESSORY
            bare += part is not Part.ACCESSORY
    assert bare > 300 and covered < 0.15 * bare


def test_open_eyes_are_in_the_face_and_nowhere_else(gallery: Gallery) -> None:
    shown = 0
    for case in (case for size in ASPECTS for case in gallery(size)):
        eyes = case.drawing.eyes > 0
        if case.rows["view"] == "behind" or max(case.rows["expression"].eyes) == 0:
            assert not eyes.any(), case.rows
        elif eyes.any() and case.who.bangs != "over_one_eye" and case.rows["accessory"] != "eyepatch":
            assert (case.drawing.parts[eyes] == Part.FACE).mean() > 0.6, case.rows
            shown += 1
    assert shown > 60


def test_one_cannot_see_a_face_from_behind(gallery: Gallery) -> None:
    for case in (case for size in ASPECTS for case in gallery(size)):
        joints = seen_joints(case.drawing.poses[0], ("nose", "right_eye", "left_eye"))
        if case.rows["view"] == "behind":
            assert not joints and "facing_away" in case.drawing.act_tags[0], case.rows
        assert ("from_behind" in case.drawing.act_tags[0]) == (case.rows["view"] == "behind")


@pytest.mark.parametrize("size", ASPECTS)
def test_every_tag_is_in_the_shipped_list(gallery: Gallery, size: tuple[int, int]) -> None:
    for case in gallery(size):
        tags = caption(case.drawing)
        assert set(tags) <= danbooru_tags() and len(set(tags)) == len(tags)
        assert tags[0] == ("1boy" if case.who.boy else "1girl") and tags[1] == "solo"
        assert set(case.rows["scene"].tags) <= set(tags) and set(case.who.hair.tags) <= set(tags)
        assert case.rows["framing"] in tags
        if case.rows["view"] != "behind":
            assert set(case.rows["expression"].tags) <= set(tags)


def test_a_tables_tags_are_in_the_shipped_list() -> None:
    rows = (*LEGS, *ARMS, *EXPRESSIONS, *SCENES, *LIGHTS, *STYLES, *HAIR_STYLES, *OUTFITS)
    tags = [t for row in rows for t in row.tags]
    for table in (BANGS, ACCESSORIES, FRAMINGS):
        tags += [t for row in table.values() for t in row]
    tags += [t for row in (*GAZES.values(), *VIEWS.values()) for t in row[0]]
    assert [tag for tag in tags if tag not in danbooru_tags()] == []
