"""Takes large, one or up to four side by side, in a window of their own that blocks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from komawari.domain.takes import Take
from komawari.ui.session import Session
from komawari.ui.theme import colours

MOST = 4
LARGEST_ZOOM = 16.0


@dataclass
class Look:
    """What all panes show of their pictures: times the size that fits, and the middle, in shares of the picture."""

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5


class Pane(QWidget):
    """One picture. The wheel zooms at the pointer, dragging moves; all panes follow."""

    moved = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.image: QImage | None = None
        self._grip: QPointF | None = None
        self.setMinimumSize(120, 120)
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Wheel: zoom, drag: move, double-click: fit"))

    def put(self, image: QImage | None) -> None:
        """Show a picture."""
        self.image = image
        self.update()

    def _place(self) -> QRectF:
        assert self.image is not None
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        width, height = size.width() * self._look.zoom, size.height() * self._look.zoom
        return QRectF(self.width() / 2 - width * self._look.x, self.height() / 2 - height * self._look.y, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint the picture on the pasteboard; its pixels are shown as they are when it is much enlarged."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours().pasteboard)
        if self.image is None or self.image.isNull():
            painter.setPen(colours().dim)
            text = self.tr("Loading …") if self.image is None else self.tr("The picture cannot be read")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
            return
        place = self._place()
        smooth = place.width() < 3 * self.image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(place, self.image)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the pointer."""
        if self.image is None or self.image.isNull():
            return
        before, at = self._place(), event.position()
        share = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        factor = 1.0015 ** event.angleDelta().y()
        self._look.zoom = min(max(self._look.zoom * factor, 1.0), LARGEST_ZOOM)
        after = self._place()
        self._shift(at.x() - (after.x() + share.x() * after.width()), at.y() - (after.y() + share.y() * after.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the picture."""
        self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move it."""
        if self._grip is not None and self.image is not None and not self.image.isNull():
            step, self._grip = event.position() - self._grip, event.position()
            self._shift(step.x(), step.y())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._grip = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Show all of it."""
        self._look.zoom, self._look.x, self._look.y = 1.0, 0.5, 0.5
        self.moved.emit()

    def _shift(self, dx: float, dy: float) -> None:
        place = self._place()
        self._look.x = min(max(self._look.x - dx / place.width(), 0.0), 1.0)
        self._look.y = min(max(self._look.y - dy / place.height(), 0.0), 1.0)
        if self._look.zoom == 1.0:
            self._look.x = self._look.y = 0.5
        self.moved.emit()


class CompareWindow(QWidget):
    """Panes for some takes, each with a button to use it."""

    chosen = Signal(str)
    """The id of a take to be used."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self._look = Look()
        self._takes: list[Take] = []
        self.panes: list[Pane] = []
        self.buttons: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 8, 8, 8)
        self.setAccessibleName(self.tr("Takes side by side"))
        self.resize(900, 620)
        session.images.ready.connect(self._picture_came)
        session.opened.connect(self.close)

    def show_takes(self, takes: list[tuple[int, Take]], used: str | None) -> None:
        """Show takes with their numbers; at most four."""
        shown = takes[:MOST]
        self._takes = [take for _, take in shown]
        self._look.zoom, self._look.x, self._look.y = 1.0, 0.5, 0.5
        self._clear()
        for index, (number, take) in enumerate(shown):
            self._grid.addWidget(self._pane(index, number, take, take.id == used), index // 2, index % 2)
        title = self.tr("Take {0}") if len(shown) == 1 else self.tr("Takes {0}")
        self.setWindowTitle(title.format(", ".join(str(number) for number, _ in shown)))
        self._fill()
        self.show()
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """1 to 4 use a take, Enter the only one, Escape closes."""
        index = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif 0 <= index < len(self._takes):
            self.chosen.emit(self._takes[index].id)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and len(self._takes) == 1:
            self.chosen.emit(self._takes[0].id)
        else:
            super().keyPressEvent(event)

    def mark_used(self, used: str | None) -> None:
        """Show which one is in use."""
        for take, button in zip(self._takes, self.buttons):
            self._name(button, self.buttons.index(button), take.id == used)

    def _pane(self, index: int, number: int, take: Take, used: bool) -> QWidget:
        pane = Pane(self._look, self.tr("Take {0}").format(number))
        pane.moved.connect(self._update_all)
        label = QLabel(self.tr("Take {0} · {1} × {2} px").format(number, take.width, take.height))
        label.setProperty("dim", True)
        button = QPushButton()
        self._name(button, index, used)
        button.clicked.connect(partial(self.chosen.emit, take.id))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane, 1)
        column.addWidget(label)
        column.addWidget(button)
        self.panes.append(pane)
        self.buttons.append(button)
        return holder

    def _name(self, button: QPushButton, index: int, used: bool) -> None:
        button.setText(self.tr("In use") if used else self.tr("Use ({0})").format(index + 1))
        button.setToolTip(self.tr("Show this take in the panel; key {0}").format(index + 1))
        button.setEnabled(not used)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.panes, self.buttons = [], []

    def _fill(self) -> None:
        for take, pane in zip(self._takes, self.panes):
            pane.put(self._session.images.get(take.picture.sha256))

    def _picture_came(self, sha: str) -> None:
        if self.isVisible() and any(take.picture.sha256 == sha for take in self._takes):
            self._fill()

    def _update_all(self) -> None:
        for pane in self.panes:
            pane.update()
