"""What panels look like while they are drawn: the latest preview alone is decoded. And after that, until the finished
picture can be painted in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from komawari.domain.project import panels_of
from komawari.domain.takes import Take
from komawari.ui.session import Session

LONGEST = 1024
"""Pixels of the longer side of a finished picture that is not in the file yet: many may wait."""


class Previews(QObject):
    """Previews by panel."""

    changed = Signal(str, QImage)
    """A panel, and its latest preview; a null image: it has none any more."""

    def __init__(
        self, session: Session, unwritten: Callable[[str], Sequence[str]], parent: QObject | None = None
    ) -> None:
        """`unwritten` returns the sha256 of a panel's finished pictures that are in memory alone."""
        super().__init__(parent)
        self._session, self._images, self._unwritten = session, session.images, unwritten
        self._until: dict[str, str] = {}
        self._finished: dict[str, str] = {}
        """Panel → sha256 of the finished picture that it shows, which is in memory alone."""
        self._shown: dict[str, QImage] = {}
        self._latest: dict[str, bytes] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._decode)
        self._images.ready.connect(self._ready)
        session.project_changed.connect(self._project_changed)

    def put(self, panel: str, jpeg: bytes) -> None:
        """Show a preview, once all events that have come already are heard: then only the latest is decoded."""
        self._until = {sha: one for sha, one in self._until.items() if one != panel}
        self._finished.pop(panel, None)
        self._latest[panel] = jpeg
        self._timer.start(0)

    def get(self, panel: str) -> QImage | None:
        """Return a panel's latest preview."""
        return self._shown.get(panel)

    def clear(self, panel: str) -> None:
        """A panel has no preview any more."""
        self._latest.pop(panel, None)
        self._finished.pop(panel, None)
        if self._shown.pop(panel, None) is not None:
            self.changed.emit(panel, QImage())

    def settle(self, panel: str) -> None:
        """A panel is drawn: it shows its take from now on, and where it has none, a picture that cannot be written.

        The preview stays until the take is at hand: else the panel would flash.
        """
        there = next((one for _, one in panels_of(self._session.project) if one.id == panel), None)
        unwritten = self._unwritten(panel)
        if there is not None and there.take is None and unwritten:
            self._finish(panel, unwritten[0])
            return
        is_seen = any(one.id == panel for one in self._session.shown_page.panels)
        self._clear_with(panel, self._session.used_take(there) if there is not None and is_seen else None)

    def clear_all(self) -> None:
        """No panel has one."""
        self._until.clear()
        for panel in {*self._shown, *self._latest, *self._finished}:
            self.clear(panel)

    def _clear_with(self, panel: str, take: Take | None) -> None:
        """A panel has no preview any more as soon as the pixels of the take that it shows are in memory."""
        if take is None or panel not in self._shown or self._images.get(take.picture.sha256) is not None:
            self.clear(panel)
        else:
            self._finished.pop(panel, None)
            self._until[take.picture.sha256] = panel

    def _finish(self, panel: str, sha: str) -> None:
        """Show a finished picture, as soon as it is decoded."""
        self._finished[panel] = sha
        self._latest.pop(panel, None)
        image = self._images.get(sha, LONGEST)
        if image is not None and image.isNull():
            self.clear(panel)
        elif image is not None and image is not self._shown.get(panel):
            self._shown[panel] = image
            self.changed.emit(panel, image)

    def _ready(self, sha: str) -> None:
        panel = self._until.pop(sha, None)
        if panel is not None:
            self.clear(panel)
        for waiting in [one for one, finished in self._finished.items() if finished == sha]:
            self._finish(waiting, sha)

    def _project_changed(self) -> None:
        """Another picture may have been put in use where one shows that is in memory alone."""
        for panel in tuple(self._finished):
            self.settle(panel)

    def _decode(self) -> None:
        latest, self._latest = self._latest, {}
        for panel, jpeg in latest.items():
            image = QImage.fromData(jpeg)
            if not image.isNull():
                self._shown[panel] = image
                self.changed.emit(panel, image)
