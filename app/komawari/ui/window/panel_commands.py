"""The Panel menu: layout, order, lines, and what becomes of a panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QWidget

from komawari.domain.base import new_id
from komawari.domain.edits import panels, parameters
from komawari.domain.geometry.polygon import bounds
from komawari.domain.project import Project
from komawari.ui.canvas.commands import merge_panels
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions
from komawari.ui.window.questions import Questions

BORDERS = (0.0, 0.3, 0.5, 0.8, 1.2, 2.0)
"""Widths that the menu offers, in millimetres."""
MOST_BORDER = 20.0


class PanelCommands(QObject):
    """What is done with the selected panels."""

    def __init__(self, session: Session, questions: Questions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._questions, self._window = session, questions, window

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        self._register_layout(actions)
        self._register_order(actions)
        self._session.selection_changed.connect(self._show_final)
        self._session.project_changed.connect(self._show_final)

    def _register_layout(self, actions: Actions) -> None:
        one, several = self._has_one, lambda: len(self._session.selected) > 1
        actions.add(
            "panel.templates", self.tr("&Templates…"), "Ctrl+T", self.ask_template,
            self.tr("Lay the page out by a template"), icon="templates",
        )  # fmt: skip
        actions.add(
            "panel.split_rows", self.tr("Split into &rows"), "", partial(self.split, True),
            self.tr("Cut the panel in two, one above the other; the knife cuts anywhere"), icon="split", enabled=one,
        )  # fmt: skip
        actions.add(
            "panel.split_columns", self.tr("Split into &columns"), "", partial(self.split, False),
            self.tr("Cut the panel in two, side by side; the knife cuts anywhere"), icon="split", enabled=one,
        )  # fmt: skip
        actions.add(
            "panel.merge", self.tr("&Merge"), "Ctrl+E", self.merge,
            self.tr("Make one panel of those that are selected"), icon="merge", enabled=several,
        )  # fmt: skip
        for width in BORDERS:
            actions.add(
                f"panel.border_{width}", self.tr("{width} mm").format(width=width) if width else self.tr("None"), "",
                partial(self.set_border, width), self.tr("Draw the line around the panel as wide"), enabled=one,
            )  # fmt: skip
        actions.add(
            "panel.border_other", self.tr("&Other…"), "", self.ask_border,
            self.tr("Draw the line around the panel as wide as you say"), enabled=one,
        )  # fmt: skip

    def _register_order(self, actions: Actions) -> None:
        one = self._has_one
        steps = (
            ("forward", self.tr("Bring &forward"), "Ctrl+]", 1),
            ("backward", self.tr("Send &backward"), "Ctrl+[", -1),
        )
        for name, text, keys, by in steps:
            actions.add(
                f"panel.{name}", text, keys, partial(self.restack, by),
                self.tr("Panels in front cover those behind"), icon=name, enabled=one,
            )  # fmt: skip
        actions.add(
            "panel.final", self.tr("F&inal"), "", self.set_final,
            self.tr("A final panel is never queued, not even when it is stale"),
            icon="final", checkable=True, enabled=one,
        )  # fmt: skip
        self._final = actions["panel.final"]

    def _has_one(self) -> bool:
        return bool(self._session.selected)

    def _each(self, name: str, edit: Callable[[Project, str], Project]) -> bool:
        """Do something to every selected panel, as one edit."""
        chosen = self._session.selected

        def every(project: Project) -> Project:
            for panel in chosen:
                project = edit(project, panel)
            return project

        return bool(chosen) and self._session.edit(name, every)

    def ask_template(self) -> None:
        """Show the templates."""
        from komawari.ui.dialogs.templates import TemplatesDialog

        self._questions.show(TemplatesDialog(self._session, self._window))

    def split(self, rows: bool) -> None:
        """Cut the selected panel through its middle."""
        panel = self._session.panel
        if panel is None:
            return
        left, top, right, bottom = bounds(panel.frame)
        x, y = (left + right) / 2, (top + bottom) / 2
        line = ((left, y), (right, y)) if rows else ((x, top), (x, bottom))
        take = self._session.used_take(panel)
        picture = None if take is None else (take.width, take.height)
        edit = partial(panels.split_panel, panel=panel.id, line=line, new=new_id(), picture=picture)
        self._session.edit(self.tr("Split panel"), edit)

    def merge(self) -> None:
        """Make one panel of all selected ones, whichever two lie side by side first; the fullest remains."""
        merge_panels(self._session, self._session.selected)

    def set_border(self, width: float) -> None:
        """Draw the lines of the selected panels as wide (mm)."""
        chosen = self._session.selected
        edit = partial(panels.set_border, page=self._session.page, panels=chosen, width=width)
        self._session.edit(self.tr("Change line width"), edit)

    def ask_border(self) -> None:
        """Ask for a line's width."""
        panel = self._session.panel
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Line around panels"))
        dialog.setLabelText(self.tr("Width in millimetres; 0: no line"))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0, MOST_BORDER)
        dialog.setDoubleDecimals(2)
        dialog.setDoubleValue(panel.border if panel else self._session.project.border)
        dialog.doubleValueSelected.connect(self.set_border)
        self._questions.show(dialog)

    def restack(self, by: int) -> None:
        """Move the selected panel in the order of painting."""
        panel = self._session.panel
        if panel is not None:
            to = max(0, self._session.shown_page.panels.index(panel) + by)
            self._session.edit(self.tr("Change order of panels"), partial(panels.restack, panel=panel.id, to=to))

    def set_final(self, on: bool) -> None:
        """Mark the selected panels as final, or not."""
        name = self.tr("Mark as final") if on else self.tr("Mark as not final")
        self._each(name, lambda project, panel: parameters.set_final(project, panel, on))

    def _show_final(self, *_: object) -> None:
        panel = self._session.panel
        blocked = self._final.blockSignals(True)
        self._final.setChecked(panel is not None and panel.final)
        self._final.blockSignals(blocked)
