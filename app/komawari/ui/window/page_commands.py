"""The Page menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from komawari.domain.edits import pages
from komawari.domain.project import Reading
from komawari.ui.docks.pages import PagesDock
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions
from komawari.ui.window.questions import Questions


class PageCommands(QObject):
    """What is done with whole pages; the dock of pages does most of it."""

    def __init__(self, session: Session, dock: PagesDock, questions: Questions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._dock, self._questions = session, dock, questions

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        dock = self._dock
        actions.add(
            "page.add", self.tr("&Add page"), "Ctrl+Shift+N", dock.add,
            self.tr("Add an empty page behind this one"), icon="page-add",
        )  # fmt: skip
        actions.add(
            "page.duplicate", self.tr("&Duplicate page"), "", dock.duplicate,
            self.tr("Put a copy behind this page; its panels show the same takes"), icon="page-copy",
        )  # fmt: skip
        actions.add(
            "page.remove", self.tr("&Remove page"), "", dock.remove,
            self.tr("Remove this page; undo brings it back"), icon="page-remove",
            enabled=lambda: len(self._session.project.pages) > 1,
        )  # fmt: skip
        actions.add(
            "page.paper", self.tr("&Paper…"), "", self.ask_paper,
            self.tr("Size, bleed, safe margin and resolution"), icon="paper",
        )  # fmt: skip
        actions.add(
            "page.rtl", self.tr("Read from &right to left"), "", self.read_right_to_left,
            self.tr("Manga are read from the right; panels and pages are numbered accordingly"),
            icon="reading-rtl", checkable=True,
        )  # fmt: skip
        actions.add(
            "page.next", self.tr("&Next page"), "PgDown", partial(self.turn, 1), self.tr("Show the next page"),
            enabled=lambda: self._index < len(self._session.project.pages) - 1, icon="down",
        )  # fmt: skip
        actions.add(
            "page.previous", self.tr("Pre&vious page"), "PgUp", partial(self.turn, -1),
            self.tr("Show the page before this one"), enabled=lambda: self._index > 0, icon="up",
        )  # fmt: skip
        self._rtl = actions["page.rtl"]
        self._session.project_changed.connect(self._show_reading)
        self._session.opened.connect(self._show_reading)
        self._show_reading()

    @property
    def _index(self) -> int:
        return next(i for i, page in enumerate(self._session.project.pages) if page.id == self._session.page)

    def turn(self, by: int) -> None:
        """Show another page, so many further on."""
        to = self._index + by
        if 0 <= to < len(self._session.project.pages):
            self._session.show_page(self._session.project.pages[to].id)

    def read_right_to_left(self, on: bool) -> None:
        """Read the project in that direction."""
        reading: Reading = "rtl" if on else "ltr"
        self._session.edit(self.tr("Change reading direction"), partial(pages.set_reading, reading=reading))

    def _show_reading(self, *_: object) -> None:
        blocked = self._rtl.blockSignals(True)
        self._rtl.setChecked(self._session.project.reading == "rtl")
        self._rtl.blockSignals(blocked)

    def ask_paper(self) -> None:
        """Ask for another paper."""
        from komawari.ui.dialogs.paper import PaperDialog

        self._questions.show(PaperDialog(self._session))
