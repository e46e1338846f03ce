"""Pictures that arrive: each is stored first of all, in the document that it was queued for, and only then shown."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from komawari.domain.edits.parameters import use_take
from komawari.domain.project import panels_of
from komawari.domain.takes import Take
from komawari.engine_client.client import Picture
from komawari.engine_client.share_mask import size_of
from komawari.ui.queue.jobs import PanelJob
from komawari.ui.queue.pictures import same_pixels
from komawari.ui.session import Session

RETRY_MS = 5_000
"""After so long a picture that could not be written is tried again."""
PAUSE_MS = 200
"""So long a take waits to be put in use while the artist drags something or walks through the undo."""


class Arrivals(QObject):
    """Stores takes. A picture that cannot be written (the disk is full) is held in memory and tried again."""

    arrived = Signal(object, object)
    """The `PanelJob`, and its `Take`: it is safe on disk."""
    settled = Signal(object)
    """One of a job's pictures is no longer on its way, whatever became of it."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unstored: list[tuple[PanelJob, Picture]] = []
        self._unused: list[tuple[PanelJob, Take]] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._use_now)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self.store_rest)

    @property
    def unstored(self) -> int:
        """How many pictures are in memory alone because they could not be written."""
        return len(self._unstored)

    def take(self, job: PanelJob, picture: Picture) -> None:
        """Keep a picture of a job. One that was drawn again is kept only where it differs from the first."""
        job.storing += 1
        if job.again is None:
            self._store(job, picture)
            return
        document, again, png = job.document, job.again, picture.png

        def is_same() -> bool:
            return same_pixels(document.takes.picture(again), png)

        self._session.later(is_same, partial(self._compared, job, picture), lambda _: self._store(job, picture))

    def store_rest(self) -> None:
        """Try once more to write what could not be written."""
        rest, self._unstored = self._unstored, []
        for job, picture in rest:
            self._store(job, picture)

    def _compared(self, job: PanelJob, picture: Picture, same: bool) -> None:
        if same:
            self._session.message.emit(self.tr("{0}: drawn again, and every pixel is the same").format(job.title))
            self._settle(job)
            return
        self._session.message.emit(
            self.tr("{0}: drawn again, and the pixels differ; the new picture is kept as a take").format(job.title)
        )
        self._store(job, picture)

    def _store(self, job: PanelJob, picture: Picture) -> None:
        size = size_of(picture.png)
        stored: Future[Take] = job.document.takes.add(
            job.panel, picture.png, size, picture.resolved, job.drawn_with, job.parent
        )
        self._session.waiting.on(stored, partial(self._stored, job), partial(self._not_stored, job, picture))

    def _stored(self, job: PanelJob, take: Take) -> None:
        job.document.takes.adopt(take)
        if job.document is self._session.document:
            self._use(job, take)
        self.arrived.emit(job, take)
        self._settle(job)

    def _use(self, job: PanelJob, take: Take) -> None:
        """Put a job's first take in use, as soon as that disturbs nothing. If it is undone, the next take does not."""
        if not job.used:
            job.used = True
            self._unused.append((job, take))
            self._use_now()

    def _use_now(self) -> None:
        """Put takes in use where panels show none, or still the one of which a region was drawn anew.

        An edit now would cut a drag in two, or forget what the artist has just undone and may want again: it waits.
        """
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton or self._session.document.history.redo_name:
            self._pause.start()
            return
        unused, self._unused = self._unused, []
        for job, take in unused:
            panels = (one for _, one in panels_of(self._session.project) if one.id == job.panel)
            panel = next(panels, None) if job.document is self._session.document else None
            if panel is not None and panel.take in (None, job.parent) and not panel.final:
                self._session.edit(self.tr("Use take"), partial(use_take, panel=job.panel, take=take))

    def _not_stored(self, job: PanelJob, picture: Picture, error: BaseException) -> None:
        if job.document.store.closed:
            self._settle(job)
            return
        self._unstored.append((job, picture))
        if len(self._unstored) == 1:
            line = self.tr("{0} is drawn, and cannot be written: {1}").format(job.title, error)
            self._session.unwritten.emit(line)
        self._retry.start()

    def _settle(self, job: PanelJob) -> None:
        job.storing -= 1
        self.settled.emit(job)
