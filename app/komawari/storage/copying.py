"""A project file written anew under another name, aside first, and as if just saved."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from komawari.storage import holder
from komawari.storage.database import connect, end_wal, transaction
from komawari.storage.errors import told
from komawari.storage.opening import writing_aside
from komawari.storage.states import drop_unnamed


def copy(db: sqlite3.Connection, path: Path) -> None:
    """Write a file whose last save is this one's last snapshot, held by nobody. Raises `StorageError`."""
    with writing_aside(path) as aside, told(path):
        db.execute("VACUUM INTO ?", (str(aside),))
        _finish(aside)


def _finish(aside: Path) -> None:
    db = connect(aside)
    try:
        with transaction(db):
            db.execute("DELETE FROM state WHERE kind = 'saved'")
            db.execute("UPDATE state SET kind = 'saved'")
            db.execute("DELETE FROM journal")
            drop_unnamed(db)
            holder.give_back(db)
        end_wal(db)
    finally:
        db.close()
