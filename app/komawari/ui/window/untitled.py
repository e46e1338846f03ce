"""Projects without a name: files in a folder of our own, so that their journal protects them from the first edit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.project import Project
from komawari.storage.errors import ReadOnlyError, StorageError
from komawari.storage.places import data_folder
from komawari.storage.store import Store

SUFFIX = ".komawari"
LONGEST_NAME = 180
"""Bytes of a given name; names of files end at 255."""


def folder() -> Path:
    """Return where projects without a name are."""
    return data_folder() / "untitled"


def is_untitled(path: Path) -> bool:
    """Return whether a project still needs a name."""
    return path.parent == folder()


def given_name(path: Path) -> str:
    """Return what a project without a name is called because of the file that it is a copy of; empty: nothing."""
    return path.stem.partition(" ")[2]


def new_path(name: str = "") -> Path:
    """Return a path for another one, which is called `name` until it gets its own. Raises `ReadOnlyError`."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyError(f"{folder()}: cannot be made: {error.strerror}") from None
    words = name.encode()[:LONGEST_NAME].decode(errors="ignore")
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{new_id()[:8]} {words}".strip()
    return folder() / f"{stem}{SUFFIX}"


def create(project: Project) -> Path:
    """Write a project without a name and return where it is. Raises `StorageError`."""
    path = new_path()
    Store.create(path, project)
    return path


def left_behind() -> Iterator[Path]:
    """Yield projects without a name that some former window left, the latest first."""
    yield from sorted(folder().glob(f"*{SUFFIX}"), reverse=True)


def reopened(undo_bytes: int) -> Document | None:
    """Return the latest project without a name that nobody works on and in which there is anything unsaved.

    Those in which nothing was ever done are deleted. One that cannot be read stays where it is.
    """
    for path in left_behind():
        try:
            document = Document(path, undo_bytes=undo_bytes)
        except StorageError:
            continue
        if document.is_modified:
            return document
        document.close()
        path.unlink(missing_ok=True)
    return None
