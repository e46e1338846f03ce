"""What all places where masks are painted share: the brush, how the overlay looks, and which mask the canvas paints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from komawari.domain.panel import Figure, Panel
from komawari.domain.project import panels_of
from komawari.ui.masks import settings
from komawari.ui.masks.settings import Brush, Overlay
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.masks.board import Board, Size, Start
    from komawari.ui.masks.targets import Target

Kind = Literal["edit", "region"]
KEPT = "masks"
"""Among the settings of the window."""
SOON = 500
"""Milliseconds after the last change of the brush until it is written down."""
LAYOUT = 1024
"""Pixels of the longer side of a region's mask where the panel has no picture yet."""


class Room(QObject):
    """One for each session: `Room.of`."""

    brush_changed = Signal()
    overlay_changed = Signal()
    kind_changed = Signal()
    """The canvas paints another kind of mask."""
    tool_wanted = Signal(str)
    """The name of a tool that somebody beside the canvas wants in the hand."""
    board_made = Signal()
    """The first mask is painted."""

    def __init__(self, session: Session) -> None:
        """Use `Room.of`."""
        super().__init__(session)
        self.session = session
        self.brush, self.overlay = settings.read(session.settings.window.get(KEPT))
        self.kind: Kind = "edit"
        self._board: Board | None = None
        self._keep = QTimer(self, singleShot=True, interval=SOON)
        self._keep.timeout.connect(self._write)
        session.closing.connect(self._write)
        for signal in (session.project_changed, session.selection_changed, session.figure_changed, session.opened):
            signal.connect(self._follow)

    @staticmethod
    def of(session: Session) -> Room:
        """Return a session's room."""
        found = session.findChild(Room)
        return found if isinstance(found, Room) else Room(session)

    @property
    def board(self) -> Board:
        """What the canvas paints on. The first call imports what paints."""
        if self._board is None:
            from komawari.ui.masks.board import Board

            self._board = Board(self.session, self)
            self.aim()
            self.board_made.emit()
        return self._board

    @property
    def has_board(self) -> bool:
        """Whether anything was painted yet."""
        return self._board is not None

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
            self._keep.start()

    def set_overlay(self, **fields: object) -> None:
        """Change how masks are shown."""
        overlay: Overlay = replace(self.overlay, **fields)  # type: ignore[arg-type]
        if overlay != self.overlay:
            self.overlay = overlay
            self.overlay_changed.emit()
            self._keep.start()

    def _write(self) -> None:
        """Write brush and overlay down, if they are others than the settings have."""
        self._keep.stop()
        window = self.session.settings.window
        if settings.read(window.get(KEPT)) != (self.brush, self.overlay):
            kept = settings.written(self.brush, self.overlay)
            self.session.set_settings(window={**window, KEPT: kept})

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

    def _follow(self, *_: object) -> None:
        if self._board is not None and not self._board.is_busy:
            self.aim()

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
