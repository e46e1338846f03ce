"""The bar over the canvas while figures are posed: presets, mirror, what is shown, files and detection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from komawari.domain.posing.space import Spot
from komawari.ui.floating import FloatingBar
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


class PoseBar(FloatingBar):
    """Floats at the top of a view."""

    def __init__(self, over: QWidget, desk: PoseDesk, keys: Callable[[str], str] = lambda _: "") -> None:
        """`keys` returns the keys of a command's name as they are shown."""
        super().__init__(over, QCoreApplication.translate("PoseBar", "Pose"))
        self._desk, self._keys = desk, keys
        self.asking = PoseAsking(over, desk, lambda: self.mapToGlobal(self.rect().bottomLeft()))
        self.commands = {one.name: one for one in pose_commands(desk.session, self.asking)}
        self.buttons: dict[str, QToolButton] = {}
        self._exchange = exchange_of(desk.session)
        self._build()
        self._listen()
        self.refresh()

    def _build(self) -> None:
        for name in SHOWN:
            self.row.addWidget(self._button(self.commands[name]) if name else self.line())
        self.busy = QLabel(self.tr("Looking for people …"), self)
        self.busy.setProperty("dim", True)
        self.stop = self.tool("cancel", self.tr("Stop looking for people"))
        self.stop.clicked.connect(self._exchange.cancel)
        self.more = self.tool("more", self.tr("More: detect, import, export, save"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        for widget in (self.busy, self.stop, self.more):
            self.row.addWidget(widget)

    def _button(self, command: PoseCommand) -> QToolButton:
        keys = self._keys(command.name)
        head = command.text.rstrip("…")
        button = self.tool(command.icon, f"{head} ({keys})\n{command.tip}" if keys else f"{head}\n{command.tip}")
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

    def offer(self, on_screen: QPoint, at: Spot | None) -> None:
        """Offer presets for somebody new at a spot of the page."""
        self.asking.offer(on_screen, at)
