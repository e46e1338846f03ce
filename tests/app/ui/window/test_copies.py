"""Copies of projects, made here or by a file manager: what they are called, and what is said of them and of edits that
were not saved."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from komawari.document.document import Document
from komawari.domain.project import new_project
from komawari.storage.errors import told
from komawari.storage.opening import Recovery
from komawari.storage.store import Store
from komawari.ui.session import Session
from komawari.ui.window import untitled
from komawari.ui.window.questions import recovery_line
from komawari.ui.window.window import Window


def read_only(path: Path, take_over: bool = False) -> Document:
    with told(path):
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            db.execute("DELETE FROM journal")
        finally:
            db.close()
    raise AssertionError("nothing refused it")


def test_a_copy_is_called_after_the_file_that_it_is_of_and_copying_ends(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    other = tmp_path / "draft 3.komawari"
    Store.create(other, new_project("Other"))
    with monkeypatch.context() as fixed:
        fixed.setattr(window.files, "document", read_only)
        window.files.open(other)
    banner = window.banners.get("open")
    assert banner is not None and "go on in a copy" in banner.text and "Save a copy" not in banner.text
    assert banner.buttons[0].text() == "Open a copy"
    said: list[str] = []
    session.message.connect(said.append)
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    assert window.status.currentMessage() == "Copying draft 3.komawari …"
    qtbot.waitUntil(lambda: session.project.title == "Other" and len(said) == 2)
    assert window.windowTitle().startswith("draft 3 (copy)")
    assert "Copying" not in window.status.currentMessage()
    qtbot.keyClick(window.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.files.questions.shown
    assert isinstance(dialog, QFileDialog) and Path(dialog.selectedFiles()[0]).name == "draft 3 (copy).komawari"


def test_copying_that_fails_is_not_said_to_go_on(window: Window, tmp_path: Path, qtbot) -> None:
    window.files.open_copy(tmp_path / "nowhere.komawari")
    qtbot.waitUntil(lambda: window.banners.get("open") is not None)
    assert "Copying" not in window.status.currentMessage()


def test_a_copy_of_a_file_with_a_very_long_name_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path))
    path = untitled.new_path("漫" * 80)
    path.touch()
    assert untitled.is_untitled(path) and untitled.given_name(path) == "漫" * 60
    assert untitled.given_name(untitled.new_path()) == ""


def test_a_copy_that_a_file_manager_made_of_the_open_project_opens(
    window: Window, session: Session, tmp_path: Path
) -> None:
    copy = tmp_path / "project copy.komawari"
    shutil.copy(window.files.path, copy)
    window.files.open(copy)
    assert window.files.path == copy and not isinstance(window.files.questions.shown, QMessageBox)


def test_what_had_not_been_saved_is_told_without_the_last_edits_name_where_the_file_does_not_say_it() -> None:
    project = new_project("Trial")
    one, several = (recovery_line(Recovery(project, edits, "", 0.0), "Trial") for edits in (1, 6))
    assert one.startswith("An edit of Trial had not been saved (19") and one.endswith("). It is here.")
    assert several.startswith("6 edits of Trial had not been saved (19") and "last one" not in several
