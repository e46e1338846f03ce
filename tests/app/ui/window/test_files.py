"""Files: new, open, save, revert, and every answer that a file can give instead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from komawari.document.document import Document
from komawari.domain.edits import pages
from komawari.domain.project import new_project
from komawari.engine_client.fake import FakeEngine
from komawari.storage import holder
from komawari.storage.errors import FullError, ReadOnlyError
from komawari.storage.library import Library
from komawari.storage.records import encoded
from komawari.storage.store import Store
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window import untitled
from komawari.ui.window.window import Window


def rename(session: Session, title: str = "Edited") -> None:
    session.edit("Name it", partial(pages.set_title, title=title))


def a_file(folder: Path, title: str = "Other") -> Path:
    path = folder / f"{title}.komawari"
    Store.create(path, new_project(title))
    return path


def reopened(path: Path) -> Document:
    document = Document(path)
    document.close()
    return document


def test_saving_is_told_and_the_title_follows(window: Window, session: Session, qtbot) -> None:
    assert window.windowTitle() == "project[*] — Komawari" and not window.isWindowModified()
    rename(session)
    assert window.isWindowModified()
    told: list[bool] = []
    window.files.saving.connect(lambda saving: told.append(saving is window.status.saving.isVisible()))
    qtbot.waitUntil(window.actions["file.save"].isEnabled)
    qtbot.keyClick(window.canvas, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.isWindowModified() and told == [True, True])
    assert window.status.currentMessage() == "Saved project.komawari"
    copy = sqlite3.connect(window.files.path)
    assert b"Edited" in copy.execute("SELECT head FROM state WHERE kind = 'saved'").fetchone()[0]
    copy.close()


def test_another_file_is_opened_and_the_former_one_given_back(window: Window, session: Session, tmp_path: Path) -> None:
    former, other = window.files.path, a_file(tmp_path)
    window.files.open(other)
    assert session.project.title == "Other" and window.windowTitle().startswith("Other")
    assert window.files.recent()[0] == former
    assert reopened(former).recovery is None


def test_unsaved_work_is_asked_about_and_can_be_saved_discarded_or_kept_at(
    window: Window, session: Session, tmp_path: Path, answer: Callable[[str], None], qtbot
) -> None:
    former, other = window.files.path, a_file(tmp_path)
    rename(session)
    window.files.open(other)
    answer("Cancel")
    assert window.files.path == former
    window.files.open(other)
    answer("Save")
    qtbot.waitUntil(lambda: window.files.path == other)
    assert reopened(former).project.title == "Edited"
    rename(session, "Thrown away")
    window.files.open(former)
    answer("Discard changes")
    assert window.files.path == former
    assert reopened(other).project.title == "Other"


def test_a_new_project_is_safe_before_it_has_a_name_and_moves_when_it_gets_one(
    window: Window, session: Session, tmp_path: Path, qtbot
) -> None:
    window.files.new(new_project("Fresh"))
    nameless = window.files.path
    assert untitled.is_untitled(nameless) and window.windowTitle().startswith("Fresh")
    rename(session, "Begun")
    session.document.store.flush()
    assert b"Begun" in sqlite3.connect(nameless).execute("SELECT delta FROM journal").fetchone()[0]
    window.files.save()
    dialog = window.files.questions.shown
    assert isinstance(dialog, QFileDialog) and dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "named.komawari"))
    qtbot.waitUntil(lambda: not nameless.exists())
    assert window.files.path == tmp_path / "named.komawari" and not session.document.is_modified
    assert session.settings.recent[0] == str(tmp_path / "named.komawari")


def test_a_new_project_in_which_nothing_was_done_leaves_nothing_behind(window: Window, tmp_path: Path) -> None:
    window.files.new(new_project())
    nameless = window.files.path
    window.files.open(a_file(tmp_path))
    assert not nameless.exists()


def test_a_nameless_project_of_a_killed_window_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path))
    made_at = iter(("20260101-120000", "20260101-120001"))
    monkeypatch.setattr(untitled.time, "strftime", lambda _: next(made_at))
    worked_at, empty = untitled.create(new_project()), untitled.create(new_project())
    document = Document(worked_at)
    document.edit("Name it", partial(pages.set_title, title="Kept"))
    document.close()
    found = untitled.reopened(2**20)
    assert found is not None and found.project.title == "Kept"
    found.close()
    assert not empty.exists()


def test_what_was_not_saved_is_offered_and_the_last_save_is_one_click_away(
    window: Window, session: Session, tmp_path: Path
) -> None:
    other = a_file(tmp_path)
    document = Document(other)
    document.edit("Name it", partial(pages.set_title, title="Unsaved"))
    document.close()
    window.files.open(other)
    banner = window.banners.get("recovery")
    assert banner is not None and "Name it" in banner.text and session.project.title == "Unsaved"
    banner.buttons[1].click()
    assert session.project.title == "Other" and window.banners.get("recovery") is None
    session.document.undo()
    assert session.project.title == "Unsaved"


def test_a_project_that_is_open_elsewhere_says_by_whom_and_can_be_copied_or_taken_over(
    window: Window, session: Session, tmp_path: Path, answer: Callable[[str], None], qtbot
) -> None:
    other = a_file(tmp_path)
    db = sqlite3.connect(other)
    yuki = holder.Holder("elsewhere", "yuki", 1, "", 0.0)
    db.execute("INSERT INTO holder VALUES (1, ?)", (encoded(yuki),))
    db.commit()
    db.close()
    former = window.files.path
    window.files.open(other)
    box = window.files.questions.shown
    assert isinstance(box, QMessageBox) and "yuki on elsewhere" in box.text() and window.files.path == former
    answer("Open a copy")
    qtbot.waitUntil(lambda: session.project.title == "Other")
    assert window.files.is_untitled and window.windowTitle().startswith("Other (copy)")
    window.files.open(other)
    answer("Take over")
    assert window.files.path == other


def test_two_windows_of_this_machine_never_share_a_file(window: Window, tmp_path: Path) -> None:
    other = a_file(tmp_path)
    held = Document(other)
    window.files.open(other)
    box = window.files.questions.shown
    assert isinstance(box, QMessageBox)
    assert [one.text().replace("&", "") for one in box.buttons()] == ["Open a copy", "Cancel"]
    box.reject()
    held.close()


@pytest.mark.parametrize(("name", "says"), [("damaged", "is damaged"), ("newer", "newer"), ("missing", "No such file")])
def test_a_file_that_cannot_be_opened_says_why_and_the_window_stays(
    window: Window, tmp_path: Path, name: str, says: str
) -> None:
    former, other = window.files.path, a_file(tmp_path, name)
    if name == "damaged":
        other.write_bytes(b"no project")
    elif name == "newer":
        db = sqlite3.connect(other)
        db.execute("PRAGMA user_version = 999")
        db.close()
    else:
        other.unlink()
    window.files.open(other)
    banner = window.banners.get("open")
    assert banner is not None and says in banner.text and str(other) in banner.text
    assert window.files.path == former


def test_a_project_that_cannot_be_written_to_offers_a_copy(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    other = a_file(tmp_path)
    with monkeypatch.context() as fixed:

        def refuse(path: Path, take_over: bool) -> Document:
            raise ReadOnlyError(f"{path}: cannot be written to")

        fixed.setattr(window.files, "document", refuse)
        window.files.open(other)
    banner = window.banners.get("open")
    assert banner is not None and "cannot be written to" in banner.text
    banner.buttons[0].click()
    qtbot.waitUntil(lambda: session.project.title == "Other" and window.files.is_untitled)


def test_a_full_disk_is_said_nothing_is_lost_and_it_can_be_tried_again(
    window: Window, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    rename(session)
    store = session.document.store
    with monkeypatch.context() as full:
        full.setattr(store, "_write_state", lambda saved: (_ for _ in ()).throw(FullError("x: the disk is full")))
        window.files.save()
        qtbot.waitUntil(lambda: window.banners.get("save") is not None)
    banner = window.banners.get("save")
    assert banner is not None and "the disk is full" in banner.text and session.project.title == "Edited"
    assert window.isWindowModified()
    banner.buttons[0].click()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert window.banners.get("save") is None


def test_a_save_under_another_name_that_failed_is_tried_again_under_that_name(
    window: Window, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    rename(session)
    target = tmp_path / "other.komawari"
    with monkeypatch.context() as full:
        full.setattr(session.document, "save_as", lambda path: failing(FullError(f"{path}: the disk is full")))
        window.files.save_as(target)
        qtbot.waitUntil(lambda: window.banners.get("save") is not None)
    banner = window.banners.get("save")
    assert banner is not None
    banner.buttons[0].click()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert target.exists() and window.files.path == target


def test_what_cannot_be_written_is_said_once_and_no_more_when_it_is_saved(
    window: Window, session: Session, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    with monkeypatch.context() as full:
        full.setattr(Store, "append", lambda *words: (_ for _ in ()).throw(FullError("x: the disk is full.")))
        for title in ("one", "two"):
            rename(session, title)
        assert window.banners.lines() == ["x: the disk is full. Until then your work is kept in memory."]
        assert not session.document.is_written
    window.files.save()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert window.banners.lines() == [] and session.document.is_written


def test_what_went_wrong_in_one_project_is_not_said_in_another(window: Window, session: Session, tmp_path) -> None:
    session.trouble.emit("the picture 39a9 is damaged in the file")
    assert window.banners.lines() == ["the picture 39a9 is damaged in the file"]
    window.files.open(a_file(tmp_path))
    assert window.banners.lines() == []


def failing(error: Exception) -> Future:
    future: Future = Future()
    future.set_exception(error)
    return future


def test_reverting_goes_back_to_the_last_save_and_can_be_undone(window: Window, session: Session) -> None:
    rename(session)
    window.actions.refresh()
    window.actions["file.revert"].trigger()
    assert session.project.title == "Test" and not window.isWindowModified()
    session.document.undo()
    assert session.project.title == "Edited"


def test_a_project_dropped_on_the_page_is_opened(window: Window, session: Session, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(a_file(tmp_path)))])
    assert not window.canvas.drops.takes(data), "the page leaves it to the window"
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
    assert session.project.title == "Other"


def test_quitting_asks_about_unsaved_work_and_about_what_is_queued(
    window: Window, session: Session, answer: Callable[[str], None], qtbot
) -> None:
    rename(session)
    session.select(session.shown_page.panels[0].id)
    window.queue.add(session.selected[0])
    window.close()
    answer("Stay")
    assert window.isVisible()
    window.close()
    answer("Quit")
    answer("Cancel")
    assert window.isVisible()
    window.close()
    answer("Quit")
    with qtbot.waitSignal(window.closed):
        answer("Save")
    assert not session.document.is_modified and not window.isVisible()


def test_an_unreadable_settings_file_is_told_of(qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path))
    (tmp_path / "settings.json").write_text("{ no json")
    library = Library(tmp_path / "characters.komalib")
    session = Session(Document(a_file(tmp_path)), library, FakeEngine(), tmp_path / "settings.json")
    told = session.unread_settings
    window = Window(session, PanelQueue(session))
    qtbot.addWidget(window)
    assert told in window.banners.lines()
    window.history.release()
    session.close()
    session.document.close()
    library.close()


def test_leaving_asks_about_pictures_that_are_in_memory_alone(
    window: Window, answer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    monkeypatch.setattr(PanelQueue, "unstored", 2)
    window.close()
    answer("Stay")
    assert window.isVisible()
    window.close()
    with qtbot.waitSignal(window.closed):
        answer("Lose them")
