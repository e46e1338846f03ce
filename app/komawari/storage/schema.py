"""The tables of a project file and of the library, and the steps from every older version.

A step is never changed once files of its version exist; a new one is added below it.
`user_version` is the number of steps that a file has gone.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

from komawari.storage.errors import DamagedError, NewerError

PROJECT_ID = 0x4B6F6D61
"""`application_id` of project files ("Koma")."""
LIBRARY_ID = 0x4B6F6D6C

PICTURES = """
CREATE TABLE picture (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE chunk (sha256 TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (sha256, part));
"""
PROJECT_STEPS = (
    PICTURES
    + """
-- Pages and characters as JSON. States name their rows, so that a state costs only what differs from others.
CREATE TABLE object (key INTEGER PRIMARY KEY, body BLOB NOT NULL);
-- 'saved': when the artist last saved. 'working': the last snapshot since. The journal goes on from its seq.
CREATE TABLE state (kind TEXT PRIMARY KEY, head BLOB NOT NULL, seq INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE journal (seq INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL, delta BLOB NOT NULL);
CREATE TABLE take (
    id TEXT PRIMARY KEY, panel TEXT NOT NULL, picture TEXT NOT NULL, trashed_at REAL, made_at REAL NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE holder (only INTEGER PRIMARY KEY CHECK (only = 1), who BLOB NOT NULL);
""",
    # Strips and the storage view ask by panel and by picture.
    """
CREATE INDEX take_by_panel ON take (panel, made_at);
CREATE INDEX take_by_picture ON take (picture);
""",
    "-- Panels have `local_edit`.\n",
    "-- Panels have `sketch`.\n",
    "-- Holders say which file they hold, and states which edit was the last.\n",
    "-- Settings and the requests of takes have `detail`.\n",
    "-- Sketches have `lines` and `lines_weight`, local edits and the requests of takes `lines`.\n",
)
LIBRARY_STEPS = (
    PICTURES
    + """
CREATE TABLE character (id TEXT PRIMARY KEY, name TEXT NOT NULL, body BLOB NOT NULL, changed_at REAL NOT NULL)
    WITHOUT ROWID;
""",
)
HEADER = struct.Struct(">60xI4xI28x")
MAGIC = b"SQLite format 3\x00"


def check_header(path: Path, application: int, newest: int) -> None:
    """Refuse a file that is not ours, or too new, without opening it as a database. Raises `StorageError`."""
    try:
        with path.open("rb") as file:
            head = file.read(HEADER.size)
    except OSError as error:
        raise DamagedError(f"{path}: cannot be read: {error.strerror}") from None
    if len(head) < HEADER.size or not head.startswith(MAGIC):
        raise DamagedError(f"{path}: is damaged or is no Komawari file; it was left as it is.")
    version, found = HEADER.unpack(head)
    if found != application:
        raise DamagedError(f"{path}: is a database, but no Komawari file; it was left as it is.")
    check_version(path, version, newest)


def check_version(path: Path, version: int, newest: int) -> None:
    """Refuse a version that this program does not know. Raises `NewerError`."""
    if version > newest:
        raise NewerError(
            f"{path}: was written by a newer Komawari (format {version}, this one knows {newest}). "
            "Update Komawari to open it; the file was left as it is."
        )


def migrate(db: sqlite3.Connection, path: Path, application: int, steps: tuple[str, ...]) -> None:
    """Bring a file, or an empty one, to the newest version, inside the caller's transaction.

    If anything raises, the caller rolls back and the file is as it was. Raises `StorageError`.
    """
    version = db.execute("PRAGMA user_version").fetchone()[0]
    check_version(path, version, len(steps))
    for step in steps[version:]:
        for statement in _statements(step):
            db.execute(statement)
    if version < len(steps):
        db.execute(f"PRAGMA application_id={application}")
        db.execute(f"PRAGMA user_version={len(steps)}")


def _statements(script: str) -> Iterator[str]:
    """Yield a script's statements; sqlite3's own way to run several would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
