"""One writer at a time: who has a project open stands in the file itself, so that no lock file lies about."""

from __future__ import annotations

import getpass
import os
import platform
import sqlite3
import sys
import time
from pathlib import Path

from komawari.domain.base import Part
from komawari.storage.errors import LockedError
from komawari.storage.records import decoded, encoded

if sys.platform == "win32":
    from komawari.storage.windows import birth
else:
    from komawari.storage.posix import birth


class Holder(Part, frozen=True):
    """A process that has a project open."""

    host: str
    user: str
    pid: int
    birth: str
    """When the process began, in its system's own words: numbers of processes are used again."""
    since: float
    """Seconds since 1970, UTC."""

    def __str__(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.since))
        return f"by {self.user} on {self.host} since {when} (process {self.pid})"

    def is_alive(self) -> bool:
        """Return whether it still has the project open, as far as can be known from here."""
        return self.host != platform.node() or birth(self.pid) == self.birth


def me() -> Holder:
    """Return this process."""
    return Holder(platform.node(), _user(), os.getpid(), birth(os.getpid()) or "", time.time())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def take(db: sqlite3.Connection, path: Path, take_over: bool = False) -> None:
    """Write down that this process has the project, inside the caller's transaction.

    A holder whose process is gone is replaced. One on another computer cannot be asked: `take_over` says that the
    artist did. Raises `LockedError`.
    """
    row = db.execute("SELECT who FROM holder").fetchone()
    if row is not None:
        holder = decoded(row[0], Holder, "holder")
        here = holder.host == platform.node()
        if holder.is_alive() and (here or not take_over):
            raise LockedError(path, str(holder), not here)
    db.execute("INSERT OR REPLACE INTO holder VALUES (1, ?)", (encoded(me()),))


def give_back(db: sqlite3.Connection) -> None:
    """Write down that nobody has the project open, inside the caller's transaction."""
    db.execute("DELETE FROM holder")
