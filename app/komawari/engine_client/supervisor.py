"""`Supervisor`: the client that keeps a real engine running.

One thread owns all state; whatever happens (a call, a message, the process's end, time passing) becomes something that
this thread does next, so that nothing needs a lock and nobody waits. An engine that ends is started again and gets
the open jobs once more: jobs are deterministic. One that keeps ending is given up with a clear state.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from animeadapter.protocol.blobs import chunks
from animeadapter.protocol.calls import Call, blobs_in
from animeadapter.protocol.messages import (
    PROTOCOL,
    Cancel,
    Done,
    Failed,
    FailureCode,
    FromEngine,
    Hello,
    Image,
    NeedBlobs,
    PutBlob,
    Ready,
    Refused,
    Shutdown,
    Started,
    Submit,
)
from animeadapter.protocol.request import Blobs
from komawari import __version__
from komawari.engine_client.actor import Actor
from komawari.engine_client.client import NO_FILES, EngineState, Finished, Listener, Picture
from komawari.engine_client.jobs import ClientJob, Jobs
from komawari.engine_client.process import Command, End, ProcessError
from komawari.engine_client.running import Running

LOG = logging.getLogger(__name__)
START = "start"
"""The timer of whatever has to do with starting."""


@dataclass(frozen=True)
class Patience:
    """How long is waited, in seconds, and how often is tried again."""

    start: float = 60.0
    """Until a started engine answers: over ssh somebody may have to say yes first."""
    cancel: float = 10.0
    """Until a cancelled job has stopped; loading and decoding cannot be interrupted, so then the process is."""
    close: float = 1.0
    """Until an engine whose input was closed has ended by itself."""
    first_pause: float = 0.1
    """Before an engine that ended is started again; doubled each time up to the longest."""
    longest_pause: float = 5.0
    starts: int = 5
    """Engines in a row that end before any job of theirs does, after which it is given up."""
    crashes: int = 2
    """Engines that may end while they work at one job, after which that job fails."""


class Supervisor:
    """An `EngineClient` over a process."""

    def __init__(self, command: Command = Command(), patience: Patience = Patience(), start: bool = True) -> None:
        """Start the engine, or (`start` False) wait for `restart`; what becomes of it is told to whoever listens."""
        self._command, self._patience = command, patience
        self._jobs = Jobs()
        self._running: Running | None = None
        self._failures = 0
        self._actor = Actor("engine-supervisor", EngineState("starting"))
        if start:
            self._actor.do(self._start)

    # What others call, from any thread.

    def submit(self, call: Call, files: Blobs = NO_FILES, job: str | None = None) -> str:
        """Take a call, with the bytes of the files that it names, and return its job's id."""
        new = ClientJob(job or uuid.uuid4().hex, call, dict(files))
        self._actor.do(lambda: self._submit(new))
        return new.id

    def cancel(self, job: str) -> None:
        """Stop a job; if its engine does not within the patience for that, the engine is started anew."""
        self._actor.do(lambda: self._cancel(job))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Pass all further events to a listener, the present state first; return how to stop that."""
        return self._actor.listen(listener)

    def restart(self) -> None:
        """Start it: the first time, again after it was given up, or with a fresh process."""
        self._actor.do(self._restart)

    def close(self) -> None:
        """End everything; when this returns no process is left."""
        self._actor.do(self._close)
        self._actor.join()

    @property
    def pid(self) -> int | None:
        """The present process's number, for benches and reports."""
        running = self._running
        return running.process.pid if running else None

    # Jobs.

    def _submit(self, job: ClientJob) -> None:
        if self._jobs.get(job.id):
            LOG.warning("a job of the id %s is there already; the second is left out", job.id)
            return
        self._jobs.add(job)
        absent = next((field for field, sha in blobs_in(job.call) if sha not in job.files), None)
        if absent is not None:
            self._fail(job.id, "bad_request", f"{absent}: the file is not at hand")
        elif self._actor.state.phase in ("failed", "closed"):
            self._fail(job.id, "engine_gone", self._actor.state.message or "the engine is closed", retryable=True)
        elif self._running and self._running.ready:
            self._running.process.send(Submit(job.id, job.call))

    def _cancel(self, name: str) -> None:
        job = self._jobs.get(name)
        if job is None or job.cancelled:
            return
        if self._running and self._running.ready:
            job.cancelled = True
            self._running.process.send(Cancel(name))
            self._actor.after(f"cancel {name}", self._patience.cancel, lambda: self._kill("a job did not stop"))
        else:
            self._fail(name, "cancelled", "cancelled before it began")

    def _fail(self, job: str, code: FailureCode, message: str, retryable: bool = False) -> None:
        self._finish(Failed(job, code, message, retryable))

    def _finish(self, end: Finished | Failed) -> None:
        self._actor.forget(f"cancel {end.job}")
        if self._jobs.close(end.job):
            self._actor.tell(end)

    # The process.

    def _start(self) -> None:
        self._actor.forget(START)
        self._actor.become(EngineState("restarting" if self._failures else "starting", self._actor.state.message))
        try:
            running = Running(
                self._command,
                lambda one, message: self._actor.do(lambda: self._hear(one, message)),
                lambda one, end: self._actor.do(lambda: self._ended(one, end)),
            )
        except ProcessError as error:
            self._give_up(str(error))
            return
        self._running = running
        running.process.send(Hello(PROTOCOL, f"komawari {__version__}"))
        self._actor.after(START, self._patience.start, lambda: self._kill("it did not answer", ours=False))

    def _kill(self, complaint: str, ours: bool = True) -> None:
        """End the process; `ours`: it is not held against it."""
        if self._running:
            self._running.complaint, self._running.forgiven = complaint, ours
            self._running.process.kill()

    def _restart(self) -> None:
        self._failures = 0
        if self._running:
            self._kill("it was started anew")
        elif self._actor.state.phase != "closed":
            self._start()

    def _ended(self, running: Running, end: End) -> None:
        """Settle what an ended process leaves, and start the next one or give up."""
        if running is not self._running:
            return
        self._running = None
        self._actor.forget(START)
        complaint = running.complaint or end.complaint
        for job in self._jobs:
            self._settle(job, running, complaint)
        if self._actor.state.phase == "closed":
            self._actor.over = True
        elif running.refusal:
            self._give_up(running.refusal)
        elif running.forgiven:
            self._start()
        else:
            self._count_failure(complaint)

    def _settle(self, job: ClientJob, running: Running, complaint: str) -> None:
        """Let a job end that was cancelled, or that engines end at; the others wait for the next engine."""
        if job.cancelled:
            self._fail(job.id, "cancelled", "cancelled")
        elif job.begun and not running.forgiven:
            job.crashes += 1
            if job.crashes >= self._patience.crashes:
                self._fail(
                    job.id, "crashed", f"the engine ended {job.crashes} times while it worked at this: {complaint}"
                )
        job.begun = False

    def _count_failure(self, complaint: str) -> None:
        self._failures += 1
        if self._failures >= self._patience.starts:
            self._give_up(f"the engine ended {self._failures} times in a row: {complaint}")
            return
        pause = min(self._patience.first_pause * 2 ** (self._failures - 1), self._patience.longest_pause)
        self._actor.become(EngineState("restarting", complaint))
        self._actor.after(START, pause, self._start)

    def _give_up(self, message: str) -> None:
        self._actor.become(EngineState("failed", message))
        for job in self._jobs:
            self._fail(job.id, "engine_gone", message, retryable=True)

    def _close(self) -> None:
        if self._actor.state.phase == "closed":
            return
        self._actor.become(EngineState("closed"))
        for job in self._jobs:
            self._fail(job.id, "shutting_down", "the engine is closed", retryable=True)
        if self._running is None:
            self._actor.over = True
            return
        self._running.process.send(Shutdown())
        self._running.process.hang_up()
        self._actor.after("close", self._patience.close, lambda: self._kill("it did not end"))

    # What the engine says.

    def _hear(self, running: Running, message: FromEngine) -> None:
        if running is not self._running or self._actor.state.phase == "closed":
            return
        if isinstance(message, Ready):
            self._ready(running, message)
        elif isinstance(message, Refused):
            running.refusal = message.message
        elif isinstance(message, PutBlob):
            running.receive(message)
        elif isinstance(message, NeedBlobs):
            self._upload(running, message)
        elif isinstance(message, Done):
            self._failures = 0
            self._finish(Finished(message.job, message.result, running.files(message.result)))
            running.received.clear()
        elif isinstance(message, Failed):
            self._failures = 0
            self._finish(message)
            running.received.clear()
        elif isinstance(message, Image):
            self._picture(running, message)
        else:
            if isinstance(message, Started) and (job := self._jobs.get(message.job)):
                job.begun = True
            self._actor.tell(message)

    def _ready(self, running: Running, ready: Ready) -> None:
        if ready.protocol != PROTOCOL:
            running.refusal = (
                f"the engine speaks protocol {ready.protocol}, this editor {PROTOCOL}; update the older one"
            )
            running.process.kill()
            return
        self._actor.forget(START)
        running.ready = True
        self._actor.become(EngineState("ready", versions=ready.versions))
        for job in self._jobs:
            running.process.send(Submit(job.id, job.call))

    def _upload(self, running: Running, need: NeedBlobs) -> None:
        job = self._jobs.get(need.job)
        for sha in need.sha256s:
            if job and sha in job.files:
                running.process.send_all(chunks(sha, job.files[sha]))

    def _picture(self, running: Running, image: Image) -> None:
        job, png = self._jobs.get(image.job), running.received.pop(image.picture.sha256, None)
        if job and png is not None and image.take not in job.takes:
            job.takes.add(image.take)
            self._actor.tell(Picture(image.job, image.take, image.seed, png, image.resolved))
