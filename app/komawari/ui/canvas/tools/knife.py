"""The knife: a stroke over panels cuts them in two, with the project's gutter between the halves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QCursor, QPainter

from komawari.document.document import Edit
from komawari.domain.base import DomainError
from komawari.domain.edits import panels
from komawari.domain.geometry import knife
from komawari.domain.geometry.polygon import Line
from komawari.domain.project import Project
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT, CUT, HALO, line
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.preview import SameIds
from komawari.ui.canvas.tools.base import Drag, DragTool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

translate = QCoreApplication.translate


class KnifeTool(DragTool):
    """Cuts panels."""

    name, key = "knife", "K"

    def title(self) -> str:
        """Return its name."""
        return self.tr("Knife")

    def hint(self) -> str:
        """Return what it does."""
        return self.tr("Drag a line through a panel to cut it. Shift keeps the cut straight. Esc gives up.")

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return a cross."""
        return Qt.CursorShape.CrossCursor

    def begin(self, start: Pointer, now: Pointer) -> Drag:
        """Cut from where the mouse was pressed."""
        return Cut(self.view, start)


class Cut(Drag):
    """One stroke. All panels that it goes through are cut; or else the one that its middle lies in."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        super().__init__(view, start)
        self._ids = SameIds()
        self._stroke: Line = (start.page, start.page)
        taken = {panel.id: view.session.used_take(panel) for panel in view.session.shown_page.panels}
        self._pictures = {panel: (take.width, take.height) for panel, take in taken.items() if take is not None}

    def name(self) -> str:
        """Return the undo step's name."""
        return translate("Canvas", "Cut panel")

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return the cut; None where it goes through nothing."""
        end = knife.straight(self.start.page, pointer.page) if pointer.shift else pointer.page
        self._stroke = stroke = (self.start.page, end)
        page = self.view.session.shown_page
        struck = knife.struck([(panel.id, panel.frame) for panel in page.panels], stroke)
        if not struck:
            middle = ((stroke[0][0] + end[0]) / 2, (stroke[0][1] + end[1]) / 2)
            inside = panel_at(page, middle)
            struck = [inside] if inside and math.dist(*stroke) > 5 * pointer.reach else []
        if not struck:
            self.view.preview.cancel()
            return None
        return lambda project: self._cut(project, struck, stroke)

    def _cut(self, project: Project, struck: list[str], stroke: Line) -> Project:
        """Return the project with every panel cut that has room for it. Raises `DomainError` if none has."""
        make, refusal = self._ids.maker(), None
        cut = project
        for panel in struck:
            try:
                cut = panels.split_panel(cut, panel, stroke, make(), picture=self._pictures.get(panel))
            except DomainError as error:
                refusal = error
        if cut is project and refusal is not None:
            raise refusal
        return cut

    def finished(self, done: bool) -> None:
        """Say so where nothing was cut."""
        if not done:
            self.view.hint.emit(translate("Canvas", "The stroke has to go through a panel, with room for the gutter."))

    def paint(self, painter: QPainter) -> None:
        """Paint the halves' outlines and the stroke."""
        if self.view.preview.is_on:
            before = {id(panel) for panel in self.view.session.shown_page.panels}
            for panel in self.view.preview.page.panels:
                if id(panel) not in before:
                    overlay.paint_outline(painter, panel.frame, ACCENT, 1.5)
        (ax, ay), (bx, by) = self._stroke
        for pen in (line(HALO, 4), line(CUT, 1.5, Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            painter.drawLine(QPointF(ax, ay), QPointF(bx, by))
        overlay.paint_handles(painter, self._stroke, round_ones=True)
