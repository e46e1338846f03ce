"""The menus Page, Panel, Character and Generate change the document as they say."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from komawari.domain.character import design_sha
from komawari.domain.edits import characters, parameters
from komawari.domain.edits.panels import panels_read
from komawari.domain.geometry.polygon import bounds
from komawari.domain.takes import DrawnWith
from komawari.ui.session import Session
from komawari.ui.window.window import Window

FIRST, SECOND, UPPER, LOWER = (f"{number:032x}" for number in (1, 2, 11, 12))


def do(window: Window, name: str) -> None:
    window.actions.refresh()
    action = window.actions[name]
    assert action.isEnabled(), f"{name} is not possible"
    action.trigger()


def test_a_panel_is_split_and_merged_again(window: Window, session: Session) -> None:
    before = session.shown_page.panels[0].frame
    session.select(UPPER)
    do(window, "panel.split_columns")
    do(window, "panel.split_rows")
    parts = [panel.id for panel in session.shown_page.panels if panel.id != LOWER]
    assert len(parts) == 3
    session.select(UPPER, *(part for part in parts if part != UPPER))
    do(window, "panel.merge")
    assert [panel.id for panel in session.shown_page.panels if panel.id != LOWER] == [UPPER]
    assert bounds(session.shown_page.panels[0].frame) == pytest.approx(bounds(before))
    assert session.selected == (UPPER,) and window.actions["edit.undo"].text() == "&Undo Merge panels"


def test_lines_order_and_final_are_set_for_what_is_selected(window: Window, session: Session) -> None:
    session.select(UPPER, LOWER)
    do(window, "panel.border_1.2")
    assert [panel.border for panel in session.shown_page.panels] == [1.2, 1.2]
    do(window, "panel.final")
    assert all(panel.final for panel in session.shown_page.panels)
    session.select(UPPER)
    assert window.actions["panel.final"].isChecked()
    do(window, "panel.final")
    assert [panel.final for panel in session.shown_page.panels] == [False, True]
    do(window, "panel.forward")
    assert [panel.id for panel in session.shown_page.panels] == [LOWER, UPPER]
    do(window, "panel.backward")
    assert [panel.id for panel in session.shown_page.panels] == [UPPER, LOWER]


def test_pages_are_added_turned_read_otherwise_and_removed(window: Window, session: Session) -> None:
    do(window, "page.add")
    assert len(session.project.pages) == 3 and session.page == session.project.pages[1].id
    do(window, "page.next")
    assert session.page == SECOND
    do(window, "page.previous")
    do(window, "page.remove")
    assert [page.id for page in session.project.pages] == [FIRST, SECOND]
    do(window, "page.rtl")
    assert session.project.reading == "rtl"
    session.document.undo()
    assert not window.actions["page.rtl"].isChecked()


def test_what_is_queued_is_what_is_selected_in_reading_order(window: Window, session: Session) -> None:
    session.select(LOWER, UPPER)
    do(window, "generate.panel")
    assert [entry.panel for entry in window.queue.entries] == panels_read(session.project, FIRST)
    do(window, "generate.cancel_all")
    session.select(LOWER)
    do(window, "panel.final")
    do(window, "generate.empty")
    assert [entry.panel for entry in window.queue.entries] == [UPPER]


def test_a_picture_of_the_clipboard_becomes_the_panels_take(window: Window, session: Session, qtbot) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    data = QMimeData()
    data.setImageData(image)
    QGuiApplication.clipboard().setMimeData(data)
    session.select(UPPER)
    do(window, "picture.paste")
    qtbot.waitUntil(lambda: session.shown_page.panels[0].take is not None)
    take = session.used_take(session.shown_page.panels[0])
    assert take is not None and (take.width, take.height, take.origin) == (40, 30, "pasted")
    QGuiApplication.clipboard().clear()
    do(window, "picture.copy")
    assert QGuiApplication.clipboard().image().size() == image.size()


def test_a_character_begins_with_pictures(window: Window) -> None:
    window.docks["characters"].hide()
    do(window, "character.new")
    dialog = window.docks["characters"].widget().findChild(QFileDialog)
    assert window.docks["characters"].isVisible() and isinstance(dialog, QFileDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles


def test_dialogs_never_stop_the_window(window: Window) -> None:
    for name in ("file.new", "page.paper", "panel.templates", "file.settings", "file.export", "file.storage",
                 "help.about", "help.licences"):  # fmt: skip
        do(window, name)
        shown = window.files.questions.shown
        assert shown is not None and shown.isVisible() and not shown.isModal(), name
        shown.reject()


def test_panels_that_a_changed_character_makes_stale_are_offered_and_never_queued_by_themselves(
    window: Window, session: Session
) -> None:
    mari, document = session.project.characters[0], session.document
    drawn = DrawnWith(mari.id, mari.version, design_sha(mari))
    take = document.takes.add(UPPER, b"no matter which bytes", (8, 8), drawn_with=(drawn,)).result()
    document.takes.adopt(take)
    session.edit("Use take", partial(parameters.use_take, panel=UPPER, take=take))
    session.edit("Rename", partial(characters.set_character, character=replace(mari, name="Mari K.")))
    window.stale.offer()
    assert window.banners.get("stale") is None, "a name changes no design"
    session.edit("Edit", partial(characters.set_character, character=replace(mari, tags=("red_hair",))))
    window.stale.offer()
    banner = window.banners.get("stale")
    assert banner is not None and banner.text.startswith("A panel shows") and not window.queue.entries
    banner.buttons[0].click()
    assert [entry.panel for entry in window.queue.entries] == [UPPER]


def test_requests_are_in_the_panel_menu_while_a_panel_is_selected(window: Window, session: Session, qtbot) -> None:
    menu = window.menus.request
    assert [action.text() for action in menu.actions() if action.text()] == [
        "&Copy as request", "&Save as request…", "&Paste request", "&Open request…",
    ]  # fmt: skip
    session.select()
    window.actions.refresh()
    assert not any(action.isEnabled() for action in menu.actions() if action.text())
    session.select(session.shown_page.panels[0].id)
    window.actions.refresh()
    QGuiApplication.clipboard().setText("")
    window.actions["request.copy"].trigger()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("{"))
