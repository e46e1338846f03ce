"""Files inside a database, named by sha256, in chunks, so that no write of a large one holds others up for long."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from komawari.storage.database import transaction
from komawari.storage.errors import DamagedError, StorageError

CHUNK = 2**20
Guard = Callable[[], AbstractContextManager[object]]
"""What is held around each short transaction."""


def put(db: sqlite3.Connection, data: bytes, guard: Guard = nullcontext) -> str:
    """Store a file unless it is there, and return its sha256. It is there with its last transaction, whole."""
    sha = hashlib.sha256(data).hexdigest()
    if has(db, sha):
        return sha
    for part, start in enumerate(range(0, len(data), CHUNK)):
        with guard(), transaction(db):
            piece = memoryview(data)[start : start + CHUNK]
            db.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", (sha, part, piece))
    with guard(), transaction(db):
        db.execute("INSERT OR IGNORE INTO picture VALUES (?, ?)", (sha, len(data)))
    return sha


def has(db: sqlite3.Connection, sha: str) -> bool:
    """Return whether a file is there."""
    return db.execute("SELECT 1 FROM picture WHERE sha256 = ?", (sha,)).fetchone() is not None


def get(db: sqlite3.Connection, sha: str) -> bytes:
    """Return a file's bytes. Raises `StorageError` if it is not there or not what its name says."""
    rows = (
        db.execute("SELECT data FROM chunk WHERE sha256 = ? ORDER BY part", (sha,)).fetchall() if has(db, sha) else None
    )
    if rows is None:
        raise StorageError(f"the picture {sha[:12]}… is not in the file")
    data = b"".join(row[0] for row in rows)
    if hashlib.sha256(data).hexdigest() != sha:
        raise DamagedError(f"the picture {sha[:12]}… is damaged in the file")
    return data
