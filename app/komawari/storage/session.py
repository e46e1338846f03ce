"""An open project file: its three connections, for the caller, for the worker, and for reading."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

from komawari.storage import holder
from komawari.storage.database import begin_wal, connect, end_wal, transaction
from komawari.storage.errors import StorageError, told


class Session:
    """Connections to one file, which this process holds already (`opening.load`)."""

    def __init__(self, path: Path) -> None:
        """Raises `StorageError`."""
        self.path = path
        made: list[sqlite3.Connection] = []
        try:
            with told(path):
                for _ in range(3):
                    made.append(connect(path))
                    begin_wal(made[-1])
        except BaseException:
            for one in made[1:]:
                one.close()
            _let_go(made[:1])
            raise
        self.front, self.back, self.reader = made
        self.reading = threading.Lock()
        """Held around every use of `reader`."""

    def sync(self) -> None:
        """Wait until the disk has all that was committed. No transaction waits meanwhile. Raises `StorageError`."""
        log = self.path.with_name(f"{self.path.name}-wal")
        try:
            with log.open("r+b") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(f"{log}: the disk did not take it: {error.strerror}") from None

    def close(self, discard: bool) -> None:
        """Give the file back, as one file; `discard`: as it was last saved. Raises `StorageError`."""
        self.front.close()
        with self.reading:
            self.reader.close()
        try:
            with told(self.path):
                with transaction(self.back):
                    if discard:
                        forget_unsaved(self.back)
                    holder.give_back(self.back)
                end_wal(self.back)
        finally:
            self.back.close()


def forget_unsaved(db: sqlite3.Connection) -> None:
    """Leave only the last save, inside the caller's transaction. Pictures remain until they are collected."""
    db.execute("DELETE FROM journal")
    db.execute("DELETE FROM state WHERE kind = 'working'")


def _let_go(made: list[sqlite3.Connection]) -> None:
    """Give the file back through a connection, if there is one and it still can."""
    for db in made:
        with contextlib.suppress(sqlite3.Error), transaction(db):
            holder.give_back(db)
        db.close()
