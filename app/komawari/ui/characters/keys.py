"""Keys that mean something else inside a widget than in the rest of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

Key = QKeySequence.StandardKey


class OwnKeys(QObject):
    """Lets keys do something while a widget or one inside it has the focus, before the window's own shortcuts.

    A `QShortcut` of the same keys would be ambiguous with the window's, and then neither is done.
    """

    def __init__(self, widget: QWidget, keys: Mapping[Key, Callable[[], object]]) -> None:
        super().__init__(widget)
        self._keys = keys
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Claim the keys, then do what they mean."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        act = next((act for key, act in self._keys.items() if event.matches(key)), None)
        if act is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            act()
        return True
