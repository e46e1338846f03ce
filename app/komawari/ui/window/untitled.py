"""Projects without a name: files in a folder of our own, so that their journal protects them from the first edit.

Those that are discarded go into another folder of ours, where the last few are kept: what was drawn in them would take
long to be drawn again.
"""

from __future__ import annotations

import contextlib
import os
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
KEPT = 5
"""Discarded projects; when one more comes, the oldest goes."""


def folder() -> Path:
    """Return where projects without a name are."""
    return data_folder() / "untitled"


def bin_folder() -> Path:
    """Return where those are that were discarded."""
    return data_folder() / "discarded"


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

    Those in which nothing was ever done are deleted, or discarded if they have pictures, as copies do. One that cannot
    be read stays where it is.
    """
    for path in left_behind():
        try:
            document = Document(path, undo_bytes=undo_bytes)
        except StorageError:
            continue
        if document.is_modified:
            return document
        count = pictures_in(document)
        document.close()
        if count:
            discard(path)
        else:
            path.unlink(missing_ok=True)
    return None


def pictures_in(document: Document) -> int:
    """Return how many pictures were drawn in a project or put into its panels. Raises `StorageError`."""
    return sum(panel.takes for panel in document.store.usage().panels)


def discard(path: Path) -> None:
    """Put a closed project without a name among the discarded ones. Where that cannot be it stays where it is."""
    with contextlib.suppress(OSError):
        bin_folder().mkdir(parents=True, exist_ok=True)
        now = time.time_ns()
        os.utime(path, ns=(now, now))
        path.rename(bin_folder() / path.name)
        for old in discarded()[KEPT:]:
            old.unlink(missing_ok=True)


def discarded() -> list[Path]:
    """Return the projects that were discarded before they had a name, the latest first."""
    found = []
    for path in bin_folder().glob(f"*{SUFFIX}"):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def taken_back(path: Path) -> Path:
    """Return where a project can be worked on: a discarded one is put back among those without a name.

    Raises `ReadOnlyError`.
    """
    if path.parent != bin_folder():
        return path
    try:
        folder().mkdir(parents=True, exist_ok=True)
        return path.rename(folder() / path.name)
    except OSError as error:
        raise ReadOnlyError(f"{path}: cannot be taken back: {error.strerror}") from None
