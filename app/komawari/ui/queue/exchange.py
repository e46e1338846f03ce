"""Panels as request files: copied, saved with their pictures for `animeadapter generate`, and opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import GenerateRequest
from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.panel import Panel
from komawari.domain.project import find_panel
from komawari.engine_client.request_builder import Built, UnknownPack, build, plan
from komawari.engine_client.request_files import (
    found_files,
    read_request,
    request_of_text,
    request_text,
    write_request,
)
from komawari.engine_client.request_opener import opened
from komawari.storage.errors import StorageError
from komawari.ui.packs import Packs
from komawari.ui.queue.making import pack_for, reader
from komawari.ui.queue.pasting import Pasting
from komawari.ui.session import Session

Loaded = tuple[GenerateRequest, dict[str, bytes]]
OnOpened = Callable[[], object]


class RequestExchange(QObject):
    """What "Copy as request", "Save request" and "Open request" do. What goes wrong is the session's trouble."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pasting = Pasting(session, self)

    def text(self, panel: Panel) -> str | None:
        """Return a panel's request as JSON for the clipboard, its pictures named by sha256; None where it has none."""
        try:
            return request_text(plan(self._session.project, panel, pack_for(self._session, panel)).request)
        except EngineError as error:
            self._session.trouble.emit(self.tr("The panel cannot be copied as a request: {0}").format(error))
            return None

    def save(self, panel: Panel, path: Path) -> None:
        """Write a panel's request, and its pictures into a folder beside it; then say so in the status bar."""
        session = self._session
        read = reader(session.document, session.library)
        project, pack = session.project, pack_for(session, panel)

        def write() -> None:
            built: Built = build(project, panel, read, pack)
            write_request(path, built.request, built.files)

        session.later(write, lambda _: session.message.emit(self.tr("{0} is written").format(path)))

    def open(self, panel: str, path: Path, done: OnOpened | None = None) -> None:
        """Let a panel be what a request's file, or a picture that carries one, says. `done` is called after it."""
        find = self._finder()
        name = path.stem or path.name
        self._open(panel, name, lambda: read_request(path, find), done)

    def paste(self, panel: str, text: str, done: OnOpened | None = None) -> None:
        """Let a panel be what a request's JSON from the clipboard says; its pictures have to be in the project."""
        find = self._finder()

        def read() -> Loaded:
            request = request_of_text(text)
            return request, found_files(request, {}, find, self.tr("The clipboard"))

        self._open(panel, self.tr("Reference"), read, done)

    def _open(self, panel: str, name: str, read: Callable[[], Loaded], done: OnOpened | None) -> None:
        document = self._session.document
        self._session.later(read, partial(self._store, document, panel, name, done))

    def _store(self, document: Document, panel: str, name: str, done: OnOpened | None, loaded: Loaded) -> None:
        """Store the pictures first: an edit may name them only then."""
        _, files = loaded
        stored = [document.store.put_picture(data) for data in files.values()]
        edit = partial(self._edit, document, panel, name, done, loaded)
        self._session.later(lambda: [one.result() for one in stored], edit)

    def _edit(
        self, document: Document, panel: str, name: str, done: OnOpened | None, loaded: Loaded, _shas: object
    ) -> None:
        session = self._session
        request, files = loaded
        if document is not session.document:
            return
        default = session.settings.pack
        pack = Packs.of(session).get(default) or UnknownPack(default)
        try:
            find_panel(session.project, panel)
            found = opened(request, session.project, panel, pack, new_id, name)
        except EngineError as error:
            session.trouble.emit(self.tr("The request cannot be opened: {0}").format(error))
            return
        if session.edit(self.tr("Open request"), partial(found.apply, panel=panel)):
            for note in found.notes:
                session.message.emit(note)
            if found.picture is not None:
                # What a region is drawn anew in has to be a take.
                self._pasting.paste(panel, files[found.picture.sha256], use=True)
            if done is not None:
                done()

    def _finder(self) -> Callable[[str], bytes | None]:
        """Return what finds files of the project or the library, or None, on any thread."""
        read = reader(self._session.document, self._session.library)

        def find(sha: str) -> bytes | None:
            try:
                return read(sha)
            except StorageError:
                return None

        return find
