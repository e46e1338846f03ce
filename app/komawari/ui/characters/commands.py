"""What can be done with the current card: one action each, for menus and keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from komawari.ui.characters.finding import finder_of
from komawari.ui.characters.roster import Card, roster_of
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

Allowed = Callable[[Card], bool]


class CardCommands(QObject):
    """Actions that know whether they may be done."""

    edit_asked = Signal(str)
    """The id of a character whose editor is wanted."""
    rename_asked = Signal()

    def __init__(self, session: Session, current: Callable[[], Card | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._current, self._widget = current, parent
        roster, finder = roster_of(session), finder_of(session)
        self._all: list[tuple[QAction, Allowed]] = []

        def find_parts(card: Card) -> None:
            for reference in card.character.references:
                finder.find(card.id, reference.id)

        mine: Allowed = lambda card: card.copy is not None  # noqa: E731
        self.edit = self._add(self.tr("Edit …"), "character", mine, lambda c: self.edit_asked.emit(c.id))
        self.rename = self._add(self.tr("Rename"), "", mine, lambda _: self.rename_asked.emit())
        self.find_parts = self._add(
            self.tr("Find parts"), "mask", lambda c: mine(c) and bool(c.character.references), find_parts
        )
        self.add_to_project = self._add(
            self.tr("Add to this project"), "plus", lambda c: c.copy is None, lambda c: roster.add_to_project(c.id)
        )
        self.put_into_library = self._add(
            self.tr("Put into the library"),
            "save",
            lambda c: mine(c) and not c.is_in_step,
            lambda c: roster.put_into_library(c.id),
        )
        offered: Allowed = lambda card: card.is_offered  # noqa: E731
        self.take_update = self._add(
            self.tr("Take over from the library"), "import", offered, lambda c: roster.take_update(c.id)
        )
        self.decline_update = self._add(
            self.tr("Keep this project's version"), "lock", offered, lambda c: roster.decline_update(c.id)
        )
        self.remove_from_project = self._add(
            self.tr("Remove from this project"), "remove", mine, lambda c: roster.remove_from_project(c.id)
        )
        self.remove_from_library = self._add(
            self.tr("Remove from the library"),
            "remove",
            lambda c: c.library is not None,
            lambda c: roster.remove_from_library(c.id),
        )
        # Shown in the menu; the grid itself hears F2.
        self.rename.setShortcut(QKeySequence(self.tr("F2")))
        self.update()

    def _add(self, text: str, icon: str, allowed: Allowed, act: Callable[[Card], object]) -> QAction:
        action = QAction(text, self)
        if icon:
            put_icon(action, icon)

        def do() -> None:
            card = self._current()
            if card is not None and allowed(card):
                act(card)

        action.triggered.connect(do)
        self._all.append((action, allowed))
        return action

    def update(self) -> None:
        """Allow what may be done with the current card."""
        card = self._current()
        for action, allowed in self._all:
            action.setEnabled(card is not None and allowed(card))

    def menu(self) -> QMenu:
        """Return a menu of what may be done now."""
        menu = QMenu(self._widget)
        groups = (
            (self.edit, self.rename, self.find_parts),
            (self.add_to_project, self.take_update, self.decline_update, self.put_into_library),
            (self.remove_from_project, self.remove_from_library),
        )
        for group in groups:
            menu.addActions([action for action in group if action.isEnabled()])
            menu.addSeparator()
        return menu
