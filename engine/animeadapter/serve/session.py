"""The conversation with one app: which jobs there are, and what may be said about them.

The reader thread calls `take`, the worker thread `next_job`, `tell` and `finish`. One lock, held for moments only, so
that neither waits for the other's work; what is said goes through the outbox, which never waits either.
"""

from __future__ import annotations

import platform
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import animeadapter
from animeadapter.protocol.blobs import BlobError, chunks
from animeadapter.protocol.calls import Call, blobs_in
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.framing import GREETING, FrameError
from animeadapter.protocol.messages import (
    PROTOCOL,
    Accepted,
    Cancel,
    Done,
    Failed,
    FailureCode,
    FromEngine,
    Hello,
    NeedBlobs,
    Notice,
    Preview,
    Progress,
    PutBlob,
    Ready,
    Refused,
    Shutdown,
    Started,
    Submit,
)
from animeadapter.protocol.wire import MessageError, read_to_engine, to_frame
from animeadapter.serve.outbox import Outbox
from animeadapter.serve.store import BlobStore

MOST_JOBS = 256
LIBRARIES = ("torch", "diffusers", "transformers")


class ConversationError(EngineError):
    """The conversation cannot go on; the message says why."""


@dataclass(eq=False)
class Job:
    """One job between its acceptance and its end."""

    id: str
    call: Call
    needs: frozenset[str]
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when it was cancelled."""


class Session:
    """Jobs of one app, from `Hello` to the end."""

    def __init__(self, outbox: Outbox, store: BlobStore) -> None:
        self._outbox, self._store = outbox, store
        self._greeted = self._closed = False
        self._jobs: dict[str, Job] = {}
        self._complete: deque[Job] = deque()
        self._running: Job | None = None
        self._lock = threading.RLock()
        self._work = threading.Condition(self._lock)
        outbox.put(GREETING)

    @property
    def closed(self) -> bool:
        """Whether nothing more will be said than what waits in the outbox."""
        return self._closed

    # What the reader calls.

    def take(self, payload: bytes) -> None:
        """Act on what the app sent. Raises `ConversationError` where the conversation has to end."""
        try:
            message = read_to_engine(payload)
        except MessageError as error:
            self._misunderstood(error)
            return
        with self._lock:
            if isinstance(message, Hello):
                self._hello(message)
            elif not self._greeted:
                raise ConversationError(f"the first message has to be Hello; it was {type(message).__name__}")
            elif isinstance(message, Submit):
                self._submit(message)
            elif isinstance(message, PutBlob):
                self._put_blob(message)
            elif isinstance(message, Cancel):
                self._cancel(message.job)
            elif isinstance(message, Shutdown):
                self.close("the engine was shut down")

    def refuse(self, message: str) -> None:
        """Say why the conversation ends, as its last word."""
        with self._lock:
            self._say(Refused(message))
            self._end()

    def close(self, message: str) -> None:
        """Let every job fail, and say nothing any more."""
        with self._lock:
            for job in tuple(self._jobs.values()):
                job.stop.set()
                self._fail(job.id, "shutting_down", message, retryable=True)
            self._end()

    def _end(self) -> None:
        self._jobs.clear()
        self._complete.clear()
        self._closed = True
        self._outbox.close()

    def _misunderstood(self, error: MessageError) -> None:
        """Answer what is no message: the job's failure where it named one, else a notice."""
        with self._lock:
            if not self._greeted:
                raise ConversationError(f"the first message has to be Hello: {error}")
            if error.job is None or error.job in self._jobs:
                self._say(Notice(f"a message was left out: {error}"))
            else:
                self._fail(error.job, "bad_request", str(error))

    def _hello(self, hello: Hello) -> None:
        if self._greeted:
            self._say(Notice("a second Hello was left out"))
            return
        if hello.protocol != PROTOCOL:
            raise ConversationError(
                f"this engine speaks protocol {PROTOCOL}, the app {hello.protocol}; update the older one"
            )
        self._greeted = True
        self._say(Ready(PROTOCOL, _versions()))

    def _submit(self, submit: Submit) -> None:
        if submit.job in self._jobs:
            self._say(Notice("a job of that id is there already; the second was left out", submit.job))
            return
        if len(self._jobs) >= MOST_JOBS:
            self._fail(submit.job, "busy", f"{MOST_JOBS} jobs wait already", retryable=True)
            return
        job = Job(submit.job, submit.call, frozenset(sha for _, sha in blobs_in(submit.call)))
        self._jobs[job.id] = job
        self._store.pin(job.id, job.needs)
        self._say(Accepted(job.id))
        missing = self._store.missing(sorted(job.needs))
        if missing:
            self._say(NeedBlobs(job.id, missing))
        else:
            self._queue(job)

    def _put_blob(self, chunk: PutBlob) -> None:
        try:
            arrived = self._store.put(chunk)
        except BlobError as error:
            self._lost(error)
            return
        if arrived is None:
            return
        for job in tuple(self._jobs.values()):
            if arrived in job.needs and not self._store.missing(job.needs):
                self._queue(job)

    def _lost(self, error: BlobError) -> None:
        """Let the jobs that wait for a file fail that cannot come; the chunks that still come are left out."""
        waiting = [job for job in self._jobs.values() if error.sha256 in self._store.missing(job.needs)]
        for job in waiting:
            self._fail(job.id, error.code, str(error))
        if not waiting:
            self._say(Notice(str(error)))

    def _queue(self, job: Job) -> None:
        if job is not self._running and job not in self._complete:
            self._complete.append(job)
            self._work.notify()

    def _cancel(self, name: str) -> None:
        job = self._jobs.get(name)
        if job is None:
            return
        job.stop.set()
        if job is not self._running:
            self._fail(name, "cancelled", "cancelled before it began")

    # What the worker calls.

    def next_job(self) -> Job:
        """Return the next job that has all its files; wait for one if need be."""
        with self._work:
            while not self._complete:
                self._work.wait()
            self._running = self._complete.popleft()
            self._say(Started(self._running.id))
            return self._running

    def files(self, job: Job) -> dict[str, bytes]:
        """Return the files that a job names."""
        with self._lock:
            return self._store.get(job.needs)

    def tell(self, job: Job, message: FromEngine) -> None:
        """Say something about a running job; once the job has ended nothing is said."""
        with self._lock:
            if self._jobs.get(job.id) is job:
                self._say(message)

    def send_file(self, job: Job, sha256: str, data: bytes) -> None:
        """Send a file that the job's next message names."""
        with self._lock:
            if self._jobs.get(job.id) is job:
                self._outbox.put(to_frame(chunk) for chunk in chunks(sha256, data))

    def say(self, message: FromEngine) -> None:
        """Say something about no job."""
        with self._lock:
            self._say(message)

    def finish(self, job: Job, end: Done | Failed) -> None:
        """Say a running job's terminal message, once."""
        with self._lock:
            self._running = None
            if self._jobs.get(job.id) is not job:
                return
            try:
                self._say(end)
            except (FrameError, MessageError) as error:
                self._say(Failed(job.id, "internal", f"the result cannot be sent: {error}"))
            self._forget(job.id)

    def _fail(self, job: str, code: FailureCode, message: str, retryable: bool = False) -> None:
        self._say(Failed(job, code, message, retryable))
        self._forget(job)

    def _forget(self, name: str) -> None:
        self._store.unpin(name)
        job = self._jobs.pop(name, None)
        if job is not None and job in self._complete:
            self._complete.remove(job)

    def _say(self, message: FromEngine) -> None:
        data = to_frame(message)
        if isinstance(message, Preview):
            self._outbox.put_newest((message.job, "preview", message.take), data)
        elif isinstance(message, Progress):
            self._outbox.put_newest((message.job, "progress"), data)
        else:
            self._outbox.put(data)


def _versions(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return what draws, by name, without importing any of it."""
    found = {"animeadapter": animeadapter.__version__, "python": platform.python_version()}
    for library in libraries:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "absent"
    return found
