"""docs/tour.md calls what it speaks of as the window does: **names** in bold, keys behind them."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from komawari.ui.window.window import Window

TOUR = (Path(__file__).parents[4] / "docs/tour.md").read_text(encoding="utf-8")
NAME = r"\*\*([^*]+)\*\*"
ITSELF = {"Bold"}
"""What the tour marks to say what marks mean."""


def said(text: str) -> str:
    return " ".join(text.replace("&", "").rstrip("…").split())


def names_in(window: Window) -> set[str]:
    """Everything that the window is labelled with: actions, menus, docks, buttons, fields and what lists offer."""
    names = {said(window.actions.title(name)) for name in window.actions}
    names |= {said(menu.text()) for menu in window.menuBar().actions()}
    names |= {dock.windowTitle() for dock in window.docks.values()}
    for widget in window.findChildren(QWidget):
        names.add(said(widget.accessibleName()))
        if isinstance(widget, QAbstractButton | QLabel):
            names.add(said(widget.text()))
        if isinstance(widget, QComboBox):
            names |= {said(widget.itemText(index)) for index in range(widget.count())}
    return names


def test_what_the_tour_names_is_called_so_in_the_window(window: Window, session, qtbot) -> None:
    session.select(session.shown_page.panels[0].id)
    window.edits.fields.show_panel(session.panel)
    window.edits.fields.borrow.add.click()
    qtbot.waitUntil(lambda: session.panel.local_edit.mixer)
    window.edits.fields.show_panel(session.panel)
    named = {said(part) for name in re.findall(NAME, TOUR) for part in name.split("›")} - ITSELF
    assert len(named) > 15 and named - names_in(window) == set()


def test_the_keys_of_the_tour_do_what_stands_before_them(window: Window) -> None:
    keys = {said(window.actions.title(name)): window.actions[name].shortcut() for name in window.actions}
    bound = {said(name.split("›")[-1]): key for name, key in re.findall(NAME + r"\s\(`([^`]+)`\)", TOUR)}
    assert len(bound) > 8
    assert {name: key for name, key in bound.items() if keys.get(name) != QKeySequence(key)} == {}
