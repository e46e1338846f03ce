"""What empty panels say, and when they say nothing: under what is drawn over them, and once they are asked for."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QRect

from komawari.domain.edits import parameters
from komawari.ui.canvas.badges import chips_of
from komawari.ui.render.marks import EMPTY, EMPTY_TEXT

UPPER, LOWER = (f"{number:032x}" for number in (11, 12))


@pytest.fixture
def written(view, hand):
    """Return what stands in the middle of a panel: a number, its hint."""
    view.settle()

    def look(panel: str) -> set[str]:
        top = 10 if panel == UPPER else 65
        room = QRect(hand.at((30, top + 8)), hand.at((80, top + 42)))
        image = view.grab(room).toImage()
        seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        words = {"number"} if EMPTY_TEXT in seen else set()
        # The hint is small and darker than the number.
        if min(one.lightness() for one in seen) < EMPTY_TEXT.lightness() - 8:
            words.add("hint")
        return words or {colour.name() for colour in seen} - {EMPTY.name()}

    return look


def test_an_empty_panel_has_its_number_and_says_what_to_do(written) -> None:
    assert written(UPPER) == written(LOWER) == {"number", "hint"}


@pytest.mark.parametrize("tool", ["pose", "sketch_pen", "sketch_eraser", "sketch_move"])
def test_nothing_shows_through_what_is_drawn_over_the_panel(session, view, written, tool) -> None:
    session.select(LOWER)
    view.set_tool(tool)
    assert written(LOWER) == set() and written(UPPER) == {"number", "hint"}
    session.select(UPPER)
    assert written(UPPER) == set() and written(LOWER) == {"number", "hint"}
    view.set_tool("select")
    assert written(UPPER) == {"number", "hint"}


def test_a_panel_that_waits_shows_its_place_and_no_hint(session, view, queue, written) -> None:
    session.edit("Tag", partial(parameters.set_parameters, panel=LOWER, tags=("rain",)))
    queue.places = {LOWER: 2}
    queue.changed.emit()
    assert [text for text, _ in chips_of(view.statuses[LOWER])] == ["Waits · 2"]
    assert written(LOWER) == {"number"} and written(UPPER) == {"number", "hint"}
    queue.places = {LOWER: 0}
    queue.steps = {LOWER: (1, 20)}
    queue.changed.emit()
    assert chips_of(view.statuses[LOWER]) == [], "the bar shows how far it is"
    queue.places, queue.steps = {}, {}
    queue.changed.emit()
    assert written(LOWER) == {"number", "hint"}


def test_a_panel_with_a_picture_that_waits_shows_its_place_too(view, queue, use_take) -> None:
    use_take(UPPER)
    queue.places = {UPPER: 1}
    queue.changed.emit()
    assert [text for text, _ in chips_of(view.statuses[UPPER])] == ["Waits · 1"]
