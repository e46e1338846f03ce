"""What is placed inside a frame, a picture or a sketch: move, scale and flip it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter, QPainterPath, QPolygonF, QWheelEvent

from komawari.document.document import Edit
from komawari.domain.geometry.polygon import Point, contains
from komawari.domain.panel import LEAST_SCALE, MOST_SCALE, Panel, Placement
from komawari.domain.paper import Box
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT, line
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.snapping import Snap, fitted
from komawari.ui.canvas.tools.base import Drag, DragTool
from komawari.ui.render.frames import bled, qpolygon
from komawari.ui.render.transforms import box_of, rect_in

LEAST, MOST = LEAST_SCALE, MOST_SCALE
HOLD = 18.0
"""Pixels that something which is to cover its frame has to be dragged off it, before it leaves white there."""
NEAR = 1e-6
STEP = 1.05
"""Of the scale, for one notch of the wheel."""


class Words(NamedTuple):
    """What undo calls each edit."""

    move: str
    scale: str
    flip: str
    fit: str


class PlaceTool(DragTool):
    """Works on the selected panel."""

    covers = False
    """Whether it is meant to cover the frame, and clings to doing so."""

    def words(self) -> Words:
        """Return the undo steps' names."""
        raise NotImplementedError

    def size_of(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of what is placed; (0, 0): there is nothing."""
        raise NotImplementedError

    def placement_of(self, panel: Panel) -> Placement:
        """Return how it lies now."""
        raise NotImplementedError

    def placing(self, panel: str, placement: Placement) -> Edit:
        """Return the edit that lays it otherwise."""
        raise NotImplementedError

    def painter_of(self, panel: Panel) -> Callable[[QPainter], None] | None:
        """Return what paints all of it, in millimetres of the page; None: it is not at hand."""
        raise NotImplementedError

    @property
    def panel(self) -> Panel | None:
        """The panel that is worked on, as it is shown."""
        chosen = self.view.session.selected
        return next((one for one in self.view.preview.page.panels if chosen and one.id == chosen[-1]), None)

    def rect(self) -> QRectF | None:
        """Return where all of it lies (mm); None where there is nothing."""
        panel = self.panel
        if panel is None or not all(size := self.size_of(panel)):
            return None
        return rect_in(box_of(panel, self.view.preview.page.paper), size, self.placement_of(panel))

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return what a press would do."""
        if pointer is None or (rect := self.rect()) is None:
            return Qt.CursorShape.ArrowCursor
        corner = self._corner(pointer, rect)
        if corner is None:
            return Qt.CursorShape.SizeAllCursor if self._on_picture(pointer) else Qt.CursorShape.ArrowCursor
        away = self.view.to_view(corner) - self.view.to_view((rect.center().x(), rect.center().y()))
        falls = (away.x() >= 0) == (away.y() >= 0)
        return Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor

    def _corner(self, pointer: Pointer, rect: QRectF) -> Point | None:
        near = [corner for corner in corners_of(rect) if math.dist(corner, pointer.page) <= pointer.reach * 1.3]
        return near[0] if near else None

    def _on_picture(self, pointer: Pointer) -> bool:
        panel, rect = self.panel, self.rect()
        if panel is None or rect is None:
            return False
        return rect.contains(QPointF(*pointer.page)) or contains(panel.frame, pointer.page)

    def begin(self, start: Pointer, now: Pointer) -> Drag | None:
        """Scale by a corner, or move."""
        panel, rect = self.panel, self.rect()
        if panel is None or rect is None or (not self._on_picture(start) and self._corner(start, rect) is None):
            return None
        corner = self._corner(start, rect)
        if corner is None:
            return MoveDrag(self, start, panel, rect)
        return ScaleDrag(self, start, panel, rect, corner)

    def click(self, pointer: Pointer) -> None:
        """Go on in another panel, or leave."""
        panel = panel_at(self.view.session.shown_page, pointer.page)
        if panel is not None:
            self.view.session.select(panel)
            self.view.hint.emit(self.hint())
        elif not self._on_picture(pointer):
            self.view.set_tool("select")

    def double_click(self, pointer: Pointer) -> None:
        """Leave, as one came."""
        self.cancel()
        if panel_at(self.view.session.shown_page, pointer.page) in self.view.session.selected:
            self.view.set_tool("select")

    def wheel(self, event: QWheelEvent, pointer: Pointer) -> bool:
        """Scale around the hand; Ctrl leaves the wheel to the view."""
        panel, rect = self.panel, self.rect()
        if pointer.ctrl or panel is None or rect is None or self.is_busy or not self._on_picture(pointer):
            return False
        turn = event.angleDelta().y() / 120
        old = self.placement_of(panel)
        placement = scaled(old, rect, _within(old.scale * STEP**turn), pointer.page)
        self._place(placement, self.words().scale, "scale")
        return True

    def press_key(self, event: QKeyEvent) -> bool:
        """Nudge by the arrows, leave by Enter and Esc."""
        if super().press_key(event):
            return True
        panel = self.panel
        way = self.view.way_of(event)
        if way is None or panel is None or self.rect() is None:
            return False
        old = self.placement_of(panel)
        self._place(replace(old, dx=old.dx + way[0], dy=old.dy + way[1]), self.words().move, "nudge")
        return True

    def _place(self, placement: Placement, name: str, kind: str) -> None:
        """Change the placement; steps that follow each other soon are one undo step."""
        panel = self.panel
        if panel is not None:
            edit = self.placing(panel.id, placement)
            self.view.session.edit(name, edit, gesture=(self.name, kind, panel.id))
            self.view.end_soon()

    def flip(self, upside_down: bool = False) -> None:
        """Flip it, left to right or upside down."""
        panel = self.panel
        if panel is None:
            return
        old = self.placement_of(panel)
        new = replace(old, flip_y=not old.flip_y) if upside_down else replace(old, flip_x=not old.flip_x)
        self.view.session.edit(self.words().flip, self.placing(panel.id, new))

    def fit(self) -> None:
        """Let it just cover its frame again; it stays flipped."""
        panel = self.panel
        if panel is not None:
            old = self.placement_of(panel)
            new = Placement(flip_x=old.flip_x, flip_y=old.flip_y)
            self.view.session.edit(self.words().fit, self.placing(panel.id, new))

    def leave(self) -> None:
        """Be put away."""
        self.view.session.end_gesture()
        super().leave()

    def paint(self, painter: QPainter) -> None:
        """Paint what the frame hides of it, faintly, with its corners."""
        panel, rect = self.panel, self.rect()
        if panel is None:
            return
        paper = self.view.preview.page.paper
        frame = qpolygon(bled(panel.frame, paper).polygon)
        if rect is not None:
            paint = self.painter_of(panel)
            if paint is not None:
                _paint_hidden(painter, frame, rect, partial(paint, painter))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            overlay.paint_outline(painter, qpolygon(corners_of(rect)), ACCENT, 1)
            overlay.paint_handles(painter, corners_of(rect))
        painter.setPen(line(ACCENT, 2, Qt.PenStyle.DashLine))
        painter.drawPolygon(frame)
        super().paint(painter)


def _paint_hidden(painter: QPainter, frame: QPolygonF, rect: QRectF, paint: Callable[[], None]) -> None:
    """Paint faintly what lies outside of a frame."""
    outside = QPainterPath()
    outside.addRect(rect)
    inside = QPainterPath()
    inside.addPolygon(frame)
    painter.save()
    painter.setClipPath(outside.subtracted(inside))
    painter.setOpacity(0.35)
    paint()
    painter.restore()


class MoveDrag(Drag):
    """It moves; its sides and centre cling to the frame's. Shift keeps to one direction, Alt lets it free."""

    def __init__(self, tool: PlaceTool, start: Pointer, panel: Panel, rect: QRectF) -> None:
        super().__init__(tool.view, start)
        self._tool, self._panel, self._rect = tool, panel, rect
        self._box = box_of(panel, tool.view.session.shown_page.paper)
        self._snap = Snap()

    def name(self) -> str:
        """Return the undo step's name."""
        return self._tool.words().move

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the move."""
        dx, dy = pointer.since(self.start)
        if pointer.shift:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        moved = self._rect.translated(dx, dy)
        box = (moved.left(), moved.top(), moved.right(), moved.bottom())
        self._snap = Snap() if pointer.alt else self._clinging(box, pointer)
        old = self._tool.placement_of(self._panel)
        new = replace(old, dx=old.dx + dx + self._snap.dx, dy=old.dy + dy + self._snap.dy)
        return self._tool.placing(self._panel.id, new)

    def _clinging(self, box: Box, pointer: Pointer) -> Snap:
        found = fitted(box, self._box, pointer.snap_reach)
        if not self._tool.covers:
            return found
        dx = found.dx or gap(box[0], box[2], self._box[0], self._box[2], HOLD * pointer.pixel)
        dy = found.dy or gap(box[1], box[3], self._box[1], self._box[3], HOLD * pointer.pixel)
        there = (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)
        return Snap(dx, dy, *fitted(there, self._box, 0.0)[2:])

    def paint(self, painter: QPainter) -> None:
        """Paint what it clings to."""
        overlay.paint_snap(painter, self._snap, self.view.page_area())


class ScaleDrag(Drag):
    """A corner scales it against the opposite one, with Alt around its centre."""

    def __init__(self, tool: PlaceTool, start: Pointer, panel: Panel, rect: QRectF, corner: Point) -> None:
        super().__init__(tool.view, start)
        self._tool, self._panel, self._rect, self._corner = tool, panel, rect, corner
        self._old = tool.placement_of(panel)
        self._box = box_of(panel, tool.view.session.shown_page.paper)
        self._now, self._scale = start, self._old.scale

    def name(self) -> str:
        """Return the undo step's name."""
        return self._tool.words().scale

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the scaling."""
        centre = (self._rect.center().x(), self._rect.center().y())
        opposite = (2 * centre[0] - self._corner[0], 2 * centre[1] - self._corner[1])
        fixed = centre if pointer.alt else opposite
        way = (self._corner[0] - fixed[0], self._corner[1] - fixed[1])
        moved = pointer.since(self.start)
        along = (moved[0] * way[0] + moved[1] * way[1]) / (way[0] ** 2 + way[1] ** 2)
        scale = _within(self._old.scale * max(1 + along, 0.0))
        scale = 1.0 if abs(scale - 1) < 0.02 else scale
        if self._tool.covers and not pointer.alt:
            scale = self._covering(scale, fixed, HOLD * pointer.pixel)
        self._now, self._scale = pointer, scale
        placement = scaled(self._old, self._rect, self._scale, fixed)
        return self._tool.placing(self._panel.id, placement)

    def _covering(self, scale: float, fixed: Point, reach: float) -> float:
        """Return the scale that just covers the frame, if this one is smaller and leaves no more than `reach` (mm)."""
        rect, (left, top, right, bottom) = self._rect, self._box
        sides = (
            (fixed[0] - left, fixed[0] - rect.left()), (right - fixed[0], rect.right() - fixed[0]),
            (fixed[1] - top, fixed[1] - rect.top()), (bottom - fixed[1], rect.bottom() - fixed[1]),
        )  # fmt: skip
        if any(wanted > NEAR and has <= NEAR for wanted, has in sides):
            return scale
        longest = max(has for _, has in sides)
        least = max(wanted / has for wanted, has in sides if has > NEAR) * self._old.scale
        return least if 0 < (least - scale) * longest / self._old.scale <= reach else scale

    def paint(self, painter: QPainter) -> None:
        """Paint the scale."""
        overlay.paint_label(painter, self._now.page, f"{self._scale:.0%}")


def gap(low: float, high: float, start: float, end: float, reach: float) -> float:
    """Return how far something that could cover a stretch has to move to do so; 0: it does, or is too far away."""
    if high - low < end - start - NEAR:
        return 0.0
    away = min(start - low, 0.0) or max(end - high, 0.0)
    return away if abs(away) <= reach else 0.0


def corners_of(rect: QRectF) -> tuple[Point, ...]:
    """Return a rectangle's corners, clockwise."""
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def scaled(old: Placement, rect: QRectF, scale: float, fixed: Point) -> Placement:
    """Return a placement with another scale in which a point of the page (mm) shows the same spot of the picture."""
    factor = scale / old.scale
    centre = rect.center()
    dx = (fixed[0] - centre.x()) * (1 - factor)
    dy = (fixed[1] - centre.y()) * (1 - factor)
    return replace(old, dx=old.dx + dx, dy=old.dy + dy, scale=scale)


def _within(scale: float) -> float:
    return min(max(scale, LEAST), MOST)
