"""Lasso and click: what is drawn around or clicked at is painted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from animeadapter.protocol.calls import Click, Clicked
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob
from komawari.engine_client.client import Event, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.painting import png

UPPER = f"{11:032x}"
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def lasso(easel: Any) -> Any:
    easel.use_take()
    easel.take_up("lasso")
    return easel


def test_what_is_drawn_around_is_filled_as_one_step(lasso: Any) -> None:
    lasso.drag((100, 50), (300, 50), (300, 150), (100, 150))
    assert lasso.pixels[100, 200] == 255 and lasso.pixels[100, 50] == 0 and lasso.pixels[20, 200] == 0
    lasso.settle()
    assert lasso.undo_names()[-1] == "Fill by lasso" and np.array_equal(lasso.stored(), lasso.pixels)


def test_corners_are_clicked_and_closed_by_enter_the_first_one_or_a_double_click(lasso: Any) -> None:
    for y, close in ((20, "enter"), (80, "first"), (140, "double")):
        for spot in ((50, y), (150, y), (150, y + 40)):
            lasso.click(spot)
        assert not lasso.pixels[y + 20, 130]
        if close == "enter":
            lasso.key(Qt.Key.Key_Return)
        elif close == "first":
            lasso.click((50, y))
        else:
            lasso.double_click((60, y + 5))
        assert lasso.pixels[y + 15, 130] == 255 and lasso.view.tool == "lasso"
    lasso.settle()
    assert lasso.undo_names()[-3:] == ["Fill by lasso"] * 3


def test_backspace_takes_the_last_corner_back_and_esc_all(lasso: Any) -> None:
    for spot in ((50, 50), (150, 50), (350, 190), (150, 150)):
        lasso.click(spot)
    lasso.key(Qt.Key.Key_Backspace)
    lasso.key(Qt.Key.Key_Backspace)
    lasso.click((150, 150))
    lasso.key(Qt.Key.Key_Return)
    assert lasso.pixels[80, 120] == 255 and lasso.pixels[150, 250] == 0
    lasso.click((200, 20))
    lasso.key(Qt.Key.Key_Escape)
    assert not lasso.tool.is_busy and lasso.view.tool == "lasso"


def test_shift_draws_a_rectangle_and_alt_takes_away(lasso: Any) -> None:
    lasso.drag((100, 50), (300, 150), modifiers=SHIFT)
    rows, columns = np.nonzero(lasso.pixels)
    assert max(abs(rows.min() - 50), abs(rows.max() - 149), abs(columns.min() - 100), abs(columns.max() - 299)) <= 1
    lasso.drag((150, 80), (200, 80), (200, 120), (150, 120), modifiers=ALT)
    assert lasso.pixels[100, 175] == 0 and lasso.pixels[100, 250] == 255


def test_a_line_that_is_too_short_fills_nothing(lasso: Any) -> None:
    lasso.click((100, 100))
    lasso.key(Qt.Key.Key_Return)
    assert not lasso.pixels.any() and lasso.view.tool == "lasso"


def test_the_opacity_of_the_brush_counts_for_the_lasso(lasso: Any) -> None:
    lasso.room.set_brush(opacity=0.5)
    lasso.drag((100, 50), (300, 50), (300, 150), (100, 150))
    assert lasso.pixels[100, 200] == 128


# Clicking.


def finds(job: ClientJob) -> Iterable[Event]:
    """A square around each positive point, or the box; a negative point empties the left half."""
    assert isinstance(job.call, Click)
    mask = np.zeros((200, 400), np.uint8)
    for point in job.call.points:
        if point.positive:
            mask[int(point.y) - 10 : int(point.y) + 10, int(point.x) - 10 : int(point.x) + 10] = 255
        else:
            mask[:, :200] = 0
    if job.call.box is not None:
        left, top, right, bottom = map(int, job.call.box)
        mask[top:bottom, left:right] = 255
    data = png.encoded(mask)
    yield Finished(job.id, Clicked(Blob.of(data)), {Blob.of(data).sha256: data})


@pytest.fixture
def click(easel: Any, engine: FakeEngine) -> Any:
    engine.script(Click, finds)
    easel.use_take()
    easel.take_up("click")

    def answer() -> None:
        def played() -> bool:
            engine.play()
            clicker = easel.tool.clicker
            return not clicker.is_looking and easel.session.waiting.open == 0

        easel.qtbot.waitUntil(played)

    easel.answer = answer
    return easel


def test_what_is_clicked_is_painted_in_the_pictures_own_pixels(click: Any, engine: FakeEngine) -> None:
    click.click((120, 60))
    click.answer()
    assert click.pixels[60, 120] == 255 and click.pixels[60, 150] == 0
    (call,) = [job.call for job in engine.submitted if isinstance(job.call, Click)]
    take = click.session.used_take(click.session.panel)
    assert call.picture == take.picture and abs(call.points[0].x - 120) < 1.5 and abs(call.points[0].y - 60) < 1.5
    assert click.undo_names()[-1] == "Select by click"


def test_shift_and_alt_make_the_selection_better_as_one_step_of_undo(click: Any) -> None:
    before = click.pixels.copy()
    click.click((120, 60))
    click.answer()
    click.click((300, 60), modifiers=SHIFT)
    click.answer()
    assert click.pixels[60, 120] == 255 and click.pixels[60, 300] == 255
    click.click((100, 150), modifiers=ALT)
    click.answer()
    assert click.pixels[60, 120] == 0 and click.pixels[60, 300] == 255
    click.settle()
    assert click.undo_names().count("Select by click") == 1
    click.session.document.undo()
    assert np.array_equal(click.pixels, before)
    click.session.document.redo()
    assert click.pixels[60, 120] == 0 and click.pixels[60, 300] == 255


def test_a_plain_click_begins_another_selection_beside_the_first(click: Any) -> None:
    for spot in ((60, 60), (300, 150)):
        click.click(spot)
        click.answer()
    assert click.pixels[60, 60] == 255 and click.pixels[150, 300] == 255
    click.settle()
    assert click.undo_names().count("Select by click") == 2


def test_a_box_is_dragged_and_ctrl_takes_away(click: Any) -> None:
    click.drag((300, 150), (100, 50))
    click.answer()
    assert click.pixels[100, 200] == 255 and click.pixels[40, 200] == 0
    click.click((200, 100), modifiers=CTRL)
    click.answer()
    assert click.pixels[100, 200] == 0 and click.pixels[100, 250] == 255
    click.settle()
    assert click.undo_names()[-1] == "Deselect by click"


def test_painting_in_between_ends_the_selection(click: Any) -> None:
    click.click((120, 60))
    click.answer()
    click.key(Qt.Key.Key_B)
    click.drag((300, 150), (350, 150))
    click.key(Qt.Key.Key_W)
    click.click((60, 150), modifiers=SHIFT)
    click.answer()
    assert click.pixels[150, 320] == 255 and click.pixels[60, 120] == 255 and click.pixels[150, 60] == 255


def test_an_engine_that_cannot_is_said_and_changes_nothing(click: Any, engine: FakeEngine) -> None:
    troubles: list[str] = []
    click.session.trouble.connect(troubles.append)
    engine.script(Click, lambda job: [Failed(job.id, "failed", "no eyes")])
    click.click((120, 60))
    click.answer()
    assert "no eyes" in troubles[-1] and not click.pixels.any()


def test_an_answer_that_comes_after_the_tool_was_put_away_is_dropped(click: Any, engine: FakeEngine) -> None:
    click.click((120, 60))
    click.view.set_tool("brush")
    click.qtbot.waitUntil(lambda: click.session.waiting.open == 0)
    engine.play()
    click.qtbot.wait(5)
    assert not click.pixels.any()
