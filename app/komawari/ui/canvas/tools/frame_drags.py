"""The drags of the select tool: panels, edges, corners, and the rubber band."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter

from komawari.document.document import Edit
from komawari.domain.edits import panels
from komawari.domain.geometry import edges
from komawari.domain.geometry.edges import Edge, line_of
from komawari.domain.geometry.polygon import Line, Polygon, bounds, moved, side_of
from komawari.domain.panel import Panel
from komawari.domain.paper import Box
from komawari.domain.project import Project, find_page
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT, BAND, TOGETHER, line
from komawari.ui.canvas.hits import Hit, touched
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.preview import SameIds
from komawari.ui.canvas.snapping import Snap, Snapper
from komawari.ui.canvas.tools.base import Drag
from komawari.ui.render.frames import rectangle_of

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate
LEVEL = 1e-3
"""Millimetres by which the ends of an edge may differ that is still level or upright."""


def is_upright(frame: Polygon) -> bool:
    """Return whether a frame is a rectangle along the page's sides."""
    return rectangle_of(frame) is not None


def around(polygons: Sequence[Polygon]) -> Box:
    """Return the box around polygons."""
    return bounds(tuple(corner for polygon in polygons for corner in polygon))


class FrameDrag(Drag):
    """A drag of frames, with what it clings to and a label beside the hand."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self.project, self.page = view.session.project, view.session.shown_page
        self.frames = panels.frames_of(self.page)
        self.snap = Snap()
        self.now = start

    def shown(self, panel: str) -> Panel | None:
        """Return a panel as it is shown now."""
        return next((one for one in self.view.preview.page.panels if one.id == panel), None)

    def paint(self, painter: QPainter) -> None:
        """Paint what it clings to, and its label."""
        overlay.paint_snap(painter, self.snap, self.view.page_area())
        overlay.paint_label(painter, self.now.page, self.label())

    def label(self) -> str:
        """Return what is shown beside the hand."""
        raise NotImplementedError


class MoveDrag(FrameDrag):
    """Panels move, or copies of them. Shift keeps to one direction, Alt lets nothing snap."""

    def __init__(self, view: CanvasView, start: Pointer, chosen: Sequence[str], copy: bool) -> None:
        super().__init__(view, start)
        self._chosen = tuple(one for one in chosen if one in self.frames)
        self._copy, self._ids = copy, SameIds()
        self._snapper = Snapper(self.project, self.page, () if copy else self._chosen)
        self._by = (0.0, 0.0)

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Copy panel") if self._copy else translate("Canvas", "Move panel")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the move."""
        self.now = pointer
        dx, dy = pointer.since(self.start)
        if pointer.shift:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        box = around([moved(self.frames[one], dx, dy) for one in self._chosen])
        found = Snap() if pointer.alt else self._snapper.box(box, pointer.snap_reach)
        if pointer.shift:
            found = found._replace(dx=found.dx if dx else 0.0, dy=found.dy if dy else 0.0)
        self.snap, self._by = found, (dx + found.dx, dy + found.dy)
        dx, dy = self._by
        if self._copy:
            return lambda project: self._copied(project, dx, dy)
        return partial(panels.move_panels, page=self.page.id, panels=self._chosen, dx=dx, dy=dy)

    def _copied(self, project: Project, dx: float, dy: float) -> Project:
        make = self._ids.maker()
        for panel in self._chosen:
            project = panels.duplicate_panel(project, panel, make, dx, dy)
        return project

    def finished(self, done: bool) -> None:
        """Select the copies."""
        if self._copy and done:
            page = find_page(self.view.session.project, self.page.id)
            self.view.session.select(*(panel.id for panel in page.panels if panel.id not in self.frames))

    def label(self) -> str:
        """Return how far it has moved."""
        paper = self.page.paper
        return f"{overlay.length_text(self._by[0], paper)}, {overlay.length_text(self._by[1], paper)} {paper.unit}"

    def paint(self, painter: QPainter) -> None:
        """Paint the copies' outlines as well."""
        if self._copy:
            for panel in self.view.preview.page.panels:
                if panel.id not in self.frames:
                    overlay.paint_outline(painter, panel.frame)
        super().paint(painter)


class EdgeDrag(FrameDrag):
    """An edge moves, with those that it shares a gutter with; Alt moves it alone."""

    def __init__(self, view: CanvasView, start: Pointer, found: Hit) -> None:
        super().__init__(view, start)
        self._edge: Edge = (found.panel, found.part)
        self._line = line_of(self.frames, self._edge)
        self._shared = edges.shared(self.frames, self._edge, panels.reach_of(self.project))
        self._alone = False

    @property
    def _together(self) -> list[Edge]:
        return [self._edge] if self._alone else self._shared

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Move edge")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the edge's move."""
        self.now, self._alone = pointer, pointer.alt
        by = outwards(self._line, self.start, pointer)
        by, self.snap = snapped_edge(self._snapper(), self._line, by, pointer.snap_reach)
        panel, edge = self._edge
        return partial(panels.move_edge, panel=panel, edge=edge, by=by, alone=self._alone)

    def _snapper(self) -> Snapper:
        return Snapper(self.project, self.page, {panel for panel, _ in self._together})

    def label(self) -> str:
        """Return the panel's size."""
        panel = self.shown(self._edge[0])
        return "" if panel is None else frame_size(panel, self.view)

    def paint(self, painter: QPainter) -> None:
        """Paint the edges that move."""
        frames = panels.frames_of(self.view.preview.page)
        known = [edge for edge in self._together if edge[1] < len(frames.get(edge[0], ()))]
        overlay.paint_edges(painter, [line_of(frames, edge) for edge in known], TOGETHER)
        super().paint(painter)


class SizeDrag(FrameDrag):
    """A rectangle's corner: both its edges move, with those across their gutters; Alt moves them alone."""

    def __init__(self, view: CanvasView, start: Pointer, found: Hit) -> None:
        super().__init__(view, start)
        self._panel, count = found.panel, len(self.frames[found.panel])
        self._edges = (found.part, (found.part - 1) % count)

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Resize panel")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the moves of both edges."""
        self.now, self.snap = pointer, Snap()
        ways: list[tuple[int, float]] = []
        for edge in self._edges:
            first = (self._panel, edge)
            together = [first] if pointer.alt else edges.shared(self.frames, first, panels.reach_of(self.project))
            snapper = Snapper(self.project, self.page, {panel for panel, _ in together})
            side = line_of(self.frames, first)
            by, found = snapped_edge(snapper, side, outwards(side, self.start, pointer), pointer.snap_reach)
            self.snap = self.snap._replace(xs=self.snap.xs + found.xs, ys=self.snap.ys + found.ys)
            ways.append((edge, by))
        return lambda project: self._sized(project, ways, pointer.alt)

    def _sized(self, project: Project, ways: list[tuple[int, float]], alone: bool) -> Project:
        for edge, by in ways:
            project = panels.move_edge(project, self._panel, edge, by, alone)
        return project

    def label(self) -> str:
        """Return the panel's size."""
        panel = self.shown(self._panel)
        return "" if panel is None else frame_size(panel, self.view)


class CornerDrag(FrameDrag):
    """One corner moves, and slants the frame."""

    def __init__(self, view: CanvasView, start: Pointer, found: Hit) -> None:
        super().__init__(view, start)
        self._panel, self._index = found.panel, found.part
        self._corner = self.frames[found.panel][found.part]
        self._snapper = Snapper(self.project, self.page, {found.panel})

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Move corner")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the corner's move. Shift keeps it level or upright."""
        self.now = pointer
        dx, dy = pointer.since(self.start)
        if pointer.shift:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        point = (self._corner[0] + dx, self._corner[1] + dy)
        self.snap = Snap() if pointer.alt else self._snapper.point(point, pointer.snap_reach)
        to = (point[0] + self.snap.dx, point[1] + self.snap.dy)
        return partial(panels.move_corner, panel=self._panel, corner=self._index, to=to)

    def label(self) -> str:
        """Return where the corner is."""
        panel, paper = self.shown(self._panel), self.page.paper
        x, y = self._corner if panel is None or self._index >= len(panel.frame) else panel.frame[self._index]
        return f"{overlay.length_text(x, paper)}, {overlay.length_text(y, paper)} {paper.unit}"


class BandDrag(Drag):
    """A rubber band selects what it touches; Shift adds to what is selected."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._end = start

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Change nothing."""
        self._end = pointer
        return None

    def name(self) -> str:
        """Return a name that no undo step will have."""
        return translate("Canvas", "Select")

    def _touched(self) -> list[str]:
        (ax, ay), (bx, by) = self.start.page, self._end.page
        return touched(self.view.session.shown_page, (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))

    def finished(self, done: bool) -> None:
        """Select."""
        session = self.view.session
        session.select(*(session.selected if self._end.shift else ()), *self._touched())

    def paint(self, painter: QPainter) -> None:
        """Paint the band, and outline what it would select."""
        frames = panels.frames_of(self.view.session.shown_page)
        for panel in self._touched():
            overlay.paint_outline(painter, frames[panel], ACCENT, 1.5)
        painter.setPen(line(ACCENT, 1))
        painter.setBrush(BAND)
        painter.drawRect(QRectF(QPointF(*self.start.page), QPointF(*self._end.page)).normalized())


def outwards(side: Line, start: Pointer, now: Pointer) -> float:
    """Return how far (mm) the hand has gone outwards from a clockwise frame's edge."""
    return side_of(side, start.page) - side_of(side, now.page)


def snapped_edge(snapper: Snapper, side: Line, by: float, reach: float) -> tuple[float, Snap]:
    """Return how far an edge moves outwards if it may cling to lines; a slanted one clings to others of its slant."""
    (ax, ay), (bx, by_) = side
    level, upright = abs(by_ - ay) < LEVEL, abs(bx - ax) < LEVEL
    if not (level or upright):
        there = min(snapper.slanted(side), key=lambda one: abs(one - by), default=by)
        return (there if abs(there - by) <= reach else by), Snap()
    # Clockwise, a level edge that runs to the right is the upper one, an upright one that runs down the right one.
    sign = (-1.0 if bx > ax else 1.0) if level else (1.0 if by_ > ay else -1.0)
    at = (ay if level else ax) + sign * by
    lines = snapper.edges.ys if level else snapper.edges.xs
    near = min(lines, key=lambda one: abs(one - at), default=None)
    if near is None or abs(near - at) > reach:
        return by, Snap()
    return by + sign * (near - at), Snap(0, 0, () if level else (near,), (near,) if level else ())


def frame_size(panel: Panel, view: CanvasView) -> str:
    """Return the size of a panel's box."""
    left, top, right, bottom = bounds(panel.frame)
    return overlay.size_text(right - left, bottom - top, view.preview.page.paper)
