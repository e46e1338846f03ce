"""Undo: the project before and after every edit, within a budget of bytes that are really held."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from komawari.document.held import held
from komawari.domain.project import Project

ENTRY = 256
"""Bytes of an entry itself."""


@dataclass(frozen=True)
class Moved:
    """Takes that went into the trash, or came out of it; they live beside the project, which stays as it is."""

    takes: tuple[str, ...]
    to_trash: bool


@dataclass(frozen=True)
class Entry:
    """One step of undo."""

    name: str
    """As the menu shows it: "Split panel"."""
    before: Project
    after: Project
    gesture: object | None
    """Edits of one gesture (a drag, typing in one field) make one entry."""
    undo_bytes: int
    """What `before` holds that `after` does not, while the entry can be undone."""
    redo_bytes: int
    """The other way round, while it can be redone."""
    moved: Moved | None = None
    """What the step did instead of changing the project."""


class History:
    """A list of entries and a place in it: entries before it can be undone, those behind it redone."""

    def __init__(self, budget: int) -> None:
        """Hold at most `budget` bytes, but always the last entry."""
        self.budget = budget
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        self._open = False

    @property
    def to_undo(self) -> Entry | None:
        """What `undo` would undo."""
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> Entry | None:
        """What `redo` would do again."""
        return self._undone[-1] if self._undone else None

    @property
    def undo_name(self) -> str | None:
        """The name of what `undo` would undo."""
        return self.to_undo.name if self.to_undo else None

    @property
    def redo_name(self) -> str | None:
        """The name of what `redo` would do again."""
        return self.to_redo.name if self.to_redo else None

    @property
    def bytes(self) -> int:
        """Memory that is held by undo and redo alone."""
        done = sum(entry.undo_bytes + ENTRY for entry in self._done)
        return done + sum(entry.redo_bytes + ENTRY for entry in self._undone)

    def entries(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Return what was done, the oldest first, and what was undone, the next to redo first."""
        return tuple(self._done), tuple(reversed(self._undone))

    def projects(self) -> Iterator[Project]:
        """Yield every project that undo or redo can bring back."""
        yield from (entry.before for entry in self._done)
        yield from (entry.after for entry in self._undone)

    def push(self, name: str, before: Project, after: Project, gesture: object | None = None) -> bool:
        """Add an edit, and forget what was undone; return whether it went into the entry of its gesture."""
        merges = self._open and gesture is not None and bool(self._done) and self._done[-1].gesture == gesture
        if merges:
            before = self._done.pop().before
        self._undone.clear()
        self._done.append(Entry(name, before, after, gesture, held(before, after), held(after, before)))
        self._open = True
        self._forget_the_oldest()
        return merges

    def push_moved(self, name: str, project: Project, moved: Moved) -> None:
        """Add a step that moved takes and left the project as it is; forget what was undone."""
        self._undone.clear()
        self._done.append(Entry(name, project, project, None, 0, 0, moved))
        self._open = False
        self._forget_the_oldest()

    def forget_takes(self, gone: Collection[str]) -> None:
        """Forget that takes were moved which are deleted for good."""
        self._done, self._undone = _without(self._done, gone), _without(self._undone, gone)
        self._open = False

    def end_gesture(self) -> None:
        """Let the next edit be an entry of its own, whatever its gesture."""
        self._open = False

    def undo(self) -> Project | None:
        """Return the project before the last entry; None if there is none."""
        if not self._done:
            return None
        self._open = False
        self._undone.append(self._done.pop())
        return self._undone[-1].before

    def redo(self) -> Project | None:
        """Return the project after the entry that was undone last; None if there is none."""
        if not self._undone:
            return None
        self._open = False
        self._done.append(self._undone.pop())
        return self._done[-1].after

    def clear(self) -> None:
        """Forget everything."""
        self._done, self._undone, self._open = [], [], False

    def _forget_the_oldest(self) -> None:
        total, forgotten = self.bytes, 0
        while total > self.budget and forgotten < len(self._done) - 1:
            total -= self._done[forgotten].undo_bytes + ENTRY
            forgotten += 1
        del self._done[:forgotten]


def _without(entries: list[Entry], gone: Collection[str]) -> list[Entry]:
    kept = []
    for entry in entries:
        if entry.moved is not None and any(take in gone for take in entry.moved.takes):
            left = tuple(take for take in entry.moved.takes if take not in gone)
            if not left:
                continue
            entry = replace(entry, moved=replace(entry.moved, takes=left))
        kept.append(entry)
    return kept
