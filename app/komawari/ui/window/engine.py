"""What is known of the engine: its phase, what it computes on, its packs; and the pack that is chosen, loaded ahead."""

from __future__ import annotations

import re
import signal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from animeadapter.protocol.calls import LoadedPack, LoadPack, PackInfo
from animeadapter.protocol.messages import Failed, Status
from komawari.engine_client.client import EngineState, Event, Finished
from komawari.ui.packs import Packs
from komawari.ui.session import Session

ADAPTER = "adapter"
"""The part of a pack that holds AnimeAdapter's weights."""
EMBEDDED = "embedded"
"""The family of the pack that ships with Komawari."""
KILLED = re.compile(r"exit code -(\d+)")


class EngineWatch(QObject):
    """Follows the engine for whoever shows its state."""

    changed = Signal()
    failed = Signal(str)
    """Why the chosen pack cannot be used."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._packs = Packs.of(session)
        self.loaded: str | None = None
        """The pack that is in memory."""
        self.memory = 0
        """Bytes of its weights."""
        self.device: Status | None = None
        self._wanted = ""
        self._packs.changed.connect(self.changed)
        session.engine.state_changed.connect(self._state_changed)
        session.engine.heard.connect(self._heard)
        session.settings_changed.connect(self._load_chosen)
        self._load_chosen()

    @property
    def packs(self) -> tuple[PackInfo, ...]:
        """The engine's packs, once it has said which it has."""
        return self._packs.all

    @property
    def folder(self) -> str:
        """The folder for packs that a person adds, on the engine's machine; empty: not known yet."""
        return self._packs.folder

    def look_for_packs(self) -> None:
        """Ask which packs there are now; `changed` tells of the answer."""
        self._packs.look()

    @property
    def state(self) -> EngineState:
        """The engine's state."""
        return self._session.engine.state

    @property
    def pack(self) -> PackInfo | None:
        """The chosen pack, once the engine has said that there is one of that name."""
        return self._packs.get()

    @property
    def adapter(self) -> str:
        """What keeps characters the same; empty: nothing does."""
        return "AnimeAdapter" if self.pack and ADAPTER in self.pack.parts else ""

    def _state_changed(self, state: EngineState) -> None:
        if state.phase != "ready":
            self.device, self.loaded, self.memory, self._wanted = None, None, 0, ""
        self._load_chosen()
        self.changed.emit()

    def _load_chosen(self) -> None:
        """Load the pack of the settings before it is needed; that also tells what the engine computes on."""
        pack = self._session.settings.pack
        if self.state.phase == "ready" and pack != self._wanted:
            self._wanted = pack
            self._session.engine.ask(LoadPack(pack), {}, self._loaded, self._not_loaded)
            self.changed.emit()

    def _loaded(self, end: Finished) -> None:
        assert isinstance(end.result, LoadedPack)
        self.loaded, self.memory = end.result.pack.name, sum(end.result.memory.values())
        self.changed.emit()

    def _not_loaded(self, end: Failed) -> None:
        # An engine that ends is told of by its state.
        if end.code not in ("engine_gone", "shutting_down", "cancelled"):
            self.failed.emit(end.message)

    def _heard(self, event: Event) -> None:
        if isinstance(event, Status):
            self.device = event
            self.changed.emit()


def pack_name(pack: PackInfo) -> str:
    """Return what a pack is called in a line; the embedded one is called what it is."""
    width, height = pack.sizes[0] if pack.sizes else (0, 0)
    if pack.family == EMBEDDED:
        text = QCoreApplication.translate("Engine", "demo model, {pixels} px")
    else:
        text = QCoreApplication.translate("Engine", "{title}, {pixels} px")
    return text.format(title=pack.title, pixels=round((width * height) ** 0.5))


def plain(message: str) -> str:
    """Return why an engine ended in words for people, where it could not say anything itself."""
    killed = KILLED.search(message)
    if killed is None:
        return message
    if int(killed[1]) == 9:
        return QCoreApplication.translate("Engine", "it was killed; perhaps the system ran out of memory")
    try:
        name = signal.Signals(int(killed[1])).name
    except ValueError:
        name = killed[1]
    return QCoreApplication.translate("Engine", "it crashed ({signal})").format(signal=name)
