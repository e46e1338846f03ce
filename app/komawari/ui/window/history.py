"""Undo and redo, named in the menu after what they would undo and redo; the window goes to where they did."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from komawari.document.document import Step
from komawari.document.undo_stack import UndoStack
from komawari.ui.canvas.view import CanvasView
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class HistoryCommands(QObject):
    """Follows the undo stack of whatever document is open."""

    def __init__(self, session: Session, canvas: CanvasView, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._canvas = session, canvas
        self.stack = UndoStack(session.document, self)
        session.opened.connect(self._follow_another)
        session.stepped.connect(self._stepped)

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

    def _stepped(self, step: Step) -> None:
        """Go to where something was undone or redone, and say what and where it was."""
        self._go(step)
        line = self.tr("Redone: {edit}") if step.redone else self.tr("Undone: {edit}")
        where = self._where(step)
        self._session.told.emit(line.format(edit=step.name) + (f" – {where}" if where else ""))

    def _go(self, step: Step) -> None:
        """Show a page on which it is seen, and select the panel if it is one alone; else all stays as it is."""
        session, pages = self._session, [place.page for place in step.places]
        if pages and session.page not in pages:
            session.show_page(pages[0])
        panels = [panel for place in step.places for panel in place.panels]
        if len(panels) != 1:
            return
        if session.selected[-1:] != (panels[0],):
            session.select(panels[0])
        if not self._canvas.is_in_view(panels[0]):
            self._canvas.show_panel(panels[0])

    def _where(self, step: Step) -> str:
        if len(step.places) != 1:
            return self.tr("{count} pages").format(count=len(step.places)) if step.places else ""
        pages = [page.id for page in self._session.project.pages]
        return self.tr("page {number}").format(number=pages.index(step.places[0].page) + 1)
