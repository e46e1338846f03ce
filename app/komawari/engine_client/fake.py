"""An engine that follows a script: what windows are tested with, without a process, a thread or a model.

Nothing happens by itself. A test submits through the window, then calls `play` as often as it likes, and sees the
window after each event.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from animeadapter.protocol.calls import Call
from animeadapter.protocol.messages import Accepted, Failed, FailureCode, Started
from animeadapter.protocol.request import Blobs
from komawari.engine_client.client import NO_FILES, EngineState, Event, Finished, Listener
from komawari.engine_client.jobs import ClientJob, Jobs

Script = Callable[[ClientJob], Iterable[Event]]
"""What is told about a job after `Started`; it should end with `Finished` or `Failed`."""


class FakeEngine:
    """An `EngineClient` in the caller's own thread."""

    def __init__(self, ready: bool = True) -> None:
        """Begin `ready`, or starting, until `become` says otherwise."""
        self.submitted: list[ClientJob] = []
        self.cancelled: list[str] = []
        self.restarts = 0
        self._numbers = itertools.count(1)
        self._scripts: dict[type[Any], Script] = {}
        self._listeners: list[Listener] = []
        self._jobs = Jobs()
        self._state = EngineState("ready" if ready else "starting")
        self._playing: tuple[str, Iterator[Event]] | None = None

    def script(self, call: type[Any], script: Script) -> None:
        """Say what is told about every job with a kind of call."""
        self._scripts[call] = script

    # The interface.

    def submit(self, call: Call, files: Blobs = NO_FILES, job: str | None = None) -> str:
        """Take a call; its script begins when those before it have ended."""
        new = ClientJob(job or f"job-{next(self._numbers)}", call, dict(files))
        self.submitted.append(new)
        self._jobs.add(new)
        self._tell(Accepted(new.id))
        if self._state.phase in ("failed", "closed"):
            self._finish(Failed(new.id, "engine_gone", self._state.message, True))
        return new.id

    def cancel(self, job: str) -> None:
        """Stop a job at once."""
        self.cancelled.append(job)
        self._finish(Failed(job, "cancelled", "cancelled"))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Pass all further events to a listener, the present state first."""
        self._listeners.append(listener)
        listener(self._state)
        return lambda: self._listeners.remove(listener)

    def restart(self) -> None:
        """Begin again; a test says when it is ready."""
        self.restarts += 1
        self.become(EngineState("starting"))

    def close(self) -> None:
        """End everything."""
        self.become(EngineState("closed"))
        self._fail_all("shutting_down", "the engine is closed")

    # What a test does.

    def become(self, state: EngineState) -> None:
        """Let the engine be in a state."""
        self._state = state
        self._tell(state)

    def play(self, events: int | None = None) -> int:
        """Tell the next events, all there are if no number is given; return how many were told."""
        for told in itertools.count():
            if told == events or not self._tell_next():
                return told
        raise AssertionError("counting does not end")

    def crash(self, message: str = "the engine ended") -> None:
        """Let the engine end and begin again: open jobs wait once more, and are told from the beginning."""
        self._playing = None
        self.become(EngineState("restarting", message))
        self.become(EngineState("ready"))

    def give_up(self, message: str) -> None:
        """Let the engine be beyond help."""
        self.become(EngineState("failed", message))
        self._fail_all("engine_gone", message)

    def _tell_next(self) -> bool:
        """Tell one event of the job at work, or begin the next job; return whether there was one."""
        if self._state.phase != "ready":
            return False
        if self._playing is None:
            job = next(iter(self._jobs), None)
            if job is None:
                return False
            self._playing = job.id, iter(self._scripts.get(type(job.call), _unscripted)(job))
            self._tell(Started(job.id))
            return True
        name, events = self._playing
        event = next(events, None) or Failed(name, "internal", "the script ended without an end")
        if isinstance(event, Finished | Failed):
            self._finish(event)
        else:
            self._tell(event)
        return True

    def _finish(self, end: Finished | Failed) -> None:
        if self._playing and self._playing[0] == end.job:
            self._playing = None
        if self._jobs.close(end.job):
            self._tell(end)

    def _fail_all(self, code: FailureCode, message: str) -> None:
        for job in self._jobs:
            self._finish(Failed(job.id, code, message, True))

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


def _unscripted(job: ClientJob) -> Iterable[Event]:
    yield Failed(job.id, "failed", f"no script says what to answer to {type(job.call).__name__}")
