"""Rows of the queue's dock: a panel that waits or is drawn, and one that could not be drawn."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from komawari.ui.docks.drawing import QueueEntry
from komawari.ui.docks.inspector.faces import rounded
from komawari.ui.docks.inspector.fields import IconButton, on_click
from komawari.ui.elided import ElidedLabel
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours

THUMB = QSize(40, 40)


class _Row(QWidget):
    """A thumbnail, a title over a line, and buttons."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.thumb = QLabel(self)
        self.thumb.setFixedSize(THUMB)
        self.title = ElidedLabel(self, title)
        self.line = self.made_line()
        self.line.setProperty("dim", True)
        self.texts = QVBoxLayout()
        self.texts.setSpacing(1)
        self.texts.addStretch(1)
        self.texts.addWidget(self.title)
        self.texts.addWidget(self.line)
        self.texts.addStretch(1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(self.thumb)
        layout.addLayout(self.texts, 1)
        layout.addLayout(self.buttons)

    def made_line(self) -> QLabel:
        """Return the label under the title."""
        return ElidedLabel(self)

    def show_image(self, image: QImage | None) -> None:
        """Show what the panel looks like."""
        good = None if image is None or image.isNull() else image
        self.thumb.setPixmap(rounded(good, THUMB, self.palette(), self.devicePixelRatioF(), "picture"))


class EntryRow(_Row):
    """A panel in the queue."""

    cancelled = Signal(str)
    to_front = Signal(str)

    def __init__(self, entry: QueueEntry) -> None:
        super().__init__(entry.title)
        self.entry = entry
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(5)
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(entry.title))
        self.texts.insertWidget(3, self.bar)
        self.front = IconButton("to-front", self.tr("Draw {0} next").format(entry.title), self)
        self.cancel = IconButton("close", self.tr("Cancel {0}").format(entry.title), self)
        on_click(self.front, lambda: self.to_front.emit(self.entry.id))
        on_click(self.cancel, lambda: self.cancelled.emit(self.entry.id))
        self.buttons.addWidget(self.front)
        self.buttons.addWidget(self.cancel)
        self.show_entry(entry, 0)

    def show_entry(self, entry: QueueEntry, place: int) -> None:
        """Show an entry as it is now, the `place`-th of those that wait (from 0)."""
        self.entry = entry
        drawing = entry.state == "drawing"
        self.bar.setVisible(drawing)
        self.bar.setRange(0, entry.steps)
        self.bar.setValue(entry.step)
        self.front.setVisible(not drawing and place > 0)
        self.line.setText(self._state(entry))

    def _state(self, entry: QueueEntry) -> str:
        what = self.tr("1 take") if entry.takes == 1 else self.tr("{0} takes").format(entry.takes)
        what = self.tr("once more") if entry.again else what
        if entry.note:
            return f"{entry.note} · {what}"
        if entry.state == "waiting":
            return self.tr("waiting · {0}").format(what)
        if entry.steps:
            return self.tr("step {0} of {1} · {2}").format(entry.step, entry.steps, what)
        return self.tr("beginning · {0}").format(what)


class FailedRow(_Row):
    """A panel that could not be drawn, and why."""

    retried = Signal(str)
    dismissed = Signal(str)

    def made_line(self) -> QLabel:
        """Return a label that breaks: why it failed has to be read whole."""
        line = QLabel(self, wordWrap=True)
        line.setTextFormat(Qt.TextFormat.PlainText)
        return line

    def __init__(self, panel: str, title: str, message: str) -> None:
        super().__init__(title)
        self.panel = panel
        self.line.setText(message)
        self.line.setProperty("dim", False)
        self.line.setToolTip(message)
        self.thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.thumb.setPixmap(pixmap("error", 24, colours().error, self.devicePixelRatioF()))
        self.retry = IconButton("revert", self.tr("Try {0} again").format(title), self)
        self.dismiss = IconButton("close", self.tr("Take {0} off this list").format(title), self)
        on_click(self.retry, lambda: self.retried.emit(self.panel))
        on_click(self.dismiss, lambda: self.dismissed.emit(self.panel))
        self.buttons.addWidget(self.retry)
        self.buttons.addWidget(self.dismiss)
