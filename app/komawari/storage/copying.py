"""A project file written anew under another name, aside first, and as if just saved."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from komawari.storage import holder
from komawari.storage.database import connect, end_wal, transaction
from komawari.storage.errors import told
from komawari.storage.opening import writing_aside
from komawari.storage.schema import PROJECT_ID, PROJECT_STEPS, check_header
from komawari.storage.states import drop_unnamed


def copy(db: sqlite3.Connection, path: Path) -> None:
    """Write a file whose last save is this one's last snapshot, held by nobody. Raises `StorageError`."""
    with writing_aside(path) as aside, told(path):
        db.execute("VACUUM INTO ?", (str(aside),))
        _finish(aside)


def copy_of(source: Path, path: Path) -> None:
    """Write a copy of a file that somebody else may have open, or that cannot be written to; it is held by nobody.

    What was not saved in it is in the copy's journal too. Raises `StorageError`.
    """
    check_header(source, PROJECT_ID, len(PROJECT_STEPS))
    with told(source):
        db = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    try:
        with writing_aside(path) as aside:
            with told(source):
                db.execute("VACUUM INTO ?", (str(aside),))
            with told(path):
                _let_go(aside)
    finally:
        db.close()


def _let_go(aside: Path) -> None:
    db = connect(aside)
    try:
        with transaction(db):
            holder.give_back(db)
    finally:
        db.close()


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
