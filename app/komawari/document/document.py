"""The open document: every edit goes through here, is journalled at once, can be undone, and is told to all views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from komawari.document.callbacks import Callbacks
from komawari.document.history import Entry, History, Moved
from komawari.document.takes import Takes
from komawari.domain.base import blobs
from komawari.domain.places import Place, changed_places, places_of
from komawari.domain.project import Project, panels_of
from komawari.storage.errors import StorageError
from komawari.storage.opening import Recovery
from komawari.storage.store import SNAPSHOT_AFTER, Store

Edit = Callable[[Project], Project]
UNDO_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Step:
    """What undo or redo has just done."""

    name: str
    """Of the edit, as the menu shows it."""
    redone: bool
    places: tuple[Place, ...]
    """Where it shows; nowhere, if it concerns no page."""


class Document:
    """A project that is being worked on. It belongs to one thread; only `trouble` may be told on another."""

    def __init__(
        self, path: Path, take_over: bool = False, undo_bytes: int = UNDO_BYTES, snapshot_after: float = SNAPSHOT_AFTER
    ) -> None:
        """Open a project file. Raises `StorageError`, mostly one of its kinds.

        Where `recovery` is not None the artist has a choice: the document begins with everything that was done,
        and `revert` goes back to the last save.
        """
        self.changed: Callbacks[[Project, Project]] = Callbacks()
        """Told with the project before and after; views redraw what is no longer the same object."""
        self.history_changed: Callbacks[[]] = Callbacks()
        self.stepped: Callbacks[[Step]] = Callbacks()
        """Told after undo and redo, when all views know what has changed."""
        self.saved_changed: Callbacks[[]] = Callbacks()
        """Told when `is_modified` may be another."""
        self.settling: Callbacks[[]] = Callbacks()
        """Told before undo, redo and saving: what is on its way to become an edit becomes one now."""
        self.trouble: Callbacks[[StorageError]] = Callbacks()
        """Told when something cannot be written, on whatever thread; the document itself goes on."""
        self._store = Store.open(path, self.trouble, take_over, snapshot_after)
        self.history = History(undo_bytes)
        self.takes = Takes(self._store)
        self.takes.deleted.add(self._takes_deleted)
        self.project = self._store.begin(recovered=True)
        self._saved = self._store.saved
        self.is_written = True
        """Whether the last edit is safe in the file; where it is not, the next one that can be carries it along."""

    @property
    def path(self) -> Path:
        """Where the project file is."""
        return self._store.path

    @property
    def store(self) -> Store:
        """The file, for pictures, usage and copies."""
        return self._store

    @property
    def recovery(self) -> Recovery | None:
        """What had not been saved when the document was opened; its project is the one it began with."""
        return self._store.recovery

    @property
    def is_modified(self) -> bool:
        """Whether there is anything to save."""
        return self.project is not self._saved

    # Edits.

    def edit(self, name: str, edit: Edit, gesture: object | None = None) -> Project:
        """Do an edit and return the new project. `name` is what the undo menu shows.

        Edits of the same `gesture` become one entry, until `end_gesture`. An edit that gives the same object back
        leaves no trace. Raises `DomainError` where the edit is not possible; then nothing has changed.
        """
        before, after = self.project, edit(self.project)
        if after is not before:
            self.history.push(name, before, after, gesture)
            self._become(name, after)
        return after

    def end_gesture(self) -> None:
        """Let the next edit be an entry of its own: the mouse was released, the field was left."""
        self.history.end_gesture()

    def undo(self) -> None:
        """Take the last edit back, if there is one. What was drawn stays."""
        self.settling()
        entry, project = self.history.to_undo, self.history.undo()
        if entry is not None and project is not None:
            self._step(entry, project, redo=False)

    def redo(self) -> None:
        """Do again what was undone last, if anything was."""
        self.settling()
        entry, project = self.history.to_redo, self.history.redo()
        if entry is not None and project is not None:
            self._step(entry, project, redo=True)

    def _step(self, entry: Entry, project: Project, redo: bool) -> None:
        if entry.moved is not None:
            places = self._step_takes(entry.moved, redo)
            self.history_changed()
        else:
            places = changed_places(self.project, project)
            self._become(f"{'Redo' if redo else 'Undo'} {entry.name}", project)
        self.stepped(Step(entry.name, redo, places))

    def _step_takes(self, moved: Moved, redo: bool) -> tuple[Place, ...]:
        try:
            self._move(moved.takes, moved.to_trash == redo)
            panels = {take.panel for take in self.takes.many(moved.takes).values()}
        except StorageError as error:
            self.takes.trouble(error)
            return ()
        return places_of(self.project, panels)

    def revert(self, name: str = "Revert to the last save") -> None:
        """Go back to the last save; it is an edit, and can be undone."""
        saved = self._saved
        self.edit(name, lambda _: saved)

    # Takes lie beside the project; that they are thrown away, and come back, are steps of the same undo all the same.

    def trash(self, name: str, takes: Collection[str]) -> Future[None]:
        """Put takes into the trash, until it is undone. Raises `StorageError` where one is in use."""
        return self._moved(name, takes, to_trash=True)

    def restore(self, name: str, takes: Collection[str]) -> Future[None]:
        """Take takes out of the trash; undo puts them there again. Raises `StorageError`."""
        return self._moved(name, takes, to_trash=False)

    def _moved(self, name: str, takes: Collection[str], to_trash: bool) -> Future[None]:
        # Those that are there already are none of undo's business.
        found = self.takes.many(takes).values()
        moved = Moved(tuple(take.id for take in found if (take.trashed_at is None) == to_trash), to_trash)
        done = self._move(moved.takes, to_trash)
        if moved.takes:
            self.history.push_moved(name, self.project, moved)
            self.history_changed()
        return done

    def _move(self, takes: Collection[str], to_trash: bool) -> Future[None]:
        return self.takes.trash(takes, self.used_takes()) if to_trash else self.takes.restore(takes)

    def _takes_deleted(self, gone: frozenset[str]) -> None:
        self.history.forget_takes(gone)
        self.history_changed()

    def _become(self, name: str, project: Project) -> None:
        before, self.project = self.project, project
        try:
            self._store.append(name, project)
            self.is_written = True
        except StorageError as error:
            self.is_written = False
            # The work is not lost: the next edit that can be written carries this one along.
            self.trouble(error)
        self.changed(before, project)
        self.history_changed()
        self.saved_changed()

    # The file.

    def save(self) -> Future[Project]:
        """Save, without waiting. When the future is done, call `was_saved` on the document's thread."""
        return self._saving(self._store.save)

    def save_as(self, path: Path) -> Future[Project]:
        """Save under another name and go on there; `was_saved` as for `save`."""
        return self._saving(lambda: self._store.save_as(path))

    def _saving(self, save: Callable[[], Future[Project]]) -> Future[Project]:
        """Journal what could not be journalled before; where it still cannot, neither can it be saved."""
        self.settling()
        try:
            self._store.append("Save", self.project)
            self.is_written = True
        except StorageError as error:
            failed: Future[Project] = Future()
            failed.set_exception(error)
            return failed
        return save()

    def was_saved(self, saved: Project) -> None:
        """Take note of a finished save. Edits that came after it are still to be saved."""
        self._saved = saved
        self.saved_changed()

    def needed_takes(self) -> set[str]:
        """Return the takes that the document, its last save or its undo names; these are never deleted."""
        every = (self.project, self._saved, *self.history.projects())
        # Pages are shared by most of these projects, and need to be looked at once.
        pages = {id(page): page for project in every for page in project.pages}
        return {panel.take for page in pages.values() for panel in page.panels if panel.take is not None}

    def used_takes(self) -> set[str]:
        """Return the takes in use."""
        return {panel.take for _, panel in panels_of(self.project) if panel.take is not None}

    def needed_pictures(self) -> set[str]:
        """Return the sha256 of every file that the document or its undo names."""
        every = (self.project, self._saved, *self.history.projects())
        things = {id(one): one for project in every for one in (*project.pages, *project.characters, *project.styles)}
        return {sha for one in things.values() for sha in blobs(one)}

    def collect(self) -> Future[int]:
        """Delete pictures that nothing names any more; the future has the bytes freed."""
        return self._store.collect(self.needed_pictures())

    def close(self, discard: bool = False) -> None:
        """Close the file; what is unsaved is offered at the next opening, unless `discard`."""
        self._store.close(discard)
