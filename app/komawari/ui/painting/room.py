"""What all places share where something of one kind is painted: the brush, and which pixels the canvas paints on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from komawari.ui.painting.settings import Brush
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.painting.board import Board

SOON = 500
"""Milliseconds after the last change of the brush until it is written down."""


class Room(QObject):
    """One for each session and kind."""

    KEPT = ""
    """Among the settings of the window."""

    brush_changed = Signal()
    tool_wanted = Signal(str)
    """The name of a tool that somebody beside the canvas wants in the hand."""
    board_made = Signal()
    """Something is painted for the first time."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.brush = Brush()
        self.read_settings(session.settings.window.get(self.KEPT))
        self._board: Board | None = None
        self._keep = QTimer(self, singleShot=True, interval=SOON)
        self._keep.timeout.connect(self._write)
        session.closing.connect(self._write)
        for signal in (session.project_changed, session.selection_changed, session.figure_changed, session.opened):
            signal.connect(self._follow)

    @property
    def board(self) -> Board:
        """What the canvas paints on. The first call imports what paints."""
        if self._board is None:
            self._board = self.make_board()
            self.aim()
            self.board_made.emit()
        return self._board

    @property
    def has_board(self) -> bool:
        """Whether anything was painted yet."""
        return self._board is not None

    def make_board(self) -> Board:
        """Return a new board."""
        raise NotImplementedError

    def aim(self) -> None:
        """Let the board, if there is one, be that of the selected panel."""
        raise NotImplementedError

    def _follow(self, *_: object) -> None:
        if self._board is not None and not self._board.is_busy:
            self.aim()

    # The brush.

    def set_brush(self, **fields: float | bool) -> None:
        """Change the brush."""
        self._become(replace(self.brush, **fields))  # type: ignore[arg-type]

    def resize_brush(self, factor: float) -> None:
        """Make the brush larger or smaller."""
        self._become(self.brush.sized(factor))

    def _become(self, brush: Brush) -> None:
        if brush != self.brush:
            self.brush = brush
            self.brush_changed.emit()
            self.keep_soon()

    # Settings.

    def read_settings(self, stored: object) -> None:
        """Take brush and whatever else is kept from the settings; what is wrong there is left out."""
        raise NotImplementedError

    def settings(self) -> dict[str, object]:
        """Return what is kept, as `read_settings` takes it."""
        raise NotImplementedError

    def keep_soon(self) -> None:
        """Write what is kept down, once nothing of it changes any more."""
        self._keep.start()

    def _write(self) -> None:
        if not self._keep.isActive():
            return
        self._keep.stop()
        self.session.set_settings(window={**self.session.settings.window, self.KEPT: self.settings()})
