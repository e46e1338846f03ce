"""Keys: how they are called, Enter on either of its two keys, and those that a widget has for itself while it has the
focus, though the window has shortcuts of the same name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

ENTERS = (Qt.Key.Key_Enter, Qt.Key.Key_Return)
"""The number pad's, whose name both have here, and the main one."""


def spelled(key: str | QKeySequence) -> str:
    """Return a key as settings and files have it. Both keys that are called Enter are one; Qt has Return for one."""
    # Keyboards and people say Enter, and nobody wants to know which of the two.
    return heard(key)[0].toString()


def shown(key: str | QKeySequence) -> str:
    """Return a key as this platform writes it."""
    return heard(key)[0].toString(QKeySequence.SequenceFormat.NativeText)


def heard(key: str | QKeySequence) -> list[QKeySequence]:
    """Return what a key is on a keyboard: with Enter the number pad's and the main one, else only itself."""
    sequence = QKeySequence(key)
    chords: list[QKeyCombination] = [sequence[index] for index in range(sequence.count())]  # type: ignore[index]
    if not any(chord.key() in ENTERS for chord in chords):
        return [sequence]
    return [QKeySequence(*(_with_enter(chord, enter) for chord in chords)) for enter in ENTERS]


def _with_enter(chord: QKeyCombination, enter: Qt.Key) -> QKeyCombination:
    return QKeyCombination(chord.keyboardModifiers(), enter) if chord.key() in ENTERS else chord


class _OwnKeys(QObject):
    def __init__(self, widget: QWidget, keys: tuple[str, ...]) -> None:
        super().__init__(widget)
        self._keys = {one for key in keys for one in heard(key)}

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
