"""The document's undo as a `QUndoStack`, for menus and history lists. `History` remains what decides."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from komawari.document.document import Document
from komawari.document.history import Entry


class EditCommand(QUndoCommand):
    """One entry of the history. The values are the history's; this has the name and passes calls on."""

    def __init__(self, name: str, stack: UndoStack) -> None:
        super().__init__(name)
        self._stack = stack

    def redo(self) -> None:
        """Do the edit again, unless the stack only follows what is done already."""
        self._stack.pass_on(redo=True)

    def undo(self) -> None:
        """Take the edit back, unless the stack only follows what is done already."""
        self._stack.pass_on(redo=False)


class UndoStack(QUndoStack):
    """Follows a document. Undo and redo may be asked for here, by Qt's own actions, or there."""

    def __init__(self, document: Document, owner: QObject) -> None:
        """Follow a document until `owner` goes: Python's collector might delete commands before a stack of its own."""
        super().__init__(owner)
        self._document = document
        self._entries: tuple[Entry, ...] = ()
        self._following, self._passing = False, False
        self._stops = [document.history_changed.add(self._follow), document.saved_changed.add(self._show_saved)]
        self.indexChanged.connect(self._show_saved)
        self._follow()

    def release(self) -> None:
        """Follow no more; a document must not call a stack that Qt has deleted."""
        for stop in self._stops:
            stop()

    def undo(self) -> None:
        """Take back what was done last, that which is only now on its way to the document too."""
        self._document.settling()
        super().undo()

    def redo(self) -> None:
        """Do again what was undone last; what is on its way to the document goes before it."""
        self._document.settling()
        super().redo()

    def pass_on(self, redo: bool) -> None:
        """Let the document undo or redo, for a command that was asked to."""
        if self._following:
            return
        self._passing = True
        try:
            if redo:
                self._document.redo()
            else:
                self._document.undo()
        finally:
            self._passing = False

    def _follow(self) -> None:
        """Become what the history is; where a command of this stack changed it, Qt moves the index itself."""
        if self._passing:
            return
        done, undone = self._document.history.entries()
        self._following = True
        try:
            self._take((*done, *undone))
            self.setIndex(len(done))
        finally:
            self._following = False
        self._show_saved()

    def _take(self, entries: tuple[Entry, ...]) -> None:
        old, self._entries = self._entries, entries
        if _same(entries, old):
            return
        last = len(entries) - 1
        if last >= 0 and _same(entries[:-1], old[:last]) and self.index() in (last, last + 1):
            # One more edit; or, where the index is behind it already, one more step of its gesture.
            if self.index() == last:
                self.push(EditCommand(entries[-1].name, self))
            return
        self.clear()
        for entry in entries:
            self.push(EditCommand(entry.name, self))

    def _show_saved(self) -> None:
        if self._passing or self._following:
            return
        if not self._document.is_modified:
            self.setClean()
        elif self.isClean():
            self.resetClean()


def _same(one: tuple[Entry, ...], other: tuple[Entry, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other))
