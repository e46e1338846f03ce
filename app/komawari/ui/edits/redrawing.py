"""Queues what is painted to be drawn anew: the mask is made as large as the take, off the window's thread."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from komawari.document.document import Document
from komawari.domain.panel import Panel
from komawari.domain.takes import Take
from komawari.ui.masks.room import Room
from komawari.ui.session import Session


class Redraws(Protocol):
    """What is needed of the queue of panels."""

    def redraw(self, take: Take, mask: bytes) -> str | None:
        """Queue the region of a take that its panel's local edit describes."""

    def vary(self, take: str) -> str | None:
        """Draw a take with other seeds."""


class Redrawing(QObject):
    """Asks the queue; what is missing is said in the status bar."""

    queued = Signal(str)
    """The id of a panel whose region waits in the queue."""

    def __init__(self, session: Session, queue: Redraws, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue = session, queue

    def redraw(self) -> None:
        """Queue the painted region of the selected panel's take."""
        session = self._session
        # The last stroke may be on its way yet.
        session.document.settling()
        panel = session.panel
        take = None if panel is None else session.used_take(panel)
        if panel is None or take is None:
            session.message.emit(self.tr("Select a panel that has a picture, and paint what is to be drawn anew"))
            return
        if panel.local_edit.mask is None:
            session.message.emit(self.tr("Nothing is painted yet: paint over what is to be drawn anew (B)"))
            Room.of(session).paint("edit")
            return
        sha, size = panel.local_edit.mask.sha256, (take.width, take.height)
        work = partial(_fitted, session, sha, size)
        session.later(work, partial(self._queue_it, session.document, panel, take), self._unread)

    def _queue_it(self, document: Document, panel: Panel, take: Take, mask: bytes | None) -> None:
        session = self._session
        if document is not session.document:
            return
        if mask is None:
            session.message.emit(self.tr("Nothing is painted: paint over what is to be drawn anew (B)"))
        elif self._queue.redraw(take, mask) is not None:
            self.queued.emit(panel.id)

    def _unread(self, error: BaseException) -> None:
        self._session.trouble.emit(self.tr("The mask cannot be read: {0}. Paint it anew.").format(error))

    def vary(self, take: Take) -> None:
        """Draw the same edit once more, in the picture that it began from, with other seeds."""
        self._queue.vary(take.id)


def is_edit(take: Take | None) -> bool:
    """Return whether a take is a local edit of another one; one that follows a sketch is drawn whole."""
    edit = None if take is None or take.resolved is None else take.resolved.request.edit
    return edit is not None and edit.mask is not None


def _fitted(session: Session, sha: str, size: tuple[int, int]) -> bytes | None:
    """Return a mask as large as its take, as the bytes of a PNG; None: nothing is painted. It reads a file."""
    from komawari.ui.painting import png
    from komawari.ui.painting.pixels import resized

    data = session.picture(sha)
    pixels = png.decoded(data)
    if pixels is None:
        raise ValueError(sha)
    fitted = resized(pixels, *size)
    if not fitted.any():
        return None
    return data if fitted is pixels else png.encoded(fitted)
