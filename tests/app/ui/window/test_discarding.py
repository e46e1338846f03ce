"""Projects without a name that are discarded: what is said before, and that what was drawn in them is found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox

from komawari.document.document import Document
from komawari.domain.edits.parameters import use_take
from komawari.domain.project import Project
from komawari.storage.store import Store
from komawari.ui.session import Session
from komawari.ui.window import untitled
from komawari.ui.window.window import Window

from ..conftest import png
from .test_files import a_file, rename

UPPER = f"{11:032x}"
Answer = Callable[[str], None]


def draw(document: Document, colour: str) -> None:
    """Give the upper panel a picture, and use it."""
    take = document.takes.add(UPPER, png(colour=colour), (32, 48)).result()
    document.takes.adopt(take)
    document.edit("Use take", lambda project: use_take(project, panel=UPPER, take=take))


def discarded_actions(window: Window) -> list[QAction]:
    window.menus.recent.aboutToShow.emit()
    return [action for action in window.menus.recent.actions() if action.text().startswith("Discarded: ")]


def said(window: Window) -> str:
    box = window.files.questions.shown
    assert isinstance(box, QMessageBox) and box.defaultButton().text() == "Save"
    return box.informativeText()


def test_discarding_a_project_without_a_name_says_what_becomes_of_its_pictures_and_keeps_them(
    window: Window, session: Session, project: Project, tmp_path: Path, answer: Answer, qtbot: Any
) -> None:
    window.files.new(project)
    for colour in ("#ff0000", "#00ff00"):
        draw(session.document, colour)
    nameless = window.files.path
    window.files.open(a_file(tmp_path))
    assert "never saved under a name" in said(window) and "with its 2 pictures in File › Open recent" in said(window)
    answer("Discard project")
    assert session.project.title == "Other" and not nameless.exists()
    (back,) = discarded_actions(window)
    assert back.text().startswith("Discarded: Untitled, ")
    back.trigger()
    assert window.files.path == nameless and len(session.document.takes.of_panel(UPPER)) == 2
    assert session.shown_page.panels[0].take is not None and window.banners.get("recovery") is not None
    assert discarded_actions(window) == []


def test_a_project_without_a_name_and_pictures_is_said_to_be_deleted_and_is(
    window: Window, session: Session, project: Project, tmp_path: Path, answer: Answer
) -> None:
    window.files.new(project)
    rename(session)
    nameless = window.files.path
    window.files.open(a_file(tmp_path))
    assert said(window) == "It was never saved under a name: when it is discarded, it is deleted."
    answer("Discard project")
    assert not nameless.exists() and untitled.discarded() == []


def test_a_project_with_a_name_keeps_its_pictures_in_its_file(
    window: Window, session: Session, tmp_path: Path, answer: Answer
) -> None:
    draw(session.document, "#ff0000")
    named = window.files.path
    window.files.open(a_file(tmp_path))
    assert said(window) == "Pictures that were drawn stay in the file in any case."
    answer("Discard changes")
    assert named.exists() and untitled.discarded() == []


def test_a_copy_that_got_a_picture_beside_the_one_in_use_is_kept_and_one_that_got_none_is_deleted(
    window: Window, session: Session, project: Project, tmp_path: Path, qtbot: Any
) -> None:
    original = tmp_path / "original.komawari"
    Store.create(original, project)
    document = Document(original)
    draw(document, "#ff0000")
    document.was_saved(document.save().result())
    document.close()
    for draws, kept in ((False, []), (True, ["original (copy)"])):
        window.files.open_copy(original)
        qtbot.waitUntil(lambda: window.files.is_untitled)
        if draws:
            session.document.takes.add(UPPER, png(colour="#0000ff"), (32, 48)).result()
        window.files.open(a_file(tmp_path, f"after {draws}"))
        assert not session.document.is_modified and not window.files.is_untitled
        assert [untitled.given_name(path) for path in untitled.discarded()] == kept


def test_the_oldest_discarded_project_goes_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path))
    names = [f"number {number}" for number in range(untitled.KEPT + 1)]
    for name in names:
        path = untitled.new_path(name)
        path.touch()
        untitled.discard(path)
        assert untitled.given_name(untitled.discarded()[0]) == name
    assert [untitled.given_name(one) for one in untitled.discarded()] == names[:0:-1]


def test_where_nothing_can_be_put_aside_the_project_stays_and_is_shown_at_the_next_start(
    window: Window, session: Session, project: Project, tmp_path: Path, answer: Answer
) -> None:
    window.files.new(project)
    draw(session.document, "#ff0000")
    nameless = window.files.path
    untitled.bin_folder().write_bytes(b"in the way")
    window.files.open(a_file(tmp_path))
    answer("Discard project")
    found = untitled.reopened(2**20)
    assert found is not None and found.path == nameless and len(found.takes.of_panel(UPPER)) == 1
    found.close()
