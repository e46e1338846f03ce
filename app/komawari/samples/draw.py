"""Lets the engine draw the sample's panels, through the editor's own queue: what is made is what artists get."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication

from komawari.document.document import Document
from komawari.domain.base import DomainError
from komawari.domain.edits.changing import on_panel
from komawari.domain.edits.parameters import use_take
from komawari.domain.project import Project, panels_of
from komawari.engine_client.client import EngineClient
from komawari.engine_client.supervisor import Supervisor
from komawari.storage.library import Library
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session

Tell = Callable[[str], object]


def draw_all(path: Path, tell: Tell, engine: EngineClient | None = None) -> None:
    """Draw every panel of a project once, use the takes and save. `engine` None: the one beside the editor.

    Raises `DomainError` where a panel could not be drawn; the others are kept.
    """
    app = QGuiApplication.instance() or QGuiApplication(["komawari.samples"])
    with tempfile.TemporaryDirectory(prefix="komawari-sample.") as folder:
        document, library = Document(path), Library(Path(folder) / "characters.komalib")
        session = Session(document, library, engine or Supervisor(), Path(folder) / "settings.json")
        try:
            _Drawing(session, tell).run()
            document.was_saved(document.save().result())
        finally:
            session.close()
            document.close()
            library.close()
    del app


class _Drawing:
    """All panels of a session's project, one after another."""

    def __init__(self, session: Session, tell: Tell) -> None:
        self._session, self._tell = session, tell
        self._queue = PanelQueue(session)
        self._loop = QEventLoop()
        self._panels = [panel.id for _, panel in panels_of(session.project)]
        self._left = set(self._panels)
        self._failures: list[str] = []
        self._queue.finished.connect(self._use)
        self._queue.failed.connect(self._fail)

    def run(self) -> None:
        """Return when every panel is drawn. Raises `DomainError`."""
        # Queueing gives panels new seeds, by chance; the sample's stay what the storyboard says.
        self._session.edit("Lock the seeds", partial(_with_seeds, locked=True))
        for panel in self._panels:
            if self._queue.add(panel, takes=1) is None:
                self._fail(panel, "may not be queued")
        if self._left:
            self._loop.exec()
        self._session.edit("Unlock the seeds", partial(_with_seeds, locked=False))
        if self._failures:
            raise DomainError("; ".join(self._failures))

    def _use(self, panel: str, take: str) -> None:
        found = self._session.document.takes.get(take)
        self._session.edit("Use take", lambda project: use_take(project, panel, found))
        self._tell(f"panel {len(self._panels) - len(self._left) + 1} of {len(self._panels)}")
        self._done(panel)

    def _fail(self, panel: str, message: str) -> None:
        self._failures.append(f"panel {self._panels.index(panel) + 1}: {message}")
        self._done(panel)

    def _done(self, panel: str) -> None:
        self._left.discard(panel)
        if not self._left:
            self._loop.quit()


def _with_seeds(project: Project, locked: bool) -> Project:
    for _, panel in panels_of(project):
        project = on_panel(project, panel.id, lambda old: replace(old, seed_locked=locked))
    return project
