"""Chips and the line with proposals, driven by keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from shiboken6 import delete, isValid

from komawari.ui.tags.chips import TagEditor
from komawari.ui.tags.completer import TagLineEdit
from komawari.ui.tags.vocabulary import shipped_vocabulary


@pytest.fixture
def editor(qtbot) -> TagEditor:
    one = TagEditor()
    qtbot.addWidget(one)
    one.resize(320, 200)
    one.show()
    return one


def heard(signal) -> list:
    calls: list = []
    signal.connect(calls.append)
    return calls


def chip(editor: TagEditor, tag: str):
    return next(one for one in editor.chips if one.entry.tag == tag)


def test_enter_and_comma_add_what_was_typed(editor: TagEditor) -> None:
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "long hair,")
    QTest.keyClicks(editor.line, "my own")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert added == [("long_hair",), ("my own",)]
    assert editor.line.text() == ""


def test_a_blank_after_a_comma_leaves_the_line_empty_so_that_its_hint_is_seen(editor: TagEditor) -> None:
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "night, ")
    assert editor.line.text() == ""
    QTest.keyClicks(editor.line, "long hair, ")
    assert added == [("night",), ("long_hair",)] and editor.line.text() == ""


def test_tab_takes_the_first_proposal(editor: TagEditor) -> None:
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "looking at v")
    assert editor.line.proposals()[0] == "looking_at_viewer"
    QTest.keyClick(editor.line.popup, Qt.Key.Key_Tab)
    assert added == [("looking_at_viewer",)]


def test_a_slip_is_proposed_as_it_was_meant_and_entered_as_it_was_typed(editor: TagEditor) -> None:
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "runing")
    assert editor.line.proposals()[0] == "running"
    QTest.keyClick(editor.line.popup, Qt.Key.Key_Return)
    QTest.keyClicks(editor.line, "runing")
    QTest.keyClick(editor.line.popup, Qt.Key.Key_Tab)
    assert added == [("runing",), ("running",)]


def test_a_click_takes_a_proposal(editor: TagEditor, qtbot) -> None:
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "smil")
    second = editor.line.popup.visualRect(editor.line.popup.model().index(1, 0)).center()
    wanted = editor.line.proposals()[1]
    QTest.mouseClick(editor.line.popup.viewport(), Qt.MouseButton.LeftButton, pos=second)
    qtbot.waitUntil(lambda: added == [(wanted,)])
    assert editor.line.text() == "" and not editor.line.popup.isVisible()


def test_enter_in_the_proposals_takes_the_marked_one_and_else_what_was_typed(editor: TagEditor) -> None:
    added = heard(editor.added)
    popup = editor.line.popup
    QTest.keyClicks(editor.line, "smil")
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QTest.keyClicks(editor.line, "smil")
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert added == [("smil",), ("smile",)]


def test_escape_closes_the_proposals_first_and_then_empties_the_line(editor: TagEditor) -> None:
    QTest.keyClicks(editor.line, "smil")
    assert editor.line.popup.isVisible()
    QTest.keyClick(editor.line.popup, Qt.Key.Key_Escape)
    assert editor.line.text() == "smil" and not editor.line.popup.isVisible()
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    assert editor.line.text() == ""


def test_tags_that_are_there_are_neither_proposed_nor_added(editor: TagEditor) -> None:
    editor.set_tags(("smile",))
    added = heard(editor.added)
    QTest.keyClicks(editor.line, "smile")
    assert "smile" not in editor.line.proposals()
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert added == []


def test_chips_are_grouped_by_cluster(editor: TagEditor) -> None:
    editor.set_tags(("forest", "smile", "running", "blush"))
    assert [one.entry.tag for one in editor.chips] == ["smile", "blush", "running", "forest"]


def test_cross_delete_and_backspace_remove(editor: TagEditor) -> None:
    editor.set_tags(("smile", "running", "forest"))
    removed = heard(editor.removed)
    smile = chip(editor, "smile")
    QTest.mouseClick(smile, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    assert removed == []
    QTest.mouseClick(smile, Qt.MouseButton.LeftButton, pos=QPoint(smile.width() - 8, 8))
    QTest.keyClick(chip(editor, "running"), Qt.Key.Key_Delete)
    QTest.keyClick(editor.line, Qt.Key.Key_Backspace)
    assert removed == ["smile", "running", "forest"]


def test_tags_that_the_pack_does_not_know_say_so(editor: TagEditor) -> None:
    editor.set_tags(("smile", "shirt"))
    editor.set_vocabulary(shipped_vocabulary().for_pack(("smile",)))
    assert "does not know" in chip(editor, "shirt").toolTip()
    assert "does not know" not in chip(editor, "smile").toolTip()
    assert chip(editor, "shirt").accessibleName() == "Tag shirt"


# The line goes while its list is open.


def deferred_deletes() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.mark.parametrize("way", [delete, QWidget.deleteLater, QWidget.close])
def test_a_line_goes_with_its_list_open(qapp, way) -> None:
    for _ in range(20):
        around = QWidget()
        line = TagLineEdit(around)
        around.show()
        QTest.keyClicks(line, "smil")
        popup = line.popup
        assert popup.isVisible()
        way(around)
        deferred_deletes()
        if way is QWidget.close:
            delete(around)
        assert not isValid(line) and not isValid(popup)


@pytest.mark.parametrize("how", ["Tab", "Enter", "click", "comma"])
def test_who_hears_of_tags_may_do_away_with_the_line(qapp, qtbot, how: str) -> None:
    for _ in range(20):
        around = QWidget()
        line = TagLineEdit(around)
        line.committed.connect(lambda _, around=around: delete(around))
        around.show()
        QTest.keyClicks(line, "smil")
        if how == "click":
            QTest.mouseClick(line.popup.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
        elif how == "comma":
            QTest.keyPress(line, ",")
        else:
            QTest.keyPress(line.popup, Qt.Key.Key_Tab if how == "Tab" else Qt.Key.Key_Return)
        qtbot.waitUntil(lambda line=line: not isValid(line))


class _Delegate(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:  # noqa: N802
        return TagLineEdit(parent)


def test_a_line_made_within_a_call_from_qt_keeps_its_list(qapp, qtbot) -> None:
    for _ in range(10):
        table = QTableView()
        table.setModel(QStringListModel(["", ""], table))
        table.setItemDelegate(_Delegate(table))
        table.show()
        table.setCurrentIndex(table.model().index(0, 0))
        QTest.keyClick(table, Qt.Key.Key_F2)
        line = table.viewport().findChild(QLineEdit)
        QTest.keyClicks(line, "smil, blu")
        assert isValid(line.popup) and line.popup.isVisible()
        delete(table)
        deferred_deletes()
