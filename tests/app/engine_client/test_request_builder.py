"""What a panel asks of the engine."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage

from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import RequestError, Size
from komawari.domain.base import DomainError
from komawari.domain.character import CharacterPart, design_sha
from komawari.domain.edits import characters, panels
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import FigureRegion, Settings
from komawari.domain.project import find_character, find_panel
from komawari.engine_client.request_builder import UnknownPack, build, plan
from komawari.engine_client.share_mask import share_mask, size_of


def test_words_stand_in_the_order_of_training_each_once(cast: Any) -> None:
    region = FigureRegion(prompt="winking", tags=("waving",))
    project, panel = cast.panel(
        cast.figure(region=region), tags=("smile", "solo", "red hair", "forest"), prompt="smile, at dusk"
    )
    assert (
        plan(project, panel, cast.PACK).request.prompt
        == "1girl, solo, red hair, freckles, smile, forest, waving, winking, at dusk"
    )


def test_a_whole_character_travels_with_its_masks_and_scales(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(scale=0.5, pose=cast.skeleton()), seed=7, takes=3, negative_prompt="blurry")
    built = build(project, panel, cast.files.__getitem__, cast.PACK)
    front, back = built.request.references
    assert (front.picture, front.mask, front.parts, front.scale) == (
        cast.blob("mari front"),
        cast.blob("mari mask"),
        (),
        0.5,
    )
    assert (back.picture, back.mask, back.scale) == (cast.blob("mari back"), None, 0.25)
    assert built.request.poses[0].references == (0, 1) and not built.request.regions
    assert (built.request.seeds, built.request.negative_prompt) == ((7, 8, 9), "blurry")
    assert set(built.files.values()) == {b"mari front", b"mari mask", b"mari back"}


def test_only_the_chosen_references_count(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(references=(f"{202:032x}",)))
    assert [one.picture for one in plan(project, panel, cast.PACK).request.references] == [cast.blob("mari back")]


def test_a_borrowed_part_is_left_out_of_the_own_references(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(mixer=(cast.hair_of_yuki(),)))
    built = plan(project, panel, cast.PACK)
    front, back, hair = built.request.references
    rest: list[PartName] = ["face", "skin", "outfit", "accessory", "prop"]
    assert [part.part for part in front.parts] == [part.part for part in back.parts] == rest
    assert (hair.picture, [part.part for part in hair.parts], hair.scale) == (cast.blob("yuki"), ["hair"], 0.8)
    assert {one.character for one in built.drawn_with} == {cast.MARI, cast.YUKI}


def test_a_part_that_weighs_otherwise_names_all_parts(cast: Any) -> None:
    mari = find_character(cast.project, cast.MARI)
    front = mari.references[0]
    weaker = replace(front, parts=(replace(front.parts[0], scale=0.4),))
    cast.project = characters.set_character(cast.project, replace(mari, references=(weaker,)))
    project, panel = cast.panel(cast.figure())
    (reference,) = plan(project, panel, cast.PACK).request.references
    assert reference.parts[0].mask == cast.blob("mari hair") and reference.parts[0].scale == 0.4
    assert len(reference.parts) == 6 and all(part.mask is None for part in reference.parts[1:])


def test_two_ribbons_of_the_artists_become_two_references(cast: Any) -> None:
    yuki = find_character(cast.project, cast.YUKI)
    ribbons = (
        CharacterPart(f"{310:032x}", "hair", "left", cast.blob("a")),
        CharacterPart(f"{311:032x}", "hair", "right", cast.blob("b")),
    )
    reference = replace(yuki.references[0], parts=ribbons)
    cast.project = characters.set_character(cast.project, replace(yuki, references=(reference,)))
    project, panel = cast.panel(cast.figure(character=None, mixer=(cast.hair_of_yuki(),)))
    masks = [one.parts[0].mask for one in plan(project, panel, cast.PACK).request.references]
    assert masks == [cast.blob("a"), cast.blob("b")]


def test_several_figures_divide_the_picture(cast: Any) -> None:
    painted = FigureRegion(mask=cast.blob("painted"), prompt="angry", weight=2.0)
    project, panel = cast.panel(
        cast.figure(400, pose=cast.skeleton()),
        cast.figure(401, cast.YUKI, region=painted),
        cast.figure(402, cast.YUKI),
        cast.figure(403, None, pose=cast.skeleton(0.3)),
        tags=("2girls", "park"),
    )
    made = plan(project, panel, cast.PACK)
    one, two, three = made.request.regions
    assert made.request.prompt == "2girls, park"
    assert (one.figure, one.mask, one.references, one.prompt) == (0, None, (0, 1), "1girl, red_hair, freckles")
    assert (two.figure, two.mask, two.references, two.prompt) == (None, cast.blob("painted"), (2,), "blue_hair, angry")
    assert two.weight == 2.0
    assert three.references == (3,) and three.mask is not None and three.mask.sha256 in made.made
    assert len(made.request.poses) == 2


def test_a_figure_that_nothing_places_gets_its_share_of_the_width(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(400), cast.figure(401, cast.YUKI), settings=Settings(size=Size(208, 312)))
    made = plan(project, panel, cast.PACK)
    left, right = (QImage.fromData(made.made[region.mask.sha256]) for region in made.request.regions if region.mask)
    assert abs(left.width() / left.height() - 208 / 312) < 0.01
    middle = left.height() // 2
    assert [image.pixelColor(x, middle).red() for image in (left, right) for x in (10, left.width() - 10)] == [
        255, 0, 0, 255,
    ]  # fmt: skip


def test_a_painted_region_of_the_only_figure_holds_its_references(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(region=FigureRegion(mask=cast.blob("painted"), prompt="running")))
    request = plan(project, panel, cast.PACK).request
    assert request.regions[0].references == (0, 1) and request.regions[0].prompt == ""
    assert "running" in request.prompt


def test_the_size_follows_the_frame_and_its_bleed(cast: Any) -> None:
    project, panel = cast.panel()
    wide = plan(project, panel, cast.PACK).request.size
    assert wide is not None and wide.width > wide.height
    project = panels.set_frame(project, cast.UPPER, rectangle((0, 0, 60, 90)))
    tall = plan(project, find_panel(project, cast.UPPER)[1], cast.PACK).request.size
    assert tall == Size(208, 312)
    assert plan(project, panel, UnknownPack("other")).request.size is None
    assert plan(project, panel, cast.PACK, Size(64, 64)).request.size == Size(64, 64)


def test_seeds_begin_anew_behind_the_largest(cast: Any) -> None:
    project, panel = cast.panel(seed=2**32 - 1, takes=2)
    assert plan(project, panel, cast.PACK).request.seeds == (2**32 - 1, 0)


def test_the_designs_of_now_are_noted(cast: Any) -> None:
    project, panel = cast.panel(cast.figure())
    (noted,) = plan(project, panel, cast.PACK).drawn_with
    assert (noted.version, noted.sha) == (1, design_sha(find_character(project, cast.MARI)))


def test_what_is_gone_is_named(cast: Any) -> None:
    project, panel = cast.panel(cast.figure())
    without = characters.remove_character(project, cast.MARI)
    with pytest.raises(DomainError, match=cast.MARI):
        plan(without, panel, cast.PACK)


def test_a_contradiction_is_refused_before_it_is_sent(cast: Any) -> None:
    _, panel = cast.panel()
    broken = replace(panel, settings=replace(panel.settings, controller=replace(panel.settings.controller, start=1.0)))
    with pytest.raises(RequestError, match="controller"):
        plan(cast.project, broken, cast.PACK)


def test_masks_of_shares_are_the_same_bytes_each_time_and_pictures_for_all_readers() -> None:
    one = share_mask(60, 40, 1, 3)
    assert one == share_mask(60, 40, 1, 3) != share_mask(60, 40, 2, 3)
    image = QImage.fromData(one)
    assert (image.width(), image.height()) == size_of(one) == (60, 40)
    assert [image.pixelColor(x, 39).red() for x in (19, 20, 39, 40)] == [0, 255, 255, 0]
