"""Writing states: rows for what is new, heads that name rows, and no row that no head names."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from komawari.domain.character import Character
from komawari.domain.project import Page, Project
from komawari.storage.opening import Rows
from komawari.storage.records import Head, bare, encoded


class Prepared(NamedTuple):
    """A state that is ready to be written, and all rows that it then has."""

    seq: int
    head: bytes
    new: list[tuple[int, bytes]]
    rows: Rows
    next_key: int


def prepare(project: Project, seq: int, rows: Rows, next_key: int, last: str = "") -> Prepared:
    """Encode what the rows do not have yet. Nothing is locked meanwhile. `last` is the name of the last edit."""
    known: Rows = {}
    new: list[tuple[int, bytes]] = []
    things: tuple[Page | Character, ...] = (*project.pages, *project.characters)
    for one in things:
        old = rows.get(one.id)
        if old is None or old[0] is not one:
            new.append((next_key, encoded(one)))
            old, next_key = (one, next_key), next_key + 1
        known[one.id] = old
    pages = tuple(known[page.id][1] for page in project.pages)
    head = Head(bare(project), pages, tuple(known[one.id][1] for one in project.characters), last=last)
    return Prepared(seq, encoded(head), new, known, next_key)


def write(db: sqlite3.Connection, state: Prepared, saved: bool) -> None:
    """Write a state as the last snapshot, or as the last save, inside the caller's transaction."""
    db.executemany("INSERT INTO object VALUES (?, ?)", state.new)
    db.execute("DELETE FROM state WHERE kind = 'working'")
    kind = "saved" if saved else "working"
    db.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", (kind, state.head, state.seq, time.time()))
    db.execute("DELETE FROM journal WHERE seq <= ?", (state.seq,))
    drop_unnamed(db)


def drop_unnamed(db: sqlite3.Connection) -> None:
    """Delete rows that no state names, inside the caller's transaction."""
    heads = [msgspec.json.decode(head, type=_Keys) for (head,) in db.execute("SELECT head FROM state")]
    named = {key for head in heads for key in (*head.pages, *head.characters)}
    gone = [(key,) for (key,) in db.execute("SELECT key FROM object") if key not in named]
    db.executemany("DELETE FROM object WHERE key = ?", gone)


class _Keys(msgspec.Struct):
    """Of a `Head`, the rows alone."""

    pages: Sequence[int]
    characters: Sequence[int]
