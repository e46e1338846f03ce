"""Merging keeps what was drawn and said, whichever panel was clicked first, and says whose content it is."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from komawari.domain.edits import parameters
from komawari.domain.geometry.polygon import bounds
from komawari.domain.panel import Figure, Panel
from komawari.ui.session import Session
from komawari.ui.window.window import Window

UPPER, LOWER, MARI = (f"{number:032x}" for number in (11, 12, 90))
CTRL = Qt.KeyboardModifier.ControlModifier


def merge(window: Window, session: Session, *chosen: str) -> Panel:
    session.select(*chosen)
    window.actions.refresh()
    QTest.keyClick(window.canvas, Qt.Key.Key_E, CTRL)
    (panel,) = session.shown_page.panels
    assert bounds(panel.frame) == pytest.approx((10, 10, 110, 115)) and session.selected == (panel.id,)
    return panel


def add_take(session: Session, panel: str, use: bool = True) -> str:
    take = session.document.takes.add(panel, b"no matter which bytes", (8, 8)).result()
    session.document.takes.adopt(take)
    if use:
        session.edit("Use take", partial(parameters.use_take, panel=panel, take=take))
    return take.id


def cast(session: Session, panel: str) -> None:
    session.edit("Cast", partial(parameters.add_figure, panel=panel, figure=Figure("7" * 32, MARI)))
    session.edit("Tag", partial(parameters.set_parameters, panel=panel, tags=("rain",)))


def test_a_picture_wins_over_the_empty_panel_that_was_clicked_first(window: Window, session: Session) -> None:
    take = add_take(session, LOWER)
    cast(session, LOWER)
    panel = merge(window, session, UPPER, LOWER)
    assert (panel.id, panel.take, panel.tags, len(panel.figures)) == (LOWER, take, ("rain",), 1)
    assert [one.id for one in session.document.takes.of_panel(panel.id)] == [take]
    assert window.status.currentMessage() == "Merged into panel 2."


def test_what_is_said_wins_over_nothing_and_a_picture_over_what_is_said(window: Window, session: Session) -> None:
    cast(session, LOWER)
    assert merge(window, session, UPPER, LOWER).id == LOWER
    session.document.undo()
    take = add_take(session, UPPER)
    assert merge(window, session, LOWER, UPPER).take == take
    line = "Merged with what was in panel 1. Undo brings back what was in panel 2."
    assert window.status.currentMessage() == line
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CTRL)
    assert [len(panel.figures) for panel in session.shown_page.panels] == [0, 1]


def test_of_two_pictures_the_first_chosen_wins_and_takes_in_no_use_count_as_lost(
    window: Window, session: Session
) -> None:
    add_take(session, UPPER)
    take = add_take(session, LOWER)
    assert merge(window, session, LOWER, UPPER).take == take
    session.document.undo()
    assert merge(window, session, UPPER, LOWER).id == UPPER
    assert "Undo brings back what was in panel 2" in window.status.currentMessage()


def test_takes_in_no_use_are_named_where_they_go_out_of_reach(window: Window, session: Session) -> None:
    add_take(session, LOWER, use=False)
    assert merge(window, session, UPPER, LOWER).id == UPPER
    assert "Undo brings back what was in panel 2" in window.status.currentMessage()
