"""A bar that floats over a view while a tool is in the hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from komawari.ui.icons import put_icon

LOOK = """
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 4px; }
QToolButton:hover { border-color: palette(mid); background: palette(midlight); }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border-color: palette(link); }
QToolButton::menu-indicator { image: none; }
"""
TOP = 10
"""Pixels between the view's upper edge and the bar."""


class FloatingBar(QFrame):
    """Lies at the top of a view. It is no child of the viewport, which takes its children along when it scrolls."""

    def __init__(self, over: QWidget, name: str) -> None:
        """`name` is for those who listen."""
        super().__init__(over)
        self._over = over
        self.setProperty("card", True)
        self.setStyleSheet(LOOK)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(6, 4, 6, 4)
        self.row.setSpacing(2)
        over.installEventFilter(self)

    def line(self) -> QWidget:
        """Return a line between groups."""
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setEnabled(False)
        return line

    def tool(self, icon: str, tip: str) -> QToolButton:
        """Return a button; the first line of its tip is its name for those who listen."""
        button = QToolButton(self)
        put_icon(button, icon)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip.split("\n")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def lay(self) -> None:
        """Lie in the middle of the upper edge."""
        self.adjustSize()
        self.move(max(0, (self._over.width() - self.width()) // 2), TOP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self.lay()
        return super().eventFilter(watched, event)
