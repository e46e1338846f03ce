"""Figures and heads drawn once more: which, in what order, by whose references, and that nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from animeadapter.generate import batch, detail
from animeadapter.generate.detail import Closer, closer_looks
from animeadapter.generate.events import Picture, Preview, Progress
from animeadapter.generate.frame import Frame
from animeadapter.generate.regions import subjects
from animeadapter.generate.resolve import resolve
from animeadapter.generate.studio import Studio
from animeadapter.packs.manifest import Calibration, Manifest
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    Blob,
    Detail,
    Edit,
    Figure,
    GenerateRequest,
    Reference,
    Region,
    RequestError,
    Sampler,
    Size,
    decode_request,
    encode,
)
from animeadapter.vision.pictures import encode_png

STANDING = Pose(
    (
        (0.5, 0.15), (0.5, 0.25), (0.45, 0.25), (0.42, 0.4), (0.4, 0.55), (0.55, 0.25), (0.58, 0.4), (0.6, 0.55),
        (0.47, 0.55), (0.46, 0.75), (0.45, 0.95), (0.53, 0.55), (0.54, 0.75), (0.55, 0.95),
        (0.48, 0.13), (0.52, 0.13), (0.46, 0.14), (0.54, 0.14),
    )
)  # fmt: skip
LEFT, RIGHT = STANDING.moved(-0.25, 0), STANDING.moved(0.25, 0)
SIZES = ((256, 256), (176, 352), (352, 176))
FILES: dict[str, bytes] = {}


def kept(pixels: np.ndarray) -> Blob:
    data = encode_png(pixels.astype(np.uint8))
    FILES[Blob.of(data).sha256] = data
    return Blob.of(data)


def reference(seed: int) -> Reference:
    colours = np.random.default_rng(seed).integers(0, 255, (4, 3, 3))
    return Reference(kept(np.kron(colours, np.ones((16, 16, 1)))), kept(np.full((64, 48), 255)))


def looks(request: GenerateRequest, picture: tuple[int, int] = (256, 256)) -> list[Closer]:
    return closer_looks(request, FILES, picture, SIZES)


def two(**changes: object) -> GenerateRequest:
    request = GenerateRequest(
        prompt="2girls, forest",
        references=(reference(1), reference(2)),
        poses=(Figure(LEFT, (0,)), Figure(RIGHT, (1,))),
        detail=Detail(0.8, 0.5),
    )
    return msgspec.structs.replace(request, **changes)


# --- what is drawn once more -------------------------------------------------------------------------------


def test_figures_come_first_then_heads_each_with_its_own_references() -> None:
    found = looks(two())
    assert [(part.strength, part.speaking) for part in found] == [(0.8, (0,)), (0.8, (1,)), (0.5, (0,)), (0.5, (1,))]
    left, right, left_head, right_head = (part.mask > 0 for part in found)
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
    found = looks(two(regions=regions, poses=poses, references=(*two().references, reference(3))))
    assert [(part.prompt, part.speaking) for part in found[:3]] == [
        ("1girl, smile", (1, 2)), ("2girls, forest", (0, 2)), ("2girls, forest", (2,)),
    ], "a reference that belongs to nobody speaks for everybody, and a figure may stand in no region"  # fmt: skip
    painted = found[1].mask > 0
    assert painted[128, 250] and not painted[:, :128].any()


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
    assert [(part.strength, part.speaking) for part in found] == [(0.8, (0,)), (0.8, (1,)), (0.5, (1,))]


def test_a_reference_of_a_lone_figure_speaks_whether_or_not_it_is_bound() -> None:
    frame = Frame.whole(Size(256, 256))
    for bound in ((), (0,)):
        request = GenerateRequest(references=(reference(1),), poses=(Figure(STANDING, bound),))
        assert [subject.references for subject in subjects(request, FILES, frame)] == [(0,)]


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
    with pytest.raises(RequestError, match=r"detail\.heads: edit\.mask is drawn large already; leave it out"):
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
    touched = np.maximum.reduce([part.mask for part in looks(base, (64, 64))]) > 0
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


def test_each_part_is_asked_for_with_its_prompt_and_all_takes_own_beginnings(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    whole: Callable[..., object] = batch.draw

    def draw(pack: object, request: GenerateRequest, *rest: object) -> object:
        start = rest[-1]
        asked.append((request.prompt, 0 if start is None else len(start.latents)))  # type: ignore[attr-defined]
        return whole(pack, request, *rest)

    monkeypatch.setattr(batch, "draw", draw)
    regions = tuple(Region(figure=k, references=(k,), prompt=f"1girl, {word}") for k, word in enumerate(("a", "b")))
    takes(studio, msgspec.structs.replace(base, regions=regions, detail=Detail(0.5, 0.0)))
    assert asked == [("2girls, forest", 0), ("1girl, a", 2), ("1girl, b", 2)]


def test_too_little_strength_for_a_single_step_draws_nothing(studio: Studio, base: GenerateRequest) -> None:
    events = studio.run(msgspec.structs.replace(base, detail=Detail(0.2, 0.2)), FILES)
    assert {event.steps for event in events if isinstance(event, Progress)} == {4}


def takes(studio: Studio, request: object) -> list[np.ndarray]:
    return [event.pixels for event in studio.run(request, FILES) if isinstance(event, Picture)]  # type: ignore[arg-type]


def test_masks_of_areas_that_overlap_are_apart() -> None:
    ramp = np.linspace(0, 1, 8, dtype=np.float32)[None]
    one, other = detail._apart([ramp, ramp[:, ::-1].copy()])
    assert one.tolist() == [[0, 0, 0, 0, 255, 255, 255, 255]] and other.tolist() == one[:, ::-1].tolist()


class Watchful:
    """Eyes that see somebody at the left of what is bright, and nobody in what is dark."""

    def __init__(self, poses: tuple[Pose, ...]) -> None:
        self.poses, self.seen = poses, 0

    def look(self, picture: np.ndarray) -> SimpleNamespace:
        """Return the people of the next picture: of the first one all, of others none."""
        self.seen += 1
        poses = self.poses if self.seen % 2 else ()
        return SimpleNamespace(people=[SimpleNamespace(pose=pose) for pose in poses])


def test_where_nobody_says_who_is_there_the_eyes_look_for_them_in_every_take(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = msgspec.structs.replace(base, poses=(), references=(reference(1),))
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
