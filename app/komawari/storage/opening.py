"""Making and opening project files: nothing is written to a file before all of it proved to be readable."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from komawari.domain.character import Character
from komawari.domain.project import Page, Project
from komawari.storage import holder
from komawari.storage.database import connect, end_wal, transaction
from komawari.storage.errors import DamagedError, ReadOnlyError, told
from komawari.storage.records import Delta, Head, applied, bare, decoded, encoded, whole
from komawari.storage.schema import PROJECT_ID, PROJECT_STEPS, check_header, migrate


@dataclass(frozen=True)
class Recovery:
    """What was done after the last save and never saved."""

    project: Project
    edits: int
    """How many edits, the unsaved ones of earlier sessions included."""
    last: str
    """The last edit's name; empty where the file does not say it."""
    at: float
    """When it was made, in seconds since 1970."""
    complaint: str = ""
    """Why later edits could not be read; empty: all were."""


Rows = dict[str, tuple[Page | Character, int]]
"""Id of a page or character → the value and the key of its row."""


@dataclass
class Loaded:
    """A project file's documents."""

    saved: Project
    recovery: Recovery | None
    base: Project
    """The last snapshot."""
    rows: Rows
    """Of the last snapshot."""
    seq: int
    """Of the last edit."""
    next_key: int


def create(path: Path, project: Project) -> None:
    """Write a new project file, in the place of one that may be there. Raises `StorageError`."""
    with writing_aside(path) as aside, told(path):
        db = connect(aside, create=True)
        try:
            with transaction(db):
                migrate(db, path, PROJECT_ID, PROJECT_STEPS)
                _write_first(db, project)
            end_wal(db)
        finally:
            db.close()


@contextmanager
def writing_aside(path: Path) -> Iterator[Path]:
    """Give a name to write a new file under, which then takes its place, unless anything raises.

    Raises `StorageError`; a project that is open anywhere is not replaced.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.unlink(missing_ok=True)
        try:
            yield aside
            if path.exists():
                check_unheld(path)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise ReadOnlyError(f"{path}: cannot be written: {error.strerror}") from None


def check_unheld(path: Path) -> None:
    """Refuse to replace a project that is open anywhere. Raises `LockedError`; what is no project may go."""
    try:
        check_header(path, PROJECT_ID, len(PROJECT_STEPS))
    except DamagedError:
        return
    with told(path):
        db = connect(path)
        try:
            with transaction(db):
                holder.take(db, path)
                holder.give_back(db)
        finally:
            db.close()


def _write_first(db: sqlite3.Connection, project: Project) -> None:
    things = (*project.pages, *project.characters)
    db.executemany("INSERT INTO object VALUES (?, ?)", ((k, encoded(one)) for k, one in enumerate(things, 1)))
    count = len(project.pages)
    head = Head(bare(project), tuple(range(1, count + 1)), tuple(range(count + 1, len(things) + 1)))
    db.execute("INSERT INTO state VALUES ('saved', ?, 0, ?)", (encoded(head), time.time()))


def load(path: Path, take_over: bool = False) -> Loaded:
    """Take a file for this process and return what is in it; if anything raises, the file is as it was.

    Raises `LockedError`, `NewerError`, `DamagedError` and other `StorageError`s.
    """
    check_header(path, PROJECT_ID, len(PROJECT_STEPS))
    with told(path):
        db = connect(path)
        try:
            with transaction(db):
                holder.take(db, path, take_over)
                migrate(db, path, PROJECT_ID, PROJECT_STEPS)
                with _without_collections():
                    return _read(db)
        except DamagedError as error:
            raise DamagedError(f"{path}: is damaged; it was left as it is. {error}") from None
        finally:
            db.close()


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the garbage collector from walking the whole program again and again while a long document is read."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(db: sqlite3.Connection) -> Loaded:
    states = {
        kind: (decoded(head, Head, kind), seq) for kind, head, seq in db.execute("SELECT kind, head, seq FROM state")
    }
    if "saved" not in states:
        raise DamagedError("the last save is missing")
    rows = dict(db.execute("SELECT key, body FROM object"))
    saved_head, saved_seq = states["saved"]
    head, seq = states.get("working", states["saved"])
    saved = whole(saved_head, rows)
    base = saved if head is saved_head else _sharing(saved, saved_head, head, rows)
    things: tuple[Page | Character, ...] = (*base.pages, *base.characters)
    known: Rows = {one.id: (one, key) for one, key in zip(things, (*head.pages, *head.characters))}
    recovery = _recovery(db, base, head.last, seq, saved_seq)
    last = db.execute("SELECT coalesce(max(seq), ?) FROM journal", (seq,)).fetchone()[0]
    return Loaded(saved, recovery, base, known, max(last, seq), max(rows, default=0) + 1)


def _sharing(saved: Project, saved_head: Head, head: Head, rows: dict[int, bytes]) -> Project:
    """Return another state's project, in which what both states have in common is the same object."""
    keys = (*saved_head.pages, *saved_head.characters)
    known = dict(zip(keys, (*saved.pages, *saved.characters)))
    project = whole(head, rows)
    pages = tuple(known.get(key, page) for key, page in zip(head.pages, project.pages))
    characters = tuple(known.get(key, one) for key, one in zip(head.characters, project.characters))
    return replace(project, pages=pages, characters=characters)


def _recovery(db: sqlite3.Connection, base: Project, last: str, seq: int, saved_seq: int) -> Recovery | None:
    """Return the base with the journal's edits after `seq`, where `last` was made; None if all of it was saved."""
    project, complaint = base, ""
    at = db.execute("SELECT max(at) FROM state").fetchone()[0]
    for number, name, when, delta in db.execute("SELECT * FROM journal WHERE seq > ? ORDER BY seq", (seq,)):
        try:
            project = applied(project, decoded(delta, Delta, f"edit {number} ({name})"))
        except DamagedError as error:
            complaint = str(error)
            break
        seq, last, at = number, name, when
    return Recovery(project, seq - saved_seq, last, at, complaint) if seq > saved_seq or complaint else None
