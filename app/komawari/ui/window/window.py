"""The editor's window: the page in the middle, tools, docks, menus, and what has to be said above and below it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from komawari.ui.canvas.view import CanvasView
from komawari.ui.characters.dock import CharactersDock
from komawari.ui.characters.model import MIME as CHARACTER
from komawari.ui.docks.inspector.dock import InspectorDock
from komawari.ui.docks.pages import PagesDock
from komawari.ui.docks.queue import QueueDock
from komawari.ui.docks.takes import TakesDock
from komawari.ui.edits.dock import EditsDock
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window import character_commands
from komawari.ui.window.actions import Actions
from komawari.ui.window.banners import Banners
from komawari.ui.window.canvas_commands import CanvasCommands
from komawari.ui.window.character_commands import CharacterCommands
from komawari.ui.window.docks import Docks
from komawari.ui.window.edit_commands import EditCommands
from komawari.ui.window.engine import EngineWatch
from komawari.ui.window.engine_button import EngineButton
from komawari.ui.window.files import Files
from komawari.ui.window.generate_commands import GenerateCommands
from komawari.ui.window.history import HistoryCommands
from komawari.ui.window.menus import Menus
from komawari.ui.window.page_commands import PageCommands
from komawari.ui.window.panel_commands import PanelCommands
from komawari.ui.window.pose_commands import PoseCommands
from komawari.ui.window.program_commands import ProgramCommands
from komawari.ui.window.request_commands import RequestCommands
from komawari.ui.window.sketch_commands import SketchCommands
from komawari.ui.window.stale import StaleOffer
from komawari.ui.window.status import StatusBar
from komawari.ui.window.troubles import Troubles
from komawari.ui.window.untitled import SUFFIX, discarded
from komawari.ui.window.welcome import WelcomeCard

FIRST_SIZE = (1440, 900)


class Window(QMainWindow):
    """One window on a session. Closing it asks about unsaved work; `closed` tells that it is over."""

    painted = Signal()
    """It is on the screen for the first time: what is not needed for that may begin now."""
    closed = Signal()

    def __init__(self, session: Session, queue: PanelQueue) -> None:
        super().__init__()
        self.session, self.queue = session, queue
        self.setAcceptDrops(True)
        self.canvas = CanvasView(session, queue)
        self.banners = Banners()
        self.files = Files(session, self.banners, self)
        self.engine = EngineWatch(session, self)
        self.actions: Actions = Actions(self)  # type: ignore[assignment]
        self.docks = Docks(self)
        self.history = HistoryCommands(session, self.canvas, self)
        self._painted = self._leaving = False
        self._build()
        self._troubles = Troubles(self)
        self.stale = StaleOffer(session, queue, self.banners, self)
        self._connect()
        self._restore()
        self.painted.connect(self.files.welcome)
        self.actions.refresh()

    # Building.

    def _build(self) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addWidget(self.canvas, 1)
        self.setCentralWidget(middle)
        self._build_docks()
        self._register()
        self.menus = Menus(self, self.actions)
        toggles = [dock.toggleViewAction() for dock in self.docks.values()]
        self.menus.build(character_commands.NAMES, self._program.help, toggles)
        self.menus.bars(self._canvas_commands.tools.actions())
        engine = EngineButton(self.engine, self.session.engine.restart, self.show_engine_settings)
        self.status = StatusBar(self.session, self.canvas, self.actions, engine)
        self.setStatusBar(self.status)
        self.welcome = WelcomeCard(
            self.session, self.canvas, self.actions["panel.templates"].trigger,
            self.actions["tool.panel"].trigger, self.actions["character.new"].trigger,
        )  # fmt: skip

    def _build_docks(self) -> None:
        session, queue = self.session, self.queue
        self.pages, self.characters = PagesDock(session, queue), CharactersDock(session, queue)
        self.inspector, self.edits = InspectorDock(session, queue), EditsDock(session, queue)
        self.takes, self.queued = TakesDock(session, queue), QueueDock(session, queue)
        for name, dock in (
            ("pages", self.pages), ("inspector", self.inspector), ("edits", self.edits),
            ("characters", self.characters), ("takes", self.takes), ("queue", self.queued),
        ):  # fmt: skip
            self.docks.put(name, dock, dock.title())

    def _register(self) -> None:
        session, questions = self.session, self.files.questions
        self._program = ProgramCommands(self)
        self._program.register(self.actions)
        self.history.register(self.actions)
        PageCommands(session, self.pages, questions, self).register(self.actions)
        PanelCommands(session, questions, self).register(self.actions)
        CharacterCommands(session, self.characters, self.docks["characters"], self).register(self.actions)
        GenerateCommands(session, self.queue, self).register(self.actions)
        EditCommands(session, self.canvas, self.edits, self.docks["edits"], self).register(self.actions)
        PoseCommands(session, self.canvas, self).register(self.actions)
        SketchCommands(self.canvas, self).register(self.actions)
        RequestCommands(session, self.inspector.requests, self).register(self.actions)
        self._canvas_commands = CanvasCommands(session, self.canvas, self)
        self._canvas_commands.register(self.actions)
        self.actions.take_keys(session.settings.window.get("keys"))

    def _connect(self) -> None:
        session = self.session
        self.canvas.drops.takers[CHARACTER] = self._drop_character
        self.files.unstored = lambda: self.queue.unstored
        self.files.changed.connect(self._show_title)
        self.files.saving.connect(self.status.saving.setVisible)
        self.inspector.cast.character_wanted.connect(self.actions["character.new"].trigger)
        self.canvas.menu_wanted.connect(self._show_menu)
        self.canvas.panel_clicked.connect(lambda _: self.docks.bring_forward("inspector"))
        self.menus.recent.aboutToShow.connect(
            lambda: self.menus.show_recent(self.files.recent(), discarded(), self.files.open)
        )
        for signal in (
            session.opened, session.project_changed, session.history_changed, session.page_changed,
            session.selection_changed, session.takes_changed,
        ):  # fmt: skip
            signal.connect(self.actions.refresh_soon)
        self._show_title()

    def _restore(self) -> None:
        self.resize(*FIRST_SIZE)
        if not self.docks.restore(self.session.settings.window):
            self.docks.arrange()

    def _drop_character(self, panel: str, data: QMimeData) -> None:
        self.characters.drop_on_panel(panel, data)
        self.docks.bring_forward("inspector")

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.files.name()}[*] — Komawari")
        self.setWindowModified(self.session.document.is_modified)
        self.setWindowFilePath("" if self.files.is_untitled else str(self.files.path))

    def _show_menu(self, at: QPoint, panel: str) -> None:
        self.actions.refresh()
        self.menus.context(self, bool(panel)).popup(at)

    def show_engine_settings(self) -> None:
        """Show the settings of the engine."""
        self._program.show_settings("engine")

    # Events.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, lambda: self.painted.emit())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if _projects(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        dropped = _projects(event)
        if dropped:
            event.acceptProposedAction()
            self.files.open(dropped[0])

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close, once all questions are answered; they are asked meanwhile."""
        if self._leaving:
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        queued = len({entry.panel for entry in self.queue.entries})
        if queued:
            self.files.questions.queued(queued, self._leave_document)
        else:
            self._leave_document()

    def _leave_document(self) -> None:
        self.files.leave(self._leave)

    def _leave(self) -> None:
        self._leaving = True
        places = {**self.session.settings.window, **self.docks.state()}
        self.session.set_settings(window=places)
        self.history.release()
        QTimer.singleShot(0, self, self.close)


def _projects(event: QDropEvent) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix == SUFFIX]
