"""What the canvas needs of the queue of panels; None stands for a window without one."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QImage


class QueueLike(Protocol):
    """A part of `ui.queue.queue.PanelQueue`."""

    @property
    def changed(self) -> SignalInstance:
        """Entries are others, or have gone on."""

    @property
    def preview(self) -> SignalInstance:
        """A panel's id and its latest preview."""

    def preview_of(self, panel: str) -> QImage | None:
        """Return what a panel that is being drawn looks like so far."""

    def progress_of(self, panel: str) -> tuple[int, int] | None:
        """Return the step and the number of steps of a panel that is being drawn; None where it is not."""

    def place_of(self, panel: str) -> int | None:
        """Return the place of a panel among those that wait, 1 for the next; 0: it is drawn; None: neither."""

    def paste(self, panel: str, png_or_file: bytes, use: bool = True) -> None:
        """Make a picture a take of a panel."""
