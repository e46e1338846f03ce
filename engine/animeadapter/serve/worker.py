"""Does one job after another, and turns however one ends into its terminal message."""

from __future__ import annotations

import logging
from collections.abc import Callable

from animeadapter.protocol.calls import Call, Result
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.messages import Done, Failed
from animeadapter.serve.context import Context
from animeadapter.serve.errors import Stopped
from animeadapter.serve.session import Job, Session
from animeadapter.serve.workshop import Tools

LOG = logging.getLogger(__name__)
LONGEST = 1000
Perform = Callable[[Call, Context, Tools], Result]
NO_MEMORY = "there is not enough memory on the device; a smaller picture, or fewer at once, may fit"


class Worker:
    """Takes jobs from a session, does them with `perform`."""

    def __init__(self, session: Session, perform: Perform, tools: Tools) -> None:
        self._session, self._perform, self._tools = session, perform, tools

    def run(self) -> None:
        """Work for ever."""
        while True:
            self.work(self._session.next_job())

    def work(self, job: Job) -> None:
        """Do one job; whatever happens, say its end."""
        end = self._end(job)
        if isinstance(end, Failed) and end.code == "out_of_memory":
            self._tools.make_room()  # here, since an error's traceback holds every tensor of the step that failed
        self._session.finish(job, end)

    def _end(self, job: Job) -> Done | Failed:
        """Return how a job ended. A failure of any kind is the job's, never the process's."""
        try:
            return Done(job.id, self._perform(job.call, Context(self._session, job), self._tools))
        except Stopped:
            return Failed(job.id, "cancelled", "cancelled")
        except Exception as error:
            failed = self._failure(job, error)
            if failed.code == "internal":
                LOG.exception("job %s failed", job.id)
            return failed

    def _failure(self, job: Job, error: Exception) -> Failed:
        """Return what an error means to the app."""
        mendable = isinstance(error, EngineError)
        if self._tools.ran_out(error):
            return Failed(job.id, "out_of_memory", _line(error) if mendable else NO_MEMORY, retryable=True)
        if mendable:
            return Failed(job.id, "failed", _line(error))
        return Failed(job.id, "internal", f"{type(error).__name__}: {_line(error)}")


def _line(error: Exception) -> str:
    """Return an error's message on one line that a window can show."""
    return " ".join(str(error).split())[:LONGEST]
