"""Keys that a widget has for itself while it has the focus, though the window has shortcuts of the same name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class _OwnKeys(QObject):
    def __init__(self, widget: QWidget, keys: tuple[str, ...]) -> None:
        super().__init__(widget)
        self._keys = {QKeySequence(key) for key in keys}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Say that the key is wanted here; it then comes as a key press."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return super().eventFilter(watched, event)
        wanted = sequence_of(event) in self._keys
        event.setAccepted(wanted)
        return wanted


def own_keys(widget: QWidget, *keys: str) -> None:
    """Let a widget have keys ("Delete", "Ctrl+C") for itself. Its `keyPressEvent` does what they are for."""
    widget.installEventFilter(_OwnKeys(widget, keys))


def sequence_of(event: QKeyEvent) -> QKeySequence:
    """Return the key of an event, as shortcuts are written; those of the number pad are the same."""
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(keys, Qt.Key(event.key())))
