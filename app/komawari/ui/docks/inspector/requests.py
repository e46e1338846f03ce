"""A panel as a request, and a request as a panel: through the clipboard and the files of `animeadapter generate`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import Blobs, GenerateRequest, blobs_of
from komawari.domain.base import new_id
from komawari.domain.panel import Panel
from komawari.engine_client.request_builder import PackSizes, UnknownPack, build, plan
from komawari.engine_client.request_files import read_request, request_of_text, request_text, write_request
from komawari.engine_client.request_opener import opened
from komawari.storage.errors import StorageError
from komawari.ui.docks.inspector.section import Context


class RequestMenu(QPushButton):
    """Copy, save, paste and open requests. Files are read and written off the window's thread."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._session = context, context.session
        self.setText(self.tr("Request"))
        self.setToolTip(self.tr("Exchange the panel with the command animeadapter generate"))
        self.setAccessibleName(self.tr("Request of the panel"))
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as request"), self.copy)
        menu.addAction(self.tr("Save as request …"), self._ask_where)
        menu.addSeparator()
        menu.addAction(self.tr("Paste request"), self.paste)
        menu.addAction(self.tr("Open request …"), self._ask_which)
        self.setMenu(menu)

    # Out.

    def copy(self) -> None:
        """Put the panel's request into the clipboard, as the JSON that `animeadapter generate` reads."""
        panel = self._context.edits.panel
        if panel is None:
            return
        try:
            made = plan(self._session.project, panel, self._pack(panel))
        except EngineError as error:
            self._session.message.emit(str(error))
            return
        QGuiApplication.clipboard().setText(request_text(made.request))
        self._session.message.emit(self.tr("The panel's request is in the clipboard."))

    def save(self, path: Path) -> None:
        """Write the panel's request with its pictures beside it."""
        panel = self._context.edits.panel
        if panel is None:
            return
        project, pack, read = self._session.project, self._pack(panel), self._session.picture

        def work() -> Path:
            made = build(project, panel, read, pack)
            write_request(path, made.request, made.files)
            return path

        told = self.tr("The panel's request is written: {0}")
        self._session.later(work, lambda where: self._session.message.emit(told.format(where)))

    # In.

    def paste(self) -> None:
        """Take the request in the clipboard over into the panel."""
        try:
            request = request_of_text(QGuiApplication.clipboard().text())
        except EngineError as error:
            self._session.message.emit(self.tr("The clipboard has no request: {0}").format(error))
            return
        self._find_files(request)

    def open(self, path: Path) -> None:
        """Take a request file, or a picture that carries its request, over into the panel."""
        self._session.later(partial(read_request, path, self._find), partial(self._store, path.stem))

    def _find_files(self, request: GenerateRequest) -> None:
        read, lost = self._session.picture, self.tr("{0}: the file with sha256 {1}… is not in this project")

        def work() -> tuple[GenerateRequest, dict[str, bytes]]:
            files = {}
            for field, sha in blobs_of(request).items():
                try:
                    files[sha] = read(sha)
                except StorageError:
                    raise StorageError(lost.format(field, sha[:16])) from None
            return request, files

        self._session.later(work, partial(self._store, self.tr("Reference")))

    def _find(self, sha: str) -> bytes | None:
        try:
            return self._session.picture(sha)
        except StorageError:
            return None

    def _store(self, name: str, read: tuple[GenerateRequest, Mapping[str, bytes]]) -> None:
        """Put the request's files into the project before an edit names them."""
        request, files = read
        store = self._session.document.store
        stored = [store.put_picture(data) for data in files.values()]
        self._session.later(lambda: [one.result() for one in stored], lambda _: self._apply(name, request, files))

    def _apply(self, name: str, request: GenerateRequest, _files: Blobs) -> None:
        panel = self._context.edits.panel
        if panel is None:
            return
        try:
            found = opened(request, self._session.project, panel.id, self._pack(panel), new_id, name)
        except EngineError as error:
            self._session.message.emit(str(error))
            return
        if self._session.edit(self.tr("Open request"), partial(found.apply, panel=panel.id)):
            for note in found.notes:
                self._session.trouble.emit(note)

    # Dialogs, which leave the window at work.

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save as request"), "", self.tr("Requests (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(self.tr("panel.json"))
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        self._show(dialog)

    def _ask_which(self) -> None:
        kinds = self.tr("Requests and pictures that carry one (*.json *.png)")
        dialog = QFileDialog(self, self.tr("Open request"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        self._show(dialog)

    def _show(self, dialog: QFileDialog) -> None:
        dialog.setModal(False)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def _pack(self, panel: Panel) -> PackSizes:
        """Return what is known of the editor's own pack."""
        name = panel.settings.pack or self._session.settings.pack
        return self._context.packs.get(name) or UnknownPack(name)
