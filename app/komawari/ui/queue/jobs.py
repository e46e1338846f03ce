"""A panel on its way through the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from animeadapter.protocol.calls import DrawAgain, Generate
from animeadapter.protocol.request import Blobs, GenerateRequest, blobs_of
from komawari.document.document import Document
from komawari.domain.takes import DrawnWith, Take
from komawari.engine_client.request_builder import PackSizes, Plan
from komawari.engine_client.sketch_picture import Flattening

State = Literal["waiting", "drawing"]
PREVIEWS = 3
"""A preview after so many steps: often enough to see what becomes of it, and rare beside the steps' own time."""


@dataclass(frozen=True)
class Entry:
    """What is shown of a panel in the queue."""

    id: str
    """Of the job."""
    panel: str
    title: str
    takes: int
    state: State
    step: int
    steps: int
    """0 before the engine has said how many."""
    note: str
    """What a person should know: that it begins again, or what the engine said."""
    again: bool
    """Whether an earlier take is drawn once more."""


@dataclass(eq=False)
class PanelJob:
    """One job with all that was true when it was queued. What is done to it later is done to this panel and document,
    whatever is shown by then."""

    id: str
    panel: str
    title: str
    document: Document
    call: Generate | DrawAgain
    drawn_with: tuple[DrawnWith, ...] = ()
    made: Blobs = field(default_factory=dict)
    """Files that exist nowhere yet: masks that were made for the request."""
    names: tuple[str, ...] = ()
    """sha256 of the files that have to be read."""
    files: Blobs | None = None
    """Those files; None while they are being read."""
    replan: Callable[[PackSizes], Plan] | None = None
    """Plans it anew for the pack's sizes, where they were not known when it was queued."""
    sketch: Flattening | None = None
    """The sketch that it follows, until it is laid over white (`Flattener`)."""
    parent: str | None = None
    again: Take | None = None
    """The take that is drawn once more."""

    begun: bool = False
    cancelled: bool = False
    dropped: bool = False
    """Its document was left: nothing of it is shown any more."""
    ended: bool = False
    used: bool = False
    """Whether one of its takes was put in use, or another one was in use when the first came."""
    step: int = 0
    steps: int = 0
    note: str = ""
    notices: list[str] = field(default_factory=list)
    """All that the engine said of it."""
    arrived: set[int] = field(default_factory=set)
    storing: int = 0
    """Pictures that are being written."""
    followed: int | None = None
    """The take whose previews are shown: several at once would flicker."""

    @property
    def request(self) -> GenerateRequest:
        """What is drawn."""
        return self.call.request if isinstance(self.call, Generate) else self.call.resolved.request

    @property
    def sent(self) -> Blobs:
        """The files that the request names; those of which others were made stay here."""
        named = set(blobs_of(self.request).values())
        return {sha: data for sha, data in {**(self.files or {}), **self.made}.items() if sha in named}

    def is_like(self, other: PanelJob) -> bool:
        """Return whether another job would draw the same of the same panel."""
        return self.panel == other.panel and self.call == other.call and self.sketch == other.sketch

    def entry(self) -> Entry:
        """Return what is shown of it."""
        takes = len(self.request.seeds) if self.again is None else 1
        state: State = "drawing" if self.begun else "waiting"
        return Entry(
            self.id, self.panel, self.title, takes, state, self.step, self.steps, self.note, self.again is not None
        )

    def follows(self, take: int) -> bool:
        """Return whether a preview of a take is shown: those of one take, until it has arrived."""
        if take in self.arrived:
            return False
        if self.followed is None or self.followed in self.arrived or take < self.followed:
            self.followed = take
        return take == self.followed

    def begin_again(self) -> None:
        """Forget what an engine did that has ended; takes that arrived are not taken twice."""
        self.begun, self.step, self.steps, self.followed = False, 0, 0, None
        self.notices.clear()
