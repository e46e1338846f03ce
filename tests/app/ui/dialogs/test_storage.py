"""The storage view, over a real project file, driven by mouse and keys."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from komawari.document.document import Document
from komawari.domain.edits import panels, parameters
from komawari.domain.takes import Take
from komawari.storage import copying
from komawari.ui.dialogs.storage import StorageDialog
from komawari.ui.session import Session

FIRST, SECOND = f"{11:032x}", f"{12:032x}"
Add = Callable[[str, int], Take]


def noise(side: int) -> bytes:
    """A square PNG whose size grows with its pixels."""
    image = QImage(random.Random(side).randbytes(side * side), side, side, side, QImage.Format.Format_Grayscale8)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def add(session: Session) -> Add:
    """Keep a square picture of some pixels as a take of a panel."""

    def one(panel: str, side: int) -> Take:
        data = noise(side)
        take: Take = session.document.takes.add(panel, data, (side, side)).result()
        session.document.takes.adopt(take)
        return take

    return one


@pytest.fixture
def dialog(qtbot: QtBot, session: Session) -> Iterator[StorageDialog]:
    one = StorageDialog(session)
    qtbot.addWidget(one)
    yield one
    one.close()


def shown(qtbot: QtBot, dialog: StorageDialog) -> StorageDialog:
    dialog.show()
    qtbot.waitUntil(lambda: dialog.kinds["file"].text() != "")
    return dialog


def rows(tree: QTreeWidget) -> list[list[str]]:
    items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [[item.text(column) for column in range(4)] for item in items]


def unfolded(qtbot: QtBot, dialog: StorageDialog, row: int) -> QTreeWidgetItem:
    item = dialog.tree.topLevelItem(row)
    dialog.tree.setCurrentItem(item)
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: item.childCount() > 0)
    return item


def test_panels_are_listed_by_size_with_names_by_reading_order(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    small, large, other = add(FIRST, 40), add(SECOND, 300), add(SECOND, 200)
    gone = add(f"{99:032x}", 20)
    session.document.takes.trash([other.id], ()).result()
    table = rows(shown(qtbot, dialog).tree)
    assert [row[0] for row in table] == ["Page 1, panel 2", "Page 1, panel 1", "Removed panel"]
    assert [row[1] for row in table] == ["2", "1", "1"]
    assert [bool(row[3]) for row in table] == [True, False, False]
    assert {small.panel, gone.panel, large.panel} == {FIRST, SECOND, f"{99:032x}"}


def test_takes_of_a_panel_come_when_it_is_unfolded_the_largest_first(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    add(FIRST, 40), add(FIRST, 300)
    used = add(FIRST, 100)
    session.edit("Use", lambda project: parameters.use_take(project, FIRST, used))
    item = unfolded(qtbot, shown(qtbot, dialog), 0)
    takes = [item.child(row).text(0) for row in range(3)]
    assert [text.split(",")[0] for text in takes] == ["300 × 300", "100 × 100", "40 × 40"]
    assert [text.endswith("in use") for text in takes] == [False, True, False]
    qtbot.waitUntil(lambda: not item.child(2).icon(0).isNull())


def test_delete_throws_chosen_takes_away_but_none_in_use(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    free, used = add(FIRST, 300), add(FIRST, 100)
    session.edit("Use", lambda project: parameters.use_take(project, FIRST, used))
    item = unfolded(qtbot, shown(qtbot, dialog), 0)
    item.child(0).setSelected(True)
    item.child(1).setSelected(True)
    with qtbot.waitSignal(session.told, check_params_cb=lambda text: "in use" in text):
        qtbot.keyClick(dialog.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [take.id for take in dialog.trash.model.takes] == [free.id])
    assert dialog.tabs.tabText(1).endswith("(1)")
    assert session.document.takes.of_panel(FIRST) == (used,)
    session.document.undo()
    assert [take.id for take in session.document.takes.of_panel(FIRST)] == [free.id, used.id]


def test_enter_shows_the_panel_and_leaves_the_dialog_open(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    add(SECOND, 40)
    tree = shown(qtbot, dialog).tree
    tree.setCurrentItem(tree.topLevelItem(0))
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert session.selected == (SECOND,)
    assert dialog.isVisible()


def test_a_take_comes_back_from_the_trash(qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add) -> None:
    take = add(FIRST, 40)
    session.document.takes.trash([take.id], ()).result()
    dialog.tabs.setCurrentIndex(1)
    view = shown(qtbot, dialog).trash
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert not view.restore.isEnabled()
    rect = view.list.visualRect(view.model.index(0))
    qtbot.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center() - QPoint(0, 10))
    qtbot.mouseClick(view.restore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.model.rowCount() == 0)
    assert [one.id for one in session.document.takes.of_panel(FIRST)] == [take.id]
    assert view.said.text() == "The trash is empty."
    session.document.undo()
    assert session.document.takes.of_panel(FIRST) == ()


def test_the_trash_is_emptied_after_a_question_and_keeps_what_undo_needs(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    once_used, never_used = add(FIRST, 40), add(FIRST, 50)
    session.edit("Use", lambda project: parameters.use_take(project, FIRST, once_used))
    session.edit("Use none", lambda project: parameters.use_take(project, FIRST, None))
    session.document.takes.trash([once_used.id, never_used.id], ()).result()
    view = shown(qtbot, dialog).trash
    dialog.tabs.setCurrentIndex(1)
    assert "1 of them stay" in view.said.text()
    qtbot.mouseClick(view.empty, Qt.MouseButton.LeftButton)
    assert "Delete one picture for good?" in view.said.text()
    qtbot.mouseClick(view.rather_not, Qt.MouseButton.LeftButton)
    assert view.model.rowCount() == 2
    qtbot.mouseClick(view.empty, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.sure, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [one.id for one in view.model.takes] == [once_used.id])
    assert [one.id for one in session.document.store.takes_of(FIRST)] == [once_used.id]
    session.document.undo()
    assert session.used_take(session.project.pages[0].panels[0]).id == once_used.id


def test_unused_pictures_are_collected_and_the_sums_follow(
    qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add
) -> None:
    # What came since opening is never collected; so a copy of the file is opened.
    take = add(FIRST, 300)
    session.document.takes.trash([take.id], ()).result()
    session.document.takes.empty_trash(()).result()
    copying.copy_of(session.document.path, copy := session.document.path.with_name("copy.komawari"))
    session.open(document := Document(copy))
    shown(qtbot, dialog)
    before = dialog.kinds["others"].text()
    with qtbot.waitSignal(session.message, check_params_cb=lambda text: "free for new pictures" in text):
        qtbot.mouseClick(dialog.collect, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.kinds["others"].text() != before)
    assert dialog.collect.isEnabled()
    document.close()


def test_what_changes_meanwhile_is_shown(qtbot: QtBot, session: Session, dialog: StorageDialog, add: Add) -> None:
    add(FIRST, 40)
    tree = shown(qtbot, dialog).tree
    add(SECOND, 300)
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 2)
    session.edit("Remove", lambda project: panels.remove_panels(project, project.pages[0].id, [SECOND]))
    qtbot.waitUntil(lambda: [row[0] for row in rows(tree)] == ["Removed panel", "Page 1, panel 1"])


def test_closing_it_while_the_file_is_read_does_no_harm(qtbot: QtBot, session: Session, add: Add) -> None:
    add(FIRST, 40)
    one = StorageDialog(session)
    one.show()
    shiboken6.delete(one)
    qtbot.waitUntil(lambda: session.waiting.open == 0)


def test_it_is_not_modal_and_says_what_its_parts_are(qtbot: QtBot, dialog: StorageDialog) -> None:
    shown(qtbot, dialog)
    assert not dialog.isModal()
    assert dialog.tree.accessibleName()
    assert dialog.trash.list.accessibleName()
