"""The status bar says what went and how it comes back, and says nothing that another edit has made void."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from komawari.domain.edits import pages, parameters
from komawari.ui.session import Session
from komawari.ui.window.window import Window

FIRST, SECOND, UPPER, LOWER = (f"{number:032x}" for number in (1, 2, 11, 12))
CTRL = Qt.KeyboardModifier.ControlModifier


def press(window: Window, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    window.actions.refresh()
    QTest.keyClick(window.canvas, key, keys)
    return window.status.currentMessage()


def test_what_was_undone_is_said_until_the_next_edit(window: Window, session: Session) -> None:
    session.select(UPPER)
    press(window, Qt.Key.Key_Right)
    assert press(window, Qt.Key.Key_Z, CTRL) == "Undone: Move panel – page 1"
    assert press(window, Qt.Key.Key_Down) == ""
    assert press(window, Qt.Key.Key_Z, CTRL) == "Undone: Move panel – page 1"


def test_an_edit_leaves_other_messages(window: Window, session: Session) -> None:
    session.message.emit("The take is written")
    session.edit("Name it", partial(pages.set_title, title="Other"))
    assert window.status.currentMessage() == "The take is written"


def test_it_is_said_which_panels_went(window: Window, session: Session) -> None:
    session.select(LOWER)
    assert press(window, Qt.Key.Key_Delete) == "Panel 2 is removed. Undo brings it back."
    press(window, Qt.Key.Key_Z, CTRL)
    session.select(UPPER, LOWER)
    assert press(window, Qt.Key.Key_Delete) == "2 panels are removed. Undo brings them back."


def test_it_is_said_which_page_went(window: Window, session: Session) -> None:
    window.actions["page.remove"].trigger()
    assert window.status.currentMessage() == "Page 1 with its 2 panels is removed. Undo brings it back."
    session.document.undo()
    session.show_page(SECOND)
    window.actions["page.remove"].trigger()
    assert window.status.currentMessage() == "Page 2, which was empty, is removed. Undo brings it back."


def test_generate_without_anybody_and_tags_is_said_once(window: Window, session: Session) -> None:
    session.select(UPPER)
    line = "Page 1, panel 1 is queued with nobody and no tags: the model draws whatever it likes"
    assert press(window, Qt.Key.Key_Return, CTRL) == line
    assert [entry.panel for entry in window.queue.entries] == [UPPER]
    window.status.clearMessage()
    assert press(window, Qt.Key.Key_Return, CTRL) != line
    session.edit("Tag", partial(parameters.set_parameters, panel=LOWER, tags=("rain",)))
    session.select(LOWER)
    assert press(window, Qt.Key.Key_Return, CTRL) != line
    assert [entry.panel for entry in window.queue.entries][-1] == LOWER


def test_panels_that_wait_already_are_not_queued_again_as_empty_ones(window: Window, session: Session) -> None:
    session.select(LOWER)
    press(window, Qt.Key.Key_Return, CTRL)
    window.actions.refresh()
    window.actions["generate.empty"].trigger()
    assert [entry.panel for entry in window.queue.entries] == [LOWER, UPPER]
    window.actions.refresh()
    assert not window.actions["generate.empty"].isEnabled()
