"""The Pose menu: figures, how they are shown and dragged, and where poses come from and go."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from komawari.ui.canvas.view import CanvasView
from komawari.ui.pose.bar import PoseAsking
from komawari.ui.pose.commands import PoseCommand, pose_commands
from komawari.ui.pose.desk import desk_of
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class PoseCommands(QObject):
    """Makes actions of the table of poses."""

    def __init__(self, session: Session, canvas: CanvasView, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._canvas, self._desk = session, canvas, desk_of(session)
        self._asking = PoseAsking(canvas, self._desk, self._place)

    def register(self, actions: Actions) -> None:
        """Register the actions; the canvas' bar then says their keys."""
        self._actions = actions
        for command in pose_commands(self._session, self._asking):
            action = actions.add(
                command.name, command.text, command.keys, command.do, command.tip, icon=command.icon,
                enabled=command.enabled, checkable=bool(command.option),
            )  # fmt: skip
            if not command.option:
                action.triggered.connect(lambda: self._canvas.set_tool("pose"))
            else:
                self._follow(command)
        self._session.figure_changed.connect(actions.refresh_soon)
        self._canvas.keys_of = self._keys

    def _follow(self, command: PoseCommand) -> None:
        """Let an action be checked as its option is, by whomever it is turned."""
        action = self._actions[command.name]

        def show() -> None:
            action.setChecked(getattr(self._desk.options, command.option))

        self._desk.options_changed.connect(show)
        show()

    def _keys(self, name: str) -> str:
        return self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def _place(self) -> QPoint:
        return self._canvas.mapToGlobal(QPoint(self._canvas.width() // 3, 60))
