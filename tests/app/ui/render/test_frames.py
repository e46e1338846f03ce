"""Frames as they are painted: bleeding sides and lines."""

from __future__ import annotations

import pytest

from komawari.domain.geometry.polygon import bounds, rectangle
from komawari.domain.paper import PRESETS
from komawari.ui.render.frames import bled, outline, rectangle_of

PAPER = PRESETS["b5_manga"]


def test_a_frame_inside_of_the_page_is_painted_as_it_is() -> None:
    frame = rectangle((10, 10, 90, 60))
    assert bled(frame, PAPER) == (frame, frozenset())
    assert outline(bled(frame, PAPER)).elementCount() == 5


def test_sides_at_the_trim_are_drawn_out_to_the_bleed_and_have_no_line() -> None:
    found = bled(rectangle((0, 0.3, 90, 60)), PAPER)
    assert bounds(found.polygon) == pytest.approx((-3, -3, 90, 60))
    assert found.outside == {0, 3}
    path = outline(found)
    assert path.elementCount() == 3
    assert [path.elementAt(i).x for i in range(3)] == pytest.approx([90, 90, -3])


def test_a_slanted_side_goes_on_straight_into_the_bleed() -> None:
    found = bled(((0, 10), (100, 0), (110, 257), (0, 257)), PAPER)
    assert found.outside == {2, 3}
    assert bounds(found.polygon)[0] == pytest.approx(-3)
    (x, y), slope = found.polygon[0], (0 - 10) / 100
    assert y == pytest.approx(10 + slope * x)


def test_a_frame_that_reaches_beyond_the_bleed_stays() -> None:
    frame = rectangle((-10, 20, 90, 60))
    assert bled(frame, PAPER).polygon == frame
    assert bled(frame, PAPER).outside == {3}


def test_a_full_page_has_no_line_at_all() -> None:
    assert outline(bled(rectangle(PAPER.trim_box), PAPER)).isEmpty()


def test_only_upright_rectangles_are_rectangles() -> None:
    assert rectangle_of(rectangle((1, 2, 3, 5))).getRect() == (1, 2, 2, 3)
    assert rectangle_of(((0, 0), (10, 1), (10, 10), (0, 10))) is None
