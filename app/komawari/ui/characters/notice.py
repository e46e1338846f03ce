"""One line in a dock or an editor that says something and offers answers; it stops nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from komawari.ui.icons import put_icon

Answer = tuple[str, Callable[[], object]]


class Notice(QFrame):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("banner", "info")
        self.about: object = None
        """What the notice is about, for whoever shows it."""
        self._line = QLabel(self, wordWrap=True)
        self.buttons: list[QPushButton] = []
        self._close = QToolButton(self, autoRaise=True)
        put_icon(self._close, "close")
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.setToolTip(self.tr("Dismiss"))
        self._close.clicked.connect(self.clear)
        self._answers = QHBoxLayout()
        top = QHBoxLayout()
        top.addWidget(self._line, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.addLayout(top)
        layout.addLayout(self._answers)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return "" if self.isHidden() else self._line.text()

    def say(self, text: str, answers: Sequence[Answer] = (), about: object = None) -> None:
        """Show a line in the place of the one before."""
        self._take_buttons_away()
        self.about = about
        self._line.setText(text)
        self.setAccessibleName(text)
        for label, act in answers:
            button = QPushButton(label, self)
            button.setAutoDefault(False)
            button.clicked.connect(self.clear)
            button.clicked.connect(lambda _=False, act=act: act())
            self.buttons.append(button)
            self._answers.addWidget(button)
        self._answers.addStretch(1)
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self.hide()
        self.about = None

    def _take_buttons_away(self) -> None:
        while (item := self._answers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
