"""The foot of the inspector: Generate, and how far the drawing is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from komawari.domain.panel import Panel
from komawari.ui.docks.drawing import QueueEntry
from komawari.ui.docks.inspector.fields import IconButton, on_click, row
from komawari.ui.docks.inspector.section import Context
from komawari.ui.elided import ElidedLabel
from komawari.ui.icons import icon
from komawari.ui.theme import colours, themes


class GenerateFoot(QWidget):
    """Queues the selected panels; shows and stops what is drawn of the one that is shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.button = QPushButton(self)
        self.button.setProperty("primary", True)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.setMinimumHeight(34)
        self.button.setToolTip(self.tr("Draw the selected panels as they are set now (Ctrl+Enter)"))
        themes().changed.connect(self._colour)
        self._colour()
        self.button.clicked.connect(self.generate)
        self.state = ElidedLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of the panel"))
        self.cancel = on_click(IconButton("cancel", self.tr("Stop drawing this panel (Shift+X)"), self), self._cancel)
        self.note = QLabel(self, wordWrap=True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("dim", True)
        self._work = QWidget(self)
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(3)
        work.addLayout(row(self.state, self.cancel, stretch=0))
        work.addWidget(self.bar)
        work.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.addWidget(self._work)
        layout.addWidget(self.button)
        context.queue.changed.connect(self.refresh)

    def _colour(self) -> None:
        self.button.setIcon(icon("generate", colours().accent_text))

    def generate(self) -> None:
        """Queue every selected panel, as many takes as each asks for."""
        for panel in self._context.edits.panels:
            self._context.queue.add(panel.id)

    def refresh(self) -> None:
        """Show the panel's place in the queue."""
        panel = self._context.edits.panel
        if panel is None:
            return
        self.button.setText(self._verb(panel))
        entries = self._context.queue.entries
        mine = [(place, entry) for place, entry in enumerate(entries) if entry.panel == panel.id]
        self._work.setVisible(bool(mine))
        if mine:
            self._show(*mine[0])

    def _verb(self, panel: Panel) -> str:
        panels = self._context.edits.panels
        if panel.final and len(panels) == 1:
            return self.tr("Final: unlock to generate")
        if len(panels) > 1:
            return self.tr("Generate {0} panels").format(len(panels))
        return self.tr("Generate") if panel.takes == 1 else self.tr("Generate {0} takes").format(panel.takes)

    def _show(self, place: int, entry: QueueEntry) -> None:
        self.bar.setRange(0, max(entry.steps, 0))
        self.bar.setValue(entry.step)
        if entry.state == "waiting":
            self.bar.setRange(0, 1)
            self.bar.setValue(0)
            text = self.tr("Waiting, number {0} in the queue").format(place + 1)
        elif entry.steps:
            text = self.tr("Drawing, step {0} of {1}").format(entry.step, entry.steps)
        else:
            text = self.tr("Drawing …")
        self.state.setText(text)
        self.note.setText(entry.note)
        self.note.setVisible(bool(entry.note))

    def _cancel(self) -> None:
        panel = self._context.edits.panel
        if panel is not None:
            self._context.queue.cancel_panel(panel.id)
