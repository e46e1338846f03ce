"""Ink on pixels: what strokes cover, what lies over what, what is erased, and what imports make of white."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from komawari.domain.geometry.sheets import Margins
from komawari.ui.painting import png
from komawari.ui.painting.brush import Dab
from komawari.ui.painting.settings import Brush
from komawari.ui.painting.surface import Surface
from komawari.ui.sketch.ink import InkStroke, erased, inked, padded, without_white
from komawari.ui.sketch.live import LiveSheet

PEN = Brush(size=30.0, hardness=1.0, opacity=0.5, spacing=0.1)
RED, BLUE = (200, 30, 60), (20, 40, 220)
places = st.tuples(st.floats(-30, 430), st.floats(-30, 330))
ways = st.lists(places, min_size=1, max_size=5)


def drawn(surface: Surface, way, colour=RED, brush: Brush = PEN, erases: bool = False):
    stroke = InkStroke(surface, brush, erases, colour=colour)
    stroke.begin(Dab(*way[0]))
    for place in way[1:]:
        stroke.move(Dab(*place))
    return surface.end()


def over(*layers):
    """Porter and Duff's "over", in exact numbers: (colour, opacity) from the lowest to the highest."""
    colour, opacity = np.zeros(3), 0.0
    for top, share in layers:
        total = share + opacity * (1 - share)
        colour = (np.asarray(top) * share + colour * opacity * (1 - share)) / total
        opacity = total
    return (*colour, 255 * opacity)


def test_a_stroke_that_crosses_itself_builds_nothing_up() -> None:
    surface = Surface.blank(300, 200, 4)
    drawn(surface, [(50, 100), (250, 100), (50, 100), (250, 100)])
    assert tuple(surface.pixels[100, 150]) == (*RED, 128)
    assert set(np.unique(surface.pixels[100, 60:240, 3])) == {128}


def test_the_next_stroke_lies_over_the_one_before() -> None:
    surface = Surface.blank(300, 200, 4)
    drawn(surface, [(50, 100), (250, 100)])
    drawn(surface, [(150, 20), (150, 180)], BLUE)
    half = 128 / 255
    assert np.allclose(surface.pixels[100, 150], over((RED, half), (BLUE, half)), atol=1)
    assert tuple(surface.pixels[100, 60]) == (*RED, 128)


def test_erasing_leaves_nothing_where_it_takes_all() -> None:
    surface = Surface.blank(300, 200, 4)
    drawn(surface, [(50, 100), (250, 100)])
    drawn(surface, [(150, 100), (250, 100)], brush=Brush(size=60.0, hardness=1.0), erases=True)
    assert not surface.pixels[:, 170:].any() and surface.pixels[100, 60, 3] == 128


@settings(max_examples=25, deadline=None)
@given(ways, ways, st.booleans())
def test_undo_and_redo_bring_every_pixel_back(first, second, erases: bool) -> None:
    surface = Surface.blank(400, 300, 4)
    drawn(surface, first)
    before = surface.pixels.copy()
    change = drawn(surface, second, BLUE, erases=erases)
    after = surface.pixels.copy()
    if change is not None:
        surface.apply(change)
        assert np.array_equal(surface.pixels, before)
        surface.apply(change)
    assert np.array_equal(surface.pixels, after)
    assert not after[after[..., 3] == 0].any(), "nothing has no colour"


@settings(max_examples=25, deadline=None)
@given(ways)
def test_a_stroke_is_the_same_however_often_it_is_looked_at(way) -> None:
    at_once, bit_by_bit = Surface.blank(400, 300, 4), Surface.blank(400, 300, 4)
    for one in (at_once, bit_by_bit):
        drawn(one, [(200, 20), (200, 280)], BLUE)
    drawn(at_once, way)
    stroke = InkStroke(bit_by_bit, PEN, colour=RED)
    stroke.begin(Dab(*way[0]))
    for place in way[1:]:
        stroke.move(Dab(*place))
        stroke.shown(bit_by_bit.area)
    bit_by_bit.end()
    assert np.array_equal(at_once.pixels, bit_by_bit.pixels)


pixels = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, 256, (9, 7, 4), dtype=np.uint8)
)


@given(pixels)
def test_what_is_not_covered_keeps_every_bit(before: np.ndarray) -> None:
    before[before[..., 3] == 0] = 0
    nothing = np.zeros(before.shape[:2], np.uint8)
    assert np.array_equal(inked(before, nothing, RED), before)
    assert np.array_equal(erased(before, nothing), before)


@given(pixels)
def test_without_its_white_a_picture_looks_the_same_over_white(some: np.ndarray) -> None:
    some[..., 3] = 255
    ink = without_white(some).astype(float)
    share = ink[..., 3:] / 255
    flat = ink[..., :3] * share + 255 * (1 - share)
    assert np.abs(flat - some[..., :3]).max() <= 1
    assert not without_white(np.full_like(some, 255)).any()


@given(pixels)
def test_files_hold_every_bit_of_ink(some: np.ndarray) -> None:
    some[some[..., 3] == 0] = 0
    assert np.array_equal(png.decoded_ink(png.encoded(some)), some)


def test_margins_are_empty_and_are_given_once() -> None:
    some = np.full((4, 5, 4), 9, np.uint8)
    made = padded(some, 9, 7, Margins(1, 2, 3, 1))
    assert np.array_equal(made[2:6, 1:6], some) and made.sum() == some.sum()
    assert padded(made, 9, 7, Margins(1, 2, 3, 1)) is made


@settings(max_examples=15, deadline=None)
@given(ways, ways)
def test_small_images_of_a_sheet_follow_its_strokes(first, second) -> None:
    surface, live = Surface.blank(403, 301, 4), LiveSheet()
    drawn(surface, first)
    live.image(surface, 0.25)
    change = drawn(surface, second, BLUE)
    if change is not None:
        live.painted(change.area)
    followed, anew = live.image(surface, 0.25), LiveSheet()
    assert followed == anew.image(surface, 0.25)
    assert live.image(surface, 1.0).width() == 403 and followed.width() == 101
