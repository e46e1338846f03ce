"""What all views share: the open document, the library, the settings, the engine, and what is selected."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.files import FileError
from komawari.document.document import Document, Edit
from komawari.domain.base import DomainError
from komawari.domain.panel import Panel
from komawari.domain.project import Page, Project, find_page, panels_of
from komawari.domain.takes import Take
from komawari.engine_client.client import EngineClient
from komawari.storage.errors import StorageError
from komawari.storage.library import Library
from komawari.storage.settings import Settings, read_settings, write_settings
from komawari.ui.futures import Done, Failed, Waiting
from komawari.ui.images import Images
from komawari.ui.link import EngineLink


class Session(QObject):
    """One window's work. All views hold it, change the document through `edit`, and redraw when it tells them."""

    opened = Signal()
    """Another document is open: forget everything about the one before."""
    project_changed = Signal(object, object)
    """The project before and after an edit; what is the same object need not be redrawn."""
    stepped = Signal(object)
    """A `Step`: what undo or redo has just done, and where."""
    history_changed = Signal()
    """Undo, redo or the state of saving may be others."""
    page_changed = Signal(str)
    """The id of the page that is shown."""
    selection_changed = Signal()
    """Other panels are selected."""
    figure_changed = Signal()
    """Another figure of the selected panel is at hand."""
    takes_changed = Signal(str)
    """The id of a panel whose takes are others."""
    library_changed = Signal()
    settings_changed = Signal()
    message = Signal(str)
    """A line for the status bar: what just happened."""
    told = Signal(str)
    """Such a line about an edit, of what undo would bring back, say: it is void as soon as there is another edit."""
    typing_ends = Signal()
    """Others are about to be selected, or the panels drawn or saved: what is typed, and not entered, counts."""
    closing = Signal()
    """The document is about to be left; what is on its way to it has to arrive now."""
    trouble = Signal(str)
    """A line that must not be missed: something did not work, and what to do."""
    unwritten = Signal(str)
    """Why what was done cannot be written at present; it is in memory, and the next save tries again."""

    def __init__(
        self, document: Document, library: Library, engine: EngineClient, settings: Path, parent: QObject | None = None
    ) -> None:
        """`settings` is the file of the editor's settings; an unreadable one is kept aside, see `unread_settings`."""
        super().__init__(parent)
        self.document, self.library = document, library
        self.engine = EngineLink(engine, self)
        self.waiting = Waiting(self)
        self._worker = ThreadPoolExecutor(1, "session")
        self._settings_path = settings
        self.unread_settings = ""
        """Why the settings could not be read; empty: they were."""
        self.settings = self._read_settings()
        self.unwritten_files: dict[str, bytes] = {}
        """sha256 → file of a finished picture that cannot be written at present; `picture` gives it all the same."""
        self.images = Images(self.picture, parent=self)
        self.page = ""
        self.selected: tuple[str, ...] = ()
        self.figure: str | None = None
        self._stops: list[Callable[[], None]] = []
        self._closed = False
        self._follow()

    # The document.

    @property
    def project(self) -> Project:
        """The present project."""
        return self.document.project

    def open(self, document: Document) -> None:
        """Work on another document; the one before is the caller's to close."""
        self.document.settling()
        for stop in self._stops:
            stop()
        self.document = document
        self.images.forget()
        self.selected, self.figure = (), None
        self._follow()
        self.opened.emit()

    def edit(self, name: str, edit: Edit, gesture: object | None = None) -> bool:
        """Do an edit; one that is not possible changes nothing and is said in the status bar. Return if it was done."""
        try:
            self.document.edit(name, edit, gesture)
        except DomainError as error:
            self.message.emit(str(error))
            return False
        return True

    def end_gesture(self) -> None:
        """Let the next edit be an undo step of its own."""
        self.document.end_gesture()

    def picture(self, sha: str) -> bytes:
        """Return a file of the project, or else of the library. Any thread may ask. Raises `StorageError`."""
        if (unwritten := self.unwritten_files.get(sha)) is not None:
            return unwritten
        try:
            return self.document.store.picture(sha)
        except StorageError:
            return self.library.picture(sha)

    def later(self, work: Callable[[], Any], done: Done, failed: Failed | None = None) -> None:
        """Do work that may wait (for a disk, say) on another thread, one piece after another, and call `done` with
        its result on the window's; without `failed`, what goes wrong is told as `trouble`. Once the session is closed
        nothing is begun any more."""
        if self._closed:
            return
        self.waiting.on(self._worker.submit(work), done, failed or (lambda error: self.trouble.emit(str(error))))

    def used_take(self, panel: Panel) -> Take | None:
        """Return the take that a panel shows."""
        return None if panel.take is None else self.document.takes.get(panel.take)

    def _follow(self) -> None:
        document = self.document
        self._stops = [
            document.settling.add(self.typing_ends.emit),
            document.changed.add(self._project_changed),
            document.stepped.add(self.stepped.emit),
            document.history_changed.add(self.history_changed.emit),
            document.saved_changed.add(self.history_changed.emit),
            document.takes.changed.add(self.takes_changed.emit),
            document.takes.trouble.add(lambda error: self.trouble.emit(str(error))),  # on any thread
            document.trouble.add(lambda error: self.unwritten.emit(str(error))),  # on any thread
        ]
        self.page = document.project.pages[0].id

    def _project_changed(self, before: Project, after: Project) -> None:
        lost_page = all(page.id != self.page for page in after.pages)
        if lost_page:
            index = next((i for i, page in enumerate(before.pages) if page.id == self.page), 0)
            self.page = after.pages[min(index, len(after.pages) - 1)].id
        self.project_changed.emit(before, after)
        if lost_page:
            self.page_changed.emit(self.page)
        self._drop_lost_selection()

    def _drop_lost_selection(self) -> None:
        if not self.selected:
            return
        there = {panel.id: panel for _, panel in panels_of(self.project)}
        if any(one not in there for one in self.selected):
            self.select(*(one for one in self.selected if one in there))
        elif self.figure and all(one.id != self.figure for one in there[self.selected[-1]].figures):
            self.choose_figure(None)

    # What is shown and selected.

    @property
    def shown_page(self) -> Page:
        """The page that is shown."""
        return find_page(self.project, self.page)

    @property
    def panel(self) -> Panel | None:
        """The panel that was selected last."""
        if not self.selected:
            return None
        return next((panel for _, panel in panels_of(self.project) if panel.id == self.selected[-1]), None)

    def show_page(self, page: str) -> None:
        """Show a page; panels of another one are not selected any more."""
        if page == self.page:
            return
        find_page(self.project, page)
        self.typing_ends.emit()
        self.page = page
        self.page_changed.emit(page)
        self.select()

    def select(self, *panels: str) -> None:
        """Select panels of the shown page, the last one is what the inspector shows."""
        chosen = tuple(dict.fromkeys(panels))
        if chosen != self.selected:
            self.typing_ends.emit()
            self.selected, self.figure = chosen, None
            self.selection_changed.emit()
            self.figure_changed.emit()

    def reveal(self, panel: str) -> None:
        """Show a panel's page and select it."""
        page = next((page for page, one in panels_of(self.project) if one.id == panel), None)
        if page is not None:
            self.show_page(page.id)
            self.select(panel)

    def choose_figure(self, figure: str | None) -> None:
        """Choose a figure of the selected panel; None: the first one."""
        if figure != self.figure:
            self.typing_ends.emit()
            self.figure = figure
            self.figure_changed.emit()

    # Settings.

    def _read_settings(self) -> Settings:
        try:
            return read_settings(self._settings_path)
        except (StorageError, FileError) as error:
            self.unread_settings = f"{error}; it is kept as {self._unread_path.name} when settings are next written"
            return Settings()

    @property
    def _unread_path(self) -> Path:
        return self._settings_path.with_suffix(".unread.json")

    def set_settings(self, **fields: object) -> None:
        """Change settings and write them down."""
        self.settings = replace(self.settings, **fields)
        try:
            if self.unread_settings and self._settings_path.exists():
                self._settings_path.replace(self._unread_path)
            self.unread_settings = ""
            write_settings(self._settings_path, self.settings)
        except (FileError, OSError) as error:
            self.trouble.emit(str(error))
        self.settings_changed.emit()

    def close(self) -> None:
        """End the engine and all reading. The document is the caller's to close."""
        if self._closed:
            return
        self.closing.emit()
        self._closed = True
        for stop in self._stops:
            stop()
        self._stops = []
        self.images.close()
        self._worker.shutdown(cancel_futures=True)
        self.engine.close()
