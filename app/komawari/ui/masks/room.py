"""What all places where masks are painted share: the brush, how the overlay looks, and which mask the canvas paints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal

from komawari.domain.panel import Figure, Panel
from komawari.domain.project import panels_of
from komawari.ui.masks import settings
from komawari.ui.masks.settings import Overlay
from komawari.ui.painting import room
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.painting.board import Board, Size, Start
    from komawari.ui.painting.target import Target

Kind = Literal["edit", "region"]
LAYOUT = 1024
"""Pixels of the longer side of a region's mask where the panel has no picture yet."""


class Room(room.Room):
    """One for each session: `Room.of`."""

    KEPT = "masks"
    overlay_changed = Signal()
    kind_changed = Signal()
    """The canvas paints another kind of mask."""

    def __init__(self, session: Session) -> None:
        """Use `Room.of`."""
        self.overlay = Overlay()
        self.kind: Kind = "edit"
        super().__init__(session)

    @staticmethod
    def of(session: Session) -> Room:
        """Return a session's room."""
        found = session.findChild(Room)
        return found if isinstance(found, Room) else Room(session)

    def make_board(self) -> Board:
        """Return a board of masks."""
        from komawari.ui.painting.board import Board

        return Board(self.session, self)

    def read_settings(self, stored: object) -> None:
        """Take brush and overlay from the settings."""
        self.brush, self.overlay = settings.read(stored)

    def settings(self) -> dict[str, object]:
        """Return both."""
        return settings.written(self.brush, self.overlay)

    def set_overlay(self, **fields: object) -> None:
        """Change how masks are shown."""
        overlay: Overlay = replace(self.overlay, **fields)  # type: ignore[arg-type]
        if overlay != self.overlay:
            self.overlay = overlay
            self.overlay_changed.emit()
            self.keep_soon()

    # What the canvas paints.

    def paint(self, kind: Kind, tool: str = "brush") -> None:
        """Let the canvas paint a kind of mask, and take a tool into the hand."""
        if kind != self.kind:
            self.kind = kind
            self.kind_changed.emit()
        self.aim()
        self.tool_wanted.emit(tool)

    @property
    def figure(self) -> Figure | None:
        """The figure whose region is painted."""
        panel = self.session.panel
        figures = panel.figures if panel else ()
        return next((one for one in figures if one.id == self.session.figure), figures[0] if figures else None)

    def size_of(self, panel: Panel) -> Size:
        """Return the pixels of a panel's mask: its picture's, or for a region else those of its proportions."""
        take = self.session.used_take(panel)
        if take is not None:
            return (take.width, take.height)
        if self.kind == "edit":
            return (0, 0)
        from komawari.ui.masks.regions import layout_of

        page = next(page for page, one in panels_of(self.session.project) if one.id == panel.id)
        return layout_of(panel, page.paper, LAYOUT)

    def aim(self) -> None:
        """Let the board be that of the selected panel."""
        if self._board is None:
            return
        panel = self.session.panel
        if panel is None:
            self._board.aim(None, (0, 0))
            return
        size = self.size_of(panel)
        self._board.aim(*self._target(panel, size))

    def _target(self, panel: Panel, size: Size) -> tuple[Target | None, Size, Start | None]:
        from komawari.ui.masks.regions import Grown
        from komawari.ui.masks.targets import EditTarget, RegionTarget

        figure = self.figure
        if self.kind == "edit":
            return EditTarget(panel.id), size, None
        if figure is None:
            return None, (0, 0), None
        start = None if figure.pose is None else Grown(figure.pose, size)
        return RegionTarget(panel.id, figure.id), size, start
