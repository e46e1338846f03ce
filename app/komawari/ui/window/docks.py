"""The docks: where each is at first, and their places as the artist left them."""

from __future__ import annotations

import base64
import binascii

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

LAYOUT = 2
"""Of saved places; another number forgets them."""
Area = Qt.DockWidgetArea
AREAS = {
    "pages": Area.LeftDockWidgetArea,
    "characters": Area.RightDockWidgetArea,
    "inspector": Area.RightDockWidgetArea,
    "edits": Area.RightDockWidgetArea,
    "takes": Area.BottomDockWidgetArea,
    "queue": Area.BottomDockWidgetArea,
}
TABS = (("inspector", "edits"), ("inspector", "characters"), ("takes", "queue"))
"""Docks that lie behind each other, the one in front first."""
WIDTHS = {"pages": 176, "inspector": 330}
HEIGHTS = {"takes": 190}
OF_THE_PANEL = ("edits", "takes")
"""Docks that are about the selected panel too: who works in them goes on with another panel there."""


class Docks(dict[str, QDockWidget]):
    """A window's docks by name."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__()
        self._window = window
        side, bottom = Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea
        window.setCorner(side, bottom)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        window.setDockNestingEnabled(True)

    def put(self, name: str, widget: QWidget, title: str) -> None:
        """Add a dock at its first place."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(widget)
        self[name] = dock
        self._window.addDockWidget(AREAS[name], dock)

    def arrange(self) -> None:
        """Put all docks where they are at first."""
        behind = {name for _, name in TABS}
        for dock in self.values():
            dock.setFloating(False)
            # Docks that move while they are tabs leave the bar of tabs behind, anywhere in the window.
            self._window.removeDockWidget(dock)
        for name, dock in self.items():
            if name not in behind:
                self._window.addDockWidget(AREAS[name], dock)
        for front, other in TABS:
            self._window.tabifyDockWidget(self[front], self[other])
        for dock in self.values():
            dock.show()
        for front, _ in TABS:
            self[front].raise_()
        for sizes, way in ((WIDTHS, Qt.Orientation.Horizontal), (HEIGHTS, Qt.Orientation.Vertical)):
            self._window.resizeDocks([self[name] for name in sizes], list(sizes.values()), way)

    def bring_forward(self, name: str) -> None:
        """Bring a dock before those that it lies behind, unless it is closed or one that is about the panel is there.

        The focus stays where it is."""
        dock = self[name]
        behind = (one for one in self._window.tabifiedDockWidgets(dock) if not one.visibleRegion().isEmpty())
        front = next(behind, None)
        if front is not None and not dock.isHidden() and front.objectName() not in OF_THE_PANEL:
            dock.raise_()

    def state(self) -> dict[str, str]:
        """Return the places of window and docks, for the settings."""
        return {
            "geometry": _text(self._window.saveGeometry()),
            "docks": _text(self._window.saveState(LAYOUT)),
        }

    def restore(self, state: dict[str, object]) -> bool:
        """Put window and docks where they were; return whether all of them were there."""
        self._window.restoreGeometry(_data(state.get("geometry")))
        return self._window.restoreState(_data(state.get("docks")), LAYOUT)


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _data(text: object) -> QByteArray:
    """Return what was saved; nothing where a hand has written something else into the settings."""
    try:
        return QByteArray(base64.b64decode(text, validate=True)) if isinstance(text, str) else QByteArray()
    except (binascii.Error, ValueError):
        return QByteArray()
