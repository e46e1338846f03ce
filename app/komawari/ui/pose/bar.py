"""The bar over the canvas while figures are posed: presets, mirror, what is shown, files and detection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from komawari.domain.posing.space import Spot
from komawari.ui.icons import put_icon
from komawari.ui.pose.asking import Dialogs
from komawari.ui.pose.commands import PoseCommand, pose_commands
from komawari.ui.pose.desk import PoseDesk
from komawari.ui.pose.exchange import exchange_of
from komawari.ui.pose.own import own_presets
from komawari.ui.pose.picker import PosePicker
from komawari.ui.pose.presets import PosePreset

LINE = ""
SHOWN = (
    "pose.add", "pose.choose", LINE, "pose.mirror", "pose.previous", LINE, "pose.ghost", "pose.control",
    "pose.regions", LINE, "pose.lengths", "pose.limits", LINE,
)  # fmt: skip
MORE = (
    "pose.detect", "pose.detect_file", LINE, "pose.import", "pose.export", LINE, "pose.save", LINE, "pose.remove",
)  # fmt: skip
LOOK = """
QToolButton { border: 1px solid transparent; border-radius: 5px; padding: 4px; }
QToolButton:hover { border-color: palette(mid); background: palette(midlight); }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border-color: palette(link); }
QToolButton::menu-indicator { image: none; }
"""
TOP = 10
"""Pixels between the view's upper edge and the bar."""


class PoseAsking(Dialogs):
    """Asks over a canvas; presets are offered by a popup."""

    def __init__(self, parent: QWidget, desk: PoseDesk, place: Callable[[], QPoint]) -> None:
        super().__init__(parent)
        self._desk, self._place = desk, place
        self._at: Spot | None = None
        self._adding = False
        self.picker = PosePicker(own_presets(desk.session), parent)
        self.picker.picked.connect(self._picked)

    def preset(self, adding: bool) -> None:
        """Offer the presets, for somebody new or for the figure at hand."""
        self.offer(self._place(), None, adding)

    def offer(self, on_screen: QPoint, at: Spot | None, adding: bool = True) -> None:
        """Offer the presets at a place of the screen; a new figure comes to stand at a spot of the page."""
        self._at, self._adding = at, adding
        self.picker.show_at(on_screen)

    def _picked(self, preset: PosePreset) -> None:
        panel = self._desk.panel
        if self._adding and panel is not None:
            self._desk.add(panel.id, preset, self._at)
        else:
            self._desk.give(preset)


class PoseBar(QFrame):
    """Floats at the top of a view. It is no child of the viewport, which takes its children along when it scrolls."""

    def __init__(self, over: QWidget, desk: PoseDesk, keys: Callable[[str], str] = lambda _: "") -> None:
        """`keys` returns the keys of a command's name as they are shown."""
        super().__init__(over)
        self._desk, self._keys, self._over = desk, keys, over
        self.setProperty("card", True)
        self.setStyleSheet(LOOK)
        self.setAccessibleName(self.tr("Pose"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.asking = PoseAsking(over, desk, lambda: self.mapToGlobal(self.rect().bottomLeft()))
        self.commands = {one.name: one for one in pose_commands(desk.session, self.asking)}
        self.buttons: dict[str, QToolButton] = {}
        self._exchange = exchange_of(desk.session)
        self._build()
        over.installEventFilter(self)
        self._listen()
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(2)
        for name in SHOWN:
            row.addWidget(self._button(self.commands[name]) if name else self._line())
        self.busy = QLabel(self.tr("Looking for people …"), self)
        self.busy.setProperty("dim", True)
        self.stop = self._tool("cancel", self.tr("Stop looking for people"))
        self.stop.clicked.connect(self._exchange.cancel)
        self.more = self._tool("more", self.tr("More: detect, import, export, save"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        for widget in (self.busy, self.stop, self.more):
            row.addWidget(widget)

    def _line(self) -> QWidget:
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.VLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setEnabled(False)
        return line

    def _tool(self, icon: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        put_icon(button, icon)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip.split("\n")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _button(self, command: PoseCommand) -> QToolButton:
        keys = self._keys(command.name)
        head = command.text.rstrip("…")
        button = self._tool(command.icon, f"{head} ({keys})\n{command.tip}" if keys else f"{head}\n{command.tip}")
        button.setAccessibleName(head)
        if command.name == "pose.add":
            button.setText(self.tr("Figure"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if command.option:
            button.setCheckable(True)
            button.toggled.connect(command.do)
        else:
            button.clicked.connect(lambda: command.do())
        self.buttons[command.name] = button
        return button

    def _fill_menu(self) -> None:
        self.menu.clear()
        for name in MORE:
            if not name:
                self.menu.addSeparator()
                continue
            command = self.commands[name]
            action = self.menu.addAction(command.text, lambda command=command: command.do())  # type: ignore[misc]
            put_icon(action, command.icon)
            action.setToolTip(command.tip)
            action.setEnabled(command.enabled is None or command.enabled())

    def _listen(self) -> None:
        session = self._desk.session
        for signal in (
            session.project_changed, session.selection_changed, session.figure_changed, session.opened,
            self._desk.options_changed, self._exchange.busy_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)

    def refresh(self, *_: object) -> None:
        """Show what is on and what is possible."""
        for name, button in self.buttons.items():
            command = self.commands[name]
            if command.option:
                button.setChecked(getattr(self._desk.options, command.option))
            button.setEnabled(command.enabled is None or command.enabled())
        busy = self._exchange.is_busy
        if busy != self.busy.isVisibleTo(self) or not self.width():
            self.busy.setVisible(busy)
            self.stop.setVisible(busy)
        self.lay()

    def lay(self) -> None:
        """Lie in the middle of the upper edge."""
        self.adjustSize()
        self.move(max(0, (self._over.width() - self.width()) // 2), TOP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self.lay()
        return super().eventFilter(watched, event)

    def offer(self, on_screen: QPoint, at: Spot | None) -> None:
        """Offer presets for somebody new at a spot of the page."""
        self.asking.offer(on_screen, at)
