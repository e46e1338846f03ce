"""What went wrong, said above the page with what can be done about it: files, the engine, panels not drawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from animeadapter.protocol.messages import Notice
from komawari.domain.project import panels_of
from komawari.engine_client.client import EngineState, Event
from komawari.ui.queue.making import title_of
from komawari.ui.window.banners import Answer
from komawari.ui.window.engine import plain

if TYPE_CHECKING:
    from komawari.ui.window.window import Window

NOTICED_FOR = 20.0
"""Seconds for which something that stops nothing is said."""
ENGINE, UNWRITTEN = "engine", "unwritten"


class Troubles(QObject):
    """Turns what is told of into banners."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._banners, self._session = window, window.banners, window.session
        self._ended = False
        session = self._session
        self._told: set[str] = set()
        self._noticed: set[str] = set()
        session.trouble.connect(self._tell)
        session.unwritten.connect(self._unwritten)
        session.opened.connect(self._forget)
        session.history_changed.connect(self._written)
        session.engine.state_changed.connect(self.engine_changed)
        session.engine.heard.connect(self._heard)
        window.engine.failed.connect(self._pack_failed)
        window.queue.failed.connect(self._panel_failed)
        window.queue.finished.connect(self._drawn)
        if session.unread_settings:
            self._banners.show_line("warning", session.unread_settings)
        self.engine_changed(session.engine.state)

    def _tell(self, line: str) -> None:
        self._told.add(line)
        self._banners.show_line("warning", line)

    def _forget(self) -> None:
        """Take away what was said of the project before."""
        for line in (*self._told, UNWRITTEN):
            self._banners.drop(line)
        self._told.clear()

    def _unwritten(self, line: str) -> None:
        """Say it once, however much there is that cannot be written."""
        kept = self.tr("Until then your work is kept in memory.")
        self._banners.show_line("warning", f"{line} {kept}", key=UNWRITTEN)

    def _drawn(self, panel: str, _take: str) -> None:
        self._banners.drop(f"panel {panel}")
        self._written()

    def _written(self) -> None:
        """Take the line away as soon as all is in the file."""
        if not self._window.queue.unstored and self._session.document.is_written:
            self._banners.drop(UNWRITTEN)

    def engine_changed(self, state: EngineState) -> None:
        """Say what became of the engine."""
        if state.phase == "failed":
            self._ended = False
            line = self.tr("The engine cannot be kept running: {why}. Everything but drawing works on.")
            answers = [(self.tr("Restart engine"), self._session.engine.restart), (self.tr("Settings"), self._settings)]
            self._banners.show_line("error", line.format(why=plain(state.message)), answers, key=ENGINE)
        elif state.phase == "restarting" and state.message:
            self._ended = True
            line = self.tr("The engine ended: {why}. It is started again, and does what was waiting.")
            self._banners.show_line("warning", line.format(why=plain(state.message)), key=ENGINE)
        elif state.phase == "ready":
            if self._ended:
                self._ended = False
                line = self.tr("The engine is back, and goes on with what was waiting.")
                self._banners.show_line("info", line, key=ENGINE, seconds=NOTICED_FOR)
            elif (shown := self._banners.get(ENGINE)) is not None and shown.kind == "error":
                self._banners.drop(ENGINE)

    def _settings(self) -> None:
        self._window.show_engine_settings()

    def _heard(self, event: Event) -> None:
        if not isinstance(event, Notice) or any(entry.id == event.job for entry in self._window.queue.entries):
            # What concerns a panel that is drawn stands beside its progress.
            return
        if event.message not in self._noticed:
            self._noticed.add(event.message)
            self._banners.show_line("info", event.message, key="notice", seconds=NOTICED_FOR)

    def _pack_failed(self, why: str) -> None:
        line = self.tr("The model cannot be used: {why}").format(why=why)
        self._banners.show_line("error", line, [(self.tr("Settings"), self._settings)], key="pack")

    def _panel_failed(self, panel: str, why: str) -> None:
        line = self.tr("{panel} was not drawn: {why}").format(panel=self._name(panel), why=why)
        answers: list[Answer] = [
            (self.tr("Try again"), partial(self._window.queue.add, panel)),
            (self.tr("Show panel"), partial(self._session.reveal, panel)),
        ]
        self._banners.show_line("warning", line, answers, key=f"panel {panel}")

    def _name(self, panel: str) -> str:
        project = self._session.project
        is_there = any(one.id == panel for _, one in panels_of(project))
        return title_of(project, panel) if is_there else self.tr("A panel that is not there any more")
