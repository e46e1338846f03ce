"""Select, move and shape panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter

from komawari.domain.edits import panels
from komawari.domain.geometry import edges
from komawari.domain.geometry.edges import Edge, line_of
from komawari.domain.panel import Panel
from komawari.domain.project import Page
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import TOGETHER
from komawari.ui.canvas.hits import Hit, hit, panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import LEAVING, Drag, DragTool
from komawari.ui.canvas.tools.frame_drags import BandDrag, CornerDrag, EdgeDrag, MoveDrag, SizeDrag, is_upright

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView


class SelectTool(DragTool):
    """Click selects, a drag moves; edges and corners of frames can be dragged where they are."""

    name, key = "select", "V"

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._together: tuple[Edge, ...] = ()

    def title(self) -> str:
        """Return its name."""
        return self.tr("Select")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr(
            "Drag panel, edge or corner · Shift+click adds · Ctrl+drag copies · Alt: one edge alone · Ctrl: slant"
        )

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return what a press would do."""
        if pointer is None or self.drag is not None:
            return Qt.CursorShape.ArrowCursor if pointer is None else self.view.viewport().cursor()
        if self.view.takes_chip_at(pointer.view):
            return Qt.CursorShape.OpenHandCursor
        found = self._hit(pointer)
        if found is None:
            return Qt.CursorShape.ArrowCursor
        if found.kind == "inside":
            return Qt.CursorShape.SizeAllCursor
        return Qt.CursorShape.CrossCursor if found.kind == "corner" else self._across(found)

    def _across(self, found: Hit) -> Qt.CursorShape:
        """Return the arrows across an edge as it lies on the screen."""
        (ax, ay), (bx, by) = line_of(panels.frames_of(self._page), (found.panel, found.part))
        start, end = self.view.to_view((ax, ay)), self.view.to_view((bx, by))
        level = abs(end.x() - start.x()) >= abs(end.y() - start.y())
        return Qt.CursorShape.SplitVCursor if level else Qt.CursorShape.SplitHCursor

    @property
    def _page(self) -> Page:
        return self.view.session.shown_page

    def _hit(self, pointer: Pointer) -> Hit | None:
        return hit(self._page, pointer.page, pointer.reach, self.view.session.selected)

    def press(self, pointer: Pointer) -> None:
        """Select what was not selected, at once."""
        super().press(pointer)
        found = self._hit(pointer)
        if found is not None and found.panel not in self.view.session.selected and not pointer.shift:
            self.view.session.select(found.panel)

    def begin(self, start: Pointer, now: Pointer) -> Drag | None:
        """Drag what lay under the hand."""
        self._together = ()
        if self.view.takes_chip_at(start.view) or (start.alt and self._hit_inside(start)):
            self._drag_out(start)
            return None
        found = self._hit(start)
        if found is None:
            return BandDrag(self.view, start)
        session = self.view.session
        if found.panel not in session.selected:
            session.select(*session.selected, found.panel)
        if found.kind == "inside":
            return MoveDrag(self.view, start, session.selected, copy=start.ctrl)
        if found.kind == "edge":
            return EdgeDrag(self.view, start, found)
        if is_upright(self._panel(found.panel).frame) and not start.ctrl:
            return SizeDrag(self.view, start, found)
        return CornerDrag(self.view, start, found)

    def _hit_inside(self, pointer: Pointer) -> bool:
        found = self._hit(pointer)
        return found is not None and found.kind == "inside"

    def _drag_out(self, start: Pointer) -> None:
        """Let the panel's picture be dropped elsewhere; Qt has the mouse until then."""
        panel = self.view.takes_chip_at(start.view) or panel_at(self._page, start.page)
        self.cancel()
        if panel is not None:
            self.view.drops.drag_out(panel)

    def _panel(self, panel: str) -> Panel:
        return next(one for one in self._page.panels if one.id == panel)

    def click(self, pointer: Pointer) -> None:
        """Select the panel under the hand; with Shift, add it or take it away."""
        session, found = self.view.session, self._hit(pointer)
        if found is None:
            if not pointer.shift:
                session.select()
        elif not pointer.shift:
            session.select(found.panel)
            self.view.panel_clicked.emit(found.panel)
        elif found.panel in session.selected:
            session.select(*(one for one in session.selected if one != found.panel))
        else:
            session.select(*session.selected, found.panel)

    def double_click(self, pointer: Pointer) -> None:
        """Go to the picture inside."""
        self.cancel()
        panel = panel_at(self._page, pointer.page)
        if panel is not None:
            self.view.session.select(panel)
            self.view.set_tool("picture")

    def press_key(self, event: QKeyEvent) -> bool:
        """Go to the selected panel's picture by Enter; select nothing by Esc."""
        selected = self.view.session.selected
        if not selected or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or event.key() not in LEAVING:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.view.session.select()
        else:
            self.view.set_tool("picture")
        return True

    def hover(self, pointer: Pointer) -> None:
        """Show which edges would move together."""
        found = self._hit(pointer)
        together: tuple[Edge, ...] = ()
        if found is not None and found.kind == "edge":
            frames, first = panels.frames_of(self._page), (found.panel, found.part)
            reach = panels.reach_of(self.view.session.project)
            together = (first,) if pointer.alt else tuple(edges.shared(frames, first, reach))
        if together != self._together:
            self._together = together
            self.view.viewport().update()

    def leave(self) -> None:
        """Be put away."""
        self._together = ()
        super().leave()

    def paint(self, painter: QPainter) -> None:
        """Paint the drag, or what could be dragged."""
        if self.drag is None and self._together:
            frames = panels.frames_of(self._page)
            known = [edge for edge in self._together if edge[1] < len(frames.get(edge[0], ()))]
            overlay.paint_edges(painter, [line_of(frames, edge) for edge in known], TOGETHER)
        super().paint(painter)
