"""What the client knows about its jobs, whatever happens to the engine that does them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from animeadapter.protocol.calls import Call
from animeadapter.protocol.request import Blobs


@dataclass
class ClientJob:
    """One job that has not ended."""

    id: str
    call: Call
    files: Blobs
    begun: bool = False
    """Whether the present engine works at it."""
    crashes: int = 0
    """Engines that ended while they worked at it."""
    cancelled: bool = False
    """Whether the engine was told to stop it."""
    takes: set[int] = field(default_factory=set)
    """Takes that were passed on; after a restart they come again, and are the same."""


class Jobs:
    """The open jobs, in the order of their submission."""

    def __init__(self) -> None:
        self._open: dict[str, ClientJob] = {}

    def __iter__(self) -> Iterator[ClientJob]:
        return iter(tuple(self._open.values()))

    def get(self, job: str) -> ClientJob | None:
        """Return an open job."""
        return self._open.get(job)

    def add(self, job: ClientJob) -> None:
        """Open a job."""
        self._open[job.id] = job

    def close(self, job: str) -> bool:
        """Return whether a job was open; it is not any more."""
        return self._open.pop(job, None) is not None
