"""Edges across a gutter move as one, and stay parallel to themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komawari.domain.base import DomainError
from komawari.domain.geometry import edges, knife, polygon

BOX = polygon.rectangle((0, 0, 100, 80))
UPPER, LOWER = knife.cut(BOX, ((0, 40), (1, 40)), 4)
LEFT, RIGHT = knife.cut(LOWER, ((50, 1), (50, 0)), 4)
FRAMES = {"up": UPPER, "left": LEFT, "right": RIGHT}


def edge_at(frame: polygon.Polygon, y: float) -> int:
    return next(i for i, (a, b) in enumerate(polygon.sides(frame)) if a[1] == b[1] == y)


def test_a_gutter_has_all_the_edges_on_both_its_sides() -> None:
    found = edges.shared(FRAMES, ("left", edge_at(LEFT, 42)), 6)
    assert {name for name, _ in found} == {"up", "left", "right"} and len(found) == 3


def test_edges_beyond_reach_stay_out() -> None:
    assert edges.shared(FRAMES, ("up", edge_at(UPPER, 38)), 3) == [("up", edge_at(UPPER, 38))]


@given(st.floats(-30, 30))
def test_a_moved_gutter_keeps_its_width(by: float) -> None:
    found = edges.shared(FRAMES, ("up", edge_at(UPPER, 38)), 6)
    moved = edges.moved_edges(FRAMES, found, by)
    assert polygon.bounds(moved["up"])[3] == pytest.approx(38 + by)
    assert polygon.bounds(moved["left"])[1] == polygon.bounds(moved["right"])[1] == pytest.approx(42 + by)


def test_ends_slide_along_slanted_neighbours() -> None:
    slanted = ((0, 0), (100, 0), (80, 80), (0, 80))
    moved = edges.moved_edges({"a": slanted}, [("a", 2)], -40)["a"]
    assert moved[2] == pytest.approx((90, 40)) and moved[3] == pytest.approx((0, 40))


@pytest.mark.parametrize("by", [-200, -79.9, -38])
def test_an_edge_cannot_pass_its_opposite(by: float) -> None:
    with pytest.raises(DomainError, match="frame"):
        edges.moved_edges({"up": UPPER}, [("up", edge_at(UPPER, 38))], by)


def test_an_edge_that_is_not_there_is_named() -> None:
    with pytest.raises(DomainError, match="edge 9"):
        edges.shared(FRAMES, ("up", 9), 6)
