"""All keys: to be looked up, and bound otherwise; a key that is taken says by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
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

from animeadapter.protocol.files import FileError
from komawari.ui.keys import shown, spelled
from komawari.ui.window.actions import Actions
from komawari.ui.window.key_sets import SETS, keys_of, read_keys, set_of, write_keys

NAME = Qt.ItemDataRole.UserRole


class KeysPage(QWidget):
    """Shows the registry's keys; nothing is bound before `apply`."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.set = QComboBox(self)
        self.set.setAccessibleName(self.tr("Set of keys"))
        for name, title in (("komawari", "Komawari"), ("clip_studio", "Clip Studio Paint"), ("", self.tr("My own"))):
            self.set.addItem(title, name)
        self.load = QPushButton(self.tr("&Import…"), self)
        self.load.setToolTip(self.tr("Take the keys of a file"))
        self.save = QPushButton(self.tr("&Export…"), self)
        self.save.setToolTip(self.tr("Write these keys into a file, for another computer"))
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
        self.set.activated.connect(self._choose_set)
        self.load.clicked.connect(lambda: self._ask_file(QFileDialog.AcceptMode.AcceptOpen, self.take_file))
        self.save.clicked.connect(lambda: self._ask_file(QFileDialog.AcceptMode.AcceptSave, self.write_file))
        self._show()

    def _lay_out(self) -> None:
        sets = QHBoxLayout()
        sets.addWidget(self.set, 1)
        for button in (self.load, self.save):
            sets.addWidget(button)
        row = QHBoxLayout()
        for widget in (self.keys, self.bind, self.reset):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.addLayout(sets)
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
        return self._actions.title(name)

    def _show_keys(self, name: str) -> None:
        self._items[name].setText(1, ", ".join(map(shown, self._chosen[name])))

    # Whole sets.

    def _choose_set(self) -> None:
        name = self.set.currentData()
        if name:
            self.take(SETS[name])

    def take(self, differing: Mapping[str, tuple[str, ...]]) -> None:
        """Show these keys, and our own ones where nothing else is given; names that are unknown here are left out."""
        self._chosen = keys_of(self._actions, differing)
        for name in self._items:
            self._show_keys(name)
        self._show()

    def take_file(self, path: Path) -> None:
        """Show the keys of a file; one that cannot be read is said, and changes nothing."""
        try:
            self.take(read_keys(path))
        except FileError as error:
            self.problem.setText(str(error))

    def write_file(self, path: Path) -> None:
        """Write the keys that are shown into a file."""
        changed = {name: keys for name, keys in self._chosen.items() if keys != self._actions.default_keys(name)}
        try:
            write_keys(path, changed)
        except FileError as error:
            self.problem.setText(str(error))

    def _ask_file(self, mode: QFileDialog.AcceptMode, act: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self, self.tr("File of keys"), str(Path.home()), self.tr("Keys (*.json)"))
        dialog.setAcceptMode(mode)
        dialog.setDefaultSuffix("json")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: act(Path(name)))
        dialog.show()

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
        self.set.setCurrentIndex(self.set.findData(set_of(self._actions, self._chosen)))
        self._check()

    def _check(self, *_: object) -> None:
        """Say which commands lose the key; the main Enter is called as the number pad's."""
        name, key = self._name(), spelled(self.keys.keySequence())
        if key != self.keys.keySequence().toString():
            self.keys.setKeySequence(QKeySequence(key))
            return
        losers = [self._text(one) for one in self._losers(name, key)] if name and key else []
        text = self.tr("{key} is taken from: {commands}").format(key=key, commands=", ".join(losers)) if losers else ""
        self.problem.setText(text)
        self.bind.setEnabled(name is not None and (key,) != self._chosen[name] and bool(key or self._chosen[name]))
        self.reset.setEnabled(name is not None and self._chosen[name] != self._actions.default_keys(name))

    def _losers(self, name: str, key: str) -> list[str]:
        together = self._actions.heard_together(name)
        return [other for other in together if key in self._chosen[other]]

    def _bind(self) -> None:
        key = spelled(self.keys.keySequence())
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
