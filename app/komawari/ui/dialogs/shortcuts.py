"""The sheet of all keys: grouped as the menus are, searched as one types, read from the registry each time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from komawari.ui.keys import shown
from komawari.ui.window.actions import Actions

NAME = Qt.ItemDataRole.UserRole


def group_titles() -> dict[str, str]:
    """Return what groups of actions are called, by the first part of their names."""
    said = QCoreApplication.translate
    return {
        "tool": said("Shortcuts", "Tools"), "view": said("Shortcuts", "View"),
        "generate": said("Shortcuts", "Generate"), "panel": said("Shortcuts", "Panel"),
        "picture": said("Shortcuts", "Picture in its panel"), "pose": said("Shortcuts", "Pose"),
        "sketch": said("Shortcuts", "Sketch"),
        "mask": said("Shortcuts", "Mask"), "brush": said("Shortcuts", "Brush"), "edits": said("Shortcuts", "Redraw"),
        "page": said("Shortcuts", "Page"), "character": said("Shortcuts", "Character"),
        "edit": said("Shortcuts", "Edit"), "file": said("Shortcuts", "File"),
        "request": said("Shortcuts", "Request of the panel"),
        "window": said("Shortcuts", "Window"), "help": said("Shortcuts", "Help"),
    }  # fmt: skip


class ShortcutSheet(QDialog):
    """Shows what can be done and by which keys; Enter or a double click does it."""

    def __init__(self, actions: Actions, change: Callable[[], object], parent: QWidget | None = None) -> None:
        """`change` shows where keys are bound."""
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.search = QLineEdit(self, clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Find a command or a key"))
        self.search.setAccessibleName(self.tr("Find a command or a key"))
        self.tree = QTreeWidget(self)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName(self.tr("Commands and their keys"))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.change = QPushButton(self.tr("&Change keys…"), self)
        buttons.addButton(self.change, QDialogButtonBox.ButtonRole.ActionRole)
        for button in buttons.buttons():
            button.setAutoDefault(False)  # type: ignore[attr-defined]  # Enter is the list's.
        buttons.rejected.connect(self.reject)
        self.change.clicked.connect(lambda: (self.close(), change()))
        column = QVBoxLayout(self)
        for widget in (self.search, self.tree, buttons):
            column.addWidget(widget)
        self.resize(560, 640)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.tree.setFocus)
        self.tree.itemActivated.connect(self._do)
        actions.rebound.connect(self._show_keys)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Show what there is now."""
        self._fill()
        self.search.setFocus()
        super().showEvent(event)

    def _fill(self) -> None:
        self.tree.clear()
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[tuple[QTreeWidgetItem, list[str]]] = []
        by_group: dict[str, list[str]] = {group: [] for group in group_titles()}
        for name in self._actions:
            by_group.setdefault(name.split(".")[0], []).append(name)
        for group, names in by_group.items():
            if names:
                self._add_group(group_titles().get(group, group.capitalize()), names)
        self.tree.expandAll()
        self._filter(self.search.text())

    def _add_group(self, title: str, names: list[str]) -> None:
        top = QTreeWidgetItem(self.tree, [title, ""])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        top.setFirstColumnSpanned(True)
        font = top.font(0)
        font.setBold(True)
        top.setFont(0, font)
        self._groups.append((top, names))
        for name in names:
            item = QTreeWidgetItem(top, [self._actions.title(name), ""])
            item.setData(0, NAME, name)
            item.setToolTip(0, self._actions[name].statusTip())
            self._items[name] = item
            self._show_keys(name)

    def _show_keys(self, name: str) -> None:
        if item := getattr(self, "_items", {}).get(name):
            item.setText(1, "   ".join(shown(key) for key in self._actions.keys(name)))

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        for top, names in self._groups:
            found = [self._keep(self._items[name], top.text(0), wanted) for name in names]
            top.setHidden(not any(found))

    def _keep(self, item: QTreeWidgetItem, group: str, wanted: list[str]) -> bool:
        text = f"{group} {item.text(0)} {item.text(1)} {item.toolTip(0)}".casefold()
        kept = all(word in text for word in wanted)
        item.setHidden(not kept)
        return kept

    def _do(self, item: QTreeWidgetItem) -> None:
        name = item.data(0, NAME)
        if name is not None and self._actions[name].isEnabled():
            self.close()
            self._actions[name].trigger()
