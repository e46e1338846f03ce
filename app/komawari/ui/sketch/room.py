"""What all places where one sketches share: the pen, how the layer is shown, and the sheet that the canvas draws on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor

from komawari.domain.geometry import sheets
from komawari.domain.geometry.sizes import picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.domain.project import panels_of
from komawari.ui.painting import room
from komawari.ui.render.sketches import Laid
from komawari.ui.session import Session
from komawari.ui.sketch import settings
from komawari.ui.sketch.settings import Layer
from komawari.ui.sketch.target import SheetTarget

if TYPE_CHECKING:
    from komawari.ui.painting.board import Board
    from komawari.ui.sketch.live import LiveSheet


class SketchRoom(room.Room):
    """One for each session: `SketchRoom.of`."""

    KEPT = "sketches"
    layer_changed = Signal()
    """Sketches are shown otherwise, or the pen has another colour."""

    def __init__(self, session: Session) -> None:
        """Use `SketchRoom.of`."""
        self.layer = Layer()
        self.active = False
        """Whether a tool that sketches is in the hand."""
        self._live: LiveSheet | None = None
        super().__init__(session)

    @staticmethod
    def of(session: Session) -> SketchRoom:
        """Return a session's room."""
        found = session.findChild(SketchRoom)
        return found if isinstance(found, SketchRoom) else SketchRoom(session)

    def make_board(self) -> Board:
        """Return a board for ink."""
        from komawari.ui.painting.board import Board
        from komawari.ui.painting.medium import INK
        from komawari.ui.sketch.live import LiveSheet

        made = Board(self.session, self, INK)
        self._live = LiveSheet()
        made.painted.connect(self._painted)
        return made

    # Pen and layer.

    def read_settings(self, stored: object) -> None:
        """Take pen and layer from the settings."""
        self.brush, self.layer = settings.read(stored)

    def settings(self) -> dict[str, object]:
        """Return both."""
        return settings.written(self.brush, self.layer)

    def set_layer(self, **fields: object) -> None:
        """Change how sketches are shown, or the pen's colour."""
        layer: Layer = replace(self.layer, **fields)  # type: ignore[arg-type]
        if layer != self.layer:
            self.layer = layer
            self.layer_changed.emit()
            self.keep_soon()

    @property
    def ink(self) -> tuple[int, int, int]:
        """The pen's colour: red, green, blue, 0 … 255."""
        colour = QColor(self.layer.colour)
        return colour.red(), colour.green(), colour.blue()

    # The sheet.

    @property
    def is_settled(self) -> bool:
        """Whether every stroke is an edit of the document."""
        return self._board is None or self._board.is_settled

    def aim(self) -> None:
        """Let the board be the sheet of the selected panel; while one does not sketch, only the one that it is."""
        board, panel = self._board, self.session.panel
        if board is None:
            return
        target = board.target
        if panel is None or not (self.active or (isinstance(target, SheetTarget) and target.panel == panel.id)):
            board.aim(None, (0, 0))
            return
        from komawari.ui.sketch.ink import padded

        page = next(page for page, one in panels_of(self.session.project) if one.id == panel.id)
        layout = sheets.layout(picture_box(panel.frame, page.paper), panel.sketch.sheet)
        size = (layout.width, layout.height)
        board.aim(SheetTarget.of(panel.id, layout), size, fit=partial(padded, margins=layout.margins))

    def _painted(self, pixels: QRect) -> None:
        from komawari.ui.painting.surface import Area

        if self._live is not None:
            right, bottom = pixels.x() + pixels.width(), pixels.y() + pixels.height()
            self._live.painted(Area(pixels.x(), pixels.y(), right, bottom))

    def live(self, panel: Panel, paper: Paper, scale: float) -> Laid | None:
        """Return a panel's sheet as it is being drawn on, where a millimetre has `scale` pixels; None: it is not.

        A panel on which nothing is sketched yet has an empty one while a tool that sketches is in the hand.
        """
        board = self._board
        if board is None or board.surface is None or self._live is None:
            return None
        if panel.sketch.sheet is None and board.is_settled and not self.active:
            return None
        layout = sheets.layout(picture_box(panel.frame, paper), panel.sketch.sheet)
        if board.target != SheetTarget.of(panel.id, layout):
            return None
        laid = Laid(None, layout.width, layout.height, layout.placement)
        image = self._live.image(board.surface, laid.pixel(panel, paper) * scale)
        return laid._replace(image=image, memory=self._live.memory)
