"""The settings: language, theme, undo, the engine and its model, keys. What is changed counts at once on OK."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
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


def _language(name: str) -> str:
    """Return what a language calls itself, as a list of languages has it: with a capital letter, and no more."""
    own = QLocale(name).nativeLanguageName() or name
    return own[:1].upper() + own[1:]


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
            self.language.addItem(_language(name), name)
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
        self.pack = self._choice((), "", self.tr("Model"))
        self.where = self._dim("")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_folder = QPushButton(self.tr("Open the &folder"), page, autoDefault=False)
        self.open_folder.clicked.connect(self._open_folder)
        self._show_packs()
        self._engine.changed.connect(self._show_packs)
        self._engine.look_for_packs()
        form = QFormLayout(page)
        form.addRow(self.tr("&Model"), self.pack)
        form.addRow("", self.where)
        form.addRow("", self._at_left(self.open_folder))
        form.addRow(self.tr("Engine's &command"), self.command)
        form.addRow("", self._dim(self.tr(
            "Empty: the engine that came with Komawari. An engine on another machine: "
            "ssh host animeadapter serve. Panels that wait when it is changed have to be queued again."
        )))  # fmt: skip
        form.addRow("", self.problem)
        return page

    def _show_packs(self) -> None:
        """Show which models there are and how others come; what is chosen stays chosen."""
        chosen = self.pack.currentData() or self._session.settings.pack
        packs = {pack.name: f"{pack.title} – {pack_name(pack)}" for pack in self._engine.packs}
        self.pack.clear()
        for name, text in {**packs, **({} if chosen in packs else {chosen: chosen})}.items():
            self.pack.addItem(text, name)
        self.pack.setCurrentIndex(self.pack.findData(chosen))
        self.where.setText(self._how(self._engine.folder))
        self.open_folder.setVisible(bool(self._engine.folder) and not self._session.settings.engine_command)

    def _how(self, folder: str) -> str:
        if not folder:
            return self.tr("Where other models belong is said here as soon as the engine is ready.")
        if self._session.settings.engine_command:
            where = self.tr("Other models belong into {folder} on the engine's machine")
        else:
            where = self.tr("Other models belong into {folder}")
        how = self.tr(
            "a folder for each, Stable Diffusion 1.5 as safetensors with a pack.json; docs/editor.md says how one is "
            "made. They are in this list when the settings are opened again."
        )
        return f"{where.format(folder=folder)}: {how}"

    def _open_folder(self) -> None:
        folder = Path(self._engine.folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.where.setText(self.tr("{folder}: cannot be made: {why}").format(folder=folder, why=error.strerror))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _choice(self, items: Iterable[tuple[str, str]], chosen: str, name: str) -> QComboBox:
        box = QComboBox(self)
        for data, text in items:
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.setAccessibleName(name)
        return box

    def _at_left(self, button: QPushButton) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch()
        return row

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
