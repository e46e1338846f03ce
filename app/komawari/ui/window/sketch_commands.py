"""The Sketch menu: roughs that come in, what changes a sketch as a whole, and whether sketches are shown."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from komawari.ui.canvas.view import CanvasView
from komawari.ui.sketch.commands import SketchCommand, sketch_commands
from komawari.ui.sketch.hand import SketchHand
from komawari.ui.window.actions import Actions


class SketchCommands(QObject):
    """Makes actions of the table of sketches."""

    def __init__(self, canvas: CanvasView, window: QWidget) -> None:
        super().__init__(window)
        self._hand = SketchHand.of(canvas)

    def register(self, actions: Actions) -> None:
        """Register the actions; the canvas' bar then says their keys."""
        self._actions = actions
        for command in sketch_commands(self._hand):
            actions.add(
                command.name, command.text, command.keys, command.do, command.tip, icon=command.icon,
                enabled=command.enabled, checkable=command.checkable,
            )  # fmt: skip
            if command.checkable:
                self._follow(command)
        self._hand.view.keys_of = self._keys

    def _follow(self, command: SketchCommand) -> None:
        """Let the action be checked as sketches are shown, by whomever that is changed."""
        room, action = self._hand.room, self._actions[command.name]
        room.layer_changed.connect(lambda: action.setChecked(room.layer.shown))
        action.setChecked(room.layer.shown)

    def _keys(self, name: str) -> str:
        return self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
