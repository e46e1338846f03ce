"""Pictures that nothing names any more: found by searching every text in the file for sha256s."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection

from komawari.storage.database import transaction
from komawari.storage.gate import Gate

Change = Callable[[sqlite3.Connection], object]
SHA = re.compile(rb"[0-9a-f]{64}")
TEXTS = ("SELECT body FROM object", "SELECT head FROM state", "SELECT delta FROM journal", "SELECT body FROM take")


def named_in(db: sqlite3.Connection) -> set[str]:
    """Return whatever looks like a sha256 in states, edits and takes.

    Reading the texts as texts errs on the side of keeping: no kind of value can be forgotten here.
    """
    return {sha.decode() for query in TEXTS for (text,) in db.execute(query) for sha in SHA.findall(text)}


def collect(db: sqlite3.Connection, named: Collection[str], gate: Gate) -> int:
    """Delete all other pictures, one short transaction each, and unfinished ones; return the bytes freed."""
    found = db.execute("SELECT sha256 FROM picture UNION SELECT DISTINCT sha256 FROM chunk").fetchall()
    return sum(_delete(db, sha, gate) for (sha,) in found if sha not in named)


def _delete(db: sqlite3.Connection, sha: str, gate: Gate) -> int:
    query = "SELECT coalesce(sum(length(data)), 0) FROM chunk WHERE sha256 = ?"
    size: int = db.execute(query, (sha,)).fetchone()[0]
    with gate.patient(), transaction(db):
        db.execute("DELETE FROM picture WHERE sha256 = ?", (sha,))
        db.execute("DELETE FROM chunk WHERE sha256 = ?", (sha,))
    return size
