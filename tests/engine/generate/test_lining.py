"""A drawing's lines steer a picture, in the whole and in its parts, and leave the pack as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
from kept_files import FILES, kept, patchwork

from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Notice, Picture
from animeadapter.generate.frame import Frame, frame_round
from animeadapter.generate.lining import Drawn, open_lines
from animeadapter.generate.studio import Studio
from animeadapter.packs.manifest import read_manifest, seal
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Edit, Figure, GenerateRequest, Lines, Size
from animeadapter.vision.pictures import PictureError

STANDING = Pose(tuple((0.3 + 0.02 * k, 0.1 + 0.045 * k) for k in range(18)))


def drawing(left: int, size: tuple[int, int] = (128, 128)) -> np.ndarray:
    """Return a drawing of a box that begins so far from the left."""
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    cv2.rectangle(pixels, (left, 20), (left + 50, size[1] - 20), (0, 0, 0), 3)
    return pixels


HERE, THERE = Lines(kept(drawing(8))), Lines(kept(drawing(60)))


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def base(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl", seeds=(7,), pack=str(tiny_pack_master))


@pytest.fixture(autouse=True)
def unchanged(studio: Studio, base: GenerateRequest) -> Iterator[None]:
    """Fails every test that leaves a hook on the U-Net."""
    yield
    unet = studio.pack(base.pack).part("unet")
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in unet.modules())


def events(studio: Studio, request: Any, **changes: Any) -> list[Any]:
    if changes:
        request = msgspec.structs.replace(request, **changes)
    return list(studio.run(request, FILES))


def draw(studio: Studio, request: Any, **changes: Any) -> np.ndarray:
    return [e.pixels for e in events(studio, request, **changes) if isinstance(e, Picture)][-1]


def far(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("kind", ["lineart", "scribble"], ids=["a T2I-Adapter", "a ControlNet"])
def test_lines_steer_and_each_drawing_differently(studio: Studio, base: GenerateRequest, kind: Any) -> None:
    here, there = (msgspec.structs.replace(one, kind=kind) for one in (HERE, THERE))
    bare, one, other = draw(studio, base), draw(studio, base, lines=here), draw(studio, base, lines=there)
    assert min(far(bare, one), far(bare, other), far(one, other)) > 0.15
    again = draw(studio, base, lines=here)
    assert np.array_equal(one, again)
    for off in ({"weight": 0.0}, {"start": 0.98, "end": 0.99}):
        assert np.array_equal(draw(studio, base, lines=msgspec.structs.replace(here, **off)), bare)
    faint = draw(studio, base, lines=msgspec.structs.replace(here, weight=0.2))
    assert 0 < far(faint, bare) < far(one, bare)


def test_the_two_kinds_are_two_controllers(studio: Studio, base: GenerateRequest) -> None:
    rough = msgspec.structs.replace(HERE, kind="scribble")
    assert far(draw(studio, base, lines=HERE), draw(studio, base, lines=rough)) > 0.3


def test_lines_go_with_poses_and_references(studio: Studio, base: GenerateRequest) -> None:
    said = {"poses": (Figure(STANDING),), "references": (patchwork(1),), "lines": HERE}
    whole = draw(studio, base, **said)
    for name in said:
        assert far(draw(studio, base, **{**said, name: None if name == "lines" else ()}), whole) > 0.02, name


def test_a_result_is_drawn_again_by_its_lines(studio: Studio, base: GenerateRequest) -> None:
    found = [e for e in events(studio, base, lines=HERE) if isinstance(e, Picture)][-1]
    assert found.resolved.request.lines == HERE
    resolved = msgspec.structs.replace(
        found.resolved, request=msgspec.structs.replace(found.resolved.request, pack=base.pack)
    )
    assert np.array_equal(draw(studio, resolved), found.pixels)


def test_an_edit_follows_the_lines_where_its_mask_is_and_nowhere_else(studio: Studio, base: GenerateRequest) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (128, 128, 3), np.uint8)
    mask = np.zeros((128, 128), np.uint8)
    mask[30:100, 40:110] = 255
    edit = Edit(kept(picture), kept(mask))
    one, other = draw(studio, base, edit=edit, lines=HERE), draw(studio, base, edit=edit, lines=THERE)
    assert np.array_equal(one[mask == 0], picture[mask == 0]) and np.array_equal(other[mask == 0], picture[mask == 0])
    assert far(one[mask > 0], other[mask > 0]) > 0.15


def test_a_part_of_the_picture_is_shown_its_part_of_the_drawing() -> None:
    drawn = Drawn(THERE, drawing(60))
    whole = drawn.area(Frame.whole(Size(128, 128)))
    part = frame_round((64, 0, 128, 64), (128, 128), 0.0, 128 * 128, [(128, 128)])
    close = drawn.area(part)
    assert close.shape == (part.size.height, part.size.width) and close.max() == 1
    small = cv2.resize(close, (part.width, part.height), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(small.ravel(), whole[part.box].ravel())[0, 1] > 0.8
    assert whole[:, :55].max() == 0


def test_a_drawing_without_lines_is_said_and_changes_nothing(studio: Studio, base: GenerateRequest) -> None:
    empty = Lines(kept(np.full((64, 64, 3), 255)))
    found = events(studio, base, lines=empty)
    assert [e.message for e in found if isinstance(e, Notice)] == [
        "lines.picture: no lines were found in it, and so none are followed; draw dark strokes on a lighter ground"
    ]
    assert np.array_equal([e.pixels for e in found if isinstance(e, Picture)][-1], draw(studio, base))


def test_a_transparent_ground_is_paper(studio: Studio, base: GenerateRequest) -> None:
    ink = drawing(8)
    clear = np.dstack([np.zeros_like(ink), 255 - ink[..., 0]])
    assert np.array_equal(draw(studio, base, lines=Lines(kept(clear))), draw(studio, base, lines=HERE))


def test_chalk_on_a_blackboard_is_read_as_control_pictures_are(studio: Studio, base: GenerateRequest) -> None:
    chalk = Lines(kept(255 - drawing(8)))
    assert np.array_equal(draw(studio, base, lines=chalk), draw(studio, base, lines=HERE))


def test_other_proportions_and_broken_files_are_refused_by_name(studio: Studio, base: GenerateRequest) -> None:
    wide = Lines(kept(drawing(8, (128, 64))))
    with pytest.raises(StudioError, match=r"^lines\.picture: has 128 × 64 pixels, which are not the proportions"):
        events(studio, base, lines=wide)
    frame = Frame.whole(Size(64, 64))
    with pytest.raises(PictureError, match=r"^lines\.picture: is no picture"):
        open_lines(
            msgspec.structs.replace(base, lines=HERE), {HERE.picture.sha256: b"text"}, frame, lambda message: None
        )


def test_a_pack_that_cannot_is_refused_before_anything_is_loaded(tiny_pack: Path) -> None:
    shutil.rmtree(tiny_pack / "lineart")
    seal(tiny_pack, read_manifest(tiny_pack))
    studio = Studio("cpu", precision="float32", threads=1)
    request = GenerateRequest(pack=str(tiny_pack), lines=HERE)
    with pytest.raises(StudioError, match=r"^lines\.kind: the pack tiny has no controller for lineart; scribble is"):
        studio.run(request, FILES)
    assert draw(studio, request, lines=msgspec.structs.replace(HERE, kind="scribble")).any()
