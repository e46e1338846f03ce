"""What a call may use while it is done: its files, its stop flag, and a way to say things about it."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from animeadapter.protocol.messages import Image, Notice, Preview, Progress
from animeadapter.protocol.request import Blob, ResolvedRequest
from animeadapter.serve.errors import Stopped
from animeadapter.serve.session import Job, Session


class Context:
    """One running job, as the code that does it sees it."""

    def __init__(self, session: Session, job: Job) -> None:
        self._session, self._job = session, job
        self.files: Mapping[str, bytes] = session.files(job)
        """sha256 → bytes of every file that the call names."""

    @property
    def stop(self) -> threading.Event:
        """Set when the job was cancelled."""
        return self._job.stop

    def check(self) -> None:
        """Raise `Stopped` if the job was cancelled."""
        if self.stop.is_set():
            raise Stopped

    def progress(self, step: int, steps: int) -> None:
        """Say that a step is done."""
        self._session.tell(self._job, Progress(self._job.id, step, steps))

    def preview(self, take: int, step: int, jpeg: bytes) -> None:
        """Show what a take looks like so far."""
        self._session.tell(self._job, Preview(self._job.id, take, step, jpeg))

    def image(self, take: int, seed: int, png: bytes, resolved: ResolvedRequest) -> None:
        """Send a finished take."""
        self._session.tell(self._job, Image(self._job.id, take, seed, self.send(png), resolved))

    def notice(self, message: str) -> None:
        """Say what a person should know."""
        self._session.tell(self._job, Notice(message, self._job.id))

    def send(self, data: bytes, name: Blob | None = None) -> Blob:
        """Send a file, and return its name, found out unless it is known, for a result."""
        name = name or Blob.of(data)
        self._session.send_file(self._job, name.sha256, data)
        return name
