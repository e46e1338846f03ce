"""The dock of characters, driven by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QLineEdit, QMenu, QPushButton, QWidget

from komawari.document.document import Document
from komawari.domain.character import Character
from komawari.engine_client.client import EngineState
from komawari.storage.store import Store
from komawari.ui.characters.dock import CharactersDock
from komawari.ui.characters.making import maker_of
from komawari.ui.characters.model import MIME
from komawari.ui.characters.roster import roster_of
from komawari.ui.session import Session

from .conftest import drawn

pytestmark = pytest.mark.usefixtures("nobody_else")
Find = Callable[[str], Character]


@pytest.fixture
def dock(session: Session, qtbot) -> Iterator[CharactersDock]:
    one = CharactersDock(session, None)
    one.resize(320, 600)
    one.show()
    qtbot.waitExposed(one)
    yield one
    if one.editor is not None:
        one.editor.close()
    one.close()
    one.deleteLater()


@pytest.fixture
def cast(session: Session, picture, settled, someone: Find) -> None:
    """Aiko with the label hero, and Mari with the tag glasses."""
    for name in ("Aiko", "Mari"):
        maker_of(session).make([picture(f"{name}.png")])
    settled()
    roster = roster_of(session)
    roster.change(someone("Aiko").id, "Label", lambda one: replace(one, labels=("hero",)))
    roster.change(someone("Mari").id, "Tag", lambda one: replace(one, tags=("glasses",)))


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(widget: QWidget, mime: QMimeData, place: QPoint) -> None:
    """Drop as Qt's platform does: enter, then drop."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, copy, mime, left, none)
    QGuiApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QGuiApplication.sendEvent(widget, QDropEvent(QPointF(place), copy, mime, left, none))


def shown(dock: CharactersDock) -> list[str]:
    return [dock.model.index(row).data() for row in range(dock.model.rowCount())]


def place_of(dock: CharactersDock, name: str) -> QPoint:
    row = shown(dock).index(name)
    return dock.grid.visualRect(dock.model.index(row)).center()


def press(dock: CharactersDock, text: str) -> None:
    """Press a button of the dock's notice."""
    button = next(one for one in dock.notice.findChildren(QPushButton) if one.text() == text and one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_dock_says_what_to_do_and_does_it(dock: CharactersDock, picture, settled) -> None:
    assert dock.stack.currentWidget() is dock.empty and "Ctrl+V" in dock.empty.hint.text()
    QTest.mouseClick(dock.empty.files, Qt.MouseButton.LeftButton)
    (dialog,) = dock.findChildren(QFileDialog)
    assert not dialog.isModal()
    dialog.filesSelected.emit([str(picture())])
    dialog.close()
    settled()
    assert shown(dock) == ["Aiko"] and dock.stack.currentWidget() is dock.grid


def test_a_dropped_picture_is_a_character_whose_name_is_typed_at_once(
    dock: CharactersDock, session: Session, picture, settled, qtbot, someone: Find
) -> None:
    drop(dock, files(picture("scan_01.png")), QPoint(100, 300))
    qtbot.waitUntil(lambda: dock.grid.state() == QAbstractItemView.State.EditingState)
    field = dock.grid.findChild(QLineEdit)
    assert field.selectedText() == "scan 01"
    QTest.keyClicks(field, "Ren")
    settled()  # The parts arrive while the name is typed.
    assert field.text() == "Ren"
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    assert shown(dock) == ["Ren"] and len(someone("Ren").references[0].parts) == 2
    assert session.library.get(someone("Ren").id).name == "Ren"
    assert session.document.history.undo_name == "Rename character"


def test_several_pictures_ask_how_many_characters_they_are(dock: CharactersDock, picture, settled) -> None:
    drop(dock, files(picture("a.png"), picture("b.png")), QPoint(100, 300))
    one, each = dock.drop_menu.actions()
    assert "2 pictures" in one.text() and "2 characters" in each.text()
    each.trigger()
    dock.drop_menu.close()
    settled()
    assert shown(dock) == ["a", "b"]


def test_a_picture_dropped_on_a_card_is_a_reference(
    dock: CharactersDock, cast, picture, settled, someone: Find
) -> None:
    drop(dock.grid.viewport(), files(picture("side.png")), place_of(dock, "Mari"))
    settled()
    assert [one.name for one in someone("Mari").references] == ["Mari", "side"]
    assert len(someone("Mari").references[1].parts) == 2


def test_the_clipboard_is_pasted_with_ctrl_v(dock: CharactersDock, session: Session, settled, cast) -> None:
    QGuiApplication.clipboard().setImage(drawn(64, 64, "red"))
    dock.grid.setFocus()
    QTest.keyClick(dock.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settled()
    assert "New character" in shown(dock)
    said: list[str] = []
    session.message.connect(said.append)
    QGuiApplication.clipboard().setText("words")
    dock.paste()
    assert said == ["There is no picture in the clipboard"]


def test_search_and_labels_leave_who_matches(dock: CharactersDock, cast) -> None:
    assert shown(dock) == ["Aiko", "Mari"]
    QTest.keyClicks(dock.search, "GLASS")
    assert shown(dock) == ["Mari"]
    dock.search.clear()
    dock.label_menu.aboutToShow.emit()
    (hero,) = dock.label_menu.actions()
    hero.trigger()
    assert shown(dock) == ["Aiko"]
    QTest.keyClicks(dock.search, "nobody")
    assert dock.empty.line.text() == "Nobody matches"
    QTest.mouseClick(dock.empty.clear, Qt.MouseButton.LeftButton)
    assert shown(dock) == ["Aiko", "Mari"]


def test_enter_edits_who_is_in_the_project_and_adds_who_is_not(
    dock: CharactersDock, session: Session, cast, settled, someone: Find
) -> None:
    dock.grid.choose(someone("Aiko").id)
    QTest.keyClick(dock.grid, Qt.Key.Key_Return)
    assert dock.editor.isVisible() and "Aiko" in dock.editor.windowTitle()
    dock.commands.remove_from_project.trigger()
    assert shown(dock) == ["Mari"] and not dock.editor.isVisible()
    dock.tabs.setCurrentIndex(1)
    assert shown(dock) == ["Aiko", "Mari"]
    dock.grid.choose(next(card.id for card in roster_of(session).cards() if card.copy is None))
    QTest.keyClick(dock.grid, Qt.Key.Key_Return)
    settled()
    assert someone("Aiko").labels == () and len(session.project.characters) == 2


def test_an_update_is_offered_in_words_and_taken_by_a_button(
    dock: CharactersDock, session: Session, cast, settled, someone: Find
) -> None:
    mari = session.library.get(someone("Mari").id)
    session.library.put(replace(mari, prompt="girl with a cat"), {})
    session.library_changed.emit()
    settled()
    assert "Mari" in dock.notice.text and someone("Mari").prompt == ""
    assert "Update offered" in dock.model.row_of(mari.id).data(Qt.ItemDataRole.ToolTipRole)
    press(dock, "Take over")
    settled()
    assert someone("Mari").prompt == "girl with a cat" and dock.notice.text == ""


def test_who_is_removed_from_the_library_can_be_put_back(
    dock: CharactersDock, session: Session, cast, settled, someone: Find
) -> None:
    mari = someone("Mari").id
    dock.tabs.setCurrentIndex(1)
    dock.grid.choose(mari)
    dock.grid.setFocus()
    QTest.keyClick(dock.grid, Qt.Key.Key_Delete)
    settled()
    assert shown(dock) == ["Aiko"] and session.library.get(mari) is None
    assert someone("Mari")
    press(dock, "Put back")
    settled()
    assert session.library.get(mari) is not None and shown(dock) == ["Aiko", "Mari"]


def test_only_what_can_be_done_is_in_a_cards_menu(dock: CharactersDock, cast, someone: Find) -> None:
    dock.grid.choose(someone("Mari").id)
    dock.grid.customContextMenuRequested.emit(place_of(dock, "Mari"))
    menu = next(one for one in dock.findChildren(QMenu) if dock.commands.edit in one.actions())
    texts = {action.text() for action in menu.actions()}
    assert {"Edit …", "Rename", "Find parts", "Put into the library", "Remove from the library"} <= texts
    assert not {"Add to this project", "Take over from the library"} & texts
    menu.close()


def test_a_failed_search_is_on_the_card_and_can_be_repeated(
    dock: CharactersDock, engine, picture, settled, someone: Find
) -> None:
    engine.become(EngineState("failed", "no such program"))
    dock.maker.make([picture()])
    settled()
    card = dock.model.row_of(someone("Aiko").id)
    assert "no such program" in card.data(Qt.ItemDataRole.ToolTipRole)
    engine.become(EngineState("ready"))
    dock.grid.choose(someone("Aiko").id)
    dock.commands.find_parts.trigger()
    settled()
    assert len(someone("Aiko").references[0].parts) == 2
    assert "no such program" not in card.data(Qt.ItemDataRole.ToolTipRole)


def test_a_card_shows_the_character_without_what_its_mask_leaves_out(
    dock: CharactersDock, cast, qtbot, someone: Find
) -> None:
    qtbot.waitUntil(lambda: dock.thumbs.of(someone("Aiko")) is not None)
    thumb: QImage = dock.thumbs.of(someone("Aiko"))
    # The character is the upper middle of 64 × 96 pixels; a margin remains around it.
    assert thumb.width() < 44 and thumb.height() < 60
    assert thumb.pixelColor(thumb.width() // 2, 20).alpha() == 255
    assert thumb.pixelColor(0, thumb.height() - 1).alpha() == 0


def test_a_dragged_card_carries_its_character(dock: CharactersDock, cast, someone: Find) -> None:
    mime = dock.model.mimeData([dock.model.row_of(someone("Mari").id)])
    assert bytes(mime.data(MIME).data()).decode() == someone("Mari").id


def test_cards_fill_the_width_of_the_dock(dock: CharactersDock, cast) -> None:
    for width, columns in ((320, 2), (160, 1), (640, 4)):
        dock.resize(width, 600)
        cell, room = dock.grid.gridSize().width(), dock.grid.viewport().width()
        assert room // cell == columns and room - columns * cell < columns + 4


def test_another_document_brings_its_own_characters(
    dock: CharactersDock, session: Session, cast, tmp_path, project
) -> None:

    Store.create(tmp_path / "other.komawari", project)
    former, other = session.document, Document(tmp_path / "other.komawari")
    session.open(other)
    assert len(shown(dock)) == 1 and "(1)" in dock.tabs.tabText(0) and "(2)" in dock.tabs.tabText(1)
    session.open(former)
    other.close()


def first_line(dock: CharactersDock, character: str, width: int = 300) -> str:
    card = roster_of(dock.model.session).card(character)
    return dock.grid.itemDelegate().first_line(card, dock.grid.fontMetrics(), width)


def test_two_of_one_name_are_told_apart_on_their_cards_and_neither_is_refused(
    dock: CharactersDock, session: Session, cast, settled, someone: Find, qtbot
) -> None:
    aiko, mari, said = someone("Aiko").id, someone("Mari").id, []
    session.message.connect(said.append)
    assert first_line(dock, aiko) == "Aiko"
    dock.grid.choose(mari)
    dock.commands.rename.trigger()
    field = dock.grid.findChild(QLineEdit)
    QTest.keyClicks(field, "Aiko")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    assert shown(dock) == ["Aiko", "Aiko"] and "2 characters called Aiko" in said[-1]
    assert (first_line(dock, aiko), first_line(dock, mari)) == ("Aiko (1 of 2)", "Aiko (2 of 2)")
    narrow = dock.grid.fontMetrics().horizontalAdvance("Aiko (2 of 2)") - 4
    assert first_line(dock, mari, narrow).endswith("… (2 of 2)"), "where there is little room the name is cut"
    assert "2 of 2 of this name" in dock.model.row_of(mari).data(Qt.ItemDataRole.ToolTipRole)
    session.document.undo()
    assert (first_line(dock, aiko), first_line(dock, mari)) == ("Aiko", "Mari")


def test_a_picture_whose_name_is_taken_suggests_the_next_one(dock: CharactersDock, cast, picture, settled) -> None:
    dock.maker.make([picture("Aiko.png", colour="#2040c0")])
    settled()
    dock.maker.make([picture("Aiko.png", colour="#20c040")])
    settled()
    assert sorted(shown(dock)) == ["Aiko", "Aiko 2", "Aiko 3", "Mari"]
