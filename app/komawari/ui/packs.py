"""The model packs that the engine has, asked once and shared by all views."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from animeadapter.protocol.messages import Failed
from komawari.domain.geometry.sizes import asked_size, picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.engine_client.client import EngineState, Finished
from komawari.ui.session import Session


class Packs(QObject):
    """What is known of the packs; nothing before the engine has answered."""

    changed = Signal()
    failed = Signal()
    """The engine has no answer, and nothing can be waited for."""

    def __init__(self, session: Session) -> None:
        """Use `Packs.of`."""
        super().__init__(session)
        self._session = session
        self._asked = False
        self.all: tuple[PackInfo, ...] = ()
        self.folder = ""
        """Where the engine looks for packs that a person adds, on the engine's machine."""
        session.engine.state_changed.connect(self._state_changed)
        session.settings_changed.connect(self.changed)
        self._state_changed(session.engine.state)

    @property
    def asking(self) -> bool:
        """Whether an answer is waited for, and nothing is known before."""
        return self._asked and not self.all

    @staticmethod
    def of(session: Session) -> Packs:
        """Return a session's packs."""
        found = session.findChild(Packs)
        return found if isinstance(found, Packs) else Packs(session)

    def look(self) -> None:
        """Ask the engine once more: packs may have been added."""
        if self._session.engine.state.phase == "ready":
            self._session.engine.ask(ListPacks(), {}, self._hear, lambda _: None)

    def get(self, name: str | None = None) -> PackInfo | None:
        """Return a pack, None: the one that is chosen for the editor; None where nothing is known of it."""
        wanted = name or self._session.settings.pack
        return next((pack for pack in self.all if pack.name == wanted), None)

    def size_of(self, panel: Panel, paper: Paper) -> tuple[int, int] | None:
        """Return the pixels (width, height) that are asked for a panel of a page; None where nothing is known of its
        pack."""
        if panel.settings.size is not None:
            return panel.settings.size.width, panel.settings.size.height
        pack = self.get(panel.settings.pack)
        if pack is None or not pack.sizes:
            return None
        size = asked_size(picture_box(panel.frame, paper), pack.sizes)
        return size.width, size.height

    def _state_changed(self, state: EngineState) -> None:
        if state.phase == "ready" and not self._asked:
            self._asked = True
            self._session.engine.ask(ListPacks(), {}, self._hear, self._failed)
        elif state.phase == "closed":
            self._asked = False

    def _hear(self, end: Finished) -> None:
        if isinstance(end.result, PackList):
            self.all, self.folder = end.result.packs, end.result.folder
            self.changed.emit()

    def _failed(self, _failure: Failed) -> None:
        # Another engine, or the same one after a restart, may know better.
        self._asked = False
        self.failed.emit()
