"""The picture inside its frame: move, scale and flip it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter, QPainterPath, QPolygonF, QWheelEvent

from komawari.document.document import Edit
from komawari.domain.edits import panels
from komawari.domain.geometry.polygon import Point, contains
from komawari.domain.panel import Panel, Placement
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT, line
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.snapping import Snap, fitted
from komawari.ui.canvas.tools.base import Drag, DragTool
from komawari.ui.render.frames import bled, qpolygon
from komawari.ui.render.page import paint_picture
from komawari.ui.render.transforms import box_of, picture_rect

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate
LEAST, MOST = 0.05, 20.0
STEP = 1.05
"""Of the scale, for one notch of the wheel."""


class PictureTool(DragTool):
    """Works on the selected panel."""

    name, key = "picture", "T"

    def title(self) -> str:
        """Return its name."""
        return self.tr("Picture")

    def hint(self) -> str:
        """Return what it does."""
        if self.panel is not None and self.rect() is None:
            return self.tr("This panel has no picture yet. Draw one, or drop a file on it. Esc goes back.")
        return self.tr(
            "Drag moves the picture inside its frame, the wheel or a corner scales it, Shift+H flips it. "
            "Ctrl+wheel zooms. Enter or Esc goes back."
        )

    @property
    def panel(self) -> Panel | None:
        """The panel whose picture is worked on, as it is shown."""
        chosen = self.view.session.selected
        return next((one for one in self.view.preview.page.panels if chosen and one.id == chosen[-1]), None)

    def rect(self) -> QRectF | None:
        """Return where all of the picture lies (mm); None where there is no picture."""
        panel = self.panel
        if panel is None or not all(size := self.view.picture_size(panel)):
            return None
        return picture_rect(panel, self.view.preview.page.paper, size)

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
        return MovePicture(self.view, start, panel, rect) if corner is None else ScalePicture(
            self.view, start, panel, rect, corner
        )  # fmt: skip

    def click(self, pointer: Pointer) -> None:
        """Go on with another panel's picture, or leave."""
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
        """Scale the picture around the hand; Ctrl leaves the wheel to the view."""
        panel, rect = self.panel, self.rect()
        if pointer.ctrl or panel is None or rect is None or self.is_busy or not self._on_picture(pointer):
            return False
        turn = event.angleDelta().y() / 120
        scale = _within(panel.placement.scale * STEP**turn)
        placement = scaled(panel.placement, rect, scale, pointer.page)
        self._place(placement, translate("Canvas", "Scale picture"), "scale")
        return True

    def press_key(self, event: QKeyEvent) -> bool:
        """Nudge by the arrows, leave by Enter and Esc."""
        if super().press_key(event):
            return True
        panel = self.panel
        way = self.view.way_of(event)
        if way is None or panel is None or self.rect() is None:
            return False
        placement = replace(panel.placement, dx=panel.placement.dx + way[0], dy=panel.placement.dy + way[1])
        self._place(placement, translate("Canvas", "Move picture"), "nudge")
        return True

    def _place(self, placement: Placement, name: str, kind: str) -> None:
        """Change the placement; steps that follow each other soon are one undo step."""
        panel = self.panel
        if panel is not None:
            edit = partial(panels.place_picture, panel=panel.id, placement=placement)
            self.view.session.edit(name, edit, gesture=("picture", kind, panel.id))
            self.view.end_soon()

    def flip(self, upside_down: bool = False) -> None:
        """Flip the picture of the selected panel, left to right or upside down."""
        panel = self.panel
        if panel is None:
            return
        old = panel.placement
        new = replace(old, flip_y=not old.flip_y) if upside_down else replace(old, flip_x=not old.flip_x)
        self.view.session.edit(
            translate("Canvas", "Flip picture"), partial(panels.place_picture, panel=panel.id, placement=new)
        )

    def fit(self) -> None:
        """Let the picture just cover its frame again; it stays flipped."""
        panel = self.panel
        if panel is not None:
            new = Placement(flip_x=panel.placement.flip_x, flip_y=panel.placement.flip_y)
            edit = partial(panels.place_picture, panel=panel.id, placement=new)
            self.view.session.edit(translate("Canvas", "Fit picture"), edit)

    def leave(self) -> None:
        """Be put away."""
        self.view.session.end_gesture()
        super().leave()

    def paint(self, painter: QPainter) -> None:
        """Paint what of the picture the frame hides, faintly, with its corners."""
        panel, rect = self.panel, self.rect()
        if panel is None:
            return
        paper = self.view.preview.page.paper
        frame = qpolygon(bled(panel.frame, paper).polygon)
        if rect is not None:
            image = self.view.picture_of(panel)
            if image is not None and not image.isNull():
                _paint_hidden(painter, frame, rect, lambda: paint_picture(painter, paper, panel, image))
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


class MovePicture(Drag):
    """The picture moves; its sides and centre cling to the frame's. Shift keeps to one direction, Alt lets it free."""

    def __init__(self, view: CanvasView, start: Pointer, panel: Panel, rect: QRectF) -> None:
        super().__init__(view, start)
        self._panel, self._rect = panel, rect
        self._box = box_of(panel, view.session.shown_page.paper)
        self._snap = Snap()

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Move picture")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the move."""
        dx, dy = pointer.since(self.start)
        if pointer.shift:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        moved = self._rect.translated(dx, dy)
        box = (moved.left(), moved.top(), moved.right(), moved.bottom())
        self._snap = Snap() if pointer.alt else fitted(box, self._box, pointer.snap_reach)
        old = self._panel.placement
        new = replace(old, dx=old.dx + dx + self._snap.dx, dy=old.dy + dy + self._snap.dy)
        return partial(panels.place_picture, panel=self._panel.id, placement=new)

    def paint(self, painter: QPainter) -> None:
        """Paint what it clings to."""
        overlay.paint_snap(painter, self._snap, self.view.page_area())


class ScalePicture(Drag):
    """A corner scales the picture against the opposite one, with Alt around its centre."""

    def __init__(self, view: CanvasView, start: Pointer, panel: Panel, rect: QRectF, corner: Point) -> None:
        super().__init__(view, start)
        self._panel, self._rect, self._corner = panel, rect, corner
        self._now, self._scale = start, panel.placement.scale

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Scale picture")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the scaling."""
        centre = (self._rect.center().x(), self._rect.center().y())
        opposite = (2 * centre[0] - self._corner[0], 2 * centre[1] - self._corner[1])
        fixed = centre if pointer.alt else opposite
        way = (self._corner[0] - fixed[0], self._corner[1] - fixed[1])
        moved = pointer.since(self.start)
        along = (moved[0] * way[0] + moved[1] * way[1]) / (way[0] ** 2 + way[1] ** 2)
        scale = _within(self._panel.placement.scale * max(1 + along, 0.0))
        self._now, self._scale = pointer, 1.0 if abs(scale - 1) < 0.02 else scale
        placement = scaled(self._panel.placement, self._rect, self._scale, fixed)
        return partial(panels.place_picture, panel=self._panel.id, placement=placement)

    def paint(self, painter: QPainter) -> None:
        """Paint the scale."""
        overlay.paint_label(painter, self._now.page, f"{self._scale:.0%}")


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
