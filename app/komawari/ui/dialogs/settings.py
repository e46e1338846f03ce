"""The settings: language, theme, undo, the engine and its model, keys. What is changed counts at once on OK."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

import komawari_resources
from komawari.ui.dialogs.keys_page import KeysPage
from komawari.ui.session import Session
from komawari.ui.theme import NAMES
from komawari.ui.window.actions import Actions
from komawari.ui.window.engine import EngineWatch, pack_name

PAGES = ("general", "engine", "keys")


def languages() -> list[str]:
    """Return the languages that there are translations for, English first."""
    found = komawari_resources.path("translations").glob("komawari_*.qm")
    return ["en", *sorted(path.stem.removeprefix("komawari_") for path in found)]


class SettingsDialog(QDialog):
    """Shows and changes the session's settings."""

    def __init__(self, session: Session, engine: EngineWatch, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._engine = session, engine
        self.setWindowTitle(self.tr("Settings"))
        self.tabs = QTabWidget(self)
        self.keys = KeysPage(actions, self)
        self.tabs.addTab(self._general(), self.tr("General"))
        self.tabs.addTab(self._engine_page(), self.tr("Engine"))
        self.tabs.addTab(self.keys, self.tr("Keys"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs)
        column.addWidget(self.buttons)
        self.resize(620, 520)

    def show_page(self, name: str) -> None:
        """Show a page of `PAGES`."""
        self.tabs.setCurrentIndex(PAGES.index(name))

    def _general(self) -> QWidget:
        settings, page = self._session.settings, QWidget(self)
        self.language = self._choice([("", self.tr("As the system"))], settings.language, self.tr("Language"))
        for name in languages():
            self.language.addItem(QLocale(name).nativeLanguageName().capitalize() or name, name)
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))
        titles = {"light": self.tr("Light"), "dark": self.tr("Dark")}
        themes = [("", self.tr("As the system")), *((name, titles[name]) for name in NAMES)]
        self.theme = self._choice(themes, settings.theme, self.tr("Theme"))
        self.undo = QSpinBox(page, minimum=1, maximum=65_536, suffix=" MiB")
        self.undo.setValue(settings.undo_mebibytes)
        self.undo.setAccessibleName(self.tr("Memory for undo"))
        form = QFormLayout(page)
        form.addRow(self.tr("&Language"), self.language)
        form.addRow("", self._dim(self.tr("Another language counts from the next start.")))
        form.addRow(self.tr("&Theme"), self.theme)
        form.addRow(self.tr("Memory for &undo"), self.undo)
        return page

    def _engine_page(self) -> QWidget:
        settings, page = self._session.settings, QWidget(self)
        self.command = QLineEdit(shlex.join(settings.engine_command), page)
        self.command.setPlaceholderText(self.tr("The engine beside the editor"))
        self.command.setAccessibleName(self.tr("Engine's command"))
        self.command.textChanged.connect(self._check)
        self.problem = QLabel(page, wordWrap=True)
        packs = [(pack.name, f"{pack.title} – {pack_name(pack)}") for pack in self._engine.packs]
        if settings.pack not in dict(packs):
            packs.append((settings.pack, settings.pack))
        self.pack = self._choice(packs, settings.pack, self.tr("Model"))
        form = QFormLayout(page)
        form.addRow(self.tr("&Model"), self.pack)
        form.addRow(self.tr("Engine's &command"), self.command)
        form.addRow("", self._dim(self.tr(
            "Empty: the engine that came with Komawari. An engine on another machine: "
            "ssh host animeadapter serve. Panels that wait when it is changed have to be queued again."
        )))  # fmt: skip
        form.addRow("", self.problem)
        return page

    def _choice(self, items: Iterable[tuple[str, str]], chosen: str, name: str) -> QComboBox:
        box = QComboBox(self)
        for data, text in items:
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.setAccessibleName(name)
        return box

    def _dim(self, text: str) -> QLabel:
        label = QLabel(text, self, wordWrap=True)
        label.setProperty("dim", True)
        return label

    def _words(self) -> tuple[str, ...]:
        """Return the engine's command in words. Raises `ValueError` where a quote is open."""
        return tuple(shlex.split(self.command.text()))

    def _check(self) -> None:
        try:
            self._words()
        except ValueError as error:
            self.problem.setText(self.tr("Engine's command: {why}").format(why=error))
        else:
            self.problem.clear()
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not self.problem.text())

    def accept(self) -> None:
        """Write down what was changed."""
        fields = {
            "language": self.language.currentData(), "theme": self.theme.currentData(),
            "undo_mebibytes": self.undo.value(), "engine_command": self._words(), "pack": self.pack.currentData(),
            "window": {**self._session.settings.window, "keys": self.keys.apply()},
        }  # fmt: skip
        changed = {name: value for name, value in fields.items() if getattr(self._session.settings, name) != value}
        if changed:
            self._session.set_settings(**changed)
        super().accept()
