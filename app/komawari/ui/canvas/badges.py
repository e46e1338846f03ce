"""Small marks on the panels, on the screen only: number, takes, final, stale, and how far a drawing has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTransform

from komawari.domain.panel import Panel
from komawari.domain.takes import stale_panels
from komawari.ui.canvas.colours import ACCENT, FINAL, STALE
from komawari.ui.canvas.queue_like import QueueLike
from komawari.ui.render import marks
from komawari.ui.render.frames import qpolygon
from komawari.ui.session import Session

ROOMY = 70.0
"""Pixels of width that a panel needs for more than its number."""


@dataclass(frozen=True)
class Status:
    """What the marks of a panel say."""

    takes: int = 0
    stale: bool = False
    final: bool = False
    progress: tuple[int, int] | None = None


def statuses(session: Session, queue: QueueLike | None, panels: Collection[Panel]) -> dict[str, Status]:
    """Return what is to be marked at each panel."""
    takes = session.document.takes
    used = takes.many(panel.take for panel in panels if panel.take is not None)
    stale = set(stale_panels(panels, used, session.project.characters))
    return {
        panel.id: Status(
            len(takes.of_panel(panel.id)),
            panel.id in stale,
            panel.final,
            None if queue is None else queue.progress_of(panel.id),
        )
        for panel in panels
    }


def paint_badges(
    painter: QPainter, panels: Collection[Panel], found: Mapping[str, Status], numbers: Mapping[str, int]
) -> None:
    """Paint all marks of a page's panels."""
    marks.paint_numbers(painter, [(panel.frame, numbers[panel.id]) for panel in panels if panel.id in numbers])
    for panel in panels:
        status = found.get(panel.id, Status())
        if status.progress is not None:
            _paint_progress(painter, panel, *status.progress)
        chips = chips_of(status)
        if chips and _width(painter, panel) > ROOMY:
            _paint_row(painter, panel, chips)


def chips_of(status: Status) -> list[tuple[str, QColor]]:
    """Return the texts and colours of a panel's marks, the rightmost first."""
    tr = QCoreApplication.translate
    chips = [(f"▤ {status.takes}", marks.CHIP)] if status.takes > 1 else []
    if status.final:
        chips.append((tr("Canvas", "✓ Final"), FINAL))
    elif status.stale:
        chips.append((tr("Canvas", "↻ Older design"), STALE))
    return chips


def _width(painter: QPainter, panel: Panel) -> float:
    return painter.transform().mapRect(qpolygon(panel.frame).boundingRect()).width()


def _paint_row(painter: QPainter, panel: Panel, chips: list[tuple[str, QColor]]) -> None:
    """Paint chips from the lower right corner to the left."""
    corner = marks.corner_on_screen(painter.transform(), panel.frame, 1, 1)
    with marks.upright(painter, corner):
        painter.translate(-marks.INSET, -marks.INSET)
        for text, colour in chips:
            rect = marks.chip_rect(text)
            painter.translate(-rect.width(), 0)
            painter.save()
            painter.translate(0, -rect.height())
            marks.paint_chip(painter, text, colour=colour)
            painter.restore()
            painter.translate(-4, 0)


def takes_chip(transform: QTransform, panel: Panel, status: Status) -> QRectF:
    """Return where in a view the number of takes is, by which a picture can be dragged out; empty: it is not shown."""
    if status.takes < 2 or transform.mapRect(qpolygon(panel.frame).boundingRect()).width() <= ROOMY:
        return QRectF()
    corner = transform.map(marks.corner_on_screen(transform, panel.frame, 1, 1))
    rect = marks.chip_rect(chips_of(status)[0][0])
    return rect.translated(corner - QPointF(marks.INSET, marks.INSET) - rect.bottomRight())


def _paint_progress(painter: QPainter, panel: Panel, step: int, steps: int) -> None:
    """Paint a bar over the lower edge of a panel that is being drawn."""
    box = painter.transform().mapRect(qpolygon(panel.frame).boundingRect())
    width = max(24.0, min(box.width() * 0.6, 220.0))
    share = min(max(step / steps, 0.0), 1.0) if steps else 0.0
    painter.save()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    bar = QRectF(box.center().x() - width / 2, box.bottom() - min(26.0, box.height() / 3), width, 8)
    painter.setBrush(marks.CHIP)
    painter.drawRoundedRect(bar.adjusted(-2, -2, 2, 2), 6, 6)
    painter.setBrush(ACCENT)
    painter.drawRoundedRect(QRectF(bar.topLeft(), QPointF(bar.left() + max(8.0, width * share), bar.bottom())), 4, 4)
    painter.restore()
