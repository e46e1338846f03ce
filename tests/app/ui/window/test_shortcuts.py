"""Sets of keys, files of keys, and the sheet that shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from animeadapter.protocol.files import FileError
from komawari.ui.dialogs.settings import SettingsDialog
from komawari.ui.dialogs.shortcuts import ShortcutSheet, group_titles
from komawari.ui.keys import shown as named
from komawari.ui.window.key_sets import SETS, keys_of, read_keys, write_keys
from komawari.ui.window.window import Window


@pytest.mark.parametrize("name", SETS)
def test_no_set_binds_a_key_twice_or_what_is_not_there(window: Window, name: str) -> None:
    actions = window.actions
    assert sorted(set(SETS[name]) - set(actions)) == []
    keys = keys_of(actions, SETS[name])
    doubles = [
        (one, other, key)
        for one in actions for key in keys[one] for other in actions.heard_together(one) if key in keys[other]
    ]  # fmt: skip
    assert doubles == []


def test_the_sheet_shows_every_command_with_its_keys_and_is_searched(window: Window, qtbot) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_F1)
    sheet = window.files.questions.shown
    assert isinstance(sheet, ShortcutSheet) and sheet.isVisible()
    shown = {name: item.text(1) for name, item in sheet._items.items()}
    assert set(shown) == set(window.actions)
    assert {name.split(".")[0] for name in window.actions} <= set(group_titles()), "every group has a title"
    assert shown["edit.redo"] == f"{named('Ctrl+Shift+Z')}   {named('Ctrl+Y')}"
    qtbot.keyClicks(sheet.search, "knife")
    left = [name for name, item in sheet._items.items() if not item.isHidden()]
    assert "tool.knife" in left and "file.save" not in left
    window.actions.bind("tool.knife", ["Y"])
    assert sheet._items["tool.knife"].text(1) == "Y", "it is never out of date"
    sheet.tree.setCurrentItem(sheet._items["tool.knife"])
    qtbot.keyClick(sheet.tree, Qt.Key.Key_Return)
    assert window.canvas.tool == "knife" and not sheet.isVisible()


def test_keys_as_in_clip_studio_are_chosen_written_and_read_again(window: Window, tmp_path: Path, qtbot) -> None:
    dialog = SettingsDialog(window.session, window.engine, window.actions, window)
    qtbot.addWidget(dialog)
    dialog.show_page("keys")
    dialog.show()
    page = dialog.keys
    assert page.set.currentData() == "komawari"
    page.set.setFocus()
    qtbot.keyClick(page.set, Qt.Key.Key_Down)
    page.set.activated.emit(page.set.currentIndex())
    assert page.set.currentData() == "clip_studio"
    page.write_file(tmp_path / "mine.json")
    assert read_keys(tmp_path / "mine.json")["tool.select"] == ("O",)
    dialog.accept()
    assert window.actions.keys("tool.select") == ("O",) and window.actions.keys("tool.brush") == ("B",)
    assert "(O)" in window.actions["tool.select"].toolTip(), "the tool's letter is in its tool tip"
    qtbot.keyClick(window.canvas, "k")
    assert window.canvas.tool == "picture"


def test_a_file_that_is_none_is_said_and_changes_nothing(window: Window, tmp_path: Path, qtbot) -> None:
    path = tmp_path / "keys.json"
    path.write_text('{"format": "komawari-keys", "version": 1, "keys": {"tool.knife": ["Hyper+Nonsense"]}}')
    with pytest.raises(FileError, match=r"keys\.tool\.knife"):
        read_keys(path)
    dialog = SettingsDialog(window.session, window.engine, window.actions, window)
    qtbot.addWidget(dialog)
    dialog.keys.take_file(path)
    assert str(path) in dialog.keys.problem.text() and dialog.keys.set.currentData() == "komawari"
    write_keys(path, {"tool.knife": ("Y",), "of.tomorrow": ("Z",)})
    dialog.keys.take_file(path)
    assert dialog.keys.set.currentData() == "" and dialog.keys._chosen["tool.knife"] == ("Y",)


CONTROL, PAD = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.KeypadModifier
UPPER = f"{11:032x}"


def test_enter_has_one_name_wherever_keys_are_shown(window: Window, qtbot) -> None:
    actions = window.actions
    qtbot.keyClick(window.canvas, Qt.Key.Key_F1)
    sheet = window.files.questions.shown
    assert isinstance(sheet, ShortcutSheet)
    dialog = SettingsDialog(window.session, window.engine, actions, window)
    qtbot.addWidget(dialog)
    for name, key in (
        ("generate.panel", "Ctrl+Enter"), ("generate.first", "Ctrl+Shift+Enter"), ("edits.redraw", "Ctrl+Alt+Enter"),
    ):  # fmt: skip
        assert sheet._items[name].text(1) == dialog.keys._items[name].text(1) == key
        assert f"({key})" in actions[name].toolTip() and actions.keys(name) == (key,)
        assert actions[name].shortcut().toString() == key, "as the menu shows it"
    assert not any("Return" in item.text(1) for item in sheet._items.values())
    assert "(Enter)" in window.takes.actions_.use.toolTip()


@pytest.mark.parametrize(("key", "more"), [(Qt.Key.Key_Return, CONTROL), (Qt.Key.Key_Enter, CONTROL | PAD)])
def test_either_enter_generates(window: Window, qtbot, key: Qt.Key, more: Qt.KeyboardModifier) -> None:
    window.session.select(UPPER)
    qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
    qtbot.keyClick(window.canvas, key, more)
    assert [entry.panel for entry in window.queue.entries] == [UPPER]
    window.queue.cancel_all()
    qtbot.keyClick(window.canvas, key, more | Qt.KeyboardModifier.ShiftModifier)
    assert [entry.panel for entry in window.queue.entries] == [UPPER]


def test_a_key_that_was_chosen_with_the_main_enter_is_called_enter_and_heard_on_both(window: Window, qtbot) -> None:
    dialog = SettingsDialog(window.session, window.engine, window.actions, window)
    qtbot.addWidget(dialog)
    dialog.show_page("keys")
    dialog.show()
    page = dialog.keys
    page.tree.setCurrentItem(page._items["tool.knife"])
    page.keys.setKeySequence(QKeySequence("Ctrl+Return"))
    assert page.keys.keySequence().toString() == "Ctrl+Enter" and "Generate" in page.problem.text()
    qtbot.mouseClick(page.bind, Qt.MouseButton.LeftButton)
    dialog.accept()
    assert window.actions.keys("tool.knife") == ("Ctrl+Enter",) and window.actions.keys("generate.panel") == ()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        window.canvas.set_tool("select")
        qtbot.keyClick(window.canvas, key, CONTROL)
        assert window.canvas.tool == "knife"


def test_settings_that_say_return_are_understood(window: Window) -> None:
    window.actions.take_keys({"generate.panel": ["Ctrl+Return", "Ctrl+Enter", "Ctrl+G"]})
    assert window.actions.keys("generate.panel") == ("Ctrl+Enter", "Ctrl+G")
