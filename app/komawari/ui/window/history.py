"""Undo and redo, named in the menu after what they would undo and redo."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from komawari.document.undo_stack import UndoStack
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class HistoryCommands(QObject):
    """Follows the undo stack of whatever document is open."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self.stack = UndoStack(session.document, self)
        session.opened.connect(self._follow_another)

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        self._undo = actions.add(
            "edit.undo", self.tr("&Undo"), "Ctrl+Z", lambda: self.stack.undo(),
            self.tr("Take the last edit back; pictures that were drawn stay"), icon="undo",
            enabled=lambda: self.stack.canUndo(),
        )  # fmt: skip
        self._redo = actions.add(
            "edit.redo", self.tr("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), lambda: self.stack.redo(),
            self.tr("Do again what was undone"), icon="redo", enabled=lambda: self.stack.canRedo(),
        )  # fmt: skip
        self._connect()

    def _follow_another(self) -> None:
        self.release()
        self.stack.deleteLater()
        self.stack = UndoStack(self._session.document, self)
        self._connect()

    def release(self) -> None:
        """Follow no document any more."""
        self.stack.release()

    def _connect(self) -> None:
        self.stack.indexChanged.connect(self._show)
        self.stack.undoTextChanged.connect(self._show)
        self.stack.redoTextChanged.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        undo, redo = self.stack.undoText(), self.stack.redoText()
        self._undo.setText(self.tr("&Undo {edit}").format(edit=undo) if undo else self.tr("&Undo"))
        self._redo.setText(self.tr("&Redo {edit}").format(edit=redo) if redo else self.tr("&Redo"))
        self._undo.setEnabled(self.stack.canUndo())
        self._redo.setEnabled(self.stack.canRedo())
