"""Menus and tool bars, as tables of the registry's names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton, QWidget

from komawari.ui.window.actions import Actions
from komawari.ui.window.untitled import given_name

LINE = ""
Items = Iterable[str]
FILE = (
    "file.new", "file.open", "file.recent", LINE, "file.save", "file.save_as", "file.revert", LINE, "file.export",
    "file.storage", LINE, "file.settings", LINE, "file.quit",
)  # fmt: skip
EDIT = (
    "edit.undo", "edit.redo", LINE, "picture.copy", "picture.paste", LINE, "panel.all", LINE, "edit.prompts",
)  # fmt: skip
PAGE = (
    "page.add", "page.duplicate", "page.remove", LINE, "page.previous", "page.next", LINE, "page.paper", "page.rtl",
)  # fmt: skip
PANEL = (
    "panel.templates", LINE, "panel.split_rows", "panel.split_columns", "panel.merge", "panel.border", LINE,
    "panel.front", "panel.forward", "panel.backward", "panel.back", LINE,
    "picture.flip", "picture.turn", "picture.fit", LINE, "panel.request", LINE, "panel.final",
    "panel.duplicate", "panel.remove",
)  # fmt: skip
MASK = (
    "edits.redraw", LINE, "tool.brush", "tool.eraser", "tool.lasso", "tool.click", LINE, "mask.invert", "mask.fill",
    "mask.clear", LINE, "mask.grow", "mask.shrink", "mask.feather", LINE, "brush.smaller", "brush.larger",
)  # fmt: skip
SKETCH = (
    "tool.sketch_pen", "tool.sketch_eraser", "tool.sketch_move", LINE, "sketch.import", "sketch.paste", LINE,
    "sketch.fit", "sketch.flip", "sketch.clear", LINE, "sketch.shown",
)  # fmt: skip
POSE = (
    "tool.pose", LINE, "pose.add", "pose.choose", "pose.mirror", "pose.previous", LINE, "pose.ghost", "pose.control",
    "pose.regions", LINE, "pose.lengths", "pose.limits", LINE, "pose.detect", "pose.detect_file", LINE,
    "pose.import", "pose.export", "pose.save", LINE, "pose.remove",
)  # fmt: skip
GENERATE = (
    "generate.panel", "generate.first", "generate.empty", "generate.stale", LINE, "generate.vary",
    "generate.reproduce", LINE, "generate.cancel", "generate.cancel_all",
)  # fmt: skip
VIEW = (
    "view.in", "view.out", "view.fit", "view.panel", "view.full", "view.actual", LINE, "view.left", "view.right",
    "view.flip", "view.reset", LINE, "view.guides", "view.marks", LINE, "view.full_screen",
)  # fmt: skip
CONTEXT = (
    "generate.panel", "generate.first", "generate.cancel", LINE, "picture.copy", "picture.paste", "picture.flip",
    "picture.fit", LINE, "tool.sketch_pen", "sketch.import", "sketch.paste", LINE, "panel.split_rows",
    "panel.split_columns", "panel.merge", "panel.border", LINE,
    "panel.front", "panel.forward", "panel.backward", "panel.back", LINE, "panel.final", "panel.duplicate",
    "panel.remove",
)  # fmt: skip
MAIN_BAR = (
    "file.new", "file.open", "file.save", LINE, "edit.undo", "edit.redo", LINE, "panel.templates", "panel.merge",
    LINE, "view.fit", "view.flip", "view.guides", LINE, "generate.panel", "generate.stale", "generate.cancel",
)  # fmt: skip


class Menus:
    """Fills a window's menu bar and tool bars from its actions; names that are not there are left out."""

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        self._window, self._actions = window, actions
        self.recent = QMenu(QCoreApplication.translate("Menus", "Open &recent"), window)
        self.border = QMenu(QCoreApplication.translate("Menus", "&Line around it"), window)
        self.request = QMenu(QCoreApplication.translate("Menus", "Re&quest"), window)
        self._submenus = {"file.recent": self.recent, "panel.border": self.border, "panel.request": self.request}
        self.fill(self.border, (name for name in actions if name.startswith("panel.border_")))
        self.fill(self.request, ("request.copy", "request.save", LINE, "request.paste", "request.open"))

    def build(self, characters: Items, help_items: Items, docks: Iterable[QAction]) -> None:
        """Build the menu bar."""
        said = QCoreApplication.translate
        for title, items in (
            (said("Menus", "&File"), FILE),
            (said("Menus", "&Edit"), EDIT),
            (said("Menus", "&Page"), PAGE),
            (said("Menus", "Pa&nel"), PANEL),
            (said("Menus", "P&ose"), POSE),
            (said("Menus", "&Sketch"), SKETCH),
            (said("Menus", "&Mask"), MASK),
            (said("Menus", "&Character"), characters),
            (said("Menus", "&Generate"), GENERATE),
            (said("Menus", "&View"), VIEW),
        ):
            self.fill(self._window.menuBar().addMenu(title), items)
        window = self._window.menuBar().addMenu(said("Menus", "&Window"))
        window.addActions(list(docks))
        window.addSeparator()
        self.fill(window, ("window.reset",))
        self.fill(self._window.menuBar().addMenu(said("Menus", "&Help")), help_items)

    def fill(self, menu: QMenu | QToolBar, items: Items) -> None:
        """Put actions, and lines between them, into a menu or a bar."""
        for name in items:
            if name == LINE:
                menu.addSeparator()
            elif name in self._submenus and isinstance(menu, QMenu):
                menu.addMenu(self._submenus[name])
            elif name in self._actions:
                menu.addAction(self._actions[name])

    def bars(self, tools: Iterable[QAction]) -> None:
        """Build the tool bars: tools at the left, the most usual commands at the top."""
        said = QCoreApplication.translate
        left = self._bar("tools", said("Menus", "Tools"), Qt.ToolBarArea.LeftToolBarArea, QSize(24, 24))
        left.addActions(list(tools))
        top = self._bar("commands", said("Menus", "Commands"), Qt.ToolBarArea.TopToolBarArea, QSize(20, 20))
        self.fill(top, MAIN_BAR)
        button = top.widgetForAction(self._actions["generate.panel"])
        if isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _bar(self, name: str, title: str, area: Qt.ToolBarArea, size: QSize) -> QToolBar:
        bar = QToolBar(title, self._window)
        bar.setObjectName(name)
        bar.setIconSize(size)
        bar.setMovable(False)
        self._window.addToolBar(area, bar)
        return bar

    def context(self, parent: QWidget, on_panel: bool) -> QMenu:
        """Return the menu of a panel, or of the page beside all panels."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu, CONTEXT if on_panel else ("panel.templates", "panel.all", LINE, *PAGE, LINE, "view.fit"))
        return menu

    def show_recent(self, paths: Iterable[Path], discarded: Iterable[Path], opened: Callable[[Path], object]) -> None:
        """Fill the menu of recent projects, and of those that were discarded before they had a name."""
        self.recent.clear()
        for number, path in enumerate(paths, 1):
            text = f"&{number} {path.stem}" if number < 10 else path.stem
            self._add_recent(text, path, opened)
        if self.recent.isEmpty():
            self.recent.addAction(QCoreApplication.translate("Menus", "None yet")).setEnabled(False)
        self.recent.addSeparator()
        for path in discarded:
            name = given_name(path) or QCoreApplication.translate("Menus", "Untitled")
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(path.stat().st_mtime))
            text = QCoreApplication.translate("Menus", "Discarded: {name}, {when}").format(name=name, when=when)
            self._add_recent(text.replace("&", "&&"), path, opened)

    def _add_recent(self, text: str, path: Path, opened: Callable[[Path], object]) -> None:
        action = self.recent.addAction(text, lambda: opened(path))
        action.setStatusTip(str(path))
        action.setToolTip(str(path))
