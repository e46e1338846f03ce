"""What an empty dock says: what it is for, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from komawari.ui.icons import pixmap
from komawari.ui.theme import colours, themes

SIDE = 40


class EmptyState(QWidget):
    """An icon, a title and a sentence in the middle."""

    def __init__(self, icon: str, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = icon
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.heading = QLabel(title, self)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.text = QLabel(text, self)
        self.text.setProperty("dim", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._icon)
        for label in (self.heading, self.text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(3)
        themes().changed.connect(self._paint)
        self._paint()

    def add_button(self, text: str) -> QPushButton:
        """Add a button for what to do next."""
        button = QPushButton(text, self)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.count() - 1, button, alignment=Qt.AlignmentFlag.AlignCenter)
        return button

    def _paint(self) -> None:
        self._icon.setPixmap(pixmap(self._name, SIDE, colours().dim, self.devicePixelRatioF()))
