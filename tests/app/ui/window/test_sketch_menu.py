"""The Sketch menu and its keys, in both sets of keys; roughs that are chosen in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from komawari.domain.project import find_panel
from komawari.ui.window.key_sets import SETS, keys_of
from komawari.ui.window.window import Window

UPPER = f"{11:032x}"
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(("keys", "pen"), [("komawari", Qt.Key.Key_S), ("clip_studio", Qt.Key.Key_P)])
def test_the_pen_is_taken_by_the_key_of_the_chosen_set_and_the_bar_says_it(window: Window, qtbot, keys, pen) -> None:
    for name, chosen in keys_of(window.actions, SETS[keys]).items():
        window.actions.bind(name, chosen)
    window.session.select(UPPER)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, pen)
    assert window.canvas.tool == "sketch_pen" and window.actions["tool.sketch_pen"].isChecked()
    bar = window.canvas.tools["sketch_pen"].hand.bar
    assert bar.tools["sketch_pen"].toolTip().startswith(f"Sketch pen ({Qt.Key(pen).name[-1]})")
    QTest.keyClick(window.canvas, Qt.Key.Key_S, SHIFT)
    assert window.canvas.tool == "sketch_eraser"


def test_showing_sketches_is_one_switch_in_menu_key_and_bar(window: Window, qtbot) -> None:
    action = window.actions["sketch.shown"]
    assert action.isChecked()
    QTest.keyClick(window.canvas, Qt.Key.Key_D, SHIFT)
    assert not action.isChecked()
    window.session.select(UPPER)
    window.actions["tool.sketch_pen"].trigger()
    assert action.isChecked(), "who sketches sees it"
    window.canvas.tools["sketch_pen"].hand.bar.eye.click()
    assert not action.isChecked()


def test_every_command_is_in_the_menu_and_possible_when_there_is_something_to_do(window: Window, qtbot) -> None:
    menu = next(one for one in window.menuBar().actions() if one.text() == "&Sketch").menu()
    names = {one.objectName() for one in menu.actions()} - {""}
    assert names == {name for name in window.actions if "sketch" in name}
    window.session.select()
    window.actions.refresh()
    assert not window.actions["sketch.import"].isEnabled() and not window.actions["sketch.clear"].isEnabled()
    window.session.select(UPPER)
    window.actions.refresh()
    assert window.actions["sketch.import"].isEnabled() and not window.actions["sketch.clear"].isEnabled()
    assert all(window.actions[name].statusTip() for name in names)


def test_a_rough_is_chosen_and_undone_by_name(window: Window, qtbot, tmp_path: Path) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#aaccee"))
    assert image.save(str(tmp_path / "rough.png"))
    window.session.select(UPPER)
    window.actions.refresh()
    window.actions["sketch.import"].trigger()
    dialog = window.canvas.findChild(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "rough.png")])
    dialog.close()
    qtbot.waitUntil(lambda: find_panel(window.session.project, UPPER)[1].sketch.sheet is not None)
    qtbot.waitUntil(lambda: "Import a rough" in window.actions["edit.undo"].text())
    window.actions["edit.undo"].trigger()
    assert find_panel(window.session.project, UPPER)[1].sketch.sheet is None
    window.actions["edit.redo"].trigger()
    window.actions.refresh()
    window.actions["sketch.clear"].trigger()
    qtbot.waitUntil(lambda: "Clear sketch" in window.actions["edit.undo"].text())
