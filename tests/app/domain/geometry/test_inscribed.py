"""The room for words in a frame: inside of it, however slanted, and not smaller than it has to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komawari.domain.geometry import polygon
from komawari.domain.geometry.inscribed import inscribed

shifts = st.floats(-30, 30)
quads = st.lists(st.tuples(shifts, shifts), min_size=4, max_size=4).map(
    lambda moves: tuple((x + dx, y + dy) for (x, y), (dx, dy) in zip(polygon.rectangle((0, 0, 100, 80)), moves))
)


@given(quads)
def test_no_edge_of_a_frame_passes_through_the_room(quad: polygon.Polygon) -> None:
    left, top, right, bottom = inscribed(quad)
    assert left < right and top < bottom
    shrunk = polygon.rectangle((left + 0.1, top + 0.1, right - 0.1, bottom - 0.1))
    assert all(polygon.contains(quad, point) for point in shrunk)
    assert not any(polygon.segments_touch(a, b) for a in polygon.sides(quad) for b in polygon.sides(shrunk))


def test_an_upright_frame_is_all_room() -> None:
    assert inscribed(polygon.rectangle((10, 20, 110, 60))) == pytest.approx((10, 20, 110, 60))


def test_a_triangle_has_room_for_half_of_it() -> None:
    left, top, right, bottom = inscribed(((0, 0), (60, 0), (0, 40)))
    assert (right - left) * (bottom - top) == pytest.approx(60 * 40 / 4, rel=0.01)


def test_a_notched_frame_has_its_room_beside_the_notch() -> None:
    frame = ((0, 0), (50, 0), (50, 30), (30, 30), (30, 65), (0, 65))
    assert inscribed(frame) == pytest.approx((0, 0, 30, 65), abs=0.01)


def test_what_has_no_area_has_no_room() -> None:
    left, top, right, bottom = inscribed(((0, 0), (50, 0), (20, 0)))
    assert (right - left) * (bottom - top) == 0
