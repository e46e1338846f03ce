"""The export dialog: what, how fine, where to; what is too coarse for print; which models drew it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from komawari.storage.errors import StorageError
from komawari.storage.places import data_folder
from komawari.ui.counted import counted
from komawari.ui.dialogs.export_form import ExportForm
from komawari.ui.dialogs.export_notes import ExportNotes, Findings
from komawari.ui.dialogs.export_question import ReplaceQuestion
from komawari.ui.export.choice import Choice, numbers_chosen, remembered
from komawari.ui.export.errors import ExportError
from komawari.ui.export.exporter import Exporter
from komawari.ui.export.job import Job, already_there, free_name
from komawari.ui.export.models import Credits, credits_of, lines, text
from komawari.ui.export.pixels import size_of
from komawari.ui.export.resolution import coarse, limit, resolutions
from komawari.ui.export.source import Source
from komawari.ui.export.unreadable import Reading
from komawari.ui.folders import pictures_folder
from komawari.ui.packs import Packs
from komawari.ui.session import Session
from komawari.ui.window import untitled

KEY = "export"
"""In the settings of the window: project's id → its last choice."""
MOST_REMEMBERED = 100
"""Projects."""
STEPS = 1000
UPSCALER = "upscaler"
"""The part of a pack that enlarges pictures."""


class ExportDialog(QDialog):
    """Exports pages; the window and the engine go on meanwhile."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(520)
        self._session = session
        self.exporter = Exporter(session, self)
        self._packs, self._reading = Packs.of(session), Reading(session, self)
        self.form, self.notes, self.question = ExportForm(self), ExportNotes(self), ReplaceQuestion(self)
        self.amount, self.state = QLabel(self), QLabel(self)
        self.state.setWordWrap(True)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar(self, maximum=STEPS, textVisible=False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self._written: tuple[Path, ...] = ()
        self._make_buttons()
        self._lay_out()
        self._follow()
        self._begin()

    def _make_buttons(self) -> None:
        self.go = QPushButton(self.tr("E&xport"), self, default=True)
        self.stop = QPushButton(self.tr("&Stop"), self)
        self.stop.setToolTip(self.tr("Stop; nothing of this export remains"))
        self.reveal = QPushButton(self.tr("Show the fi&les"), self)
        self.leave = QPushButton(self.tr("&Close"), self)
        self.stop.hide()
        self.reveal.hide()

    def _lay_out(self) -> None:
        self._foot = QWidget(self)
        buttons = QHBoxLayout(self._foot)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.amount, 1)
        for button in (self.reveal, self.leave, self.stop, self.go):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        for widget in (self.form, self.notes, self.progress, self.state, self.question, self._foot):
            layout.addWidget(widget)
        self.progress.hide()

    def _follow(self) -> None:
        session, exporter = self._session, self.exporter
        self.form.changed.connect(self._form_changed)
        self.question.replaced.connect(self._export)
        self.question.renamed.connect(self._rename)
        self.question.ended.connect(self._foot.show)
        self.notes.panel_chosen.connect(session.reveal)
        self.go.clicked.connect(self._export)
        self.stop.clicked.connect(self._stop)
        self.reveal.clicked.connect(self._show_files)
        self.leave.clicked.connect(self.close)
        exporter.progressed.connect(self._show_progress)
        exporter.finished.connect(self._finished)
        exporter.failed.connect(self._failed)
        exporter.stopped.connect(lambda: self._ended(self.tr("Stopped; nothing was exported."), session.message.emit))
        session.opened.connect(self._begin)
        changes = (session.project_changed, session.page_changed, session.takes_changed)
        for changed in (*changes, self._packs.changed, self._reading.changed):
            changed.connect(self._show_if_seen)

    # What is chosen, and what follows from it.

    def _begin(self) -> None:
        """Show what was chosen the last time for this project."""
        stored: dict[str, Any] = self._session.settings.window.get(KEY, {})
        beside = self._session.document.path.parent
        is_ours = beside in (data_folder(), untitled.folder())
        folder = pictures_folder(self._session) if is_ours else str(beside)
        fresh = Choice(folder=folder, name=self._plain_name(), dpi=self._session.shown_page.paper.dpi)
        self.form.show_choice(remembered(stored, self._session.project.id) or fresh)

    def _plain_name(self) -> str:
        name = self._session.project.title or self._session.document.path.stem
        return "".join(" " if letter in '/\\:*?"<>|' else letter for letter in name).strip(" .")[:120]

    def _show_if_seen(self, *_: object) -> None:
        if self.isVisible() and not self.exporter.busy:
            self._show()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Show what has changed meanwhile."""
        super().showEvent(event)
        if not self.exporter.busy:
            self.question.end()
            self.state.clear()
            self.reveal.hide()
            self._reading.forget()
        self._show_if_seen()

    def _form_changed(self) -> None:
        """Show what follows from another choice; what became of an export before is not said of this one."""
        self.question.end()
        self.state.clear()
        self.reveal.hide()
        self._show()

    def _show(self) -> None:
        self.form.allow_enlarging(self._no_enlarging())
        choice = self.form.choice()
        try:
            pages = numbers_chosen(choice, self._session.project, self._session.page)
            source = Source.of(self._session.document, pages)
            self._show_amount(source, pages, choice)
        except (ExportError, StorageError) as error:
            self.notes.show_problem(str(error))
            self.amount.clear()
            self.go.setEnabled(False)
            return
        found = self._find(source, pages, choice)
        self.notes.show_findings(found)
        self.notes.show_models(lines(credits_of(source, pages), self._packs.all or None))
        self.go.setEnabled(not self.exporter.busy and not found.unreadable)

    def _find(self, source: Source, pages: tuple[int, ...], choice: Choice) -> Findings:
        unreadable = self._reading.look(source, pages)
        lost = {one.panel.id for one in unreadable}
        soft = [one for one in coarse(source, pages, choice) if one.panel.id not in lost]
        pictures = sum(1 for _ in resolutions(source, pages))
        empty = sum(panel.take is None for number in pages for panel in source.page(number).panels)
        return Findings(pictures, empty, soft, limit(choice), unreadable, self._reading.is_done)

    def _no_enlarging(self) -> str:
        """Return the name of the model that cannot enlarge pictures; empty: it can, or is not known yet."""
        pack = self._packs.get()
        return "" if pack is None or UPSCALER in pack.parts else pack.title

    def _show_amount(self, source: Source, pages: tuple[int, ...], choice: Choice) -> None:
        if choice.format == "webtoon":
            self.amount.setText(self.tr("{pages}, 800 pixels wide").format(pages=self._count(pages)))
            return
        sizes = {size_of(source.page(number).paper, choice.dpi, choice.bleed) for number in pages}
        size = " / ".join(f"{width} × {height}" for width, height in sorted(sizes)[:2])
        self.amount.setText(self.tr("{pages}, {size} pixels").format(pages=self._count(pages), size=size))

    def _count(self, pages: tuple[int, ...]) -> str:
        return counted(len(pages), self.tr("1 page"), self.tr("{n} pages"))

    # One export.

    def _export(self) -> None:
        """Export, unless that would replace files about which nothing was asked yet."""
        self._session.document.settling()
        job = self._job()
        if job is None:
            return
        there = already_there(job)
        if there and there != self.question.paths:
            self._foot.hide()
            self.question.ask(there)
            return
        self.question.end()
        self._remember()
        self._show_busy(True)
        self.state.setText(self.tr("Beginning …"))
        self.exporter.start(job)

    def _job(self) -> Job | None:
        """Return what is to be exported; where that is not possible, say why."""
        choice = self.form.choice()
        try:
            pages = numbers_chosen(choice, self._session.project, self._session.page)
            source = Source.of(self._session.document, pages)
        except (ExportError, StorageError) as error:
            self.notes.show_problem(str(error))
            return None
        found = credits_of(source, pages)
        models = text(found, self._packs.all or None, source.project.title) if found != Credits((), 0) else ""
        return Job(source, pages, choice, models)

    def _rename(self) -> None:
        """Propose a name that no file has yet, to be changed or taken."""
        job = self._job()
        self.question.end()
        if job is not None:
            self.form.name.setText(free_name(job))
        self.form.name.setFocus()
        self.form.name.selectAll()

    def reject(self) -> None:
        """Answer a question by Cancel; the next time, close."""
        if self.question.paths:
            self.question.end()
        else:
            super().reject()

    def _remember(self) -> None:
        choice = replace(self.form.choice(), enlarge=self.form.wishes_enlarging)
        window = self._session.settings.window
        stored = {key: value for key, value in window.get(KEY, {}).items() if key != self._session.project.id}
        kept = dict(list(stored.items())[-MOST_REMEMBERED + 1 :])
        kept[self._session.project.id] = msgspec.to_builtins(choice)
        self._session.set_settings(window={**window, KEY: kept})

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.state.setText(self.tr("Stopping …"))
        self.exporter.stop()

    def _show_progress(self, share: float, what: str) -> None:
        self.progress.setValue(round(share * STEPS))
        self.state.setText(what)

    def _finished(self, files: tuple[Path, ...]) -> None:
        self._written = files
        said = {
            1: self.tr("{first} is exported to {folder}"),
            2: self.tr("{first} and {last} are exported to {folder}"),
        }.get(len(files), self.tr("{n} files are exported to {folder}: {first} … {last}"))
        names = {"first": files[0].name, "last": files[-1].name, "folder": files[0].parent}
        self._ended(said.format(n=len(files), **names), self._session.message.emit)
        self.reveal.show()

    def _failed(self, message: str) -> None:
        """Say it here, or above the page where this dialog was closed meanwhile."""
        self._ended(message, self._session.message.emit if self.isVisible() else self._session.trouble.emit)

    def _ended(self, said: str, tell: Any) -> None:
        self._show_busy(False)
        self.state.setText(said)
        tell(said)
        self._show()

    def _show_busy(self, busy: bool) -> None:
        self.form.setEnabled(not busy)
        self.go.setVisible(not busy)
        self.stop.setVisible(busy)
        self.stop.setEnabled(True)
        self.progress.setVisible(busy)
        self.progress.setValue(0)
        self.reveal.hide()

    def _show_files(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written[0].parent)))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep an export going when the dialog is closed; the status bar says when it is done."""
        self._remember()
        self._reading.stop()
        super().closeEvent(event)
