"""One writer at a time: who has a project open stands in the file itself, so that no lock file lies about."""

from __future__ import annotations

import getpass
import os
import platform
import sqlite3
import sys
import time
from pathlib import Path

from msgspec.structs import replace

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
    path: str = ""
    """Where the file was that it has open; a copy of that file says the same."""
    file: str = ""
    """Which file that was, as `_identity` tells them apart."""

    def __str__(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.since))
        return f"by {self.user} on {self.host} since {when} (process {self.pid})"

    def is_alive(self) -> bool:
        """Return whether it still has the project open, as far as can be known from here."""
        return self.host != platform.node() or birth(self.pid) == self.birth

    def holds(self, path: Path) -> bool:
        """Return whether this file is the one that it has open; False only where that is another one for certain.

        A file that was copied while it was open names the holder of the other one. That is certain on one file
        system alone: with network drives, one file may have several paths and devices. And the other file has to be
        where it was, for some network drives number files anew.
        """
        here, there = _identity(path), _identity(Path(self.path)) if self.path else ""
        if self.host != platform.node() or not here or not there or there != self.file:
            return True
        return here == there or here.partition(":")[0] != there.partition(":")[0]


def _identity(path: Path) -> str:
    """Return a file's device and number on it; empty where the system does not say."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}" if found.st_ino else ""


def me(path: Path | None = None) -> Holder:
    """Return this process, as the holder of a file."""
    who = Holder(platform.node(), _user(), os.getpid(), birth(os.getpid()) or "", time.time())
    return who if path is None else replace(who, path=str(path.absolute()), file=_identity(path))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def take(db: sqlite3.Connection, path: Path, take_over: bool = False) -> None:
    """Write down that this process has the project, inside the caller's transaction.

    A holder whose process is gone is replaced, and so is one that has the file open of which this is a copy. One on
    another computer cannot be asked: `take_over` says that the artist did. Raises `LockedError`.
    """
    row = db.execute("SELECT who FROM holder").fetchone()
    if row is not None:
        holder = decoded(row[0], Holder, "holder")
        here = holder.host == platform.node()
        if holder.is_alive() and holder.holds(path) and (here or not take_over):
            raise LockedError(path, str(holder), not here)
    db.execute("INSERT OR REPLACE INTO holder VALUES (1, ?)", (encoded(me(path)),))


def give_back(db: sqlite3.Connection) -> None:
    """Write down that nobody has the project open, inside the caller's transaction."""
    db.execute("DELETE FROM holder")
