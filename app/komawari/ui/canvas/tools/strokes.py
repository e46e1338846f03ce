"""Tools that paint strokes: what the hand does becomes a stroke, and the brush itself is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter

from komawari.ui.canvas.colours import HALO, line
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.painting import PaintTool, Spot

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.painting.brush import Stroke

TINY = 2.5
"""Pixels of the view: a smaller brush is shown with a cross around it."""
INK = QColor("#202024")


class StrokeTool(PaintTool):
    """Paints along the hand's way."""

    takes_pen = True
    erases = False

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._stroke: Stroke | None = None
        self._at: Pointer | None = None
        self._last: tuple[object, Spot] | None = None
        """On what, and where, the last stroke ended; with Shift the next one there begins at that spot."""

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return nothing where the brush itself is shown."""
        shown = pointer is not None and self.to_page() is not None
        return Qt.CursorShape.BlankCursor if shown else Qt.CursorShape.CrossCursor

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    def greeting(self) -> str:
        """Return what is missing, or else what it does."""
        return (self.why_not() if self.board.target is None else "") or self.hint()

    def leave(self) -> None:
        """Be put away."""
        super().leave()
        self._at = self._last = None

    def takes_away(self, pointer: Pointer) -> bool:
        """Return whether the hand erases."""
        return self.erases or super().takes_away(pointer)

    # Strokes.

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke."""
        if not self.ready(pointer) or self.board.surface is None:
            return
        from komawari.ui.painting.brush import Dab

        surface, target = self.board.surface, self.board.target
        last = self._last[1] if self._last is not None and self._last[0] == target else None
        self._stroke = self.start_stroke(surface, self.takes_away(pointer))
        here = Dab(*self.spot(pointer), self._pressure(pointer))
        straight = pointer.shift and last is not None
        start = Dab(*last, here.pressure) if straight and last is not None else here
        self.board.tell(self._stroke.begin(start))
        if straight:
            self.board.tell(self._stroke.move(here))

    def move(self, pointer: Pointer) -> None:
        """Go on with it, or hover."""
        before, self._at = self._at, pointer
        if self._stroke is not None:
            self._go_on(pointer)
        self.update_places(*(self._circle(one) for one in (before, pointer) if one is not None))

    def _go_on(self, pointer: Pointer) -> None:
        stroke = self._stroke
        if stroke is None or self.board.surface is not stroke.surface or not stroke.surface.is_painting:
            # What is painted went away under the hand: undone, or its panel removed.
            self._stroke = None
            return
        from komawari.ui.painting.brush import Dab

        self.board.tell(stroke.move(Dab(*self.spot(pointer), self._pressure(pointer))))

    def release(self, pointer: Pointer) -> None:
        """End it: it is one step of undo."""
        if self._stroke is None:
            return
        self._go_on(pointer)
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self._last = (self.board.target, self.spot(pointer))
            self.board.end(self.stroke_name(stroke.erases))

    def cancel(self) -> bool:
        """Give the stroke up."""
        was, self._stroke = self._stroke is not None, None
        return super().cancel() or was

    @staticmethod
    def _pressure(pointer: Pointer) -> float:
        return pointer.pressure

    # The brush itself.

    def _circle(self, pointer: Pointer) -> QRectF:
        """Return where in the view the brush is."""
        radius = max(self.room.brush.size / 2 * self.pixel_on_page() / pointer.pixel, 6.0)
        return QRectF(pointer.view.x() - radius, pointer.view.y() - radius, 2 * radius, 2 * radius)

    def paint(self, painter: QPainter) -> None:
        """Paint what is common, and the brush: its size, and within it how far it is hard."""
        super().paint(painter)
        if self._at is None or self.to_page() is None or not self.view.viewport().underMouse():
            return
        centre = self.view.to_view(self._at.page)
        radius = self.room.brush.size / 2 * self.pixel_on_page() / self._at.pixel
        painter.save()
        painter.resetTransform()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (line(HALO, 3), line(INK, 1.2)):
            painter.setPen(pen)
            painter.drawEllipse(centre, radius, radius)
            if radius < TINY:
                painter.drawLine(centre - QPointF(5, 0), centre + QPointF(5, 0))
                painter.drawLine(centre - QPointF(0, 5), centre + QPointF(0, 5))
        core = radius * self.room.brush.hardness
        if core > 3 and radius - core > 2:
            painter.setPen(line(INK, 1, Qt.PenStyle.DotLine))
            painter.drawEllipse(centre, core, core)
        if self.erases or self.takes_away(self._at):
            painter.setPen(line(INK, 1.2))
            painter.drawLine(centre - QPointF(4, 0), centre + QPointF(4, 0))
        painter.restore()
