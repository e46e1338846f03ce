"""Regions: grown from skeletons or painted, of any size, in what is drawn; their prompts are read in them alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from kept_files import FILES, kept, patchwork

from animeadapter.generate import conditions
from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Notice, Picture
from animeadapter.generate.frame import Frame
from animeadapter.generate.regions import Place, figure_area, places
from animeadapter.generate.studio import Studio
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob, Figure, GenerateRequest, Region, Sampler, Size

STANDING = Pose(
    (
        (0.5, 0.15), (0.5, 0.25), (0.4, 0.25), (0.3, 0.4), (0.25, 0.55), (0.6, 0.25), (0.7, 0.4), (0.75, 0.55),
        (0.45, 0.55), (0.4, 0.75), (0.38, 0.95), (0.55, 0.55), (0.6, 0.75), (0.62, 0.95),
        (0.47, 0.12), (0.53, 0.12), (0.43, 0.14), (0.57, 0.14),
    )
)  # fmt: skip
NOBODY = Pose((None,) * 18)


def half(width: int = 64, height: int = 64, value: int = 255) -> Blob:
    """White on the right."""
    mask = np.zeros((height, width))
    mask[:, width // 2 :] = value
    return kept(mask)


def found(request: GenerateRequest, frame: Frame | None = None) -> tuple[list[Place], list[str]]:
    told: list[str] = []
    frame = frame or Frame.whole(request.size or Size(64, 64))
    return places(request, FILES, frame, told.append), told


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def base(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl", seeds=(7,), pack=str(tiny_pack_master), sampler=Sampler(steps=2))


def draw(studio: Studio, request: GenerateRequest, **changes: object) -> np.ndarray:
    request = msgspec.structs.replace(request, **changes)
    return [e.pixels for e in studio.run(request, FILES) if isinstance(e, Picture)][-1]


# -- where regions lie -----------------------------------------------------------------------------------------------


def test_a_region_follows_the_skeleton() -> None:
    area = figure_area(STANDING.moved(-0.25, 0), Size(256, 256), 0.02)
    assert area[100, 64] == pytest.approx(1.0) and area[100, 200] == 0 and 0.1 < area.mean() < 0.6


def test_a_painted_region_of_any_size_is_laid_over_the_picture_with_its_weight() -> None:
    request = GenerateRequest(
        size=Size(64, 96), regions=(Region(half(32, 48), prompt="smile", weight=2.0, feather=0.0, global_share=0.1),)
    )
    (place,), told = found(request)
    assert place.area.shape == (96, 64) and place.area[50, 50] == 2.0 and place.area[50, 10] == 0
    assert (place.prompt, place.global_share, told) == ("smile", 0.1, [])


def test_a_feathered_region_is_soft_at_its_edge() -> None:
    def row(feather: float) -> np.ndarray:
        request = GenerateRequest(size=Size(64, 64), regions=(Region(half(), prompt="x", feather=feather),))
        return found(request)[0][0].area[32]

    assert set(row(0.0)) == {0.0, 1.0} and 0.2 < row(0.2)[32] < 0.8 and row(0.2)[0] < 0.01


def test_a_mask_of_other_proportions_is_refused_by_name() -> None:
    request = GenerateRequest(size=Size(64, 96), regions=(Region(half(64, 64), prompt="x"),))
    with pytest.raises(StudioError, match=r"^regions\[0\]\.mask: has 64 × 64 pixels, .* its picture, 64 × 96"):
        found(request)
    odd = GenerateRequest(size=Size(208, 312), regions=(Region(half(33, 50), prompt="x"),))
    assert found(odd)[0][0].area.shape == (312, 208)


def test_an_empty_region_is_told() -> None:
    request = GenerateRequest(
        size=Size(64, 64), poses=(Figure(NOBODY, (0,)), Figure(STANDING, (1,))),
        references=(patchwork(1), patchwork(2)),
        regions=(Region(kept(np.zeros((64, 64))), prompt="x"),),
    )  # fmt: skip
    _, told = found(request)
    assert told[0].startswith("regions[0]: is empty") and told[1].startswith("poses[0]: stands outside")
    assert len(told) == 2


def test_several_figures_divide_the_picture_and_a_lone_one_has_it_to_itself() -> None:
    left, right = Figure(STANDING.moved(-0.3, 0), (0,)), Figure(STANDING.moved(0.3, 0), (1,))
    wide = GenerateRequest(size=Size(128, 64), references=(patchwork(1), patchwork(2), patchwork(3)))
    both, _ = found(msgspec.structs.replace(wide, poses=(left, right)))
    assert [place.references for place in both] == [(0,), (1,)]
    one, other = (place.area for place in both)
    assert one[:, :64].mean() > 10 * one[:, 64:].mean() and other[:, 64:].mean() > 10 * other[:, :64].mean()
    assert found(msgspec.structs.replace(wide, poses=(left,)))[0] == []


def test_a_region_that_names_a_reference_goes_before_its_figure() -> None:
    figures = (Figure(STANDING.moved(-0.3, 0), (0,)), Figure(STANDING.moved(0.3, 0), (1, 2)))
    request = GenerateRequest(
        size=Size(64, 64), references=(patchwork(1), patchwork(2), patchwork(3)), poses=figures,
        regions=(Region(half(), references=(1,)),),
    )  # fmt: skip
    assert [place.references for place in found(request)[0]] == [(1,), (0,), (2,)]
    lone = msgspec.structs.replace(request, poses=figures[:1])
    assert [place.references for place in found(lone)[0]] == [(1,), (0,)], "another's region is kept out of"


def test_regions_of_a_part_of_the_picture_are_those_of_the_whole_seen_closer() -> None:
    frame = Frame((200, 100), 100, 0, 100, 100, Size(64, 64))
    request = GenerateRequest(
        poses=(Figure(STANDING.moved(-0.3, 0)),),
        regions=(Region(half(200, 100), prompt="x", feather=0.0), Region(figure=0, prompt="y")),
    )
    (painted, grown), told = found(request, frame)
    assert painted.area.shape == grown.area.shape == (64, 64)
    assert (painted.area == 1).all() and grown.area.mean() < 0.05
    assert not told or told[0].startswith("regions[1]")


# -- what is drawn ---------------------------------------------------------------------------------------------------


def test_two_figures_draw_from_their_own_references_in_their_own_regions(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list = []
    attach = conditions.AttachedAdapter.set_references

    def watched(self: conditions.AttachedAdapter, references: list, **options: object) -> None:
        seen.append(references)
        attach(self, references, **options)

    monkeypatch.setattr(conditions.AttachedAdapter, "set_references", watched)
    figures = (Figure(STANDING.moved(-0.3, 0), (0,)), Figure(STANDING.moved(0.3, 0), (1, 3)))
    references = tuple(patchwork(seed) for seed in (1, 2, 3, 4))
    draw(studio, base, size=Size(128, 64), poses=figures, references=references)
    left, right, everywhere, also_right = (one.regions for one in seen[0])
    assert left[0][:, :64].mean() > 10 * left[0][:, 64:].mean() and right[0][:, 64:].mean() > left[0][:, 64:].mean()
    assert everywhere == () and right[0] is also_right[0], "references of one figure speak together"


def test_a_prompt_of_a_region_is_read_there_in_place_of_the_global_one(studio: Studio, base: GenerateRequest) -> None:
    other = draw(studio, base, prompt="1girl, blue_hair, forest")
    everywhere = kept(np.full((64, 64), 255))
    covering = Region(everywhere, prompt="1girl, blue_hair, forest", feather=0.0, global_share=0.0)
    assert np.array_equal(draw(studio, base, regions=(covering,)), other)
    plain = draw(studio, base)
    kept_out = msgspec.structs.replace(covering, global_share=1.0)
    assert np.array_equal(draw(studio, base, regions=(kept_out,)), plain)
    halved = draw(studio, base, regions=(msgspec.structs.replace(covering, mask=half()),))
    assert not np.array_equal(halved, plain) and not np.array_equal(halved, other)


def test_regions_leave_the_unet_as_it_was(studio: Studio, base: GenerateRequest) -> None:
    plain = draw(studio, base)
    processors = dict(studio.pack(base.pack).part("unet").attn_processors)
    region = Region(half(), prompt="smile", references=(0,))
    assert not np.array_equal(draw(studio, base, regions=(region,), references=(patchwork(1),)), plain)
    now = studio.pack(base.pack).part("unet").attn_processors
    assert all(now[name] is processor for name, processor in processors.items())
    assert np.array_equal(draw(studio, base), plain)


def test_prompts_of_regions_need_no_adapter_and_no_guidance(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = studio.kit(base.pack)
    monkeypatch.setattr(type(kit), "adapter", property(lambda self: pytest.fail("the adapter is not needed")))
    request = msgspec.structs.replace(base, sampler=Sampler(steps=2, guidance=1.0))
    everywhere = Region(kept(np.full((64, 64), 255)), prompt="blue_hair", feather=0.0, global_share=0.0)
    assert np.array_equal(draw(studio, request, regions=(everywhere,)), draw(studio, request, prompt="blue_hair"))


def test_a_silent_reference_leaves_the_overlap_to_the_other(studio: Studio, base: GenerateRequest) -> None:
    whole = kept(np.full((64, 64), 255))
    regions = (Region(whole, references=(0,)), Region(whole, references=(1,)))
    one = draw(studio, base, references=(patchwork(1),), regions=regions[:1])
    empty = msgspec.structs.replace(patchwork(2), mask=kept(np.zeros((64, 48))))
    for silent in (msgspec.structs.replace(patchwork(2), scale=0.0), empty):
        assert np.array_equal(draw(studio, base, references=(patchwork(1), silent), regions=regions), one)
    both = draw(studio, base, references=(patchwork(1), patchwork(2)), regions=regions)
    assert not np.array_equal(both, one)


def test_an_empty_reference_mask_adds_exactly_nothing_and_is_told(studio: Studio, base: GenerateRequest) -> None:
    empty = msgspec.structs.replace(patchwork(1), mask=kept(np.zeros((64, 48))))
    events = list(studio.run(msgspec.structs.replace(base, references=(empty,)), FILES))
    told = [event.message for event in events if isinstance(event, Notice)]
    assert any(message.startswith("references[0].mask: is empty") for message in told)
    assert isinstance(events[-1], Picture) and np.array_equal(events[-1].pixels, draw(studio, base))


def test_a_prompt_of_a_region_that_is_too_long_or_unlearned_is_told(studio: Studio, base: GenerateRequest) -> None:
    region = Region(half(), prompt="flying_saucer")
    told = [
        event.message
        for event in studio.run(msgspec.structs.replace(base, regions=(region,)), FILES)
        if isinstance(event, Notice)
    ]
    assert any("leaves out: flying_saucer" in message for message in told)
