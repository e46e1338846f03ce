"""Exports off the window's thread: pictures are enlarged by the engine first where that is wanted, then written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from animeadapter.protocol.calls import Upscale, Upscaled
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob
from komawari.engine_client.client import Finished
from komawari.ui.export.job import Job, Progress, Written, export
from komawari.ui.export.resolution import to_enlarge
from komawari.ui.session import Session

LOG = logging.getLogger(__name__)
Files = tuple[Path, ...]


class Exporter(QObject):
    """Does one export at a time. Every export ends with exactly one of `finished`, `failed` and `stopped`."""

    progressed = Signal(float, str)
    """How much is done (0 … 1), and what is done at the moment."""
    finished = Signal(tuple)
    """The files that were written."""
    failed = Signal(str)
    stopped = Signal()
    _went_on = Signal(float, int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._enlarging: Enlarging | None = None
        self._stop: threading.Event | None = None
        self._pool = ThreadPoolExecutor(1, "export")
        self._went_on.connect(self._tell_page)
        session.opened.connect(self.stop)
        session.closing.connect(self.close)

    @property
    def busy(self) -> bool:
        """Whether an export is under way."""
        return self._stop is not None

    def start(self, job: Job) -> None:
        """Begin an export; another one that is under way has to be over."""
        assert not self.busy, "one export at a time"
        self._stop = threading.Event()
        wanted = to_enlarge(job.source, job.pages, job.choice) if job.choice.enlarge else []
        self._enlarging = Enlarging(self._session, wanted, job.source.file)
        self._enlarging.run(
            on_step=lambda done: self.progressed.emit(done / len(wanted) * self._first(wanted), self._say_enlarging()),
            done=lambda files: self._write(replace(job, source=job.source.with_enlarged(files)), self._first(wanted)),
            failed=self._fail,
        )

    def stop(self) -> None:
        """Stop the export, if there is one; nothing of it remains."""
        if self._stop is None:
            return
        self._stop.set()
        if self._enlarging is not None and self._enlarging.stop():
            self._end(self.stopped.emit)

    def close(self) -> None:
        """Stop, and wait until no thread is at work."""
        self.stop()
        self._pool.shutdown()

    @staticmethod
    def _first(wanted: list[str]) -> float:
        """Return which share of the whole export the enlarging is."""
        return 0.5 if wanted else 0.0

    def _write(self, job: Job, begin: float) -> None:
        stop, self._enlarging = self._stop, None
        assert stop is not None

        def work() -> Files | None:
            return _written(job, stop, lambda step: self._went_on.emit(begin + (1 - begin) * step.share, step.page))

        self._session.waiting.on(self._pool.submit(work), self._done, self._raised)

    def _done(self, files: Files | None) -> None:
        if files is None:
            self._end(self.stopped.emit)
        else:
            self._end(lambda: self.finished.emit(files))

    def _raised(self, error: BaseException) -> None:
        if isinstance(error, MemoryError):
            self._fail(self.tr("There is not enough memory; choose fewer dpi."))
            return
        if not isinstance(error, EngineError):
            LOG.error("an export failed", exc_info=error)
        self._fail(str(error) or type(error).__name__)

    def _fail(self, message: str) -> None:
        self._end(lambda: self.failed.emit(message))

    def _end(self, tell: Callable[[], object]) -> None:
        self._stop = self._enlarging = None
        tell()

    def _tell_page(self, share: float, page: int) -> None:
        if self._stop is not None and not self._stop.is_set():
            self.progressed.emit(
                share, self.tr("Page {number} …").format(number=page) if page else self.tr("Writing …")
            )

    def _say_enlarging(self) -> str:
        return self.tr("The engine enlarges pictures …")


def _written(job: Job, stop: threading.Event, tell: Callable[[Progress], object]) -> Files | None:
    """Run an export, on any thread; None if it was stopped."""
    events = export(job)
    try:
        for event in events:
            if isinstance(event, Written):
                return event.files
            if stop.is_set():
                return None
            tell(event)
    finally:
        # Unfinished files go now, and not whenever the iterator is collected.
        events.close()
    return None


class Enlarging:
    """Asks the engine for one larger picture after another."""

    def __init__(self, session: Session, wanted: list[str], read: Callable[[str], bytes]) -> None:
        self._session, self._wanted, self._read = session, wanted, read
        self._files: dict[str, bytes] = {}
        self._job: str | None = None
        self._stopped = False

    def run(
        self,
        on_step: Callable[[int], object],
        done: Callable[[dict[str, bytes]], object],
        failed: Callable[[str], object],
    ) -> None:
        """Begin; `done` gets sha256 of the picture → the larger file."""
        self._on_step, self._done, self._failed = on_step, done, failed
        self._next()

    def stop(self) -> bool:
        """Ask nothing any more; neither function is called. Return whether there was anything to stop."""
        self._stopped = True
        if self._job is not None:
            self._session.engine.forget(self._job)
        return len(self._files) < len(self._wanted)

    def _next(self) -> None:
        if len(self._files) == len(self._wanted):
            self._done(self._files)
            return
        sha = self._wanted[len(self._files)]
        self._on_step(len(self._files))
        self._session.later(lambda: self._read(sha), lambda data: self._ask(sha, data), self._unreadable)

    def _ask(self, sha: str, data: bytes) -> None:
        if self._stopped:
            return
        call = Upscale(Blob(sha), self._session.settings.pack)
        self._job = self._session.engine.ask(call, {sha: data}, lambda end: self._take(sha, end), self._refused)

    def _unreadable(self, error: BaseException) -> None:
        if not self._stopped:
            self._failed(str(error))

    def _take(self, sha: str, end: Finished) -> None:
        assert isinstance(end.result, Upscaled)
        self._job = None
        self._files[sha] = end.files[end.result.picture.sha256]
        self._next()

    def _refused(self, failure: Failed) -> None:
        self._job = None
        text = QCoreApplication.translate(
            "Exporter", "A picture could not be enlarged: {why}. Export without enlarging, or try again."
        )
        self._failed(text.format(why=failure.message))
