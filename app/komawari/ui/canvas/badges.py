"""Small marks on the panels, on the screen only: number, takes, final, stale, and how far a drawing has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from komawari.domain.panel import Panel
from komawari.domain.takes import stale_panels
from komawari.ui.canvas.colours import ACCENT, FINAL, STALE, WAITS
from komawari.ui.canvas.queue_like import QueueLike
from komawari.ui.render import marks
from komawari.ui.render.frames import qpolygon
from komawari.ui.session import Session

ROOMY = 70.0
"""Pixels of width that a panel needs for more than its number."""
GAP = 4.0


@dataclass(frozen=True)
class Status:
    """What the marks of a panel say."""

    empty: bool = True
    """It shows a placeholder, which has the number in it."""
    takes: int = 0
    stale: bool = False
    final: bool = False
    progress: tuple[int, int] | None = None
    place: int | None = None
    """Among the panels that wait to be drawn, 1 for the next; 0: it is drawn."""

    @property
    def is_asked(self) -> bool:
        """Whether a picture of it was asked for already."""
        return self.place is not None


def statuses(
    session: Session, queue: QueueLike | None, panels: Collection[Panel], sketches: bool = True
) -> dict[str, Status]:
    """Return what is to be marked at each panel; `sketches`: whether they are shown."""
    takes = session.document.takes
    used = takes.many(panel.take for panel in panels if panel.take is not None)
    stale = set(stale_panels(panels, used, session.project.characters))
    return {
        panel.id: Status(
            panel.take not in used
            and (queue is None or queue.preview_of(panel.id) is None)
            and not (sketches and panel.sketch.sheet is not None),
            len(takes.of_panel(panel.id)),
            panel.id in stale,
            panel.final,
            None if queue is None else queue.progress_of(panel.id),
            None if queue is None else queue.place_of(panel.id),
        )
        for panel in panels
    }


def paint_badges(
    painter: QPainter, panels: Sequence[Panel], found: Mapping[str, Status], numbers: Mapping[str, int]
) -> None:
    """Paint all marks of a page's panels, from back to front; what a panel in front covers has none there."""
    for depth, panel in enumerate(panels):
        status = found.get(panel.id, Status())
        front = [qpolygon(one.frame) for one in panels[depth + 1 :]]
        if not status.empty:
            chips = [(str(numbers.get(panel.id, 0)), marks.CHIP)]
            _paint_row(painter, panel, chips, front, -1)
        if status.progress is not None:
            _paint_progress(painter, panel, *status.progress)
        chips = chips_of(status)
        if chips and _width(painter.transform(), panel) > ROOMY:
            _paint_row(painter, panel, chips, front, 1)


def chips_of(status: Status) -> list[tuple[str, QColor]]:
    """Return the texts and colours of a panel's marks, the rightmost first."""
    tr = QCoreApplication.translate
    chips = [(f"▤ {status.takes}", marks.CHIP)] if status.takes > 1 else []
    if status.final:
        chips.append((tr("Canvas", "✓ Final"), FINAL))
    elif status.stale:
        chips.append((tr("Canvas", "↻ Older design"), STALE))
    if status.place:
        chips.append((tr("Canvas", "Waits · {place}").format(place=status.place), WAITS))
    return chips


def _width(transform: QTransform, panel: Panel) -> float:
    return transform.mapRect(qpolygon(panel.frame).boundingRect()).width()


def _rooms(transform: QTransform, panel: Panel, chips: list[tuple[str, QColor]], side: int) -> list[QRectF]:
    """Return where in a view chips lie: in a corner (-1: upper left, 1: lower right), one left of the other.

    Nowhere where the frame has no room for them.
    """
    sizes = [marks.chip_rect(text, bold=side < 0) for text, _ in chips]
    whole = QRectF(0, 0, sum(one.width() for one in sizes) + GAP * (len(sizes) - 1), sizes[0].height())
    place = marks.chip_place(transform, panel.frame, whole, side, side)
    if place is None:
        return []
    right, rooms = place.x() + whole.width(), []
    for size in sizes:
        rooms.append(size.translated(right - size.width(), place.y()))
        right -= size.width() + GAP
    return rooms


def _paint_row(
    painter: QPainter, panel: Panel, chips: list[tuple[str, QColor]], front: list[QPolygonF], side: int
) -> None:
    transform = painter.transform()
    inverse, _ = transform.inverted()
    for (text, colour), room in zip(chips, _rooms(transform, panel, chips, side)):
        middle = inverse.map(room.center())
        if not any(frame.containsPoint(middle, Qt.FillRule.WindingFill) for frame in front):
            with marks.in_view(painter, room.topLeft()):
                marks.paint_chip(painter, text, bold=side < 0, colour=colour)


def takes_chip(transform: QTransform, panel: Panel, status: Status) -> QRectF:
    """Return where in a view the number of takes is, by which a picture can be dragged out; empty: it is not shown."""
    if status.takes < 2 or _width(transform, panel) <= ROOMY:
        return QRectF()
    return next(iter(_rooms(transform, panel, chips_of(status), 1)), QRectF())


def _paint_progress(painter: QPainter, panel: Panel, step: int, steps: int) -> None:
    """Paint a bar near the lower edge of a panel that is being drawn."""
    shown = painter.transform().map(qpolygon(panel.frame))
    box = shown.boundingRect()
    width = max(24.0, min(box.width() * 0.6, 220.0))
    share = min(max(step / steps, 0.0), 1.0) if steps else 0.0
    room = QRectF(box.center().x() - width / 2, box.bottom() - min(26.0, box.height() / 3), width, 8)
    with marks.in_view(painter, (marks.moved_inwards(shown, room) or room).topLeft()):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(marks.CHIP)
        painter.drawRoundedRect(QRectF(-2, -2, width + 4, 12), 6, 6)
        painter.setBrush(ACCENT)
        painter.drawRoundedRect(QRectF(0, 0, max(8.0, width * share), 8), 4, 4)
