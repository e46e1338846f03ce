"""A whole window over a real project file and the scripted engine, with its files in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.engine_client.fake import FakeEngine
from komawari.storage.library import Library
from komawari.storage.store import Store
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window.window import Window


@pytest.fixture
def session(
    qapp, tmp_path: Path, project: Project, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path / "home"))
    path = tmp_path / "project.komawari"
    Store.create(path, project)
    library = Library(tmp_path / "characters.komalib")
    one = Session(Document(path), library, engine, tmp_path / "settings.json")
    yield one
    one.close()
    one.document.close()
    library.close()


@pytest.fixture
def window(session: Session, qtbot) -> Iterator[Window]:
    one = Window(session, PanelQueue(session))
    qtbot.addWidget(one)
    with qtbot.waitSignal(one.painted):
        one.show()
    yield one
    one.history.release()


@pytest.fixture
def answer(window: Window) -> Callable[[str], None]:
    """Click a button of the question that is shown."""

    def click(text: str) -> None:
        box = window.files.questions.shown
        assert isinstance(box, QMessageBox)
        button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
        assert isinstance(button, QPushButton)
        button.click()

    return click
