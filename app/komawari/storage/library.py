"""The character library of this user: characters with all their pictures, to be copied into projects.

Several editors may use it at once; each call is one short transaction.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from komawari.domain.base import blobs
from komawari.domain.character import Character, offers_update
from komawari.domain.edits.characters import check_character, edited
from komawari.domain.project import Project
from komawari.storage import pictures
from komawari.storage.database import connect, transaction
from komawari.storage.errors import ReadOnlyError, StorageError, told
from komawari.storage.records import decoded, encoded
from komawari.storage.schema import LIBRARY_ID, LIBRARY_STEPS, check_header, migrate

FILE = "characters.komalib"


class Library:
    """An open library. Any thread may use it; calls wait for each other."""

    def __init__(self, path: Path) -> None:
        """Open the library, or make an empty one. Raises `StorageError`."""
        self.path = path
        self._lock = threading.Lock()
        if path.exists():
            check_header(path, LIBRARY_ID, len(LIBRARY_STEPS))
        with told(path):
            self._db = self._connected()

    def _connected(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReadOnlyError(f"{self.path.parent}: cannot be made: {error.strerror}") from None
        db = connect(self.path, create=True)
        try:
            with transaction(db):
                migrate(db, self.path, LIBRARY_ID, LIBRARY_STEPS)
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def characters(self) -> list[Character]:
        """Return all characters by name. Raises `StorageError`."""
        with self._lock, told(self.path):
            rows = self._db.execute("SELECT body FROM character ORDER BY name COLLATE NOCASE, id").fetchall()
        return [decoded(body, Character, "character") for (body,) in rows]

    def search(self, words: str, labels: Iterable[str] = ()) -> list[Character]:
        """Return the characters that have all these labels, and each word in their name, labels, tags or notes."""
        wanted = {label.casefold() for label in labels}
        found = words.casefold().split()
        return [
            one
            for one in self.characters()
            if wanted <= {label.casefold() for label in one.labels} and all(word in _text(one) for word in found)
        ]

    def get(self, character: str) -> Character | None:
        """Return a character by its id."""
        with self._lock, told(self.path):
            row = self._db.execute("SELECT body FROM character WHERE id = ?", (character,)).fetchone()
        return decoded(row[0], Character, "character") if row else None

    def put(self, character: Character, files: Mapping[str, bytes]) -> Character:
        """Add or change a character, and return it with its version. `files`: sha256 → bytes of new pictures.

        Raises `DomainError` or `StorageError`, also where a picture is neither here nor given.
        """
        old = self.get(character.id)
        new = check_character(character) if old is None else edited(old, character)
        with self._lock, told(self.path):
            for sha in dict.fromkeys(blobs(new)):
                self._put_picture(sha, files)
            with transaction(self._db):
                row = (new.id, new.name, encoded(new), time.time())
                self._db.execute("INSERT OR REPLACE INTO character VALUES (?, ?, ?, ?)", row)
        return new

    def _put_picture(self, sha: str, files: Mapping[str, bytes]) -> None:
        if pictures.has(self._db, sha):
            return
        if sha not in files or pictures.put(self._db, files[sha]) != sha:
            raise StorageError(f"the picture {sha[:12]}… was not given")

    def remove(self, character: str) -> None:
        """Remove a character and the pictures that only it had. Projects keep their copies."""
        with self._lock, told(self.path), transaction(self._db):
            self._db.execute("DELETE FROM character WHERE id = ?", (character,))
            bodies = self._db.execute("SELECT body FROM character").fetchall()
            kept = {sha for (body,) in bodies for sha in blobs(decoded(body, Character, "character"))}
            known = {sha for (sha,) in self._db.execute("SELECT sha256 FROM picture UNION SELECT sha256 FROM chunk")}
            for table in ("picture", "chunk"):
                self._db.executemany(f"DELETE FROM {table} WHERE sha256 = ?", [(sha,) for sha in known - kept])

    def picture(self, sha: str) -> bytes:
        """Return a picture's bytes. Raises `StorageError`."""
        with self._lock, told(self.path):
            return pictures.get(self._db, sha)

    def files_of(self, character: Character) -> dict[str, bytes]:
        """Return all pictures and masks of a character, to be put into a project. Raises `StorageError`."""
        return {sha: self.picture(sha) for sha in dict.fromkeys(blobs(character))}

    def offers(self, project: Project) -> list[Character]:
        """Return the characters that changed here since the project took or declined them."""
        mine = ((self.get(copy.id), copy) for copy in project.characters)
        return [one for one, copy in mine if one is not None and offers_update(one, copy)]


def _text(character: Character) -> str:
    return " ".join((character.name, character.notes, *character.labels, *character.tags)).casefold()
