"""Selecting what is clicked at: the engine finds it, and it is painted into the mask, as one step of undo."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.calls import Box, Click, Clicked, ClickPoint
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob
from komawari.engine_client.client import Finished
from komawari.ui.painting import png
from komawari.ui.painting.board import Board
from komawari.ui.painting.pixels import resized
from komawari.ui.painting.surface import Pixels
from komawari.ui.session import Session


class Clicker(QObject):
    """Asks for one selection at a time. Further points make it better: they take the place of what was found before."""

    changed = Signal()
    """Points are others, or something is being looked for or was found."""

    def __init__(self, session: Session, board: Board, parent: QObject | None = None) -> None:
        super().__init__(parent or board)
        self._session, self._board = session, board
        self.points: tuple[ClickPoint, ...] = ()
        """Of the selection that further points make better, in pixels of the picture."""
        self.box: Box | None = None
        self._picture: Blob | None = None
        self._erases = False
        self._base: Pixels | None = None
        self._made: object | None = None
        self._gesture: object = None
        self._job = ""
        self._files: dict[str, bytes] = {}
        board.shown.connect(self.forget)
        session.opened.connect(self.forget)

    @property
    def is_looking(self) -> bool:
        """Whether the engine has been asked and has not answered yet."""
        return bool(self._job)

    def begin(self, picture: Blob, erases: bool = False) -> None:
        """Begin another selection in a picture as large as the mask; `erases`: it is taken out of the mask."""
        self.forget()
        surface = self._board.surface
        if surface is not None:
            self._picture, self._erases = picture, erases
            self._base, self._gesture = surface.pixels.copy(), object()

    @property
    def can_refine(self) -> bool:
        """Whether further points belong to the selection that was made last."""
        return self._base is not None and (self._made is None or self._made is self._board.last_step)

    def add(self, x: float, y: float, positive: bool = True) -> None:
        """Say of a place that it belongs to what is meant, or does not."""
        surface = self._board.surface
        if surface is None or self._base is None:
            return
        x, y = min(max(x, 0.0), surface.width - 1.0), min(max(y, 0.0), surface.height - 1.0)
        self.points = (*self.points, ClickPoint(x, y, positive))
        self._ask()

    def enclose(self, box: Box) -> None:
        """Say that what is meant lies in a box."""
        surface = self._board.surface
        if surface is None or self._base is None:
            return
        left, right = sorted(min(max(x, 0.0), float(surface.width)) for x in (box[0], box[2]))
        top, bottom = sorted(min(max(y, 0.0), float(surface.height)) for y in (box[1], box[3]))
        if right - left >= 1 and bottom - top >= 1:
            self.box = (left, top, right, bottom)
            self._ask()

    def forget(self) -> None:
        """Let the selection be; the next point begins another one."""
        if self._job:
            self._session.engine.forget(self._job)
        self.points, self.box, self._base, self._made, self._job = (), None, None, None, ""
        self.changed.emit()

    def _ask(self) -> None:
        if self._picture is None:
            return
        if self._job:
            self._session.engine.forget(self._job)
        self._job = "reading"
        self.changed.emit()
        sha = self._picture.sha256
        if sha in self._files:
            self._submit(sha, self._files[sha])
        else:
            work = partial(self._session.picture, sha)
            self._session.later(work, partial(self._submit, sha), lambda error: self._fail(str(error)))

    def _submit(self, sha: str, data: bytes) -> None:
        if self._picture is None or self._picture.sha256 != sha or not self._job:
            return
        # Only the last one: clicks go into the same picture again and again.
        self._files = {sha: data}
        call = Click(self._picture, self.points, self.box, self._session.settings.pack)
        self._job = self._session.engine.ask(call, {sha: data}, self._found, self._failed)

    def _found(self, end: Finished) -> None:
        self._job = ""
        if isinstance(end.result, Clicked):
            found = png.decoded(end.files.get(end.result.mask.sha256, b""))
            if found is None:
                self._fail(self.tr("The engine's answer is no mask"))
            else:
                self._put(found)
        self.changed.emit()

    def _put(self, found: Pixels) -> None:
        surface, base = self._board.surface, self._base
        if surface is None or base is None or not self.can_refine or surface.is_painting:
            return
        found = resized(found, surface.width, surface.height)
        if not found.any():
            self._session.message.emit(self.tr("Nothing was found there; click at another place, or draw a box"))
        pixels = np.minimum(base, 255 - found) if self._erases else np.maximum(base, found)
        name = self.tr("Deselect by click") if self._erases else self.tr("Select by click")
        self._board.put(name, pixels, self._gesture)
        self._made = self._board.last_step

    def _failed(self, end: Failed) -> None:
        if end.code != "cancelled":
            self._fail(end.message)
        self._job = ""
        self.changed.emit()

    def _fail(self, message: str) -> None:
        self._job = ""
        self._session.trouble.emit(self.tr("Nothing could be selected: {0}").format(message))
        self.changed.emit()
