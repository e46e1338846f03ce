"""Figures and heads drawn once more: which, in what order, by whose references, and that nothing else changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
from kept_files import FILES, kept, patchwork

from animeadapter.generate import batch, conditions, detail
from animeadapter.generate.detail import Closer, closer_looks
from animeadapter.generate.events import Notice, Picture, Preview, Progress
from animeadapter.generate.frame import Frame
from animeadapter.generate.resolve import resolve
from animeadapter.generate.studio import Studio
from animeadapter.generate.subjects import shared_references, subjects
from animeadapter.packs.manifest import Calibration, Manifest
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    Blob,
    Detail,
    Edit,
    Figure,
    GenerateRequest,
    Region,
    RequestError,
    Sampler,
    Size,
    decode_request,
    encode,
)

STANDING = Pose(
    (
        (0.5, 0.15), (0.5, 0.25), (0.45, 0.25), (0.42, 0.4), (0.4, 0.55), (0.55, 0.25), (0.58, 0.4), (0.6, 0.55),
        (0.47, 0.55), (0.46, 0.75), (0.45, 0.95), (0.53, 0.55), (0.54, 0.75), (0.55, 0.95),
        (0.48, 0.13), (0.52, 0.13), (0.46, 0.14), (0.54, 0.14),
    )
)  # fmt: skip
LEFT, RIGHT = STANDING.moved(-0.25, 0), STANDING.moved(0.25, 0)
SIZES = ((256, 256), (176, 352), (352, 176))


def looks(request: GenerateRequest, picture: tuple[int, int] = (256, 256)) -> list[Closer]:
    return closer_looks(request, FILES, picture, SIZES)


def speaking(part: Closer) -> tuple[int, ...]:
    return (*part.subject.references, *part.shared)


def two(**changes: object) -> GenerateRequest:
    request = GenerateRequest(
        prompt="2girls, forest",
        references=(patchwork(1), patchwork(2)),
        poses=(Figure(LEFT, (0,)), Figure(RIGHT, (1,))),
        detail=Detail(0.8, 0.5),
    )
    return msgspec.structs.replace(request, **changes)


# --- what is drawn once more -------------------------------------------------------------------------------


def test_figures_come_first_then_heads_each_with_its_own_references() -> None:
    found = looks(two())
    assert [(part.strength, speaking(part)) for part in found] == [(0.8, (0,)), (0.8, (1,)), (0.5, (0,)), (0.5, (1,))]
    left, right, left_head, right_head = (part.mask((256, 256)) > 0 for part in found)
    assert not (left & right).any() and not (left_head & right_head).any()
    assert left[:, :128].sum() > 0.9 * left.sum() and right[:, 128:].sum() > 0.9 * right.sum()
    assert left_head.sum() < 0.4 * left.sum() and left[left_head].mean() > 0.9
    rows = np.flatnonzero(left_head.any(1))
    assert rows[0] < 0.15 * 256 < rows[-1] < 0.5 * 256, "round the face, not the legs"


def test_a_region_brings_its_prompt_its_mask_and_its_references() -> None:
    mask = np.zeros((64, 64))
    mask[:, 40:] = 255
    regions = (Region(figure=0, references=(1,), prompt="1girl, smile"), Region(mask=kept(mask), references=(0,)))
    poses = (Figure(LEFT), Figure(RIGHT))
    found = looks(two(regions=regions, poses=poses, references=(*two().references, patchwork(3))))
    assert [(part.subject.prompt, speaking(part)) for part in found[:2]] == [("1girl, smile", (1, 2)), ("", (2,))]
    assert len(found) == 4, "what is painted for nobody may be scenery"


def test_a_lone_figure_that_fills_the_picture_and_a_large_head_are_left_as_they_are() -> None:
    small = GenerateRequest(poses=(Figure(STANDING.scaled(0.4, (0.5, 0.5))),), detail=Detail(0.8, 0.5))
    assert [part.strength for part in looks(small)] == [0.8, 0.5]
    large = STANDING.mapped(lambda x, y: (0.5 + 4 * (x - 0.5), 0.5 + 4 * (y - 0.2)))
    assert looks(msgspec.structs.replace(small, poses=(Figure(large),))) == []
    assert looks(msgspec.structs.replace(small, detail=Detail(0.0, 0.0))) == []
    assert looks(GenerateRequest(detail=Detail(0.8, 0.5))) == [], "nobody is known to be anywhere"


def test_a_figure_whose_head_is_hidden_keeps_its_head_as_it_is() -> None:
    headless = Pose(tuple(None if k in (0, 14, 15, 16, 17) else p for k, p in enumerate(LEFT.keypoints)))
    found = looks(two(poses=(Figure(headless, (0,)), Figure(RIGHT, (1,)))))
    assert [(part.strength, speaking(part)) for part in found] == [(0.8, (0,)), (0.8, (1,)), (0.5, (1,))]


def test_a_reference_of_a_lone_figure_speaks_whether_or_not_it_is_bound() -> None:
    frame = Frame.whole(Size(256, 256))
    for bound in ((), (0,)):
        request = GenerateRequest(references=(patchwork(1),), poses=(Figure(STANDING, bound),))
        (one,) = subjects(request, FILES, frame)
        assert (*one.references, *shared_references(request)) == (0,)


def test_a_painted_region_is_about_the_figure_with_the_same_references() -> None:
    left, right = np.zeros((64, 64)), np.zeros((64, 64))
    left[:, :30] = right[:, 34:] = 255
    regions = (
        Region(mask=kept(right), references=(1,), prompt="1girl, angry", weight=0.5),
        Region(mask=kept(left), references=(0,), prompt="1girl, smile"),
    )
    found = looks(two(regions=regions))
    smiling, angry = ("1girl, smile", (0,)), ("1girl, angry", (1,))
    assert [part.strength for part in found] == [0.8, 0.8, 0.5, 0.5], "each figure once, and each head"
    assert [(part.subject.prompt, speaking(part)) for part in found] == [smiling, angry] * 2
    assert [part.subject.weight for part in found] == [1.0, 0.5, 1.0, 0.5]
    masks = [part.mask((256, 256)) > 0 for part in found]
    plain = [part.mask((256, 256)) > 0 for part in looks(two())]
    assert all(np.array_equal(one, other) for one, other in zip(masks[:2], plain[:2], strict=True)), "not the scenery"
    narrow = np.zeros((64, 64))
    narrow[:, :16] = 255
    halved = looks(two(regions=(Region(mask=kept(narrow), references=(0,)),)))[0].mask((256, 256))
    assert 0.3 < halved.mean() / plain[0].mean() / 255 < 0.7 and not halved[:, 80:].any(), "inside what is painted"
    assert masks[2].sum() < masks[0].sum() and masks[2][:, :128].sum() > 0.9 * masks[2].sum()


def test_what_a_figure_names_speaks_in_its_region_too_and_in_nobody_elses() -> None:
    regions = (Region(figure=0, prompt="a"), Region(figure=1, prompt="b"))
    assert [speaking(part) for part in looks(two(regions=regions))] == [(0,), (1,), (0,), (1,)]
    alone = two(references=(patchwork(1),), poses=(Figure(LEFT, (0,)), Figure(RIGHT)))
    assert [speaking(part) for part in looks(alone)] == [(0,), (), (0,), ()]
    several = two(regions=(Region(figure=0, prompt="a"), Region(figure=0, prompt="b", references=(1,))))
    assert [(part.strength, part.subject.prompt, speaking(part)) for part in looks(several)[:2]] == [
        (0.8, "a", (1, 0)), (0.8, "", (1,)),
    ], "two regions of one figure are one subject"  # fmt: skip


def test_a_huge_picture_is_laid_out_small_and_its_masks_fit_it() -> None:
    found = looks(two(), (6000, 3000))
    assert {part.small.shape for part in found} == {(1024, 2048)}
    mask = found[0].mask((6000, 3000))
    assert mask.shape == (3000, 6000) and mask.mean() == pytest.approx(found[0].small.mean(), rel=0.01)


def test_somebody_outside_the_picture_does_not_keep_the_other_from_being_alone() -> None:
    large = STANDING.mapped(lambda x, y: (0.5 + 4 * (x - 0.5), 0.5 + 4 * (y - 0.2)))
    poses = (Figure(large), Figure(STANDING.moved(5.0, 0.0)), Figure(Pose((None,) * 18)))
    assert looks(GenerateRequest(poses=poses, detail=Detail(0.8, 0.5))) == []


# --- what the pack advises, and what is refused ------------------------------------------------------------


def pack(**calibration: float) -> Manifest:
    return Manifest("mini", "Mini", "Apache-2.0", "embedded", SIZES, {}, calibration=Calibration(**calibration))


def test_what_is_left_open_is_the_packs_and_an_edit_is_not_drawn_anew_by_more_than_it_says() -> None:
    own = pack(figures=0.8, heads=0.6)
    assert resolve(GenerateRequest(), own).detail == Detail(0.8, 0.6)
    assert resolve(GenerateRequest(detail=Detail(heads=0.0)), own).detail == Detail(0.8, 0.0)
    assert resolve(GenerateRequest(), pack()).detail == Detail(0.0, 0.0)
    sketch = Edit(Blob.of(b"sketch"), strength=0.7)
    assert resolve(GenerateRequest(edit=sketch), own).detail == Detail(0.7, 0.6)
    local = msgspec.structs.replace(sketch, mask=Blob.of(b"mask"))
    once = resolve(GenerateRequest(edit=local), own)
    assert once.detail == Detail(0.0, 0.0) and resolve(once, own) == once
    assert decode_request(encode(once)) == once


def test_what_a_mask_shows_is_not_drawn_once_more() -> None:
    edit = Edit(Blob.of(b"picture"), Blob.of(b"mask"))
    with pytest.raises(RequestError, match=r"detail\.heads: goes with no edit\.mask"):
        decode_request(encode(GenerateRequest(edit=edit, detail=Detail(heads=0.5))))
    with pytest.raises(RequestError, match=r"detail\.figures: "):
        decode_request('{"detail": {"figures": 1.5}}')


# --- drawing -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def base(tiny_pack_master: Path) -> GenerateRequest:
    return two(pack=str(tiny_pack_master), size=Size(64, 64), seeds=(7, 8), sampler=Sampler(steps=4))


def test_only_what_is_looked_at_again_changes_and_each_take_goes_its_own_way(
    studio: Studio, base: GenerateRequest
) -> None:
    before = takes(studio, msgspec.structs.replace(base, detail=Detail(0.0, 0.0)))
    after = takes(studio, base)
    touched = np.maximum.reduce([part.mask((64, 64)) for part in looks(base, (64, 64))]) > 0
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one[~touched], other[~touched]) and (one != other)[touched].any()
    assert not np.array_equal(after[0], after[1])


def test_steps_previews_and_the_same_pixels_again(studio: Studio, base: GenerateRequest) -> None:
    events = list(studio.run(base, FILES, previews=1))
    steps = [(event.step, event.steps) for event in events if isinstance(event, Progress)]
    assert steps == [(k + 1, 14) for k in range(14)], "four, twice three for the figures, twice two for the heads"
    previews = [event for event in events if isinstance(event, Preview) and event.step > 4]
    assert {event.pixels.shape for event in previews} == {(64, 64, 3)}, "the part is seen in its picture"
    second = [event for event in events if isinstance(event, Picture)][1]
    request = msgspec.structs.replace(second.resolved.request, pack=base.pack)
    (again,) = takes(studio, msgspec.structs.replace(second.resolved, request=request))
    assert np.array_equal(again, second.pixels)


def test_each_part_is_asked_for_in_its_own_words_from_each_takes_own_beginning(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, list[tuple[str, float]]]] = []
    whole: Callable[..., object] = batch.draw
    attach = conditions._texts

    def texts(pack: object, areas: Any) -> list:
        asked.append((0, [(place.prompt, float(place.area.min())) for place in areas.places]))
        return attach(pack, areas)  # type: ignore[arg-type]

    def draw(pack: object, request: GenerateRequest, *rest: object) -> object:
        start = rest[-1]
        asked[-1] = (0 if start is None else len(start.latents), asked[-1][1])  # type: ignore[attr-defined]
        return whole(pack, request, *rest)

    monkeypatch.setattr(conditions, "_texts", texts)
    monkeypatch.setattr(batch, "draw", draw)
    regions = tuple(Region(figure=k, references=(k,), prompt=f"1girl, {word}") for k, word in enumerate(("a", "b")))
    takes(studio, msgspec.structs.replace(base, regions=regions, detail=Detail(0.5, 0.0)))
    assert [takes for takes, _ in asked] == [0, 2, 2], "from noise, then from both takes"
    assert [[prompt for prompt, _ in places] for _, places in asked] == [
        ["1girl, a", "1girl, b"], ["1girl, a"], ["1girl, b"],
    ]  # fmt: skip
    assert [places[0][1] for _, places in asked[1:]] == [1.0, 1.0], "all over what is drawn"


def test_too_little_strength_for_a_single_step_draws_nothing(studio: Studio, base: GenerateRequest) -> None:
    events = studio.run(msgspec.structs.replace(base, detail=Detail(0.2, 0.2)), FILES)
    assert {event.steps for event in events if isinstance(event, Progress)} == {4}


def takes(studio: Studio, request: object) -> list[np.ndarray]:
    return [event.pixels for event in studio.run(request, FILES) if isinstance(event, Picture)]  # type: ignore[arg-type]


def test_people_who_are_found_belong_to_the_region_that_they_stand_in() -> None:
    left, right = np.zeros((64, 64)), np.zeros((64, 64))
    left[:, :30] = right[:, 34:] = 255
    regions = (
        Region(mask=kept(right), references=(1,), prompt="b"),
        Region(mask=kept(left), references=(0,), prompt="a"),
    )
    eyes = Watchful((LEFT, RIGHT, STANDING))
    seen = detail.with_people(two(poses=(), regions=regions), FILES, eyes, np.zeros((256, 256, 3), np.uint8))  # type: ignore[arg-type]
    assert [region.figure for region in seen.regions] == [1, 0]
    found = looks(msgspec.structs.replace(seen, poses=seen.poses[:2]))
    assert [(part.subject.prompt, speaking(part)) for part in found[:2]] == [("a", (0,)), ("b", (1,))]


def test_masks_of_areas_that_overlap_are_apart() -> None:
    ramp = np.linspace(0, 1, 8, dtype=np.float32)[None]
    one, other = detail._apart([ramp, ramp[:, ::-1].copy()])
    assert one.tolist() == [[0, 0, 0, 0, 255, 255, 255, 255]] and other.tolist() == one[:, ::-1].tolist()
    one, other = detail._apart([ramp, ramp])
    assert one.any() and not other.any(), "of equals the first"


class Watchful:
    """Eyes that see somebody at the left of what is bright, and nobody in what is dark."""

    def __init__(self, poses: tuple[Pose, ...]) -> None:
        self.poses, self.seen = poses, 0

    def look(self, picture: np.ndarray) -> SimpleNamespace:
        """Return the people of the next picture: of the first one all, of others none."""
        self.seen += 1
        return SimpleNamespace(poses=self.poses if self.seen % 2 else ())


def test_where_nobody_says_who_is_there_the_eyes_look_for_them_in_every_take(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = msgspec.structs.replace(base, poses=(), references=(patchwork(1),))
    plain = takes(studio, msgspec.structs.replace(request, detail=Detail(0.0, 0.0)))
    assert [len(one) for one in plain] == [64, 64]
    kit, eyes = studio.kit(base.pack), Watchful((LEFT,))
    has = kit.pack.has
    monkeypatch.setattr(kit.pack, "has", lambda part: part == "vision" or has(part))
    monkeypatch.setitem(kit.__dict__, "eyes", eyes)
    events = list(studio.run(request, FILES, previews=1))
    first, second = (event for event in events if isinstance(event, Picture))
    assert not np.array_equal(first.pixels, plain[0]) and np.array_equal(second.pixels, plain[1])
    steps = [(event.step, event.steps) for event in events if isinstance(event, Progress)]
    assert steps == [(k, 4) for k in (1, 2, 3, 4)] + [(k, 9) for k in (5, 6, 7, 8, 9)], "three and two more of one take"
    assert [event.take for event in events if isinstance(event, Preview) and event.step > 4] == [0] * 5
    assert eyes.seen == 2
    given = msgspec.structs.replace(base, detail=Detail(0.0, 0.0))
    takes(studio, given)
    takes(studio, msgspec.structs.replace(request, poses=base.poses[:1], references=base.references[:1]))
    assert eyes.seen == 2, "who is told where everybody stands does not look"


def test_a_take_of_before_there_were_details_is_drawn_again_without(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = msgspec.structs.replace(base, detail=Detail(0.0, 0.0))
    first = next(event for event in studio.run(plain, FILES) if isinstance(event, Picture))
    manifest = studio.pack(base.pack).manifest
    advised = msgspec.structs.replace(manifest, calibration=Calibration(steps=4, figures=0.8))
    monkeypatch.setattr(studio.kit(base.pack).pack, "manifest", advised)
    old = msgspec.structs.replace(first.resolved.request, pack=base.pack, detail=Detail())
    (again,) = takes(studio, msgspec.structs.replace(first.resolved, request=old))
    assert np.array_equal(again, first.pixels)


def test_stopping_between_two_details_shows_no_half_finished_picture(studio: Studio, base: GenerateRequest) -> None:
    stop = threading.Event()
    events = []
    for event in studio.run(base, FILES, stop=stop):
        events.append(event)
        if isinstance(event, Progress) and event.step == 7:
            stop.set()
    assert not [event for event in events if isinstance(event, Picture)]
    assert max(event.step for event in events if isinstance(event, Progress)) < 14


def test_a_detail_that_comes_out_empty_leaves_the_picture_as_it_was(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[..., Any] = batch.draw
    monkeypatch.setattr(batch, "draw", lambda *a: whole(*a) if a[-1] is None else whole(*a) * float("nan"))
    events = list(studio.run(base, FILES))
    drawn = [event.pixels for event in events if isinstance(event, Picture)]
    monkeypatch.undo()
    plain = takes(studio, msgspec.structs.replace(base, detail=Detail(0.0, 0.0)))
    assert all(np.array_equal(one, other) for one, other in zip(drawn, plain, strict=True))
    assert [event.message for event in events if isinstance(event, Notice)][-1].startswith("a detail is left as it was")
