"""Reading order, snapping, pictures in frames and the size to ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komawari.domain.geometry import knife, order, polygon, sizes, snapping
from komawari.domain.panel import Placement
from komawari.domain.paper import PRESETS
from komawari.domain.project import Gutters

B5 = PRESETS["b5_manga"]
MINI = ((256, 256), (208, 312), (312, 208), (176, 352), (352, 176))


def grid(rows: int, columns: int) -> dict[str, polygon.Polygon]:
    return {
        f"{r}{c}": polygon.rectangle((c * 50, r * 60, c * 50 + 46, r * 60 + 55))
        for c in reversed(range(columns))
        for r in range(rows)
    }


def test_rows_are_read_from_the_side_where_reading_begins() -> None:
    assert order.reading_order(grid(2, 3), False) == ["00", "01", "02", "10", "11", "12"]
    assert order.numbers(grid(2, 2), True) == {"01": 1, "00": 2, "11": 3, "10": 4}


def test_a_tall_panel_is_read_before_the_stack_beside_it() -> None:
    frames = {"b": polygon.rectangle((60, 0, 100, 50)), "c": polygon.rectangle((60, 54, 100, 100))}
    frames |= {"a": polygon.rectangle((0, 0, 56, 100)), "d": polygon.rectangle((0, 104, 100, 150))}
    assert order.reading_order(frames, False) == ["a", "b", "c", "d"]
    assert order.reading_order(frames, True) == ["b", "c", "a", "d"]


def test_slanted_gutters_do_not_confuse_the_rows() -> None:
    upper, lower = knife.cut(polygon.rectangle((0, 0, 100, 100)), ((0, 40), (100, 60)), 4)
    a, b = knife.cut(upper, ((60, 50), (45, 0)), 3)
    assert order.reading_order({"l": lower, "b": b, "a": a}, False) == ["a", "b", "l"]


def test_points_snap_to_the_nearest_line_within_reach_only() -> None:
    guides = snapping.page_guides(B5, Gutters(5, 3), [polygon.rectangle((20, 20, 80, 90))])
    assert snapping.snap((83.4, 95.2), guides, 1) == ((83, 95), 83, 95)
    assert snapping.snap((87, 140), guides, 1) == ((87, 140), None, None)
    assert snapping.snap((-2.8, 10.4), guides, 1).point == (-3, 10)


def test_a_moved_frame_clings_with_either_of_its_sides() -> None:
    guides = snapping.Guides((100,), (50,))
    assert snapping.snap_move(polygon.rectangle((70, 10, 99.5, 20)), guides, 1) == (0.5, 0)


def test_frames_at_the_trim_reach_to_the_bleed() -> None:
    frame = polygon.rectangle((0, 10, 182, 100))
    assert sizes.picture_box(frame, B5) == (-3, 10, 185, 100)
    assert sizes.picture_box(polygon.rectangle((-3, -3, 50, 50)), B5) == (-3, -3, 50, 50)


@given(st.tuples(st.integers(64, 2048), st.integers(64, 2048)), st.floats(5, 200), st.floats(5, 300))
def test_a_picture_covers_its_box_whole_and_undistorted(picture: tuple[int, int], width: float, height: float) -> None:
    box = (10, 20, 10 + width, 20 + height)
    left, top, right, bottom = sizes.lies_at(box, picture, Placement())
    assert sizes.is_filled(box, picture, Placement())
    assert (right - left) / (bottom - top) == pytest.approx(picture[0] / picture[1])
    assert not sizes.is_filled(box, picture, Placement(scale=0.9))


def test_dpi_is_pixels_on_an_inch() -> None:
    box = (0, 0, 25.4, 50.8)
    assert sizes.effective_dpi(box, (300, 600), Placement()) == pytest.approx(300)
    assert sizes.effective_dpi(box, (300, 600), Placement(scale=2)) == pytest.approx(150)
    assert sizes.effective_dpi(box, (600, 600), Placement()) == pytest.approx(300)


@given(st.floats(5, 400), st.floats(5, 400))
def test_the_size_asked_for_has_the_boxs_proportions_and_the_packs_pixels(width: float, height: float) -> None:
    size = sizes.asked_size((0, 0, width, height), MINI)
    ratio = min(max(width / height, 0.5), 2)
    assert size.width % 8 == size.height % 8 == 0
    assert size.width / size.height == pytest.approx(ratio, rel=0.05)
    assert 0.88 * 176 * 352 < size.width * size.height < 1.12 * 256 * 256


def test_a_square_panel_gets_the_packs_own_square() -> None:
    size = sizes.asked_size((0, 0, 60, 60.5), MINI)
    assert (size.width, size.height) == (256, 256)
