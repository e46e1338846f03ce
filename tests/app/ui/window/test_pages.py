"""The dock of pages: shown, moved by hand and by keys, duplicated and removed; thumbnails only where a page changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt

from komawari.domain.base import new_id
from komawari.domain.edits import pages, panels
from komawari.domain.geometry.polygon import rectangle
from komawari.ui.docks.pages import PagesDock
from komawari.ui.session import Session

FIRST, SECOND, UPPER = (f"{number:032x}" for number in (1, 2, 11))


@pytest.fixture
def dock(session: Session, qtbot) -> Iterator[PagesDock]:
    one = PagesDock(session)
    qtbot.addWidget(one)
    one.resize(180, 700)
    one.show()
    yield one


def order(session: Session) -> list[str]:
    return [page.id for page in session.project.pages]


def test_a_click_shows_a_page_and_the_shown_page_is_marked(dock: PagesDock, session: Session, qtbot) -> None:
    place = dock.list.visualRect(dock.model.index(1)).center()
    qtbot.mouseClick(dock.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.page == SECOND
    session.show_page(FIRST)
    assert dock.list.currentIndex().row() == 0
    qtbot.keyClick(dock.list, Qt.Key.Key_Down)
    assert session.page == SECOND


def test_keys_duplicate_move_and_remove_the_page_and_not_the_panels(dock: PagesDock, session: Session, qtbot) -> None:
    session.select(UPPER)
    qtbot.keyClick(dock.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    copy = session.page
    assert order(session) == [FIRST, copy, SECOND]
    qtbot.keyClick(dock.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(session) == [FIRST, SECOND, copy]
    qtbot.keyClick(dock.list, Qt.Key.Key_Delete)
    assert order(session) == [FIRST, SECOND] and len(session.project.pages[0].panels) == 2
    assert session.page == SECOND


@pytest.mark.parametrize(("page", "to", "expected"), [(FIRST, 2, [SECOND, FIRST]), (SECOND, 0, [SECOND, FIRST])])
def test_a_page_is_dragged_to_another_place(
    dock: PagesDock, session: Session, page: str, to: int, expected: list[str]
) -> None:
    data = dock.model.mimeData([dock.model.index(dock.model.row(page))])
    dock.model.dropMimeData(data, Qt.DropAction.MoveAction, to, 0, dock.model.index(-1))
    assert order(session) == expected
    session.document.undo()
    assert order(session) == [FIRST, SECOND]


def test_only_a_page_that_changed_is_painted_again(dock: PagesDock, session: Session, qtbot) -> None:
    qtbot.waitUntil(lambda: dock.thumbnails.paintings == 2)
    first = dock.thumbnails.get(session.project.pages[0])
    assert first is not None
    before = first.toImage()
    edit = partial(panels.draw_panel, page=FIRST, panel=new_id(), frame=rectangle((20, 140, 160, 230)))
    session.edit("Draw panel", edit)
    qtbot.waitUntil(lambda: dock.thumbnails.paintings == 3)
    after = dock.thumbnails.get(session.project.pages[0])
    assert after is not None and after.toImage() != before
    session.edit("Name it", partial(pages.set_title, title="Other"))
    dock.list.viewport().repaint()
    qtbot.wait(20)
    assert dock.thumbnails.paintings == 3


def test_pages_say_what_they_are_to_screen_readers(dock: PagesDock) -> None:
    text = dock.model.data(dock.model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Page 1, 2 panels"
