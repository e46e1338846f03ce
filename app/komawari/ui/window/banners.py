"""What must not be missed, in a line above the page: it stops nothing, and stays until it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from komawari.ui.icons import pixmap, put_icon
from komawari.ui.theme import colours, themes

Kind = Literal["info", "warning", "error"]
Answer = tuple[str, Callable[[], object]]
MOST = 4


class Banner(QFrame):
    """One line with its answers."""

    def __init__(self, kind: Kind, text: str, answers: Sequence[Answer], parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self.text = kind, text
        self.setProperty("banner", kind)
        self.setAccessibleName(text)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._icon = QLabel(self)
        line = QLabel(text, self, wordWrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton(self, autoRaise=True)
        put_icon(self.close_button, "close")
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.buttons = [self._button(label, act) for label, act in answers]
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._icon)
        row.addWidget(line, 1)
        for button in (*self.buttons, self.close_button):
            row.addWidget(button)
        self._colour()
        themes().changed.connect(self._colour)

    def _button(self, label: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(label, self)
        button.setAutoDefault(False)

        def answer() -> None:
            self.close_button.click()
            act()

        button.clicked.connect(answer)
        return button

    def _colour(self) -> None:
        c = colours()
        colour = {"info": c.focus, "warning": c.warning, "error": c.error}[self.kind]
        self._icon.setPixmap(pixmap(self.kind, 20, colour, self.devicePixelRatioF()))


class Banners(QWidget):
    """The banners that are shown, the latest at the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.hide()

    def show_line(
        self, kind: Kind, text: str, answers: Sequence[Answer] = (), key: str = "", seconds: float = 0
    ) -> Banner:
        """Show a line, in the place of the one of its `key` (its text by default); it goes after `seconds`, if any."""
        key = key or text
        self.drop(key)
        banner = Banner(kind, text, answers, self)
        banner.close_button.clicked.connect(lambda: self._drop_that(key, banner))
        self._shown[key] = banner
        self._column.insertWidget(0, banner)
        while len(self._shown) > MOST:
            self.drop(next(iter(self._shown)))
        if seconds:
            QTimer.singleShot(int(seconds * 1000), banner, lambda: self._drop_that(key, banner))
        self.show()
        return banner

    def get(self, key: str) -> Banner | None:
        """Return the banner of a key, if it is shown."""
        return self._shown.get(key)

    def lines(self) -> list[str]:
        """Return the texts that are shown, the oldest first."""
        return [banner.text for banner in self._shown.values()]

    def drop(self, key: str) -> None:
        """Take a line away, if it is there."""
        banner = self._shown.pop(key, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._shown))

    def _drop_that(self, key: str, banner: Banner) -> None:
        if self._shown.get(key) is banner:
            self.drop(key)
