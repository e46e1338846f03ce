"""What an engine is to the rest of the editor: a tiny interface, and one stream of events.

A local engine, one behind ssh and a scripted one interchange. Events come on a thread of the client's; a window hands
them to its own by a queued signal, asyncio code through `stream.EventStream`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from animeadapter.protocol.calls import Call, Result
from animeadapter.protocol.messages import Accepted, Failed, Notice, Preview, Progress, Started, Status
from animeadapter.protocol.request import Blobs, ResolvedRequest

Phase = Literal["starting", "ready", "restarting", "failed", "closed"]
NO_FILES: Blobs = MappingProxyType({})


@dataclass(frozen=True)
class EngineState:
    """How the engine itself is; `message` is one line for people where something went wrong."""

    phase: Phase
    message: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of what draws, once it is ready."""


@dataclass(frozen=True)
class Picture:
    """A finished take: the PNG's bytes, and all that is needed to draw it again."""

    job: str
    take: int
    seed: int
    png: bytes
    resolved: ResolvedRequest


@dataclass(frozen=True)
class Finished:
    """A job's good end: its result, and sha256 → bytes of the files that the result names."""

    job: str
    result: Result
    files: Blobs = field(default_factory=dict)


Event = EngineState | Status | Accepted | Started | Progress | Preview | Notice | Picture | Finished | Failed
"""Each job ends with exactly one `Finished` or `Failed`, whatever happens to the engine."""
Listener = Callable[[Event], None]
"""Is called on the client's thread; it must not wait, and what it raises is logged and goes no further."""


class EngineClient(Protocol):
    """Something that does calls. No method waits, but for `close`."""

    def submit(self, call: Call, files: Blobs = NO_FILES, job: str | None = None) -> str:
        """Take a call, with the bytes of the files that it names, and return its job's id."""

    def cancel(self, job: str) -> None:
        """Stop a job; it then fails with `cancelled`. One that has ended is no error."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Pass all further events to a listener, the present `EngineState` first; return how to stop that."""

    def restart(self) -> None:
        """Start the engine: the first time, again after it was given up, or with a fresh process."""

    def close(self) -> None:
        """End everything. Jobs fail with `shutting_down`; when this returns no process is left."""
