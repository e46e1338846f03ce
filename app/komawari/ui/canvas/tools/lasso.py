"""The lasso: what is drawn around, freely, from corner to corner, or as a rectangle, is painted into the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QPainter, QPolygonF

from komawari.ui.canvas.colours import ACCENT, HALO, line
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import CLICK
from komawari.ui.canvas.tools.masking import MaskTool
from komawari.ui.canvas.tools.painting import Spot

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

FINE = 1.5
"""Pixels of the view between the points of a line drawn freely."""
FILL = QColor(47, 155, 216, 40)


class LassoTool(MaskTool):
    """Dragging draws freely, clicking sets corners, Shift+dragging a rectangle."""

    name, key = "lasso", "L"

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._trail: list[Spot] = []
        """Points of the page (mm): those of the line, and corners."""
        self._pressed: Pointer | None = None
        self._now: Pointer | None = None
        self._dragged = False

    def title(self) -> str:
        """Return its name."""
        return self.tr("Lasso")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr(
            "Draw around what is drawn anew, or click corner after corner: Enter, a double click or the first corner "
            "closes. Shift+drag: rectangle. Alt takes away."
        )

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return a cross."""
        return Qt.CursorShape.CrossCursor

    @property
    def is_busy(self) -> bool:
        """Whether something is being drawn."""
        return self._pressed is not None or bool(self._trail)

    @property
    def _is_rectangle(self) -> bool:
        return self._pressed is not None and self._pressed.shift and self._dragged

    def press(self, pointer: Pointer) -> None:
        """Begin a line or a corner."""
        if not self._trail and not self.ready(pointer):
            return
        self._pressed, self._now, self._dragged = pointer, pointer, False

    def move(self, pointer: Pointer) -> None:
        """Go on with it."""
        self._now = pointer
        pressed = self._pressed
        if pressed is not None:
            if not self._dragged and pointer.pixels_since(pressed) >= CLICK:
                self._dragged = True
                if not pressed.shift:
                    self._trail.append(pressed.page)
            if self._dragged and not pressed.shift and self._is_far(pointer):
                self._trail.append(pointer.page)
        if self.is_busy:
            self.view.viewport().update()

    def _is_far(self, pointer: Pointer) -> bool:
        x, y = self._trail[-1]
        return abs(pointer.page[0] - x) + abs(pointer.page[1] - y) >= FINE * pointer.pixel

    def release(self, pointer: Pointer) -> None:
        """Fill what was drawn around, or set a corner."""
        pressed = self._pressed
        if pressed is None:
            return
        if self._is_rectangle:
            self._fill_rectangle(pressed, pointer)
        elif self._dragged:
            self._trail.append(pointer.page)
            self._close(pointer)
        elif self._closes(pointer):
            self._close(pointer)
        else:
            self._trail.append(pointer.page)
        self._pressed = None
        self.view.viewport().update()

    def _closes(self, pointer: Pointer) -> bool:
        """Return whether a click is at the first of enough corners."""
        if len(self._trail) < 3:
            return False
        x, y = self._trail[0]
        return max(abs(pointer.page[0] - x), abs(pointer.page[1] - y)) <= pointer.reach

    def double_click(self, pointer: Pointer) -> None:
        """Close it."""
        self._close(pointer)

    def press_key(self, event: QKeyEvent) -> bool:
        """Close by Enter, take the last corner back by Backspace; else leave."""
        if self._trail and self._now is not None:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._close(self._now, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
                return True
            if event.key() == Qt.Key.Key_Backspace:
                self._trail.pop()
                self.view.viewport().update()
                return True
        return super().press_key(event)

    def _close(self, pointer: Pointer, erases: bool | None = None) -> None:
        trail, self._trail, self._pressed = self._trail, [], None
        surface = self.board.begin() if len(trail) >= 3 else None
        self.view.viewport().update()
        if surface is None:
            return
        from komawari.ui.masks.shapes import fill_polygon

        erases = self.takes_away(pointer) if erases is None else erases
        corners = [self.spot_at(point) for point in trail]
        self.board.tell(fill_polygon(surface, corners, erases, self._strength()))
        self._end(erases)

    def _fill_rectangle(self, pressed: Pointer, pointer: Pointer) -> None:
        surface = self.board.begin()
        if surface is None:
            return
        from komawari.ui.masks.shapes import fill_rectangle

        erases = self.takes_away(pointer)
        area = fill_rectangle(surface, self.spot(pressed), self.spot(pointer), erases, self._strength())
        self.board.tell(area)
        self._end(erases)

    def _strength(self) -> int:
        return round(255 * self.room.brush.opacity)

    def _end(self, erases: bool) -> None:
        self.board.end(self.tr("Erase by lasso") if erases else self.tr("Fill by lasso"))

    def cancel(self) -> bool:
        """Give the line up."""
        was, self._trail, self._pressed = self.is_busy, [], None
        self.view.viewport().update()
        return super().cancel() or was

    def paint(self, painter: QPainter) -> None:
        """Paint the mask, and the line so far."""
        super().paint(painter)
        shape = self._shape()
        if shape.isEmpty():
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(FILL)
        painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (line(HALO, 3), line(ACCENT, 1.5, Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            painter.drawPolyline(shape)

    def _shape(self) -> QPolygonF:
        """Return what is drawn so far, on the page (mm)."""
        now, pressed, place = self._now, self._pressed, self.to_page()
        if now is None or place is None:
            return QPolygonF()
        if self._is_rectangle and pressed is not None:
            one, other = QPointF(*self.spot(pressed)), QPointF(*self.spot(now))
            return place.map(QPolygonF(QRectF(one, other).normalized()))
        return QPolygonF([QPointF(*point) for point in (*self._trail, now.page)]) if self._trail else QPolygonF()
