"""What the export dialog asks before it replaces files: it may be lettering, done in a PSD that was exported before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from komawari.ui.counted import counted
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours


class ReplaceQuestion(QWidget):
    """A line with three answers, hidden while there is nothing to ask."""

    replaced = Signal()
    renamed = Signal()
    """Another name is wanted."""
    ended = Signal()
    """It is over, by whatever answer or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paths: Sequence[Path] = ()
        """The files that are asked about."""
        self._sign, self.text = QLabel(self), QLabel(self, wordWrap=True)
        self.replace = self._button(self.tr("&Replace"), self.tr("What is in these files now is lost"))
        self.rename = self._button(self.tr("Another &name"), self.tr("Leave these files as they are"))
        self.cancel = self._button(self.tr("&Cancel"), self.tr("Export nothing"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._sign)
        row.addWidget(self.text, 1)
        for button in (self.replace, self.rename, self.cancel):
            row.addWidget(button)
        self.replace.clicked.connect(self.replaced)
        self.rename.clicked.connect(self.renamed)
        self.cancel.clicked.connect(self.end)
        self.hide()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        return button

    def ask(self, paths: Sequence[Path]) -> None:
        """Ask what becomes of files that are there already, at least one."""
        self.paths = paths
        one = self.tr("{first} exists there already.")
        several = self.tr("{n} files exist there already: {first} … {last}.")
        if len(paths) == 2:
            several = self.tr("{first} and {last} exist there already.")
        self.text.setText(counted(len(paths), one, several).format(first=paths[0].name, last=paths[-1].name))
        self._sign.setPixmap(pixmap("warning", 16, colours().warning, self.devicePixelRatioF()))
        self.show()
        self.rename.setFocus()

    def end(self) -> None:
        """Ask no more."""
        if self.paths:
            self.paths = ()
            self.hide()
            self.ended.emit()
