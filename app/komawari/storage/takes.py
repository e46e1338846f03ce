"""Takes in a project file: kept until the artist empties the trash, whatever is undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

import msgspec
from msgspec.structs import replace

from komawari.domain.takes import Take
from komawari.storage.records import decoded, encoded


class PanelUsage(msgspec.Struct, frozen=True):
    """How much room a panel's takes need."""

    panel: str
    takes: int
    bytes: int
    trashed: int
    """Bytes of those in the trash."""


class Usage(msgspec.Struct, frozen=True):
    """What the room in a project file is used for, in bytes."""

    file: int
    pictures: int
    takes: int
    trash: int
    panels: tuple[PanelUsage, ...]
    """The largest first; panels that were removed are among them."""


class TakeUsage(msgspec.Struct, frozen=True):
    """How much room one take needs."""

    take: Take
    bytes: int


def add(db: sqlite3.Connection, take: Take) -> None:
    """Add a take, inside the caller's transaction."""
    row = (take.id, take.panel, take.picture.sha256, take.trashed_at, take.made_at, encoded(take))
    db.execute("INSERT INTO take VALUES (?, ?, ?, ?, ?, ?)", row)


def get(db: sqlite3.Connection, ids: Iterable[str]) -> list[Take]:
    """Return those of these takes that there are."""
    rows = (db.execute("SELECT body, trashed_at FROM take WHERE id = ?", (one,)).fetchone() for one in ids)
    return [_take(*row) for row in rows if row]


def of_panel(db: sqlite3.Connection, panel: str) -> list[Take]:
    """Return a panel's takes, those in the trash too, the oldest first."""
    rows = db.execute("SELECT body, trashed_at FROM take WHERE panel = ? ORDER BY made_at, id", (panel,))
    return [_take(*row) for row in rows.fetchall()]


def in_trash(db: sqlite3.Connection) -> list[Take]:
    """Return all takes in the trash, the latest to arrive first."""
    rows = db.execute("SELECT body, trashed_at FROM take WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC")
    return [_take(*row) for row in rows.fetchall()]


def set_trashed(db: sqlite3.Connection, ids: Iterable[str], at: float | None) -> None:
    """Put takes into the trash, or (None) take them out, inside the caller's transaction."""
    db.executemany("UPDATE take SET trashed_at = ? WHERE id = ?", [(at, one) for one in ids])


def delete(db: sqlite3.Connection, ids: Iterable[str], kept: Collection[str]) -> None:
    """Delete takes that are in the trash and not among `kept`, inside the caller's transaction."""
    gone = [(one,) for one in ids if one not in kept]
    db.executemany("DELETE FROM take WHERE id = ? AND trashed_at IS NOT NULL", gone)


def usage(db: sqlite3.Connection) -> Usage:
    """Return what needs how much room. A picture that two takes show is counted for both."""
    pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    pictures = db.execute("SELECT coalesce(sum(size), 0) FROM picture").fetchone()[0]
    rows = db.execute(
        "SELECT panel, count(*), coalesce(sum(size), 0), coalesce(sum(iif(trashed_at IS NULL, 0, size)), 0) AS trash"
        " FROM take LEFT JOIN picture ON sha256 = take.picture GROUP BY panel ORDER BY 3 DESC, panel"
    ).fetchall()
    panels = tuple(PanelUsage(*row) for row in rows)
    return Usage(pages * size, pictures, sum(p.bytes for p in panels), sum(p.trashed for p in panels), panels)


def usage_of_panel(db: sqlite3.Connection, panel: str) -> list[TakeUsage]:
    """Return a panel's takes, those in the trash too, with their pictures' sizes, the largest first."""
    rows = db.execute(
        "SELECT body, trashed_at, coalesce(size, 0) FROM take LEFT JOIN picture ON sha256 = take.picture"
        " WHERE panel = ? ORDER BY 3 DESC, made_at, id",
        (panel,),
    )
    return [TakeUsage(_take(body, trashed_at), size) for body, trashed_at, size in rows.fetchall()]


def _take(body: bytes, trashed_at: float | None) -> Take:
    take: Take = decoded(body, Take, "take")
    return take if take.trashed_at == trashed_at else replace(take, trashed_at=trashed_at)
