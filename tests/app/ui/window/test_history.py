"""Undo and redo by keys: the window goes to where something was undone, says what, and moves nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from komawari.document.document import Document
from komawari.domain.edits import pages, panels, parameters
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.project import Project
from komawari.storage.store import Store
from komawari.ui.session import Session
from komawari.ui.window.window import Window

FIRST, SECOND, UPPER, LOWER, OTHER = (f"{number:032x}" for number in (1, 2, 11, 12, 21))
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def panel_on_the_second_page(session: Session) -> None:
    frame = rectangle((10, 10, 110, 60))
    session.edit("Draw panel", partial(panels.draw_panel, page=SECOND, panel=OTHER, frame=frame))


def undo(window: Window) -> str:
    """Press the key; what the status bar says."""
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CTRL)
    return window.status.currentMessage()


def redo(window: Window) -> str:
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, CTRL | SHIFT)
    return window.status.currentMessage()


def prompt(session: Session, *chosen: str) -> None:
    def edit(project: Project) -> Project:
        for panel in chosen:
            project = parameters.set_parameters(project, panel, prompt="rain")
        return project

    session.edit("Prompt", edit)


def shown(session: Session) -> tuple[str, tuple[str, ...]]:
    return session.page, session.selected


def test_undo_and_redo_go_to_the_page_and_the_panel(window: Window, session: Session) -> None:
    session.show_page(SECOND)
    session.select(OTHER)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    session.show_page(FIRST)
    assert undo(window) == "Undone: Move panel – page 2"
    assert shown(session) == (SECOND, (OTHER,))
    assert window.pages.list.currentIndex().row() == 1
    session.show_page(FIRST)
    assert redo(window) == "Redone: Move panel – page 2"
    assert shown(session) == (SECOND, (OTHER,))


def test_on_the_page_that_is_shown_the_one_changed_panel_is_selected(window: Window, session: Session) -> None:
    prompt(session, LOWER)
    session.select(UPPER)
    assert undo(window) == "Undone: Prompt – page 1"
    assert shown(session) == (FIRST, (LOWER,))


def test_where_several_panels_changed_nothing_jumps(window: Window, session: Session) -> None:
    prompt(session, UPPER, LOWER)
    undo(window)
    assert shown(session) == (FIRST, ())
    session.select(LOWER)
    redo(window)
    assert shown(session) == (FIRST, (LOWER,))


def test_where_the_shown_page_is_one_of_several_it_stays(window: Window, session: Session) -> None:
    prompt(session, UPPER, OTHER)
    session.show_page(SECOND)
    assert undo(window) == "Undone: Prompt – 2 pages"
    assert shown(session) == (SECOND, ())


def test_a_selection_of_several_stays_where_the_inspectors_panel_changed(window: Window, session: Session) -> None:
    prompt(session, LOWER)
    session.select(UPPER, LOWER)
    undo(window)
    assert shown(session) == (FIRST, (UPPER, LOWER))


def test_a_panel_that_comes_back_is_selected_and_of_one_that_goes_its_page_is_shown(
    window: Window, session: Session
) -> None:
    session.select(UPPER)
    window.actions.refresh()
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    session.show_page(SECOND)
    assert undo(window) == "Undone: Remove panel – page 1"
    assert shown(session) == (FIRST, (UPPER,))
    session.show_page(SECOND)
    redo(window)
    assert shown(session) == (FIRST, ())


def test_what_concerns_no_page_moves_nothing(window: Window, session: Session) -> None:
    session.edit("Name it", partial(pages.set_title, title="Other"))
    session.show_page(SECOND)
    session.select(OTHER)
    assert undo(window) == "Undone: Name it"
    assert shown(session) == (SECOND, (OTHER,))


def test_a_panel_out_of_view_is_moved_into_it_and_one_in_view_moves_nothing(window: Window, session: Session) -> None:
    canvas = window.canvas
    prompt(session, LOWER)
    session.select(UPPER)
    canvas.fit_panel()
    canvas.zoom_by(2.0)
    assert not canvas.is_in_view(LOWER)
    undo(window)
    assert canvas.is_in_view(LOWER)
    place = canvas.page_area()
    redo(window)
    assert canvas.page_area() == place


def test_the_focus_stays_where_it_is(window: Window, session: Session) -> None:
    prompt(session, UPPER)
    session.show_page(SECOND)
    window.canvas.setFocus()
    undo(window)
    assert session.page == FIRST and window.focusWidget() is window.canvas


def test_the_page_is_gone_to_from_another_document_too(window: Window, session: Session, tmp_path: Path) -> None:
    former = session.document
    Store.create(tmp_path / "other.komawari", former.project)
    session.open(Document(tmp_path / "other.komawari"))
    former.close()
    prompt(session, UPPER)
    session.show_page(SECOND)
    assert undo(window) == "Undone: Prompt – page 1"
    assert shown(session) == (FIRST, (UPPER,))


# Takes: they lie beside the document, and are thrown away by a step of the same undo.


def add_takes(session: Session, panel: str, count: int) -> list[str]:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    made = []
    for _ in range(count):
        take = session.document.takes.add(panel, bytes(buffer.data().data()), (40, 30)).result()
        session.document.takes.adopt(take)
        made.append(take.id)
    return made


def strip_of(window: Window) -> list[str]:
    return [card.take.id for card in window.takes.model.cards if card.take is not None]


def throw_away(window: Window, *rows: int) -> None:
    strip = window.takes.strip
    for number, row in enumerate(rows):
        at = strip.visualRect(window.takes.model.index(row)).center()
        keys = CTRL if number else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, keys, at)
    QTest.keyClick(strip, Qt.Key.Key_Delete)


def test_takes_that_were_thrown_away_come_back_by_undo(window: Window, session: Session) -> None:
    takes = add_takes(session, UPPER, 3)
    session.select(UPPER)
    throw_away(window, 0, 2)
    assert strip_of(window) == [takes[1]]
    assert "2 takes are in the trash. Undo brings them back" in window.status.currentMessage()
    assert window.actions["edit.undo"].text() == "&Undo Move 2 takes to trash"
    QTest.keyClick(window.takes.strip, Qt.Key.Key_Z, CTRL)
    assert strip_of(window) == takes
    assert window.status.currentMessage() == "Undone: Move 2 takes to trash – page 1"
    redo(window)
    assert strip_of(window) == [takes[1]]


def test_a_take_comes_back_where_its_panel_is(window: Window, session: Session) -> None:
    takes = add_takes(session, UPPER, 1)
    session.select(UPPER)
    throw_away(window, 0)
    session.show_page(SECOND)
    assert undo(window) == "Undone: Move take to trash – page 1"
    assert shown(session) == (FIRST, (UPPER,)) and strip_of(window) == takes
    assert session.document.history.undo_name == "Draw panel"


def test_throwing_takes_away_is_nothing_to_save(window: Window, session: Session, qtbot) -> None:
    session.document.was_saved(session.document.save().result())
    add_takes(session, UPPER, 1)
    session.select(UPPER)
    throw_away(window, 0)
    assert not window.isWindowModified() and window.actions["edit.undo"].isEnabled()
    undo(window)
    assert not window.isWindowModified()
