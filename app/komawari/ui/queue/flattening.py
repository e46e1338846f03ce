"""Sketches that jobs follow: laid over white, as large as the picture, off the window's thread."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.calls import Generate
from animeadapter.protocol.request import Blob
from komawari.engine_client.request_builder import on_sketch
from komawari.engine_client.sketch_picture import Flattening, flattened
from komawari.ui.queue.jobs import PanelJob
from komawari.ui.session import Session


class Flattener(QObject):
    """Makes jobs ready whose files are read and whose size is known."""

    ready = Signal()
    failed = Signal(object, object)
    """The `PanelJob`, and why."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at_work: PanelJob | None = None

    def waits(self, job: PanelJob) -> bool:
        """Return whether a job's sketch still has to be laid over white; that is begun."""
        if job.sketch is None:
            return False
        if self._at_work is not job:
            self._at_work, how = job, job.sketch
            data = (job.files or {})[how.sheet.picture.sha256]
            work = partial(flattened, data, how)
            self._session.later(work, partial(self._done, job, how), partial(self._broke, job))
        return True

    def _done(self, job: PanelJob, how: Flattening, data: bytes) -> None:
        self._at_work = None
        if job.sketch is how and isinstance(job.call, Generate):
            blob = Blob.of(data)
            request = on_sketch(job.request, how, blob)
            job.call, job.sketch = replace(job.call, request=request), None
            job.made = {**job.made, blob.sha256: data}
        self.ready.emit()

    def _broke(self, job: PanelJob, error: BaseException) -> None:
        self._at_work = None
        self.failed.emit(job, error)
