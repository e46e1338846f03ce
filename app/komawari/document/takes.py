"""The takes of the open document: read when they are asked for, kept, trashed and deleted, beside the project.

Undo never takes away what was drawn; what the artist moves to the trash it brings back (`Document.trash`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import Future

from msgspec.structs import replace

from animeadapter.protocol.request import Blob, ResolvedRequest
from komawari.document.callbacks import Callbacks
from komawari.domain.base import new_id
from komawari.domain.project import Project, panels_of
from komawari.domain.takes import DrawnWith, Take, stale_panels
from komawari.storage.errors import StorageError
from komawari.storage.store import Store


class Takes:
    """A registry over the store. Panels that were not looked at cost nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Take] = {}
        self._panels: dict[str, tuple[str, ...]] = {}
        self.changed: Callbacks[[str]] = Callbacks()
        """Told with a panel's id when its takes are others."""
        self.deleted: Callbacks[[frozenset[str]]] = Callbacks()
        """Told with the ids of takes that are gone for good."""
        self.trouble: Callbacks[[StorageError]] = Callbacks()
        """Told, on whatever thread, when it could not be written that takes went into the trash or came out."""

    def of_panel(self, panel: str) -> tuple[Take, ...]:
        """Return a panel's takes without those in the trash, the oldest first. Raises `StorageError`."""
        if panel not in self._panels:
            found = self._store.takes_of(panel)
            self._known |= {take.id: take for take in found}
            self._panels[panel] = tuple(take.id for take in found)
        every = (self._known[name] for name in self._panels[panel])
        return tuple(take for take in every if take.trashed_at is None)

    def get(self, take: str) -> Take | None:
        """Return a take, in the trash or not. Raises `StorageError`."""
        return self.many((take,)).get(take)

    def many(self, ids: Iterable[str]) -> dict[str, Take]:
        """Return those of these takes that there are, by id. Raises `StorageError`."""
        wanted = tuple(ids)
        if missing := [one for one in wanted if one not in self._known]:
            self._known |= {take.id: take for take in self._store.takes(missing)}
        return {one: self._known[one] for one in wanted if one in self._known}

    def stale(self, project: Project) -> list[str]:
        """Return the ids of the panels whose take in use shows an older design; final ones too."""
        panels = [panel for _, panel in panels_of(project)]
        used = self.many(panel.take for panel in panels if panel.take is not None)
        return stale_panels(panels, used, project.characters)

    def to_queue(self, project: Project) -> list[str]:
        """Return the ids of the stale panels that may be drawn again."""
        stale = set(self.stale(project))
        return [panel.id for _, panel in panels_of(project) if panel.id in stale and not panel.final]

    def add(
        self,
        panel: str,
        picture: bytes,
        size: tuple[int, int],
        resolved: ResolvedRequest | None = None,
        drawn_with: tuple[DrawnWith, ...] = (),
        parent: str | None = None,
    ) -> Future[Take]:
        """Keep a new picture of a panel; without `resolved` it is a pasted one.

        When the future is done the take is safe, and `adopt` makes it known: on the document's thread, by the caller.
        """
        take = Take(
            id=new_id(),
            panel=panel,
            picture=Blob.of(picture),
            width=size[0],
            height=size[1],
            made_at=time.time(),
            origin="pasted" if resolved is None else "drawn",
            drawn_with=drawn_with,
            parent=parent,
            resolved=resolved,
        )
        return self._store.add_take(take, picture)

    def adopt(self, take: Take) -> None:
        """Make a stored take known, and tell."""
        self._known[take.id] = take
        if take.panel in self._panels and take.id not in self._panels[take.panel]:
            self._panels[take.panel] += (take.id,)
        self.changed(take.panel)

    def picture(self, take: Take) -> bytes:
        """Return a take's picture file. Any thread may ask. Raises `StorageError`."""
        return self._store.picture(take.picture.sha256)

    def trash(self, ids: Collection[str], in_use: Collection[str]) -> Future[None]:
        """Put takes into the trash, but none that is in use. Raises `StorageError`."""
        if set(ids) & set(in_use):
            raise StorageError("a take that is in use cannot be thrown away; use another one first")
        return self._mark(ids, time.time())

    def restore(self, ids: Collection[str]) -> Future[None]:
        """Take takes out of the trash."""
        return self._mark(ids, None)

    def _mark(self, ids: Collection[str], at: float | None) -> Future[None]:
        self._update(ids, lambda take: replace(take, trashed_at=at))
        marked = self._store.set_trashed(ids, at)
        marked.add_done_callback(self._tell_of_trouble)
        return marked

    def _tell_of_trouble(self, marked: Future[None]) -> None:
        error = None if marked.cancelled() else marked.exception()
        if isinstance(error, StorageError):
            self.trouble(error)

    def empty_trash(self, kept: Collection[str]) -> Future[None]:
        """Delete all takes in the trash for good, but those that the document or its undo names (`kept`)."""
        gone = [take for take in self._store.trash() if take.id not in kept]
        for take in gone:
            self._known.pop(take.id, None)
            self._panels.pop(take.panel, None)
        done = self._store.delete_takes([take.id for take in gone], kept)
        self.deleted(frozenset(take.id for take in gone))
        for panel in dict.fromkeys(take.panel for take in gone):
            self.changed(panel)
        return done

    def _update(self, ids: Collection[str], change: Callable[[Take], Take]) -> None:
        found = self.many(ids)
        self._known |= {name: change(take) for name, take in found.items()}
        for panel in dict.fromkeys(take.panel for take in found.values()):
            self.changed(panel)
