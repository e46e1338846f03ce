"""Connections and transactions: how this house opens SQLite."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 5.0
"""Seconds that a connection waits for another process."""


def connect(path: Path, create: bool = False) -> sqlite3.Connection:
    """Return a connection that begins no transactions by itself. Raises `sqlite3.Error`."""
    mode = "rwc" if create else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    # Checkpoints wait for the disk: they are made by hand, where nobody waits for them.
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("PRAGMA synchronous=NORMAL")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Write everything inside, or nothing. Raises `sqlite3.Error`."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have rolled back already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def begin_wal(db: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side, and commits not wait for the disk. Makes files beside the file."""
    db.execute("PRAGMA journal_mode=WAL")


def end_wal(db: sqlite3.Connection) -> None:
    """Put everything into the one file and remove those beside it. It has to be the last connection."""
    # Somebody's backup may read the file at this moment; then SQLite tidies up with the next opening.
    with contextlib.suppress(sqlite3.OperationalError):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode=DELETE")
