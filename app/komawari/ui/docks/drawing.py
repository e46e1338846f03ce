"""What docks need of the queue of panels: to be told, to ask, to cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QImage

from komawari.domain.takes import Take


class QueueEntry(Protocol):
    """A panel that waits or is being drawn."""

    @property
    def id(self) -> str: ...
    @property
    def panel(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def takes(self) -> int: ...
    @property
    def state(self) -> Literal["waiting", "drawing"]: ...
    @property
    def step(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def again(self) -> bool: ...


class Drawing(Protocol):
    """The queue, as `ui.queue.PanelQueue` has it."""

    @property
    def changed(self) -> SignalInstance: ...
    @property
    def preview(self) -> SignalInstance: ...
    @property
    def finished(self) -> SignalInstance: ...
    @property
    def failed(self) -> SignalInstance: ...
    @property
    def entries(self) -> tuple[QueueEntry, ...]: ...

    def add(self, panel: str, takes: int | None = None, to_front: bool = False) -> str | None:
        """Queue a panel as it is now."""

    def add_stale(self) -> int:
        """Queue all stale panels; return how many."""

    def vary(self, take: str) -> str | None:
        """Draw a take with other seeds."""

    def reproduce(self, take: str) -> str | None:
        """Draw a take once more, the same pixels."""

    def cancel(self, entry: str) -> None:
        """Stop an entry."""

    def cancel_panel(self, panel: str) -> None:
        """Stop everything of a panel."""

    def cancel_all(self) -> None:
        """Stop everything."""

    def move(self, entry: str, to: int) -> None:
        """Move an entry to an index."""

    def to_front(self, entry: str) -> None:
        """Let an entry be the next."""

    def unwritten_of(self, panel: str) -> tuple[str, ...]:
        """Return the sha256 of a panel's finished pictures that are in memory alone."""

    def preview_of(self, panel: str) -> QImage | None:
        """Return what a panel looks like so far."""

    def progress_of(self, panel: str) -> tuple[int, int] | None:
        """Return the step and the number of steps."""

    def paste(self, panel: str, png_or_file: bytes, use: bool = True) -> None:
        """Make a take of a picture."""

    def likeness(self, take: Take, answer: Callable[[dict[str, float]], object]) -> None:
        """Tell how alike a take's characters are, 0 … 1."""
