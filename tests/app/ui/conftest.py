"""A session over a real project file, a real library and the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.engine_client.fake import FakeEngine
from komawari.storage.library import Library
from komawari.storage.store import Store
from komawari.ui.session import Session


def png(width: int = 32, height: int = 48, colour: str = "#c04060") -> bytes:
    """Return a PNG of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def session(qapp, tmp_path: Path, project: Project, engine: FakeEngine) -> Iterator[Session]:
    """Works on the project of `tests/app/conftest.py`: two panels on the first page, one character."""
    path = tmp_path / "project.komawari"
    Store.create(path, project)
    document, library = Document(path), Library(tmp_path / "characters.komalib")
    one = Session(document, library, engine, tmp_path / "settings.json")
    yield one
    one.close()
    document.close()
    library.close()
