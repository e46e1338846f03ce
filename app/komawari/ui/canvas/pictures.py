"""Which pictures the canvas paints: previews first, then takes, as sharp as the zoom needs, for the shown page only."""

from __future__ import annotations

from PySide6.QtGui import QImage

from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.ui.canvas.queue_like import QueueLike
from komawari.ui.render.pictures import SessionPictures, level
from komawari.ui.render.transforms import picture_rect
from komawari.ui.session import Session

KEPT = 512
"""Versions up to this side stay in memory when another page is shown; thumbnails use them too."""


class CanvasPictures:
    """Pictures of the shown page's panels."""

    def __init__(self, session: Session, queue: QueueLike | None) -> None:
        self._session, self._queue = session, queue
        self._takes = SessionPictures(session)
        self._asked: set[str] = set()

    def picture(self, panel: Panel, paper: Paper, scale: float) -> QImage | None:
        """Return what a panel shows where a millimetre has `scale` pixels of the device."""
        if self._queue is not None and (preview := self._queue.preview_of(panel.id)) is not None:
            return preview
        take = self._session.used_take(panel)
        if take is None:
            return None
        rect = picture_rect(panel, paper, (take.width, take.height))
        self._asked.add(take.picture.sha256)
        return self._takes.of_take(take, level(take, max(rect.width(), rect.height()) * scale))

    @property
    def is_waiting(self) -> bool:
        """Whether pictures are still to come."""
        return bool(self._takes.missing)

    def size(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of the take that a panel shows; (0, 0) without one."""
        take = self._session.used_take(panel)
        return (0, 0) if take is None else (take.width, take.height)

    def sha(self, panel: Panel) -> str | None:
        """Return the file of the take that a panel shows."""
        take = self._session.used_take(panel)
        return None if take is None else take.picture.sha256

    def keep_only(self, panels: tuple[Panel, ...]) -> None:
        """Let go of the pixels of pages that are not shown any more."""
        shown = {sha for panel in panels if (sha := self.sha(panel)) is not None}
        self._session.images.release(self._asked - shown, KEPT)
        self._asked &= shown
