"""What can go wrong with a file, each in a sentence for the artist."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from animeadapter.protocol.errors import EngineError


class StorageError(EngineError):
    """A project or library cannot be read or written; the file is as it was before."""


class DamagedError(StorageError):
    """The file is not what it should be."""


class NewerError(StorageError):
    """The file was written by a later version."""


class FullError(StorageError):
    """There is no room left."""


class ReadOnlyError(StorageError):
    """The file or its folder cannot be written to."""


class LockedError(StorageError):
    """Somebody else has the project open; `holder` says who, for a question to the artist."""

    def __init__(self, path: Path, holder: str, elsewhere: bool = False) -> None:
        """`elsewhere`: on another computer, which cannot be asked; the artist may take the project over."""
        super().__init__(f"{path}: is open elsewhere: {holder}. Close it there first, or open a copy.")
        self.holder, self.elsewhere = holder, elsewhere


READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR}
"""The last: a table or column that every file has is not there."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `StorageError`s that name the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(path, error) from error


def _translated(path: Path, error: sqlite3.Error) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return FullError(f"{path}: the disk is full; nothing was written. Make room and save again.")
    if code in READ_ONLY:
        return ReadOnlyError(f"{path}: cannot be written to. Make it and its folder writable, or go on in a copy.")
    if code in DAMAGED:
        return DamagedError(f"{path}: is damaged or is no Komawari file ({error}); it was left as it is.")
    if code == sqlite3.SQLITE_BUSY:
        return StorageError(f"{path}: another program holds the file; try again.")
    return StorageError(f"{path}: {error}")
