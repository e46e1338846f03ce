"""Panels that became stale: a character was changed, and the panels that show its former design can be drawn again."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from komawari.domain.project import Project
from komawari.storage.errors import StorageError
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window.banners import Banners

KEY = "stale"
PAUSE = 1500
"""Milliseconds without a change of characters after which it is said: who edits one is not interrupted."""


class StaleOffer(QObject):
    """Offers to queue what a change of a character has made stale; nothing is ever redrawn by itself."""

    def __init__(self, session: Session, queue: PanelQueue, banners: Banners, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._queue, self._banners = session, queue, banners
        self._known: frozenset[str] = frozenset()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.offer)
        session.project_changed.connect(self._project_changed)
        session.opened.connect(self._forget)

    def _project_changed(self, before: Project, after: Project) -> None:
        if before.characters is not after.characters:
            if not self._pause.isActive():
                self._known = self._stale(before)
            self._pause.start()

    def _forget(self) -> None:
        self._pause.stop()
        self._banners.drop(KEY)

    def _stale(self, project: Project) -> frozenset[str]:
        try:
            return frozenset(self._session.document.takes.stale(project))
        except StorageError as error:
            self._session.trouble.emit(str(error))
            return frozenset()

    def offer(self) -> None:
        """Say how many panels became stale since the characters began to change, and offer to draw them."""
        self._pause.stop()
        stale = self._stale(self._session.project)
        count = len(stale - self._known)
        if not stale:
            self._banners.drop(KEY)
        if not count:
            return
        one = self.tr("A panel shows a character as it was before. Drawing it again adds takes and changes none.")
        many = self.tr("{n} panels show a character as it was before. Drawing them again adds takes and changes none.")
        answers = [(self.tr("Draw again"), self._queue.add_stale), (self.tr("Not now"), lambda: None)]
        self._banners.show_line("info", one if count == 1 else many.format(n=count), answers, key=KEY)
