"""What the dock shows where there is nobody: what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from komawari.ui.characters.model import Tab
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours, themes


class EmptyState(QWidget):
    """A few words and what can be done about it."""

    files_asked = Signal()
    library_asked = Signal()
    clear_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self.line = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.hint = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.hint.setProperty("dim", True)
        self.files = self._button(self.tr("Choose pictures …"), self.files_asked)
        self.files.setProperty("primary", True)
        self.library = self._button(self.tr("Look into the library"), self.library_asked)
        self.clear = self._button(self.tr("Show all"), self.clear_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(10)
        layout.addStretch(1)
        for label in (self._icon, self.line, self.hint):
            layout.addWidget(label)
        for button in (self.files, self.library, self.clear):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        font = self.line.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setBold(True)
        self.line.setFont(font)
        self._colour()
        themes().changed.connect(self._colour)

    def describe(self, tab: Tab, filtered: bool, in_library: int) -> None:
        """Say why there is nobody: no match, or an empty tab, with so many in the library."""
        self.files.setVisible(not filtered)
        self.clear.setVisible(filtered)
        self.library.setVisible(not filtered and tab == "project" and in_library > 0)
        if filtered:
            self._say(self.tr("Nobody matches"), self.tr("Search and labels leave nobody here."))
        elif tab == "project":
            drop = self.tr("Drop a picture here, paste one with Ctrl+V, or choose files. One is enough to begin.")
            self._say(self.tr("No characters yet"), drop)
        else:
            kept = self.tr("Every character that you make is kept here, for all your projects.")
            self._say(self.tr("The library is empty"), kept)

    def _say(self, line: str, hint: str) -> None:
        self.line.setText(line)
        self.hint.setText(hint)

    def _button(self, text: str, asked: SignalInstance) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.clicked.connect(asked)
        return button

    def _colour(self) -> None:
        self._icon.setPixmap(pixmap("character-add", 48, colours().dim, self.devicePixelRatioF()))
