"""The project's file: new, open, save, save as, revert; and every answer a file can give instead."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.storage.copying import copy_of
from komawari.storage.errors import LockedError, ReadOnlyError, StorageError
from komawari.storage.settings import recent_files, with_recent
from komawari.ui.session import Session
from komawari.ui.window import untitled
from komawari.ui.window.banners import Answer, Banners
from komawari.ui.window.questions import Questions, recovery_line

Then = Callable[[], object]


class Files(QObject):
    """Opens, saves and leaves the session's document."""

    changed = Signal()
    """Name, place or state of the file may be others."""
    saving = Signal(bool)
    """Whether something is being saved."""

    def __init__(self, session: Session, banners: Banners, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._banners, self._window = session, banners, window
        self.questions = Questions(window)
        self._saves = 0
        self._settled: list[Then] = []
        self.unstored: Callable[[], int] = lambda: 0
        """How many pictures are in memory alone, because they could not be written yet."""
        session.history_changed.connect(self.changed)

    # What there is.

    @property
    def path(self) -> Path:
        """Where the project is."""
        return self._session.document.path

    @property
    def is_untitled(self) -> bool:
        """Whether the project still needs a name."""
        return untitled.is_untitled(self.path)

    def name(self) -> str:
        """Return what the project is called."""
        if not self.is_untitled:
            return self.path.stem
        return untitled.given_name(self.path) or self._session.project.title or self.tr("Untitled")

    def recent(self) -> list[Path]:
        """Return recent projects, but for the present one."""
        return [path for path in recent_files(self._session.settings) if path != self.path]

    def document(self, path: Path, take_over: bool = False) -> Document:
        """Open a project file. Raises `StorageError`."""
        undo_bytes = self._session.settings.undo_mebibytes * 2**20
        return Document(path, take_over=take_over, undo_bytes=undo_bytes)

    # Other documents.

    def ask_new(self) -> None:
        """Ask what a new project begins with, and make it."""
        from komawari.ui.dialogs.new_project import NewProjectDialog

        dialog = NewProjectDialog(self._window)
        dialog.made.connect(self.new)
        self.questions.show(dialog)

    def new(self, project: Project) -> None:
        """Work on a new project."""
        self.leave(lambda: self._open_new(project))

    def _open_new(self, project: Project) -> None:
        try:
            document = self.document(untitled.create(project))
        except StorageError as error:
            self._banners.show_line("error", str(error))
            return
        self.become(document)

    def ask_open(self) -> None:
        """Ask for a project file, and open it."""
        dialog = self._file_dialog(self.tr("Open project"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        self.questions.show(dialog)

    def open(self, path: Path) -> None:
        """Work on a project file; the present one is asked about first."""
        if path.absolute() == self.path.absolute():
            self._session.message.emit(self.tr("{name} is open already").format(name=path.name))
            return
        self.leave(lambda: self._try(path))

    def _try(self, path: Path, take_over: bool = False) -> None:
        try:
            document = self.document(untitled.taken_back(path), take_over)
        except StorageError as error:
            self.refused(path, error)
            return
        self.become(document)

    def refused(self, path: Path, error: StorageError) -> None:
        """Say why a project could not be opened, and what can be done instead."""
        copy = partial(self.open_copy, path)
        if isinstance(error, LockedError):
            self.questions.locked(path, error, copy, partial(self._try, path, True))
            return
        answers: list[Answer] = (
            [(self.tr("Open a copy"), copy)] if isinstance(error, ReadOnlyError) and path.exists() else []
        )
        self._banners.show_line("error", self.tr("Not opened. {why}").format(why=error), answers, key="open")

    def open_copy(self, path: Path) -> None:
        """Work on a copy without a name of a project that cannot be opened itself."""
        self._session.message.emit(self.tr("Copying {name} …").format(name=path.name))
        name = self.tr("{name} (copy)").format(name=path.stem)

        def copied() -> Path:
            target = untitled.new_path(name)
            copy_of(path, target)
            return target

        def opened(target: Path) -> None:
            self._try(target)
            said = self.tr("This is a copy of {name}; Save asks where it belongs").format(name=path.name)
            self._session.message.emit(said if self.path == target else "")

        def failed(error: BaseException) -> None:
            self._session.message.emit("")
            self._banners.show_line("error", self.tr("Not copied. {why}").format(why=error), key="open")

        self._session.later(copied, opened, failed)

    def become(self, document: Document, discard_former: bool = True) -> None:
        """Work on a document; the former one is closed, as its last save unless it is to be kept."""
        former = self._session.document
        self._banners.drop("open")
        self._session.open(document)
        if former is not document:
            self.close(former, discard_former)
        self.welcome()

    def welcome(self) -> None:
        """Note the present document among the recent ones, and say what was recovered."""
        self._note_recent()
        recovery = self._session.document.recovery
        if recovery is None:
            self._banners.drop("recovery")
        else:
            answers = [(self.tr("Keep them"), self._keep), (self.tr("Go back to the last save"), self.revert)]
            line = recovery_line(recovery, self.name())
            self._banners.show_line("warning" if recovery.complaint else "info", line, answers, key="recovery")
        self.changed.emit()

    def _keep(self) -> None:
        self._session.message.emit(self.tr("All edits are kept; save when you like"))

    def _note_recent(self) -> None:
        if not self.is_untitled:
            self._session.set_settings(recent=with_recent(self._session.settings, self.path).recent)

    # Saving.

    def save(self, then: Then | None = None) -> None:
        """Save; a project without a name is asked for one."""
        if self.is_untitled:
            self.ask_save_as(then)
        else:
            document = self._session.document
            self._await_save(document, document.save(), then, partial(self.save, then))

    def ask_save_as(self, then: Then | None = None) -> None:
        """Ask for a name, and save under it."""
        dialog = self._file_dialog(self.tr("Save project as"), QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(untitled.SUFFIX.lstrip("."))
        dialog.selectFile(f"{self.name()}{untitled.SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.save_as(Path(name), then))
        self.questions.show(dialog)

    def save_as(self, path: Path, then: Then | None = None) -> None:
        """Save under another name and go on there."""
        document, former = self._session.document, self.path

        def moved() -> None:
            if untitled.is_untitled(former):
                former.unlink(missing_ok=True)
            self._note_recent()
            if then is not None:
                then()

        self._await_save(document, document.save_as(path), moved, partial(self.save_as, path, then))

    def _await_save(self, document: Document, future: Future[Project], then: Then | None, again: Then) -> None:
        self._saves += 1
        self.saving.emit(True)

        def saved(project: Project) -> None:
            document.was_saved(project)
            self._banners.drop("save")
            self._session.message.emit(self.tr("Saved {name}").format(name=document.path.name))
            self._end_save()
            self.changed.emit()
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            answers: list[Answer] = [(self.tr("Try again"), again), (self.tr("Save as…"), self.ask_save_as)]
            self._banners.show_line("error", self.tr("Not saved. {why}").format(why=error), answers, key="save")
            self._end_save()

        self._session.waiting.on(future, saved, failed)

    def _end_save(self) -> None:
        self._saves -= 1
        self.saving.emit(bool(self._saves))
        if not self._saves:
            settled, self._settled = self._settled, []
            for act in settled:
                act()

    def revert(self) -> None:
        """Go back to the last save, as an edit."""
        self._session.document.revert(self.tr("Revert to the last save"))
        self._banners.drop("recovery")
        self._session.message.emit(self.tr("As last saved; Undo brings the edits back"))

    # Leaving.

    def leave(self, then: Then) -> None:
        """Do something after which the present document is not open any more; ask first where work is unsaved."""
        if self._saves:
            self._settled.append(lambda: self.leave(then))
        elif count := self.unstored():
            self.questions.unstored(count, lambda: self._leave(then))
        else:
            self._leave(then)

    def _leave(self, then: Then) -> None:
        if self._session.document.is_modified:
            self.questions.unsaved(self.name(), self._pictures_at_stake(), save=lambda: self.save(then), discard=then)
        else:
            then()

    def _pictures_at_stake(self) -> int | None:
        """Return how many pictures go with the project if it is discarded; None: it has a name, and none does."""
        if not self.is_untitled:
            return None
        try:
            return untitled.pictures_in(self._session.document)
        except StorageError:
            return 0

    def close(self, document: Document, discard: bool = True) -> None:
        """Close a document as its last save, unless all of it is to be kept.

        One without a name is deleted then, or goes to the discarded ones if it has pictures that are nowhere else.
        """
        goes = discard and untitled.is_untitled(document.path)
        kept = goes and self._has_pictures(document)
        try:
            document.close(discard and not kept)
        except StorageError as error:
            self._banners.show_line("error", str(error))
        if kept:
            untitled.discard(document.path)
        elif goes:
            with contextlib.suppress(OSError):
                document.path.unlink(missing_ok=True)

    @staticmethod
    def _has_pictures(document: Document) -> bool:
        try:
            touched = document.is_modified or document.store.has_new_pictures
            return touched and untitled.pictures_in(document) > 0
        except StorageError:
            return True

    def _file_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        start = Path.home() if self.is_untitled else self.path.parent
        dialog = QFileDialog(self._window, title, str(start))
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([self.tr("Komawari projects (*{suffix})").format(suffix=untitled.SUFFIX)])
        return dialog
