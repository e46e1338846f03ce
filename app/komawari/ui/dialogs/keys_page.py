"""All keys: to be looked up, and bound otherwise; a key that is taken says by what."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from komawari.ui.window.actions import Actions

NAME = Qt.ItemDataRole.UserRole


class KeysPage(QWidget):
    """Shows the registry's keys; nothing is bound before `apply`."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._before = {name: actions.keys(name) for name in actions}
        self._chosen: dict[str, tuple[str, ...]] = dict(self._before)
        self.search = QLineEdit(self, clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Find a command or a key"))
        self.search.setAccessibleName(self.tr("Find a command or a key"))
        self.tree = QTreeWidget(self)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName(self.tr("Commands and their keys"))
        self.keys = QKeySequenceEdit(self)
        self.keys.setAccessibleName(self.tr("New key"))
        self.keys.setMaximumSequenceLength(1)
        self.bind = QPushButton(self.tr("Bind"), self)
        self.reset = QPushButton(self.tr("Reset"), self)
        self.problem = QLabel(self, wordWrap=True)
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._filter)
        self.tree.currentItemChanged.connect(self._show)
        self.keys.keySequenceChanged.connect(self._check)
        self.bind.clicked.connect(self._bind)
        self.reset.clicked.connect(self._reset)
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for widget in (self.keys, self.bind, self.reset):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addWidget(self.problem)

    def _fill(self) -> None:
        self._items: dict[str, QTreeWidgetItem] = {}
        for name in self._actions:
            item = QTreeWidgetItem(self.tree, [self._text(name), ""])
            item.setData(0, NAME, name)
            item.setToolTip(0, self._actions[name].statusTip())
            self._items[name] = item
            self._show_keys(name)
        self.tree.resizeColumnToContents(0)
        self.tree.setCurrentItem(next(iter(self._items.values())))

    def _text(self, name: str) -> str:
        return self._actions[name].text().replace("&", "").rstrip("…")

    def _show_keys(self, name: str) -> None:
        shown = [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self._chosen[name]]
        self._items[name].setText(1, ", ".join(shown))

    def _filter(self, words: str) -> None:
        for item in self._items.values():
            text = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in text for word in words.casefold().split()))

    def _name(self) -> str | None:
        item = self.tree.currentItem()
        return None if item is None else str(item.data(0, NAME))

    def _show(self, *_: object) -> None:
        name = self._name()
        self.keys.setKeySequence(QKeySequence(self._chosen[name][0]) if name and self._chosen[name] else QKeySequence())
        self._check()

    def _check(self, *_: object) -> None:
        """Say which commands lose the key."""
        name, key = self._name(), self.keys.keySequence().toString()
        losers = [self._text(one) for one in self._losers(name, key)] if name and key else []
        text = self.tr("{key} is taken from: {commands}").format(key=key, commands=", ".join(losers)) if losers else ""
        self.problem.setText(text)
        self.bind.setEnabled(name is not None and (key,) != self._chosen[name] and bool(key or self._chosen[name]))
        self.reset.setEnabled(name is not None and self._chosen[name] != self._actions.default_keys(name))

    def _losers(self, name: str, key: str) -> list[str]:
        together = self._actions.heard_together(name)
        return [other for other in together if key in self._chosen[other]]

    def _bind(self) -> None:
        key = self.keys.keySequence().toString()
        self._become((key,) if key else ())

    def _reset(self) -> None:
        name = self._name()
        if name is not None:
            self._become(self._actions.default_keys(name))

    def _become(self, keys: tuple[str, ...]) -> None:
        name = self._name()
        if name is None:
            return
        for key in keys:
            for other in self._losers(name, key):
                self._chosen[other] = tuple(one for one in self._chosen[other] if one != key)
                self._show_keys(other)
        self._chosen[name] = keys
        self._show_keys(name)
        self._show()

    def apply(self) -> dict[str, list[str]]:
        """Bind what was chosen, and return what differs from the default for the settings."""
        for name, keys in self._chosen.items():
            if keys != self._before[name]:
                self._actions.bind(name, keys)
        return self._actions.changed_keys()
