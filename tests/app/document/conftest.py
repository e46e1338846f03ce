"""Documents that are closed again, and who owns their undo stacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.storage.store import Store


@pytest.fixture
def documents() -> Iterator[Callable[..., Document]]:
    """Opens documents that are closed after the test."""
    made: list[Document] = []

    def make(path: Path, **options: Any) -> Document:
        made.append(Document(path, **{"snapshot_after": 3600.0, **options}))
        return made[-1]

    yield make
    for one in made:
        if not one.store.closed:
            one.close()


@pytest.fixture
def document(tmp_path: Path, project: Project, documents: Callable[..., Document]) -> Document:
    Store.create(tmp_path / "a.koma", project)
    return documents(tmp_path / "a.koma")


@pytest.fixture
def owner(qapp: object) -> Iterator[QObject]:
    """Who owns stacks, as the window does: one without an owner and its commands would be collected in any order."""
    one = QObject()
    yield one
    delete(one)
