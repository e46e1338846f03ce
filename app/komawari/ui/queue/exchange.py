"""Panels as request files: copied, saved with their pictures for `animeadapter generate`, and opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import Blob, Blobs, GenerateRequest, Size
from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.panel import Panel, Sheet
from komawari.domain.project import Project, find_panel
from komawari.engine_client.request_builder import Built, UnknownPack, build, plan, with_sketch
from komawari.engine_client.request_files import (
    found_files,
    read_request,
    request_of_text,
    request_text,
    write_request,
)
from komawari.engine_client.request_opener import opened, sketched
from komawari.engine_client.sketch_picture import flattened, flattening_of
from komawari.storage.errors import StorageError
from komawari.ui.packs import Packs
from komawari.ui.queue.making import pack_for, reader
from komawari.ui.queue.pasting import Pasting
from komawari.ui.queue.pictures import as_png
from komawari.ui.session import Session
from komawari.ui.sketch.paper import without_paper

Loaded = tuple[GenerateRequest, dict[str, bytes]]
Found = tuple[GenerateRequest, dict[str, bytes], Sheet | None]
"""The last is the sheet that it begins from, or whose lines it follows."""
LONGEST = 2048
"""Pixels of the longer side of a picture that is drawn, at most."""
OnOpened = Callable[[], object]


class RequestExchange(QObject):
    """What "Copy as request", "Save request" and "Open request" do. What goes wrong is the session's trouble."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pasting = Pasting(session, self)

    def text(self, panel: Panel, done: Callable[[str], object]) -> None:
        """Call `done` with a panel's request as JSON for the clipboard, its pictures named by sha256.

        That is at once, unless the panel follows its sketch, which has to be laid over white; the project then has
        that picture too, so that the request can be pasted again.
        """
        session = self._session
        session.document.settling()
        read = reader(session.document, session.library)
        try:
            planned = plan(session.project, panel, pack_for(session, panel))
        except EngineError as error:
            self._not_copied(error)
            return
        if planned.sketch is None:
            done(request_text(planned.request))
            return
        document = session.document

        def work() -> str:
            made = with_sketch(planned, read)
            for data in made.made.values():
                document.store.put_picture(data).result()
            return request_text(made.request)

        session.later(work, done, self._not_copied)

    def _not_copied(self, error: BaseException) -> None:
        self._session.trouble.emit(self.tr("The panel cannot be copied as a request: {0}").format(error))

    def save(self, panel: Panel, path: Path) -> None:
        """Write a panel's request, and its pictures into a folder beside it; then say so in the status bar."""
        session = self._session
        session.document.settling()
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
        session, document = self._session, self._session.document
        document.settling()
        project, reads = session.project, reader(document, session.library)

        def work() -> Found:
            request, files = read()
            sheet, made = sheet_of(request, files, project, panel, reads)
            return request, {**files, **made}, sheet

        session.later(work, partial(self._store, document, panel, name, done))

    def _store(self, document: Document, panel: str, name: str, done: OnOpened | None, loaded: Found) -> None:
        """Store the pictures first: an edit may name them only then."""
        _, files, _ = loaded
        stored = [document.store.put_picture(data) for data in files.values()]
        edit = partial(self._edit, document, panel, name, done, loaded)
        self._session.later(lambda: [one.result() for one in stored], edit)

    def _edit(
        self, document: Document, panel: str, name: str, done: OnOpened | None, loaded: Found, _shas: object
    ) -> None:
        session = self._session
        request, files, sheet = loaded
        if document is not session.document:
            return
        default = session.settings.pack
        pack = Packs.of(session).get(default) or UnknownPack(default)
        try:
            find_panel(session.project, panel)
            found = opened(request, session.project, panel, pack, new_id, name, sheet)
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


def sheet_of(
    request: GenerateRequest, files: Blobs, project: Project, panel: str, read: Callable[[str], bytes]
) -> tuple[Sheet | None, dict[str, bytes]]:
    """Return the sheet that a request begins from or whose lines it follows, and the files that had to be made for it.

    It is the panel's own where that one, laid over white, is the very picture that the request names; else it is the
    picture, lying as the panel's picture lies, and without its paper, under which that one would not be seen. Any
    thread may call it. Raises `EngineError`.
    """
    picture = sketched(request)
    if picture is None:
        return None, {}
    _, old = find_panel(project, panel)
    png, (width, height) = as_png(files[picture.sha256])
    # A local edit's sketch is as large as its take, whatever size the request names. Nothing larger is made here.
    how = flattening_of(project, old, Size(width, height)) if max(width, height) <= LONGEST else None
    if how is not None and Blob.of(flattened(read(how.sheet.picture.sha256), how)) == picture:
        return how.sheet, {}
    png = without_paper(png) or png
    blob = Blob.of(png)
    return Sheet(blob, width, height, old.placement), {} if blob == picture else {blob.sha256: png}
