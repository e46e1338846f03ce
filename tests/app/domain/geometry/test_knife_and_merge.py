"""The knife keeps every square millimetre, and what it parted can be joined again."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from komawari.domain.base import DomainError
from komawari.domain.geometry import edges, knife, polygon

BOX = polygon.rectangle((0, 0, 100, 80))
shifts = st.floats(-12, 12)
quads = st.lists(st.tuples(shifts, shifts), min_size=4, max_size=4).map(
    lambda moves: tuple((x + dx, y + dy) for (x, y), (dx, dy) in zip(BOX, moves))
)
lines = st.tuples(st.floats(20, 80), st.floats(15, 65), st.floats(0, math.tau)).map(
    lambda v: ((v[0], v[1]), (v[0] + math.cos(v[2]), v[1] + math.sin(v[2])))
)
gutters = st.floats(0, 8)


@given(quads, lines, gutters)
def test_halves_and_gutter_add_up_to_the_frame(quad: polygon.Polygon, line: polygon.Line, gutter: float) -> None:
    try:
        left, right = knife.cut(quad, line, gutter)
    except DomainError:
        assume(False)
    strip = polygon.clipped(
        polygon.clipped(quad, polygon.shifted(line, -gutter / 2), 1), polygon.shifted(line, gutter / 2), -1
    )
    total = polygon.area(left) + polygon.area(right) + polygon.area(strip)
    assert total == pytest.approx(polygon.area(quad), abs=0.01)


@given(quads, lines, gutters)
def test_halves_are_good_frames_half_a_gutter_from_the_line(
    quad: polygon.Polygon, line: polygon.Line, gutter: float
) -> None:
    try:
        left, right = knife.cut(quad, line, gutter)
    except DomainError:
        assume(False)
    assert polygon.frame(left) == left and polygon.frame(right) == right
    assert max(polygon.side_of(line, p) for p in left) == pytest.approx(-gutter / 2, abs=1e-3)
    assert min(polygon.side_of(line, p) for p in right) == pytest.approx(gutter / 2, abs=1e-3)


@given(quads, lines, gutters)
def test_merging_undoes_a_cut_between_two_edges(quad: polygon.Polygon, line: polygon.Line, gutter: float) -> None:
    clear = all(abs(polygon.side_of(line, corner)) > gutter / 2 + 1 for corner in quad)
    assume(clear)
    try:
        left, right = knife.cut(quad, line, gutter)
    except DomainError:
        assume(False)
    assume(len(left) == len(right) == 4)  # a triangle's side may run beside the other half, too
    joined = edges.merged(left, right, gutter + 0.01)
    assert polygon.area(joined) == pytest.approx(polygon.area(quad), rel=1e-3)


def test_a_level_cut_has_the_upper_half_on_its_left() -> None:
    upper, lower = knife.cut(BOX, ((0, 40), (1, 40)), 4)
    assert polygon.bounds(upper) == (0, 0, 100, 38) and polygon.bounds(lower) == (0, 42, 100, 80)


def test_a_stroke_is_straightened_to_the_nearer_direction() -> None:
    assert knife.straight((0, 0), (30, 9)) == (30, 0)
    assert knife.straight((0, 0), (9, -30)) == (0, -30)


@pytest.mark.parametrize("line", [((0, 90), (1, 90)), ((0, 1), (1, 1)), ((5, 5), (5, 5))])
def test_cuts_that_leave_no_two_panels_are_refused(line: polygon.Line) -> None:
    with pytest.raises(DomainError, match="knife"):
        knife.cut(BOX, line, 4)


def test_a_cut_through_both_arms_of_a_hollow_frame_is_refused() -> None:
    hollow = ((0, 0), (100, 0), (100, 80), (70, 80), (70, 30), (30, 30), (30, 80), (0, 80))
    with pytest.raises(DomainError, match="once"):
        knife.cut(hollow, ((0, 60), (1, 60)), 4)


def test_only_frames_that_a_stroke_goes_through_are_struck() -> None:
    frames = [("a", BOX), ("b", polygon.moved(BOX, 110, 0)), ("c", polygon.moved(BOX, 0, 100))]
    assert knife.struck(frames, ((-5, 40), (130, 40))) == ["a"]
    assert knife.struck(frames, ((-5, 40), (250, 40))) == ["a", "b"]


def test_a_small_panel_joins_a_large_one_without_slants() -> None:
    large, small = polygon.rectangle((0, 0, 50, 80)), polygon.rectangle((53, 0, 100, 30))
    joined = edges.merged(large, small, 5)
    assert polygon.area(joined) == pytest.approx(50 * 80 + 50 * 30)
    assert {round(x) for x, _ in joined} == {0, 50, 100} and {round(y) for _, y in joined} == {0, 30, 80}


def test_panels_far_apart_are_not_joined() -> None:
    with pytest.raises(DomainError, match="side by side"):
        edges.merged(BOX, polygon.moved(BOX, 120, 0), 5)


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (50, 0), (100, 0)),
        ((0, 0), (100, 80), (100, 0), (0, 80)),
        ((0, 0), (100, 0), (100, 0.2), (0, 0.2)),
        ((0, 0), (math.nan, 0), (9, 9)),
        ((0, 0), (60, 0), (60, 40), (60, -40)),
    ],
)
def test_what_cannot_hold_a_picture_is_no_frame(corners: polygon.Polygon) -> None:
    with pytest.raises(DomainError, match="frame"):
        polygon.frame(corners)


def test_frames_are_clockwise_and_have_no_needless_corners() -> None:
    turned = polygon.frame(((0, 0), (0, 80), (100, 80), (100, 40), (100, 0)))
    assert polygon.signed_area(turned) == 8000 and set(turned) == set(BOX)
