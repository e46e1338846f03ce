"""Pictures from elsewhere, pasted or dropped on a panel, as takes of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from komawari.document.document import Document
from komawari.domain.edits.parameters import use_take
from komawari.domain.project import panels_of
from komawari.domain.takes import Take
from komawari.ui.queue.pictures import as_png
from komawari.ui.session import Session


class Pasting(QObject):
    """Turns picture files into takes, off the window's thread."""

    arrived = Signal(str, str)
    """A panel and the take."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def paste(self, panel: str, data: bytes, use: bool) -> None:
        """Make a picture file a take of a panel, and put it in use if asked to. What is no picture is said."""
        document = self._session.document
        self._session.later(partial(as_png, data), partial(self._store, document, panel, use), self._refused)

    def _store(self, document: Document, panel: str, use: bool, picture: tuple[bytes, tuple[int, int]]) -> None:
        stored = document.takes.add(panel, *picture)
        self._session.waiting.on(stored, partial(self._stored, document, use), self._refused)

    def _stored(self, document: Document, use: bool, take: Take) -> None:
        document.takes.adopt(take)
        if document is not self._session.document:
            return
        there = any(one.id == take.panel for _, one in panels_of(self._session.project))
        if use and there:
            self._session.edit(self.tr("Put in picture"), partial(use_take, panel=take.panel, take=take))
        self.arrived.emit(take.panel, take.id)

    def _refused(self, error: BaseException) -> None:
        self._session.trouble.emit(self.tr("The picture cannot be pasted: {0}").format(error))
