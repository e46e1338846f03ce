"""Edits: what is drawn anew is put back inside the mask alone; every other pixel keeps every bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.generate.errors import StudioError
from animeadapter.generate.retouch import PREVIEW_SIDE, Retouch, prepare_retouch
from animeadapter.protocol.request import Blob, Edit, Size
from animeadapter.vision.pictures import PictureError, encode_png

SIZES = ((64, 64), (64, 96), (96, 64))


def noise(width: int, height: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(width).integers(0, 255, (height, width, channels), np.uint8)


def ready(picture: np.ndarray, mask: np.ndarray | None = None, **options: float) -> tuple[Retouch, list[str]]:
    files = {Blob.of(data).sha256: data for data in map(encode_png, [picture, *([] if mask is None else [mask])])}
    names = [Blob(sha) for sha in files]
    told: list[str] = []
    edit = Edit(names[0], None if mask is None else names[1], **options)
    return prepare_retouch(edit, files, Size(64, 64), SIZES, told.append), told


def painted(width: int, height: int, rows: slice, columns: slice, value: int = 255) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    mask[rows, columns] = value
    return mask


@given(
    st.tuples(st.integers(16, 90), st.integers(16, 90)), st.tuples(*[st.floats(0, 1)] * 4), st.floats(0, 4),
    st.floats(0, 1), st.integers(1, 255),
)  # fmt: skip
@settings(max_examples=60)
def test_outside_the_mask_no_bit_changes(
    size: tuple[int, int], places: tuple[float, ...], margin: float, feather: float, value: int
) -> None:
    width, height = size
    (left, right), (top, bottom) = sorted(places[:2]), sorted(places[2:])
    rows = slice(int(top * (height - 1)), int(bottom * (height - 1)) + 1)
    columns = slice(int(left * (width - 1)), int(right * (width - 1)) + 1)
    picture, mask = noise(*size), painted(*size, rows, columns, value)
    retouch, _ = ready(picture, mask, margin=margin, feather=feather)
    back = retouch.put_back(255 - retouch.drawn_from)
    assert np.array_equal(back[mask == 0], picture[mask == 0]) and back.shape == picture.shape


def test_inside_the_mask_what_was_drawn_is_seen() -> None:
    picture = noise(80, 80)
    retouch, _ = ready(picture, painted(80, 80, slice(20, 60), slice(20, 60)), feather=0.2)
    red = np.full((64, 64, 3), (255, 0, 0), np.uint8)
    back = retouch.put_back(red)
    assert (back[35:45, 35:45] == (255, 0, 0)).all() and retouch.frame.width == 80
    edge = np.abs(back[40, 19:32].astype(int) - (255, 0, 0)).sum(1)
    assert edge[1] > 0 and (edge[9:] == 0).all(), "the soft edge lies inside, and is 8 pixels wide"


def test_the_soft_edge_rises_evenly_from_the_border_inwards() -> None:
    retouch, _ = ready(noise(80, 80), painted(80, 80, slice(20, 60), slice(20, 60)), feather=0.1, margin=0.5)
    assert retouch.weight is not None
    across = retouch.weight[40, 18:27]
    assert across[:2].tolist() == [0, 0] and np.allclose(np.diff(across[1:7]), 0.2, atol=1e-3)
    assert across[6:].tolist() == [1, 1, 1]
    hard, _ = ready(noise(80, 80), painted(80, 80, slice(20, 60), slice(20, 60)), feather=0.0)
    assert set(np.unique(hard.weight)) == {0.0, 1.0}


def test_a_thin_stroke_is_drawn_fully_along_its_middle() -> None:
    retouch, _ = ready(noise(80, 80), painted(80, 80, slice(38, 43), slice(10, 70)), feather=1.0)
    assert (
        retouch.weight is not None and retouch.weight.max() == 1.0 and 0 < retouch.weight[retouch.weight > 0].min() < 1
    )


def test_at_the_pictures_edge_there_is_nothing_to_blend_into() -> None:
    retouch, _ = ready(noise(80, 80), painted(80, 80, slice(0, 80), slice(0, 40)), feather=0.5)
    assert retouch.weight is not None and (retouch.weight[:, 0] == 1).all()
    whole, _ = ready(noise(80, 80), painted(80, 80, slice(None), slice(None)), feather=0.5)
    assert whole.weight is not None and (whole.weight == 1).all()


def test_a_grey_mask_mixes() -> None:
    picture = np.full((80, 80, 3), 200, np.uint8)
    retouch, _ = ready(picture, painted(80, 80, slice(20, 60), slice(20, 60), 51), feather=0.0)
    assert (retouch.put_back(np.zeros((64, 64, 3), np.uint8))[40, 40] == 160).all()


def test_every_latent_that_the_mask_touches_is_drawn_and_no_other() -> None:
    retouch, _ = ready(noise(64, 64), painted(64, 64, slice(9, 10), slice(17, 33)), margin=4.0)
    cells = retouch.cells
    assert cells is not None and retouch.frame.width == 64 and cells.shape == (64, 64)
    expected = np.zeros((8, 8))
    expected[1, 2:5] = 1
    assert np.array_equal(cells[::8, ::8], expected) and np.array_equal(np.kron(expected, np.ones((8, 8))), cells)


def test_without_a_mask_everything_is_drawn_anew_at_the_pictures_size() -> None:
    picture = noise(150, 100)
    retouch, told = ready(picture)
    assert retouch.cells is None and retouch.within is None and not told
    drawn = np.full((56, 80, 3), 7, np.uint8)
    assert retouch.put_back(drawn).shape == picture.shape and (retouch.put_back(drawn) == 7).all()
    same, _ = ready(noise(64, 64))
    assert np.array_equal(same.drawn_from, noise(64, 64)) and np.array_equal(
        same.put_back(same.drawn_from), noise(64, 64)
    )


def test_a_preview_is_the_whole_picture_small() -> None:
    picture = noise(1500, 900)
    retouch, _ = ready(picture, painted(1500, 900, slice(100, 400), slice(200, 500)))
    shown = retouch.small.put_back(np.zeros((32, 32, 3), np.uint8))
    assert shown.shape == (round(900 * PREVIEW_SIDE / 1500), PREVIEW_SIDE, 3)
    assert (shown[80, 120] == 0).all() and shown[250].mean() > 100
    tiny, _ = ready(noise(64, 64), painted(64, 64, slice(10, 20), slice(10, 20)))
    assert tiny.small.put_back(np.zeros((32, 32, 3), np.uint8)).shape == (64, 64, 3)


def test_a_strip_that_no_pack_can_draw_is_said_to_be_distorted() -> None:
    _, told = ready(noise(400, 16))
    assert told == ["edit: 400×16 pixels are drawn as 96×64, so that things in it look distorted"]


def test_what_cannot_be_edited_names_the_field() -> None:
    with pytest.raises(StudioError, match=r"^edit\.mask: is empty; paint white"):
        ready(noise(64, 64), painted(64, 64, slice(0, 0), slice(0, 0)))
    with pytest.raises(PictureError, match=r"^edit\.mask: the mask has 32 × 64 pixels, its picture has 64 × 64"):
        ready(noise(64, 64), painted(32, 64, slice(0, 9), slice(0, 9)))
    files = {Blob.of(b"text").sha256: b"text"}
    with pytest.raises(PictureError, match=r"^edit\.picture: is no picture"):
        prepare_retouch(Edit(Blob.of(b"text")), files, Size(64, 64), SIZES, print)
