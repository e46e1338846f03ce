"""Project files that are closed again, and values made by hypothesis."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from komawari.domain.project import Project
from komawari.storage.errors import StorageError
from komawari.storage.store import Store


@pytest.fixture
def trouble() -> list[StorageError]:
    """What stores complained of on their own threads."""
    return []


@pytest.fixture
def opened(trouble: list[StorageError]) -> Iterator[Callable[..., Store]]:
    """Opens a store that is closed after the test."""
    made: list[Store] = []

    def make(path: Path, **options: Any) -> Store:
        made.append(Store.open(path, trouble.append, **{"snapshot_after": 3600.0, "held_at_most": 240.0, **options}))
        return made[-1]

    yield make
    for store in made:
        if not store.closed:
            store.close()


@pytest.fixture
def file(tmp_path: Path, project: Project) -> Path:
    """A project file that was just made."""
    path = tmp_path / "a.koma"
    Store.create(path, project)
    return path


@pytest.fixture
def crash() -> Callable[[Store, Path], Path]:
    """What a power cut or a kill leaves of an open project: its files, copied while it is open."""

    def copy(store: Store, folder: Path) -> Path:
        folder.mkdir()
        for name in store.path.parent.glob(store.path.name + "*"):
            (folder / name.name).write_bytes(name.read_bytes())
        _forget_holder(folder / store.path.name)
        return folder / store.path.name

    return copy


def _forget_holder(path: Path) -> None:
    """The copy's holder is this very process, which is alive."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM holder")
    db.commit()
    db.close()
