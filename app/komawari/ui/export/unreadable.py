"""Which pictures of an export cannot be read: looked for before anything is exported, off the window's thread."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from komawari.domain.panel import Panel
from komawari.storage.errors import StorageError
from komawari.ui.export.source import Read, Source
from komawari.ui.images import upright
from komawari.ui.session import Session


class Unreadable(NamedTuple):
    """A panel whose picture cannot be read."""

    page: int
    """Numbers from 1, as is `number` of the panel."""
    number: int
    panel: Panel


class Reading(QObject):
    """Reads pictures, one after another, each once."""

    changed = Signal()
    """A picture has turned out to be unreadable, or nothing is left to be looked at."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[str, bool] = {}
        """sha256 → whether the picture can be read."""
        self._wanted: list[str] = []
        self._read: Read | None = None
        self._at: str | None = None
        self._round = 0
        """What is read of an earlier one counts no more."""
        session.opened.connect(self.forget)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be looked at."""
        return not self._wanted and self._at is None

    def forget(self) -> None:
        """Look at everything anew when it is asked for."""
        self._known.clear()
        self.stop()

    def stop(self) -> None:
        """Look no further for the present."""
        self._wanted, self._at, self._round = [], None, self._round + 1

    def look(self, source: Source, pages: Iterable[int]) -> list[Unreadable]:
        """Return the panels of these pages whose pictures are known to be unreadable, and look at new ones."""
        found, self._wanted, self._read = [], [], source.read
        for page in pages:
            for number, panel in enumerate(source.read_panels(page), 1):
                take = source.takes.get(panel.id)
                if take is not None and take.picture.sha256 not in self._known:
                    self._wanted.append(take.picture.sha256)
                elif panel.take is not None and (take is None or not self._known[take.picture.sha256]):
                    found.append(Unreadable(page, number, panel))
        self._next()
        return found

    def _next(self) -> None:
        self._wanted = [sha for sha in self._wanted if sha not in self._known and sha != self._at]
        if self._at is None and self._wanted and self._read is not None:
            self._at = self._wanted.pop(0)
            self._session.later(partial(_is_readable, self._read, self._at), partial(self._hear, self._round, self._at))

    def _hear(self, of: int, sha: str, readable: bool) -> None:
        if of != self._round:
            return
        self._known[sha], self._at = readable, None
        self._next()
        if self.is_done or not readable:
            self.changed.emit()


def _is_readable(read: Read, sha: str) -> bool:
    try:
        return not upright(read(sha)).isNull()
    except StorageError:
        return False
