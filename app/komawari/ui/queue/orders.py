"""What is asked of the queue: jobs of panels and of takes. What cannot be drawn is said in the status bar, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.errors import EngineError
from komawari.domain.panel import Panel
from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.ui.queue import making
from komawari.ui.queue.failures import said_of_stale
from komawari.ui.queue.jobs import PanelJob
from komawari.ui.session import Session

Made = TypeVar("Made")
MakeJob = Callable[[Session, Panel, Take], PanelJob]


class Orders:
    """Makes a session's jobs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bare: set[str] = set()

    def drawable(self, panel: str) -> Panel | None:
        """Return a panel that may be drawn."""
        return self._made(partial(making.drawable, self._session.project, panel))

    def of_panel(self, panel: Panel, takes: int) -> PanelJob | None:
        """Return a job of a panel as it is now."""
        return self._made(partial(making.job_of_panel, self._session, panel, takes))

    def say_if_bare(self, panel: Panel) -> None:
        """Say of a panel that was queued, once, that it has nothing by which a picture would be this one."""
        follows = (panel.sketch.follow or panel.sketch.lines) and panel.sketch.sheet is not None
        if panel.figures or panel.tags or panel.prompt.strip() or follows or panel.id in self._bare:
            return
        self._bare.add(panel.id)
        line = QCoreApplication.translate(
            "PanelQueue", "{0} is queued with nobody and no tags: the model draws whatever it likes"
        )
        self._session.message.emit(line.format(making.title_of(self._session.project, panel.id)))

    def of_stale(self, waiting: Collection[str]) -> list[PanelJob]:
        """Return jobs of all stale panels that nothing newer was drawn for, without those that wait. All is said."""
        try:
            panels, redrawn = making.to_redraw(self._session)
        except StorageError as error:
            self._session.trouble.emit(str(error))
            return []
        made = [self.of_panel(one, one.takes) for one in panels if one.id not in waiting]
        jobs = [job for job in made if job is not None]
        self._session.message.emit(said_of_stale(len(jobs), len(panels), redrawn))
        return jobs

    def of_take(self, take: Take, make: MakeJob) -> PanelJob | None:
        """Return a job that is made of a take and its panel."""
        panel = self.drawable(take.panel)
        return None if panel is None else self._made(partial(make, self._session, panel, take))

    def again(self, take: str, make: MakeJob) -> PanelJob | None:
        """Return a job that is made of what a take was drawn from."""
        try:
            found = self._session.document.takes.get(take)
        except StorageError as error:
            self._session.trouble.emit(str(error))
            return None
        if found is None or found.resolved is None:
            line = QCoreApplication.translate("PanelQueue", "Only a picture that was drawn here can be drawn again")
            self._session.message.emit(line)
            return None
        return self.of_take(found, make)

    def _made(self, make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except EngineError as error:
            self._session.message.emit(QCoreApplication.translate("PanelQueue", "Not queued: {0}").format(error))
            return None
