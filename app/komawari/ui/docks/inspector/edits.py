"""Edits of all selected panels at once, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from msgspec.structs import replace

from komawari.domain.base import new_id
from komawari.domain.edits import parameters
from komawari.domain.panel import Figure, Panel, Settings
from komawari.domain.project import Project, find_panel
from komawari.ui.session import Session


class PanelEdits:
    """Changes what the selected panels are drawn with."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The selected panels; the one that was selected last, which fields show, is the last."""
        there = {panel.id: panel for panel in self.session.shown_page.panels}
        return tuple(there[name] for name in self.session.selected if name in there)

    @property
    def panel(self) -> Panel | None:
        """The panel whose values are shown."""
        return self.session.panel

    def differs(self, value: Callable[[Panel], object]) -> bool:
        """Return whether the selected panels do not agree on a value."""
        values = [value(panel) for panel in self.panels]
        return any(one != values[0] for one in values[1:])

    def change(self, name: str, edit: Callable[[Project, str], Project], gesture: str = "") -> bool:
        """Do an edit on every selected panel; steps of one `gesture` on the same panels are one step of undo."""
        ids = self.session.selected
        key = (gesture, ids) if gesture else None
        return self.session.edit(name, lambda project: reduce(edit, ids, project), key)

    def set(self, name: str, gesture: str = "", **fields: Any) -> bool:
        """Set fields of the panels."""
        return self.change(name, lambda p, panel: parameters.set_parameters(p, panel, **fields), gesture)

    def each(self, name: str, change: Callable[[Panel], dict[str, Any]], gesture: str = "") -> bool:
        """Set fields that follow from each panel's own."""

        def edit(project: Project, panel: str) -> Project:
            return parameters.set_parameters(project, panel, **change(find_panel(project, panel)[1]))

        return self.change(name, edit, gesture)

    def settings(self, name: str, change: Callable[[Settings], Settings], gesture: str = "") -> bool:
        """Change the settings of the panels."""
        return self.each(name, lambda panel: {"settings": change(panel.settings)}, gesture)

    def set_final(self, name: str, final: bool) -> bool:
        """Mark the panels as final, or not any more."""
        return self.change(name, lambda project, panel: parameters.set_final(project, panel, final))

    # Figures: those of all selected panels that stand at the same place in the list.

    @property
    def figure_index(self) -> int:
        """Which figure of the panel is at hand; the first where none is chosen."""
        figures = self.panel.figures if self.panel else ()
        return next((index for index, one in enumerate(figures) if one.id == self.session.figure), 0)

    @property
    def figure(self) -> Figure | None:
        """The figure whose values are shown."""
        figures = self.panel.figures if self.panel else ()
        return figures[self.figure_index] if figures else None

    def set_figure(self, name: str, change: Callable[[Figure, Panel], Figure], gesture: str = "") -> bool:
        """Change the figure at hand; a panel that has nobody yet is given somebody."""
        index = self.figure_index

        def edit(project: Project, panel: str) -> Project:
            old = find_panel(project, panel)[1]
            if not old.figures and index == 0:
                return parameters.add_figure(project, panel, change(Figure(new_id()), old))
            if index >= len(old.figures):
                return project
            return parameters.set_figure(project, panel, change(old.figures[index], old))

        return self.change(name, edit, gesture)

    def set_in_figure(self, name: str, gesture: str = "", **fields: Any) -> bool:
        """Set fields of the figure at hand."""
        return self.set_figure(name, lambda figure, _: replace(figure, **fields), gesture)

    def set_region(self, name: str, gesture: str = "", **fields: Any) -> bool:
        """Set fields of the figure's region."""

        def change(figure: Figure, _: Panel) -> Figure:
            return replace(figure, region=replace(figure.region, **fields))

        return self.set_figure(name, change, gesture)

    def end(self) -> None:
        """Let the next edit be a step of its own."""
        self.session.end_gesture()
