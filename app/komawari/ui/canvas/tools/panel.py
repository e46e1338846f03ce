"""Draw panels: drag a rectangle, Shift makes it square, Alt draws it from its centre."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCursor, QPainter

from komawari.document.document import Edit
from komawari.domain.base import new_id
from komawari.domain.edits import panels
from komawari.domain.geometry.polygon import Point, bounds, rectangle
from komawari.domain.paper import Box
from komawari.ui.canvas import overlay
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.snapping import Snap, Snapper
from komawari.ui.canvas.tools.base import Drag, DragTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate

SMALLEST = 3.0
"""Millimetres that a drawn panel has at least on each side: a slip of the hand makes none."""


class PanelTool(DragTool):
    """Draws rectangles."""

    name, key = "panel", "F"

    def title(self) -> str:
        """Return its name."""
        return self.tr("Frame")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr("Drag to draw a panel. Shift: square. Alt: from the centre. Esc gives up.")

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return a cross."""
        return Qt.CursorShape.CrossCursor

    def begin(self, start: Pointer, now: Pointer) -> Drag:
        """Draw from where the mouse was pressed."""
        return DrawDrag(self.view, start)

    def click(self, pointer: Pointer) -> None:
        """Say what to do."""
        self.view.hint.emit(self.hint())


class DrawDrag(Drag):
    """A rectangle from one corner to another, both snapping."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._snapper = Snapper(view.preview.project, view.preview.page, ())
        first = self._snapper.point(start.page, start.snap_reach)
        self._first: Point = (start.page[0] + first.dx, start.page[1] + first.dy)
        self._id = new_id()
        self._snap = Snap()

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Draw panel")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the new panel; None while it is too small to be meant."""
        box = self._box(pointer)
        if min(box[2] - box[0], box[3] - box[1]) < SMALLEST:
            self.view.preview.cancel()
            return None
        page = self.view.session.page
        return partial(panels.draw_panel, page=page, panel=self._id, frame=rectangle(box))

    def _box(self, pointer: Pointer) -> Box:
        self._snap = Snap() if pointer.shift else self._snapper.point(pointer.page, pointer.snap_reach)
        (x, y), (u, v) = self._first, (pointer.page[0] + self._snap.dx, pointer.page[1] + self._snap.dy)
        if pointer.shift:
            side = max(abs(u - x), abs(v - y))
            u, v = x + math.copysign(side, u - x), y + math.copysign(side, v - y)
        if pointer.alt:
            x, y = 2 * x - u, 2 * y - v
        return (min(x, u), min(y, v), max(x, u), max(y, v))

    def finished(self, done: bool) -> None:
        """Select the new panel."""
        if done:
            self.view.session.select(self._id)

    def paint(self, painter: QPainter) -> None:
        """Paint its outline and size, and what it clings to."""
        overlay.paint_snap(painter, self._snap, self.view.page_area())
        panel = next((one for one in self.view.preview.page.panels if one.id == self._id), None)
        if panel is not None:
            left, top, right, bottom = bounds(panel.frame)
            overlay.paint_outline(painter, panel.frame)
            text = overlay.size_text(right - left, bottom - top, self.view.preview.page.paper)
            overlay.paint_label(painter, (right, bottom), text)
