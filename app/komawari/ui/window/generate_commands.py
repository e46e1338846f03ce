"""The Generate menu: panels into the queue and out of it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from komawari.domain.edits.panels import panels_read
from komawari.domain.takes import may_queue
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions


class GenerateCommands(QObject):
    """Queues what is selected."""

    def __init__(self, session: Session, queue: PanelQueue, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._queue = session, queue

    def register(self, actions: Actions) -> None:
        """Register the actions."""
        selected, queued = self._selected, lambda: bool(self._queue.entries)
        actions.add(
            "generate.panel", self.tr("&Generate"), "Ctrl+Enter", self.generate,
            self.tr("Draw the selected panels"), icon="generate", enabled=selected,
        )  # fmt: skip
        actions.add(
            "generate.first", self.tr("Generate &first"), "Ctrl+Shift+Enter", self.generate_first,
            self.tr("Draw the selected panels before all others that wait"), icon="to-front", enabled=selected,
        )  # fmt: skip
        actions.add(
            "generate.empty", self.tr("&Empty panels of this page"), "", self.generate_empty,
            self.tr("Draw all panels of this page that have no picture yet"), icon="panel",
            enabled=lambda: bool(self._empty()),
        )  # fmt: skip
        actions.add(
            "generate.stale", self.tr("All &stale panels"), "", self._queue.add_stale,
            self.tr("Draw all panels again that show an older design of a character; final ones stay"), icon="stale",
        )  # fmt: skip
        actions.add(
            "generate.vary", self.tr("&Vary the take in use"), "", self._vary,
            self.tr("Draw it again with other seeds, whatever the panel says by now"), icon="vary",
            enabled=self._has_take,
        )  # fmt: skip
        actions.add(
            "generate.reproduce", self.tr("&Reproduce the take in use"), "", self._reproduce,
            self.tr("Draw it once more exactly as it was drawn"), icon="reproduce", enabled=self._has_take,
        )  # fmt: skip
        actions.add(
            "generate.cancel", self.tr("&Cancel"), "Shift+X", self.cancel,
            self.tr("Stop drawing the selected panels; with none, what is being drawn"), icon="cancel", enabled=queued,
        )  # fmt: skip
        actions.add(
            "generate.cancel_all", self.tr("Cancel &all"), "", self._queue.cancel_all,
            self.tr("Stop drawing and empty the queue"), icon="cancel", enabled=queued,
        )  # fmt: skip
        self._queue.changed.connect(actions.refresh_soon)

    def _selected(self) -> bool:
        return bool(self._session.selected)

    def _has_take(self) -> bool:
        panel = self._session.panel
        return panel is not None and panel.take is not None

    def _empty(self) -> list[str]:
        project, page = self._session.project, self._session.shown_page
        asked = {entry.panel for entry in self._queue.entries}
        empty = {panel.id for panel in page.panels if panel.take is None and may_queue(panel)} - asked
        return [panel for panel in panels_read(project, page.id) if panel in empty] if empty else []

    def generate(self) -> None:
        """Queue the selected panels in reading order."""
        order = panels_read(self._session.project, self._session.page)
        self._add(panel for panel in order if panel in self._session.selected)

    def generate_first(self) -> None:
        """Queue the selected panels before all others."""
        order = panels_read(self._session.project, self._session.page)
        for panel in reversed(order):
            if panel in self._session.selected:
                self._queue.add(panel, to_front=True)

    def generate_empty(self) -> None:
        """Queue all panels of the page that have no picture."""
        self._add(self._empty())

    def _add(self, panels: Iterable[str]) -> None:
        for panel in panels:
            self._queue.add(panel)

    def _vary(self) -> None:
        panel = self._session.panel
        if panel is not None and panel.take is not None:
            self._queue.vary(panel.take)

    def _reproduce(self) -> None:
        panel = self._session.panel
        if panel is not None and panel.take is not None:
            self._queue.reproduce(panel.take)

    def cancel(self) -> None:
        """Take the selected panels out of the queue; if none of them is in it, what is being drawn."""
        waiting = {entry.panel for entry in self._queue.entries}
        chosen = [panel for panel in self._session.selected if panel in waiting]
        for panel in chosen:
            self._queue.cancel_panel(panel)
        if not chosen and self._queue.entries:
            self._queue.cancel(self._queue.entries[0].id)
