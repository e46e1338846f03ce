"""What is painted over the panels, on the screen only: guides, marks, the selection, the tool's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from komawari.ui.canvas import overlay
from komawari.ui.canvas.badges import paint_badges
from komawari.ui.canvas.colours import ACCENT
from komawari.ui.render import marks
from komawari.ui.render.frames import qrect

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

OUTLINED = ("picture", "sketch_move", "pose")
"""Tools that outline what they work on themselves."""
QUIET = QColor("#6d7888")


def paint_surface(painter: QPainter, view: CanvasView) -> None:
    """Paint everything over the page; the painter's units are millimetres."""
    page = view.preview.page
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(view.font())
    if view.shows_guides:
        marks.paint_guides(painter, page.paper)
    if view.shows_marks:
        paint_badges(painter, page.panels, view.statuses, view.page_scene.numbers)
    if not page.panels and not view.tools[view.tool].is_busy:
        _paint_empty(painter, view)
    if view.tool == "select" or (view.tool not in OUTLINED and not view.tools[view.tool].is_busy):
        _paint_selection(painter, view)
    if view.drops.target is not None:
        target = next((panel for panel in page.panels if panel.id == view.drops.target), None)
        if target is not None:
            overlay.paint_outline(painter, target.frame, ACCENT, 4)
    view.tools[view.tool].paint(painter)


def _paint_selection(painter: QPainter, view: CanvasView) -> None:
    chosen = [panel for panel in view.preview.page.panels if panel.id in view.session.selected]
    for panel in chosen:
        overlay.paint_outline(painter, panel.frame)
    if view.tool == "select":
        for panel in chosen:
            overlay.paint_frame_handles(painter, panel.frame)


def _paint_empty(painter: QPainter, view: CanvasView) -> None:
    """Say what to do with an empty page."""
    tr = QCoreApplication.translate
    box = painter.transform().mapRect(qrect(view.preview.page.paper.trim_box))
    width = min(box.width() * 0.8, 380.0)
    if width < 120:
        return
    with marks.upright(painter, qrect(view.preview.page.paper.trim_box).center()):
        font = QFont(view.font())
        font.setPixelSize(18)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QUIET)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(-width / 2, -40, width, 28), flags, tr("Canvas", "An empty page"))
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        text = tr("Canvas", "Draw a panel (F) and cut it with the knife (K), or lay the page out with a template.")
        painter.drawText(QRectF(-width / 2, -8, width, 60), flags, text)
