"""Properties of masks and of their undo, whatever is painted."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from komawari.engine_client.share_mask import size_of
from komawari.ui.masks import shapes
from komawari.ui.masks.settings import read
from komawari.ui.painting import png
from komawari.ui.painting.brush import Dab, Stroke
from komawari.ui.painting.pixels import replace_all, resized
from komawari.ui.painting.settings import Brush
from komawari.ui.painting.steps import Step, Steps
from komawari.ui.painting.surface import TILE, Area, Surface

sizes = st.tuples(st.integers(1, 180), st.integers(1, 180))
places = st.tuples(st.floats(-30, 200), st.floats(-30, 200))
brushes = st.builds(
    Brush, st.floats(1, 60), st.floats(0, 1), st.floats(0.05, 1), st.floats(0.2, 0.6), st.booleans(), st.booleans()
)
dabs = st.builds(lambda place, pressure: Dab(*place, pressure), places, st.floats(0, 1))
lines = st.lists(dabs, min_size=1, max_size=3)
small = arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)))


@st.composite
def surfaces(draw: st.DrawFn) -> Surface:
    """Masks of any size, with something in them."""
    height, width = draw(sizes)
    surface = Surface.blank(width, height)
    for _ in range(draw(st.integers(0, 2))):
        draw_line(surface, Brush(60, 0.5), draw(lines), False)
    return surface


def draw_line(surface: Surface, brush: Brush, line: list[Dab], erases: bool):  # type: ignore[no-untyped-def]
    stroke = Stroke(surface, brush, erases)
    stroke.begin(line[0])
    for dab in line[1:]:
        stroke.move(dab)
    return surface.end()


@given(surfaces(), brushes, lines, st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_change_leads_back_and_forth_packed_or_not(
    surface: Surface, brush: Brush, line: list[Dab], erases: bool
) -> None:
    before = surface.pixels.copy()
    change = draw_line(surface, brush, line, erases)
    after = surface.pixels.copy()
    if change is None:
        assert np.array_equal(before, after)
        return
    for _ in range(2):
        surface.apply(change)
        assert np.array_equal(surface.pixels, before)
        change.pack()
        surface.apply(change)
        assert np.array_equal(surface.pixels, after)
    ys, xs = np.nonzero(before != after)
    area = change.area
    assert area.left <= xs.min() and xs.max() < area.right and area.top <= ys.min() and ys.max() < area.bottom


@given(surfaces(), brushes, lines, st.booleans())
@settings(max_examples=15, deadline=None)
def test_a_stroke_given_up_leaves_no_trace(surface: Surface, brush: Brush, line: list[Dab], erases: bool) -> None:
    before = surface.pixels.copy()
    stroke = Stroke(surface, brush, erases)
    stroke.begin(line[0])
    for dab in line[1:]:
        stroke.move(dab)
    surface.cancel()
    assert np.array_equal(surface.pixels, before) and surface.end() is None


@given(surfaces(), brushes, lines)
@settings(max_examples=15, deadline=None)
def test_painting_only_adds_up_to_its_strength_and_a_second_time_nothing(
    surface: Surface, brush: Brush, line: list[Dab]
) -> None:
    before = surface.pixels.copy()
    draw_line(surface, brush, line, False)
    once = surface.pixels.copy()
    assert (once >= before).all()
    assert once[once > before].max(initial=0) <= round(255 * brush.opacity)
    assert draw_line(surface, brush, line, False) is None
    inverse = Surface(255 - before)
    draw_line(inverse, brush, line, True)
    assert np.array_equal(inverse.pixels, 255 - once), "erasing is painting the other way round"


@given(surfaces(), st.lists(st.tuples(brushes, lines, st.booleans()), max_size=4), st.data())
@settings(max_examples=12, deadline=None)
def test_any_walk_through_the_undo_shows_the_mask_of_its_place(surface, strokes, data) -> None:  # type: ignore[no-untyped-def]
    steps, states = Steps("0"), [surface.pixels.copy()]
    for brush, line, erases in strokes:
        change = draw_line(surface, brush, line, erases)
        if change is not None:
            states.append(surface.pixels.copy())
            steps.push(Step(change, str(len(states) - 1)))
    for place in data.draw(st.lists(st.integers(0, len(states) - 1), max_size=6)):
        assert steps.go(surface, str(place)) is not None
        assert np.array_equal(surface.pixels, states[place])
    assert steps.go(surface, "elsewhere") is None and steps.go(surface, None) is None


def test_strokes_beyond_the_budget_are_forgotten_the_oldest_first() -> None:
    surface, steps = Surface.blank(300, 300), Steps(None, budget=0)
    for number in range(3):
        change = draw_line(surface, Brush(30), [Dab(20 + 100 * number, 20)], False)
        assert change is not None
        steps.push(Step(change, str(number)))
        steps.trim()
    assert steps.go(surface, "1") is not None and steps.go(surface, "0") is None and steps.go(surface, None) is None


def test_a_stroke_that_could_not_be_kept_is_no_place_to_go_back_to() -> None:
    surface, steps = Surface.blank(300, 300), Steps(None)
    made = []
    for number in range(3):
        change = draw_line(surface, Brush(30), [Dab(20 + 100 * number, 20)], False)
        assert change is not None
        made.append(Step(change, None if number == 1 else str(number)))
        steps.push(made[-1])
    steps.drop(made[1])
    assert [steps.go(surface, name) is None for name in (None, "0", "2")] == [True, True, False]


# Files.


@given(surfaces())
@settings(max_examples=15, deadline=None)
def test_a_file_is_grey_and_holds_every_pixel(surface: Surface) -> None:
    data = png.encoded(surface.pixels)
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.mode == "L" and np.array_equal(np.asarray(image), surface.pixels)
    read_back = png.decoded(data)
    assert read_back is not None and np.array_equal(read_back, surface.pixels)
    assert size_of(data) == (surface.width, surface.height)


@given(surfaces(), brushes, lines, st.booleans())
@settings(max_examples=12, deadline=None)
def test_a_file_that_is_written_anew_where_it_changed_is_the_one_written_whole(
    surface: Surface, brush: Brush, line: list[Dab], erases: bool
) -> None:
    encoder = png.Encoder(surface.width, surface.height)
    encoder.take(png.bands_of(surface.pixels, encoder.rows))
    surface.rows_changed.clear()
    draw_line(surface, brush, line, erases)
    encoder.take(png.bands_of(surface.pixels, surface.rows_changed))
    assert encoder.file() == png.encoded(surface.pixels)


@pytest.mark.parametrize("height", [1, TILE - 1, TILE, TILE + 1, 3 * TILE])
def test_an_empty_masks_bands_are_those_of_an_empty_mask(height: int) -> None:
    assert png.Encoder.blank(7, height).file() == png.encoded(np.zeros((height, 7), np.uint8))


def test_what_is_no_mask_is_none() -> None:
    assert png.decoded(b"") is None and png.decoded(b"nonsense") is None


def test_a_picture_with_transparency_is_its_opacity() -> None:
    image = Image.new("RGBA", (4, 3), (255, 255, 255, 255))
    image.putpixel((1, 2), (255, 255, 255, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    found = png.decoded(out.getvalue())
    assert found is not None and found[2, 1] == 0 and found.sum() == 11 * 255


# Whole masks.


@given(small, st.integers(1, 9))
@settings(max_examples=20, deadline=None)
def test_growing_and_shrinking_are_each_others_mirror(pixels: np.ndarray, by: int) -> None:
    grown, shrunk = shapes.grown(pixels, by), shapes.grown(pixels, -by)
    assert (grown >= pixels).all() and (shrunk <= pixels).all()
    assert np.array_equal(shapes.inverted(shapes.grown(shapes.inverted(pixels), by)), shrunk)
    assert (shapes.grown(shrunk, by) <= pixels).all(), "opened, a mask has nothing that it had not"
    assert np.array_equal(shapes.inverted(shapes.inverted(pixels)), pixels)


@given(small, st.floats(0, 12))
@settings(max_examples=15, deadline=None)
def test_feathering_keeps_within_what_is_there_and_even_masks_as_they_are(pixels: np.ndarray, width: float) -> None:
    soft = shapes.feathered(pixels, width)
    assert pixels.min() <= soft.min() and soft.max() <= pixels.max()
    full = shapes.filled(pixels)
    assert np.array_equal(shapes.feathered(full, width), full)


@given(surfaces(), small)
@settings(max_examples=12, deadline=None)
def test_putting_other_pixels_in_is_a_change_like_any_other(surface: Surface, pixels: np.ndarray) -> None:
    before, wanted = surface.pixels.copy(), resized(pixels, surface.width, surface.height)
    surface.begin()
    replace_all(surface, wanted)
    change = surface.end()
    assert np.array_equal(surface.pixels, wanted)
    if change is not None:
        surface.apply(change)
    assert np.array_equal(surface.pixels, before)


def test_a_polygon_is_filled_to_its_edges_and_a_rectangle_to_whole_pixels() -> None:
    surface = Surface.blank(200, 150)
    surface.begin()
    shapes.fill_polygon(surface, [(10, 10), (110, 10), (110, 60), (10, 60)])
    surface.end()
    inside = surface.pixels[12:58, 12:108]
    assert inside.min() == 255 and abs(int(surface.pixels.sum()) / 255 - 5000) < 300
    assert surface.pixels[:9].max() == 0 and surface.pixels[:, 112:].max() == 0
    surface.begin()
    shapes.fill_rectangle(surface, (60.2, 40.1), (19.8, 20.4), erases=True)
    surface.end()
    assert surface.pixels[20:40, 20:60].max() == 0 and surface.pixels[20:40, 18].min() == 255
    surface.begin()
    shapes.fill_polygon(surface, [(-50, -50), (500, -50), (500, 500), (-50, 500)], strength=100)
    surface.end()
    assert surface.pixels.min() == 100


def test_areas_join_and_overlap() -> None:
    one, other = Area(0, 0, 10, 10), Area(5, 5, 20, 8)
    assert one.joined(other) == (0, 0, 20, 10) and one.within(other) == (5, 5, 10, 8)
    assert one.joined(Area(4, 4, 4, 9)) == one and one.within(Area(30, 0, 40, 10)).is_empty


def test_settings_that_a_hand_has_written_wrongly_are_left_out() -> None:
    brush, overlay = read({"brush": {"size": "large", "hardness": 7, "pressure_size": False}, "overlay": 3})
    assert (brush.size, brush.hardness, brush.pressure_size) == (Brush().size, 1.0, False)
    assert overlay.opacity == 0.5
    assert read(None)[0] == Brush()
