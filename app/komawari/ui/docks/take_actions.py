"""What can be done with takes, once: for buttons, the menu and the keys of the strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from komawari.domain.takes import Take
from komawari.ui.docks.take_strip import TakeStrip
from komawari.ui.icons import put_icon
from komawari.ui.keys import shown


class TakesView(Protocol):
    """What is asked of the dock."""

    strip: TakeStrip

    @property
    def chosen(self) -> list[Take]: ...
    @property
    def used(self) -> str | None: ...
    def use_chosen(self) -> None: ...
    def compare(self) -> None: ...
    def reproduce(self) -> None: ...
    def vary(self) -> None: ...
    def copy(self) -> None: ...
    def paste(self) -> None: ...
    def save_as(self) -> None: ...
    def trash(self) -> None: ...
    def reference_actions(self, menu: QMenu) -> None: ...


class TakeActions(QObject):
    """Actions of the takes' dock."""

    def __init__(self, view: TakesView) -> None:
        assert isinstance(view, QWidget)
        super().__init__(view)
        self._view = view
        self.use = self._make("check", self.tr("Use"), self.tr("Show this take in the panel"), view.use_chosen, "Enter")
        tip = self.tr("Show the chosen takes large, up to four side by side")
        self.compare = self._make("eye", self.tr("Show large"), tip, view.compare, "Space")
        tip = self.tr("Draw it again: the same request and seed give the same picture")
        self.reproduce = self._make("reproduce", self.tr("Reproduce"), tip, view.reproduce)
        self.vary = self._make("vary", self.tr("Vary"), self.tr("Draw it with other seeds"), view.vary)
        self.copy = self._make("copy", self.tr("Copy"), self.tr("Copy the picture"), view.copy, "Ctrl+C")
        tip = self.tr("Make the picture in the clipboard a take of this panel")
        self.paste = self._make("paste", self.tr("Paste"), tip, view.paste, "Ctrl+V")
        tip = self.tr("Write the picture as PNG, with the request that draws it again")
        self.save_as = self._make("save-as", self.tr("Save as …"), tip, view.save_as)
        tip = self.tr("Put it into the trash, until undo brings it back; the take in use stays")
        self.trash = self._make("remove", self.tr("Move to trash"), tip, view.trash, "Delete")
        # The key is heard even where nothing can be done, so that it is said why.
        view.strip.on_key("Delete", view.trash)
        self.reference = QMenu(self.tr("Use as reference"), view)
        self.reference.aboutToShow.connect(lambda: view.reference_actions(self.reference))
        put_icon(self.reference, "character-add")

    def buttons(self) -> list[QToolButton]:
        """Return a button for each, in order."""
        view = self._view
        assert isinstance(view, QWidget)
        made = []
        first = (self.use, self.compare)
        for action in (*first, None, self.reproduce, self.vary, self.copy, self.paste, self.save_as, self.trash):
            button = QToolButton(view)
            button.setAutoRaise(True)
            button.setIconSize(QSize(18, 18))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if action is None:
                put_icon(button, "character-add")
                button.setMenu(self.reference)
                button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
                button.setToolTip(self.tr("Use as reference of a character"))
                button.setAccessibleName(self.tr("Use as reference"))
                self._reference_button = button
            else:
                button.setDefaultAction(action)
                button.setAccessibleName(action.iconText())
            made.append(button)
        return made

    def fill(self, menu: QMenu) -> None:
        """Put all of them into a menu."""
        for action in (self.use, self.compare):
            menu.addAction(action)
        menu.addMenu(self.reference)
        menu.addSeparator()
        for action in (self.reproduce, self.vary):
            menu.addAction(action)
        menu.addSeparator()
        for action in (self.copy, self.paste, self.save_as):
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.trash)

    def refresh(self) -> None:
        """Let those work that have something to work on."""
        chosen, used = self._view.chosen, self._view.used
        drawn = any(take.resolved is not None for take in chosen)
        for action in (self.compare, self.copy, self.save_as):
            action.setEnabled(bool(chosen))
        self.use.setEnabled(len(chosen) == 1 and chosen[0].id != used)
        self.reproduce.setEnabled(drawn)
        self.vary.setEnabled(drawn)
        self.trash.setEnabled(any(take.id != used for take in chosen))
        self.reference.setEnabled(len(chosen) == 1)
        if hasattr(self, "_reference_button"):
            self._reference_button.setEnabled(len(chosen) == 1)

    def _make(self, icon: str, name: str, tip: str, act: Callable[[], None], keys: str = "") -> QAction:
        action = QAction(name, self)
        put_icon(action, icon)
        action.setIconText(name)
        if keys:
            # The strip hears its keys itself: as shortcuts they would quarrel with those of the window.
            self._view.strip.on_key(keys, action.trigger)
            action.setText(f"{name}\t{shown(keys)}")
            tip = f"{tip} ({shown(keys)})"
        action.setToolTip(tip)
        action.setStatusTip(tip)
        action.triggered.connect(lambda: act())
        return action
