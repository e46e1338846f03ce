"""Poses in the window: menu, keys, and the canvas' bar that says them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from komawari.domain.edits import parameters
from komawari.domain.panel import Figure, FigurePose
from komawari.domain.posing.hidden import STANDING

UPPER, FIRST = (f"{number:032x}" for number in (11, 501))
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_poses_are_in_the_menu_and_on_keys(window, session) -> None:
    pose = FigurePose(tuple((0.4 + a / 15, 0.4 + b / 7) if i != 4 else (0.1, 0.2) for i, (a, b) in enumerate(STANDING)))
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(FIRST, pose=pose)))
    session.select(UPPER)
    window.actions.refresh()
    shown = [
        action for menu in window.menuBar().actions() for action in menu.menu().actions() if not action.isSeparator()
    ]
    assert all(window.actions[name] in shown for name in window.actions if name.startswith("pose."))
    assert window.actions["pose.mirror"].isEnabled() and not window.actions["pose.detect"].isEnabled()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    assert window.canvas.tool == "pose"
    tool = window.canvas.tools["pose"]
    assert "Shift+M" in tool.bar.buttons["pose.mirror"].toolTip()
    QTest.keyClick(window.canvas, Qt.Key.Key_M, SHIFT)
    assert session.panel.figures[0].pose.keypoints[7] != pose.keypoints[7]
    QTest.keyClick(window.canvas, Qt.Key.Key_P, SHIFT)
    assert tool.desk.options.control and window.actions["pose.control"].isChecked()
    tool.bar.buttons["pose.control"].click()
    assert not window.actions["pose.control"].isChecked()
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert session.panel is not None and session.panel.figures[0].pose is None, "the pose goes, the panel stays"


def test_no_key_of_poses_is_anothers(window) -> None:
    for name in window.actions:
        if name.startswith("pose."):
            assert window.actions.conflicts(name, window.actions.keys(name)) == []
