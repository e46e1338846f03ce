"""Which pictures the canvas paints: previews first, then takes, as sharp as the zoom needs, for the shown page only;
and which sketches: the one that is drawn on as it is under the hand, all others from their files."""

from __future__ import annotations

from PySide6.QtGui import QImage

from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.ui.canvas.queue_like import QueueLike
from komawari.ui.render.pictures import SessionPictures, level, none_of
from komawari.ui.render.sketches import Laid, laid
from komawari.ui.render.transforms import picture_rect
from komawari.ui.session import Session
from komawari.ui.sketch.room import SketchRoom

KEPT = 512
"""Versions up to this side stay in memory when another page is shown; thumbnails use them too."""


class CanvasPictures:
    """Pictures of the shown page's panels."""

    def __init__(self, session: Session, queue: QueueLike | None) -> None:
        self._session, self._queue = session, queue
        self._takes = SessionPictures(session)
        self._asked: set[str] = set()
        self._room = SketchRoom.of(session)
        self._sketched: dict[str, Laid] = {}
        """Panel → its sketch as it was painted last: a new file of it takes a moment to be read."""

    def picture(self, panel: Panel, paper: Paper, scale: float) -> QImage | None:
        """Return what a panel shows where a millimetre has `scale` pixels of the device."""
        if self._queue is not None and (preview := self._queue.preview_of(panel.id)) is not None:
            return preview
        take = self._session.used_take(panel)
        if take is None:
            return none_of(panel)
        rect = picture_rect(panel, paper, (take.width, take.height))
        self._asked.add(take.picture.sha256)
        return self._takes.of_take(take, level(take, max(rect.width(), rect.height()) * scale))

    def sketch(self, panel: Panel, paper: Paper, scale: float) -> Laid | None:
        """Return what is sketched in a panel, as `picture` does; None: nothing, or sketches are not shown."""
        sheet, layer = panel.sketch.sheet, self._room.layer
        found = self._room.live(panel, paper, scale) if layer.shown else None
        if found is None and layer.shown and sheet is None and not self._room.is_settled:
            # Its first stroke is on its way to the document, and the hand elsewhere already.
            return self._sketched.get(panel.id)
        if found is None and (sheet is None or not layer.shown):
            self._sketched.pop(panel.id, None)
            return None
        if found is None and sheet is not None:
            found = laid(sheet)
            rect = found.rect(panel, paper)
            self._asked.add(sheet.picture.sha256)
            image = self._takes.of_take(sheet, level(sheet, max(rect.width(), rect.height()) * scale))
            found = self._until_read(panel, found) if image is None else found._replace(image=image)
        assert found is not None
        self._sketched[panel.id] = found = found._replace(opacity=layer.opacity)
        return found

    def _until_read(self, panel: Panel, sheet: Laid) -> Laid:
        """Return a sheet whose file is being read, with what was painted last."""
        last = self._sketched.get(panel.id, sheet)
        if (last.width, last.height) != (sheet.width, sheet.height):
            return last
        return sheet._replace(image=last.image, memory=last.memory)

    @property
    def shows_sketches(self) -> bool:
        """Whether sketches are shown at all."""
        return self._room.layer.shown

    @property
    def is_waiting(self) -> bool:
        """Whether pictures are still to come."""
        return bool(self._takes.missing)

    def size(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of the take that a panel shows; (0, 0) without one."""
        take = self._session.used_take(panel)
        return (0, 0) if take is None else (take.width, take.height)

    def shas(self, panel: Panel) -> set[str]:
        """Return the files of what a panel shows: its take and its sketch."""
        take, sheet = self._session.used_take(panel), panel.sketch.sheet
        return {one.picture.sha256 for one in (take, sheet) if one is not None}

    def keep_only(self, panels: tuple[Panel, ...]) -> None:
        """Let go of the pixels of pages that are not shown any more."""
        shown = {sha for panel in panels for sha in self.shas(panel)}
        self._sketched.clear()
        self._session.images.release(self._asked - shown, KEPT)
        self._asked &= shown
