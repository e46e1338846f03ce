"""One registry of everything that can be done: name, text, keys, tip, icon, and when it is possible.

Menus, tool bars and keys all come from here, so that an action looks and acts the same everywhere and its keys can be
bound otherwise in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from komawari.ui.icons import put_icon
from komawari.ui.keys import heard, shown, spelled

Keys = str | tuple[str, ...]
NAME = "action_name"


@dataclass(frozen=True)
class Registered:
    """An action and what it was registered with."""

    action: QAction
    text: str
    """As it was registered: undo and redo say more in the menu."""
    default: tuple[str, ...]
    tip: str
    enabled: Callable[[], bool] | None
    shown: QWidget | None
    """Where its keys count; None: in the whole window."""


class Actions(QObject):
    """Actions by name, `panel.merge` for instance."""

    rebound = Signal(str)
    """The name of an action that has other keys."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._all: dict[str, Registered] = {}
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)

    def add(
        self,
        name: str,
        text: str,
        shortcut: Keys = "",
        fn: Callable[..., object] | None = None,
        status_tip: str = "",
        *,
        icon: str = "",
        enabled: Callable[[], bool] | None = None,
        checkable: bool = False,
        within: QWidget | None = None,
    ) -> QAction:
        """Register an action. `within`: its keys count there alone. Raises `ValueError` on a second of that name.

        `fn` gets the new state where the action is checkable, nothing otherwise.
        """
        if name in self._all:
            raise ValueError(f"there is an action {name} already")
        action = QAction(text, self._window, checkable=checkable)
        action.setObjectName(name)
        action.setProperty(NAME, name)
        action.setStatusTip(status_tip)
        if icon:
            put_icon(action, icon)
        keys = (shortcut,) if isinstance(shortcut, str) else shortcut
        self._all[name] = Registered(action, text, tuple(k for k in keys if k), status_tip, enabled, within)
        self._connect(action, fn)
        if within is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        (within or self._window).addAction(action)
        self.bind(name, self._all[name].default)
        return action

    def _connect(self, action: QAction, fn: Callable[..., object] | None) -> None:
        if fn is None:
            return
        if action.isCheckable():
            action.toggled.connect(lambda on: fn(on))
        else:
            action.triggered.connect(lambda: fn())

    def __getitem__(self, name: str) -> QAction:
        return self._all[name].action

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def title(self, name: str) -> str:
        """Return what an action is called in lists."""
        return self._all[name].text.replace("&", "").rstrip("…")

    # When something is possible.

    def refresh_soon(self, *_: object) -> None:
        """Look again at what is possible, once the present event is over."""
        self._later.start()

    def refresh(self) -> None:
        """Look again at what is possible."""
        for one in self._all.values():
            if one.enabled is not None:
                one.action.setEnabled(one.enabled())

    # Keys.

    def keys(self, name: str) -> tuple[str, ...]:
        """Return an action's keys as they are written down in settings."""
        return tuple(dict.fromkeys(spelled(one) for one in self[name].shortcuts()))

    def default_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys that it has unless the artist chose others."""
        return tuple(dict.fromkeys(map(spelled, self._all[name].default)))

    def heard_together(self, name: str) -> list[str]:
        """Return the names of the other actions that could hear a key at the same place."""
        place = self._all[name].shown
        return [
            other for other, it in self._all.items()
            if other != name and (None in (place, it.shown) or it.shown is place)
        ]  # fmt: skip

    def conflicts(self, name: str, keys: Sequence[str]) -> list[str]:
        """Return the names of other actions that have one of these keys and could hear it at the same place."""
        wanted = set(map(spelled, keys))
        return [other for other in self.heard_together(name) if wanted & set(self.keys(other))]

    def bind(self, name: str, keys: Sequence[str]) -> None:
        """Give an action other keys, whoever else has them; see `conflicts`."""
        one = self._all[name]
        one.action.setShortcuts([sequence for key in dict.fromkeys(map(spelled, keys)) for sequence in heard(key)])
        one.action.setToolTip(self._tool_tip(one))
        self.rebound.emit(name)

    def changed_keys(self) -> dict[str, list[str]]:
        """Return the keys that are not the default ones, for the settings."""
        return {name: list(self.keys(name)) for name in self if self.keys(name) != self.default_keys(name)}

    def take_keys(self, chosen: object) -> None:
        """Give every action the keys of the settings, whatever a hand has written there; the others their own."""
        given = chosen if isinstance(chosen, Mapping) else {}
        for name in self:
            keys = given.get(name)
            if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
                keys = self._all[name].default
            self.bind(name, keys)

    @staticmethod
    def _tool_tip(one: Registered) -> str:
        text = one.action.text().replace("&", "").rstrip("…")
        keys = shown(one.action.shortcut())
        return "\n".join(filter(None, (f"{text} ({keys})" if keys else text, one.tip)))
