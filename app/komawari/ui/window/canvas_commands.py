"""What the canvas itself can do, as actions: its tools, its view, panels and pictures under the hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QWidget

from komawari.storage.errors import StorageError
from komawari.ui.canvas.commands import Command
from komawari.ui.canvas.view import CanvasView
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions

ICONS = {
    "view.fit": "fit", "view.full": "actual", "view.actual": "paper", "view.in": "zoom-in", "view.out": "zoom-out",
    "view.left": "rotate-left", "view.right": "rotate-right", "view.flip": "flip", "view.reset": "reset-view",
    "panel.remove": "remove", "panel.duplicate": "copy", "panel.merge": "merge", "panel.front": "to-front",
    "picture.flip": "flip", "picture.fit": "fit", "mask.invert": "invert", "mask.fill": "fill", "mask.clear": "clear",
    "mask.grow": "grow", "mask.shrink": "shrink", "mask.feather": "feather",
}  # fmt: skip
KEYS = {"panel.front": ("Ctrl+Shift+]",), "panel.back": ("Ctrl+Shift+[",)}
"""One step forward or back has the keys that the canvas proposes for these."""
ALWAYS = ("panel.all",)
"""Of panels and pictures, what needs none to be selected."""


class CanvasCommands(QObject):
    """Makes actions of the canvas' table, and of copying and pasting pictures."""

    def __init__(self, session: Session, canvas: CanvasView, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._canvas = session, canvas
        self.tools = QActionGroup(self)
        """The tools, of which one is checked."""

    def register(self, actions: Actions) -> None:
        """Register the actions; a name that is there already stays as it is."""
        self._canvas.own_keys = False
        for command in self._canvas.commands:
            if command.name not in actions:
                self._add(actions, command)
        self._canvas.tool_changed.connect(lambda name: actions[f"tool.{name}"].setChecked(True))
        actions[f"tool.{self._canvas.tool}"].setChecked(True)
        selected = self._selected
        actions.add(
            "picture.copy", self.tr("&Copy picture"), "Ctrl+C", self.copy,
            self.tr("Copy the panel's picture for other programs"), icon="copy",
            enabled=self._has_picture, within=self._canvas,
        )  # fmt: skip
        actions.add(
            "picture.paste", self.tr("&Paste picture as take"), "Ctrl+V", self.paste,
            self.tr("Make a take of the picture in the clipboard, and use it"), icon="paste",
            enabled=selected, within=self._canvas,
        )  # fmt: skip

    def _add(self, actions: Actions, command: Command) -> None:
        kind, name = command.name.split(".", 1)
        if kind == "tool":
            self._add_tool(actions, command, name)
            return
        of_panel = kind in ("panel", "picture")
        enabled: Callable[[], bool] | None = self._selected if of_panel and command.name not in ALWAYS else None
        actions.add(
            command.name, command.text, KEYS.get(command.name, command.keys), command.do, command.tip,
            icon=ICONS.get(command.name, ""), enabled=enabled, within=self._canvas if of_panel else None,
        )  # fmt: skip

    def _add_tool(self, actions: Actions, command: Command, name: str) -> None:
        action = actions.add(
            command.name, command.text, command.keys, None, command.tip, icon=name, checkable=True
        )  # fmt: skip
        action.triggered.connect(lambda: command.do())
        self.tools.addAction(action)

    def _selected(self) -> bool:
        return bool(self._session.selected)

    def _has_picture(self) -> bool:
        panel = self._session.panel
        return panel is not None and panel.take is not None

    def copy(self) -> None:
        """Put the selected panel's picture into the clipboard."""
        panel = self._session.panel
        if panel is None:
            return
        try:
            data = self._canvas.drops.mime(panel.id)
        except StorageError as error:
            self._session.trouble.emit(str(error))
            return
        if data is not None:
            QGuiApplication.clipboard().setMimeData(data)
            self._session.message.emit(self.tr("Picture copied"))

    def paste(self) -> None:
        """Make the clipboard's picture a take of the selected panel."""
        panel, data = self._session.panel, QGuiApplication.clipboard().mimeData()
        if panel is None:
            return
        if data is None or not self._canvas.drops.takes(data):
            self._session.message.emit(self.tr("There is no picture in the clipboard"))
            return
        self._canvas.drops.drop(panel.id, data)
