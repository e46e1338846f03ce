"""An open project file: edits are journalled at once, everything else is written by a thread of the store's own.

`append` is quick and is called for every edit. What returns a `Future` never waits; its exceptions are
`StorageError`s, and the file then is as it was. Reading (`picture`, `takes_of` …) may be done from any thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path

from animeadapter.protocol.request import Blob
from komawari.domain.project import Project
from komawari.domain.takes import Take
from komawari.storage import collecting, copying, opening, pictures, states
from komawari.storage import takes as take_rows
from komawari.storage.database import transaction
from komawari.storage.errors import StorageError, told
from komawari.storage.gate import Gate
from komawari.storage.opening import Loaded
from komawari.storage.records import difference, encoded
from komawari.storage.session import Session
from komawari.storage.worker import Worker

SNAPSHOT_AFTER = 20.0
"""Seconds from an edit to the snapshot that has it."""
HELD_AT_MOST = 0.012
"""Seconds that an edit waits for its journal. Mostly it takes less than one thousandth; a disk may stall, though."""
QUIET = 1.0
"""Seconds without an edit after which the file is tidied."""
OnTrouble = Callable[[StorageError], None]


class Store:
    """A project file that this process holds."""

    def __init__(
        self, path: Path, loaded: Loaded, on_trouble: OnTrouble, snapshot_after: float, held_at_most: float
    ) -> None:
        """Use `Store.open`."""
        self.recovery = loaded.recovery
        """What was done after the last save, if anything; `begin` says what is kept."""
        self.saved = loaded.saved
        """The last save."""
        self._session = Session(path)
        self._journalled, self._seq = loaded.base, loaded.seq
        self._last = loaded.recovery.last if loaded.recovery is not None else ""
        """The name of the last edit that was journalled."""
        self._rows, self._next_key = loaded.rows, loaded.next_key
        self._gate, self._worker, self._journalist = Gate(), Worker("storage"), Worker("journal")
        self._held_at_most = held_at_most
        self._on_trouble, self._snapshot_after = on_trouble, snapshot_after
        self._arriving: dict[str, bytes] = {}
        self._fresh: set[str] = set()
        self._edited_at = 0.0

    @classmethod
    def create(cls, path: Path, project: Project) -> None:
        """Write a new project file, in the place of one that may be there. Raises `StorageError`."""
        opening.create(path, project)

    @classmethod
    def open(
        cls,
        path: Path,
        on_trouble: OnTrouble,
        take_over: bool = False,
        snapshot_after: float = SNAPSHOT_AFTER,
        held_at_most: float = HELD_AT_MOST,
    ) -> Store:
        """Open a project file for this process alone.

        `on_trouble` hears, on a thread of the store's, of snapshots that failed and are tried again. `take_over`: the
        artist said that nobody on the other computer works on it. `held_at_most`: seconds that `append` may take.
        Raises `StorageError`, mostly one of its kinds.
        """
        return cls(path, opening.load(path, take_over), on_trouble, snapshot_after, held_at_most)

    @property
    def path(self) -> Path:
        """Where the file is; `save_as` changes it."""
        return self._session.path

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._worker.stopped

    def journal_length(self) -> int:
        """Return how many edits wait for the next snapshot."""
        with self._session.reading, told(self.path):
            count: int = self._session.reader.execute("SELECT count(*) FROM journal").fetchone()[0]
        return count

    # Edits.

    def begin(self, recovered: bool) -> Project:
        """Return the project to go on with: everything up to the last journalled edit, or the last save."""
        if self.recovery is None:
            return self.saved
        with self._gate.urgent(), told(self.path):
            if self.recovery.complaint:
                # What could not be read must not stand before what comes now.
                self._journal("Recover", self.recovery.project, instead=True)
            self._journalled = self.recovery.project
        if recovered:
            return self.recovery.project
        self.append("Return to the last save", self.saved)
        return self.saved

    def append(self, name: str, project: Project) -> None:
        """Journal an edit: when this returns, killing the process does not lose it.

        Unless the disk stalls: then this returns all the same, and the edit is under way until `flush` would return.
        Raises `StorageError`, or tells `on_trouble` if that comes late; the next edit that succeeds then carries this
        one along.
        """
        written = self._journalist.submit(lambda: self._append(name, project))
        try:
            written.result(self._held_at_most)
        except TimeoutError:
            written.add_done_callback(self._tell_late)

    def flush(self) -> None:
        """Wait until every edit is journalled, or has failed to be."""
        self._journalist.submit(lambda: None).result()

    def _append(self, name: str, project: Project) -> None:
        with self._gate.urgent(), told(self.path):
            if project is self._journalled:
                return
            self._journal(name, project)
        self._worker.by_then("snapshot", self._snapshot_after, self._snapshot)

    def _tell_late(self, written: Future[None]) -> None:
        error = written.exception()
        if isinstance(error, StorageError):
            self._on_trouble(error)

    def _journal(self, name: str, project: Project, instead: bool = False) -> None:
        """Write down the difference to what is journalled; `instead`: of all that the journal has. Holds the gate."""
        row = (self._seq + 1, name, time.time(), encoded(difference(self._journalled, project)))
        with transaction(self._session.front):
            if instead:
                self._session.front.execute("DELETE FROM journal")
            self._session.front.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", row)
        self._journalled, self._seq, self._last = project, self._seq + 1, name
        self._edited_at = time.monotonic()

    def save(self) -> Future[Project]:
        """Make the last journalled edit the last save; the future has the project that was saved.

        An edit that is journalled before the writing begins is in it.
        """
        return self._worker.submit(lambda: self._write_state(saved=True))

    def save_as(self, path: Path) -> Future[Project]:
        """Save under another name and go on there; the old file keeps what was last saved in it."""
        return self._worker.submit(lambda: self._move(path))

    def save_copy(self, path: Path) -> Future[Project]:
        """Save under another name and go on here."""
        return self._worker.submit(lambda: self._copy(path))

    def close(self, discard: bool = False) -> None:
        """Finish what is being written and give the file back.

        What was not saved is offered at the next opening, unless `discard` says that the artist does not want it.
        """
        self._journalist.stop()
        self._worker.nothing_due()
        self._worker.stop()
        self._session.close(discard)

    # Pictures and takes.

    def put_picture(self, data: bytes) -> Future[str]:
        """Store a picture. It can be read at once; an edit may name it when the future is done."""
        self._fresh.add(sha := Blob.of(data).sha256)
        self._arriving[sha] = data
        return self._worker.submit(lambda: self._put(sha, data))

    def picture(self, sha: str) -> bytes:
        """Return a picture's bytes. Raises `StorageError`."""
        arriving = self._arriving.get(sha)
        if arriving is not None:
            return arriving
        with self._session.reading, told(self.path):
            return pictures.get(self._session.reader, sha)

    def add_take(self, take: Take, picture: bytes) -> Future[Take]:
        """Store a take with its picture; when the future is done, killing the process does not lose it."""
        put = self.put_picture(picture)
        return self._worker.submit(lambda: self._add_take(take, put))

    def takes(self, ids: Iterable[str]) -> list[Take]:
        """Return those of these takes that there are."""
        with self._session.reading, told(self.path):
            return take_rows.get(self._session.reader, ids)

    def takes_of(self, panel: str) -> list[Take]:
        """Return a panel's takes, those in the trash too, the oldest first."""
        with self._session.reading, told(self.path):
            return take_rows.of_panel(self._session.reader, panel)

    def trash(self) -> list[Take]:
        """Return all takes in the trash, the latest to arrive first."""
        with self._session.reading, told(self.path):
            return take_rows.in_trash(self._session.reader)

    def set_trashed(self, ids: Iterable[str], at: float | None) -> Future[None]:
        """Put takes into the trash at a time, or (None) take them out."""
        chosen = tuple(ids)
        return self._worker.submit(lambda: self._write(lambda db: take_rows.set_trashed(db, chosen, at)))

    def delete_takes(self, ids: Iterable[str], kept: Iterable[str]) -> Future[None]:
        """Delete takes for good that are in the trash and not among `kept`, which the document or its undo names."""
        chosen, needed = tuple(ids), frozenset(kept)
        return self._worker.submit(lambda: self._write(lambda db: take_rows.delete(db, chosen, needed)))

    @property
    def has_new_pictures(self) -> bool:
        """Whether any picture was put into the file since it was opened."""
        return bool(self._fresh)

    def usage(self) -> take_rows.Usage:
        """Return what the room in the file is used for."""
        with self._session.reading, told(self.path):
            return take_rows.usage(self._session.reader)

    def written(self) -> Future[None]:
        """Return a future that is done when all that was asked for before is in the file, takes in the trash say."""
        return self._worker.submit(lambda: None)

    def usage_of_panel(self, panel: str) -> list[take_rows.TakeUsage]:
        """Return a panel's takes, those in the trash too, with their sizes in bytes, the largest first."""
        with self._session.reading, told(self.path):
            return take_rows.usage_of_panel(self._session.reader, panel)

    def collect(self, kept: Iterable[str]) -> Future[int]:
        """Delete pictures that no state, edit or take names, nor `kept` (undo), nor arrived since opening.

        The future has the bytes that were freed for new pictures.
        """
        needed = frozenset(kept)
        return self._worker.submit(lambda: self._collect(needed))

    # On the store's own thread.

    def _write_state(self, saved: bool) -> Project:
        if saved:
            self.flush()
        with self._gate.urgent():
            project, seq, last = self._journalled, self._seq, self._last
        state = states.prepare(project, seq, self._rows, self._next_key, "" if saved else last)
        self._write(lambda db: states.write(db, state, saved))
        self._rows, self._next_key = state.rows, state.next_key
        if saved:
            self.saved = project
        self._settle()
        return project

    def _snapshot(self) -> None:
        try:
            self._write_state(saved=False)
        except StorageError as error:
            self._on_trouble(error)
            self._worker.by_then("snapshot", self._snapshot_after, self._snapshot)

    def _write(self, change: collecting.Change) -> None:
        """Change something in one short transaction."""
        with told(self.path), self._gate.patient(), transaction(self._session.back):
            change(self._session.back)

    def _settle(self) -> None:
        """Bring what was committed to the disk, while edits go on."""
        self._session.sync()
        self._worker.by_then("tidy", QUIET, self._tidy)

    def _tidy(self) -> None:
        """Bring the log into the file, once the artist pauses.

        The first transaction after that begins a new log and waits for the disk, and edits wait for transactions.
        """
        if time.monotonic() - self._edited_at < QUIET:
            self._worker.by_then("tidy", QUIET, self._tidy)
            return
        try:
            with told(self.path):
                self._session.back.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._write(lambda db: db.execute("UPDATE holder SET only = 1"))
        except StorageError as error:
            self._on_trouble(error)

    def _put(self, sha: str, data: bytes) -> str:
        try:
            with told(self.path):
                pictures.put(self._session.back, data, self._gate.patient)
            self._settle()
        finally:
            self._arriving.pop(sha, None)
        return sha

    def _add_take(self, take: Take, put: Future[str]) -> Take:
        if put.result() != take.picture.sha256:
            raise StorageError(f"take {take.id}: its picture has another sha256 than it says")
        self._write(lambda db: take_rows.add(db, take))
        return take

    def _collect(self, kept: frozenset[str]) -> int:
        with told(self.path):
            named = collecting.named_in(self._session.back) | kept | self._fresh
            return collecting.collect(self._session.back, named, self._gate)

    def _copy(self, path: Path) -> Project:
        if path.absolute() == self.path.absolute():
            raise StorageError(f"{path}: is the project itself")
        self.flush()
        project = self._write_state(saved=False)
        copying.copy(self._session.back, path)
        return project

    def _move(self, path: Path) -> Project:
        project = self._copy(path)
        loaded = opening.load(path)
        new, old = Session(path), self._session
        with self._gate.urgent(), old.reading, told(path):
            self._session, later = new, self._journalled
            self._journalled, self._seq, self.saved = project, loaded.seq, project
            if later is not project:
                self._journal("Save as", later)
        try:
            old.close(discard=True)
        except StorageError as error:
            self._on_trouble(error)
        return project
