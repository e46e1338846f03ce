"""Sketches over white: where what is sketched comes to lie in the picture, and requests that begin from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from animeadapter.protocol.request import Blob, Edit, GenerateRequest, Size
from komawari.domain.edits import panels, sketches
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.geometry.sizes import lies_at
from komawari.domain.panel import LocalEdit, Placement, Sheet, Sketch
from komawari.domain.project import find_panel
from komawari.domain.takes import Take
from komawari.engine_client.edit_builder import plan_edit
from komawari.engine_client.request_builder import UnknownPack, build, plan, with_sketch
from komawari.engine_client.request_opener import begins_from, opened
from komawari.engine_client.sketch_picture import Flattening, SketchError, flattened, flattening_of
from komawari.ui.painting import png

BOX = (0.0, 0.0, 100.0, 50.0)
SIZE = Size(256, 128)


def ink(*spots: tuple[int, int], width: int = 1000, height: int = 500, radius: int = 20) -> np.ndarray:
    """Dark discs on nothing."""
    made = np.zeros((height, width, 4), np.uint8)
    for spot in spots:
        cv2.circle(made, spot, radius, (30, 20, 10, 255), -1)
    return made


def picture(made: np.ndarray, sheet: Placement = Placement(), placement: Placement = Placement(), size=SIZE):
    how = Flattening(Sheet(Blob("c" * 64), made.shape[1], made.shape[0], sheet), BOX, placement, size)
    data = flattened(png.encoded(made), how)
    assert data == flattened(png.encoded(made), how), "equal arguments give equal bytes"
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1]


def middle_of(found: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(found[..., 0] < 128)
    return float(columns.mean()) + 0.5, float(rows.mean()) + 0.5


def test_nothing_is_white_and_ink_keeps_its_colour() -> None:
    found = picture(ink((500, 250), radius=100))
    assert found.shape == (128, 256, 3)
    assert tuple(found[0, 0]) == (255, 255, 255) and tuple(found[64, 128]) == (30, 20, 10)
    half = ink((500, 250), radius=100)
    half[..., 3] //= 2
    assert found[64, 128].mean() < picture(half)[64, 128].mean() == pytest.approx(138, abs=1)


def test_thin_lines_are_not_lost_in_small_pictures() -> None:
    lines = np.zeros((2000, 2000, 4), np.uint8)
    lines[:, 100::200] = (0, 0, 0, 255)
    found = picture(lines, size=Size(128, 64))
    assert (found.min((0, 2)) < 250).sum() >= 10


places = st.builds(
    Placement, st.floats(-15, 15), st.floats(-8, 8), st.floats(0.8, 1.4), st.booleans(), st.booleans()
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(places, places, st.integers(420, 580), st.integers(200, 300))
def test_ink_comes_to_lie_in_the_picture_where_it_lies_on_the_page(sheet, placement, x: int, y: int) -> None:
    found = picture(ink((x, y)), sheet, placement)
    on_page = spot(BOX, (1000, 500), sheet, ((x + 0.5) / 1000, (y + 0.5) / 500))
    left, top, right, bottom = lies_at(BOX, (SIZE.width, SIZE.height), placement)
    across, down = (on_page[0] - left) / (right - left), (on_page[1] - top) / (bottom - top)
    wanted = (1 - across if placement.flip_x else across, 1 - down if placement.flip_y else down)
    assert middle_of(found) == (
        pytest.approx(wanted[0] * SIZE.width, abs=1.2), pytest.approx(wanted[1] * SIZE.height, abs=1.2)
    )  # fmt: skip


def spot(box, size, placement: Placement, share) -> tuple[float, float]:
    left, top, right, bottom = lies_at(box, size, placement)
    across = 1 - share[0] if placement.flip_x else share[0]
    down = 1 - share[1] if placement.flip_y else share[1]
    return left + across * (right - left), top + down * (bottom - top)


@given(st.integers(0, 2**32 - 1), places)
@settings(max_examples=15, deadline=None)
def test_what_was_laid_over_white_is_laid_so_again_bit_for_bit(seed: int, placement: Placement) -> None:
    made = np.random.default_rng(seed).integers(0, 256, (60, 120, 4), dtype=np.uint8)
    how = Flattening(Sheet(Blob("c" * 64), 120, 60), BOX, placement, SIZE)
    first = flattened(png.encoded(made), how)
    sheet = Sheet(Blob.of(first), SIZE.width, SIZE.height, placement)
    assert flattened(first, Flattening(sheet, BOX, placement, SIZE)) == first


def test_a_file_that_is_no_picture_is_refused() -> None:
    how = Flattening(Sheet(Blob("c" * 64), 9, 9), BOX, Placement(), SIZE)
    for data in (b"", b"no picture"):
        with pytest.raises(SketchError, match="cannot be read"):
            flattened(data, how)


# Requests.


@pytest.fixture
def drawn(cast: Any) -> tuple[Any, Any, bytes]:
    """A project whose lower panel has a sketch that is followed, that panel, and the sheet's file."""
    data = png.encoded(ink((500, 250)))
    project = sketches.set_sheet(cast.project, cast.LOWER, Sheet(Blob.of(data), 1000, 500))
    project = sketches.set_sketch(project, cast.LOWER, follow=True, strength=0.7)
    return project, find_panel(project, cast.LOWER)[1], data


def test_a_panel_that_follows_its_sketch_begins_from_it_over_white(cast: Any, drawn) -> None:
    project, panel, data = drawn
    planned = plan(project, panel, cast.PACK)
    assert planned.needed == (Blob.of(data).sha256,) and planned.sketch is not None
    done = with_sketch(planned, {Blob.of(data).sha256: data}.__getitem__)
    edit = done.request.edit
    assert edit is not None and edit.strength == 0.7 and edit.mask is None and done.sketch is None
    assert done.made[edit.picture.sha256] == flattened(data, planned.sketch) and done.needed == ()
    assert planned.sketch.size == done.request.size
    built = build(project, panel, {Blob.of(data).sha256: data}.__getitem__, cast.PACK)
    assert built.request == done.request and edit.picture.sha256 in built.files


def test_a_sketch_that_is_not_followed_says_nothing(cast: Any, drawn) -> None:
    project, panel, _ = drawn
    for sketch in (replace(panel.sketch, follow=False), replace(panel.sketch, sheet=None)):
        one = replace(panel, sketch=sketch)
        assert plan(project, one, cast.PACK) == plan(project, replace(panel, sketch=Sketch()), cast.PACK)


def test_a_region_is_drawn_anew_without_the_sketch(cast: Any, drawn) -> None:
    project, panel, _ = drawn
    edited = replace(panel, local_edit=LocalEdit(Blob("d" * 64)))
    take = Take("e" * 32, panel.id, Blob("f" * 64), 64, 64, 1.0)
    planned = plan_edit(project, edited, take, cast.PACK, 5)
    assert planned.sketch is None and planned.request.edit.picture == take.picture


def test_without_a_known_size_the_picture_has_the_frames_proportions(cast: Any, drawn) -> None:
    project = panels.set_frame(drawn[0], cast.LOWER, rectangle((0, 70, 100, 120)))
    planned = plan(project, find_panel(project, cast.LOWER)[1], UnknownPack("mini"))
    assert planned.request.size is None and planned.sketch is not None
    assert planned.sketch.size.width * planned.sketch.size.height == pytest.approx(512 * 512, rel=0.03)


def test_a_request_comes_back_as_a_panel_that_follows_its_sketch(cast: Any, drawn, make_id: Callable[[], str]) -> None:
    project, panel, data = drawn
    request = with_sketch(plan(project, panel, cast.PACK), lambda _: data).request
    flat = flattened(data, flattening_of(project, panel, request.size))
    assert begins_from(request) == Blob.of(flat)
    sheet = Sheet(Blob.of(flat), request.size.width, request.size.height)
    found = opened(request, cast.project, cast.LOWER, cast.PACK, make_id, sheet=sheet)
    again = found.apply(cast.project, cast.LOWER)
    assert found.notes == () and find_panel(again, cast.LOWER)[1].sketch == Sketch(sheet, True, 0.7)
    back = with_sketch(plan(again, find_panel(again, cast.LOWER)[1], cast.PACK), lambda _: flat)
    assert back.request == request


def test_a_request_without_a_picture_stops_the_following_and_keeps_the_sketch(
    cast: Any, drawn, make_id: Callable[[], str]
) -> None:
    project, panel, _ = drawn
    found = opened(GenerateRequest("rain"), project, cast.LOWER, cast.PACK, make_id)
    now = find_panel(found.apply(project, cast.LOWER), cast.LOWER)[1]
    assert now.sketch == replace(panel.sketch, follow=False)


def test_the_engines_own_strength_is_taken_where_a_request_leaves_it_open(
    cast: Any, make_id: Callable[[], str]
) -> None:
    request = GenerateRequest("rain", edit=Edit(Blob("a" * 64)))
    sheet = Sheet(Blob("a" * 64), 64, 64)
    assert opened(request, cast.project, cast.LOWER, cast.PACK, make_id, sheet=sheet).sketch.strength == 0.6
