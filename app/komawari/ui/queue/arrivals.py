"""Pictures that arrive: each is stored first of all, in the document that it was queued for, and only then shown."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from animeadapter.protocol.request import Blob
from komawari.domain.edits.parameters import use_take
from komawari.domain.project import panels_of
from komawari.domain.takes import Take
from komawari.engine_client.client import Picture
from komawari.engine_client.share_mask import size_of
from komawari.ui.counted import counted
from komawari.ui.queue.jobs import PanelJob
from komawari.ui.queue.pictures import same_pixels
from komawari.ui.session import Session

RETRY_MS = 5_000
"""After so long a picture that could not be written is tried again."""
PAUSE_MS = 200
"""So long a take waits to be put in use while the artist drags something or walks through the undo."""


@dataclass(eq=False)
class Unwritten:
    """A finished picture that is in memory alone, because it could not be written."""

    job: PanelJob
    picture: Picture
    sha256: str


class Arrivals(QObject):
    """Stores takes. A picture that cannot be written (the disk is full) is held in memory and tried again."""

    arrived = Signal(object, object)
    """The `PanelJob`, and its `Take`: it is safe on disk."""
    settled = Signal(object)
    """One of a job's pictures is no longer on its way, whatever became of it."""
    held = Signal(object)
    """One of a job's pictures could not be written, and waits in memory."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unwritten: list[Unwritten] = []
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
        return len(self._unwritten)

    def unwritten_of(self, panel: str) -> tuple[str, ...]:
        """Return the sha256 of the pictures of a panel of the open project that are in memory alone, as they came."""
        document = self._session.document
        found = (one for one in self._unwritten if one.job.panel == panel and one.job.document is document)
        return tuple(one.sha256 for one in found)

    def is_writing(self, job: PanelJob) -> bool:
        """Return whether a picture of a job is being written for the first time."""
        return job.storing > sum(1 for one in self._unwritten if one.job is job)

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
        for one in self._unwritten:
            self._store(one.job, one.picture, one)

    def _compared(self, job: PanelJob, picture: Picture, same: bool) -> None:
        if same:
            self._session.message.emit(self.tr("{0}: drawn again, and every pixel is the same").format(job.title))
            self._settle(job)
            return
        self._session.message.emit(
            self.tr("{0}: drawn again, and the pixels differ; the new picture is kept as a take").format(job.title)
        )
        self._store(job, picture)

    def _store(self, job: PanelJob, picture: Picture, again: Unwritten | None = None) -> None:
        size = size_of(picture.png)
        stored: Future[Take] = job.document.takes.add(
            job.panel, picture.png, size, picture.resolved, job.drawn_with, job.parent
        )
        failed = partial(self._not_stored, again or Unwritten(job, picture, Blob.of(picture.png).sha256))
        self._session.waiting.on(stored, partial(self._stored, job, again), failed)

    def _stored(self, job: PanelJob, again: Unwritten | None, take: Take) -> None:
        if again is not None:
            self._let_go(again)
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

    def _not_stored(self, one: Unwritten, error: BaseException) -> None:
        if one.job.document.store.closed:
            self._let_go(one)
            self._settle(one.job)
            return
        if is_new := one not in self._unwritten:
            self._unwritten.append(one)
            self._session.unwritten_files[one.sha256] = one.picture.png
            self.held.emit(one.job)
        if is_new or one is self._unwritten[0]:
            self._session.unwritten.emit(self._said(error))
        self._retry.start()

    def _said(self, error: BaseException) -> str:
        first, more = self._unwritten[0].job.title, len(self._unwritten) - 1
        if not more:
            return self.tr("{0} is drawn, and cannot be written: {1}").format(first, error)
        others = counted(more, self.tr("another picture"), self.tr("{n} other pictures"))
        return self.tr("{0} and {1} are drawn, and cannot be written: {2}").format(first, others, error)

    def _let_go(self, one: Unwritten) -> None:
        """Hold a picture no more: it is in the file, or its project is closed."""
        if one in self._unwritten:
            self._unwritten.remove(one)
        if all(other.sha256 != one.sha256 for other in self._unwritten):
            self._session.unwritten_files.pop(one.sha256, None)

    def _settle(self, job: PanelJob) -> None:
        job.storing -= 1
        self.settled.emit(job)
