"""The Character menu: making characters from pictures, and where they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget, QWidget

from komawari.ui.characters.dock import CharactersDock
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions

NAMES = (
    "character.new", "character.paste", "character.take", "", "character.edit", "character.find_parts", "",
    "character.library",
)  # fmt: skip
"""The menu, in order."""


class CharacterCommands(QObject):
    """What the characters' dock does, with the dock brought to the front first."""

    def __init__(self, session: Session, characters: CharactersDock, dock: QDockWidget, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._characters, self._dock = session, characters, dock

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        dock = self._characters
        actions.add(
            "character.new", self.tr("&New from pictures…"), "Ctrl+Shift+C", self._shown(dock.choose_files),
            self.tr("Make a character from one or several pictures"), icon="character-add",
        )  # fmt: skip
        actions.add(
            "character.paste", self.tr("New from the &clipboard"), "", self._shown(dock.paste),
            self.tr("Make a character from the picture in the clipboard"), icon="paste",
        )  # fmt: skip
        actions.add(
            "character.take", self.tr("New from the panel's &picture"), "", self._shown(dock.new_from_take),
            self.tr("Make a character from the picture that the selected panel shows"), icon="picture",
            enabled=self._has_picture,
        )  # fmt: skip
        actions.add(
            "character.edit", self.tr("&Edit"), "", self._shown(dock.commands.edit.trigger),
            self.tr("Edit the chosen character: references, masks, parts, default tags"), icon="character",
            enabled=lambda: bool(self._session.project.characters),
        )  # fmt: skip
        actions.add(
            "character.find_parts", self.tr("&Find parts"), "", self._shown(dock.commands.find_parts.trigger),
            self.tr("Let the engine find hair, face and clothes in the chosen character's pictures"), icon="mask",
            enabled=lambda: bool(self._session.project.characters),
        )  # fmt: skip
        actions.add(
            "character.library", self.tr("Show the &library"), "", self._shown(lambda: dock.tabs.setCurrentIndex(1)),
            self.tr("Characters of all projects"), icon="storage",
        )  # fmt: skip

    def _shown(self, act: Callable[[], object]) -> Callable[[], None]:
        def do() -> None:
            self._dock.show()
            self._dock.raise_()
            act()

        return do

    def _has_picture(self) -> bool:
        panel = self._session.panel
        return panel is not None and panel.take is not None
