"""The editor as a program: settings, library, document, engine and window, begun and ended in the right order."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication

import komawari_resources
from animeadapter.protocol.files import FileError
from komawari import __version__
from komawari.document.document import Document
from komawari.domain.paper import PRESETS
from komawari.domain.project import new_project
from komawari.engine_client.process import Command
from komawari.engine_client.supervisor import Supervisor
from komawari.storage.errors import StorageError
from komawari.storage.library import FILE as LIBRARY
from komawari.storage.library import Library
from komawari.storage.places import config_folder, data_folder
from komawari.storage.settings import Settings, read_settings, recent_files
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.samples import open_sample, sample_file
from komawari.ui.session import Session
from komawari.ui.theme import themes
from komawari.ui.window import untitled
from komawari.ui.window.window import Window

LOG = logging.getLogger("komawari")
Refusals = list[tuple[Path, StorageError]]


class Editor(QObject):
    """One window and all that it works with."""

    def __init__(self, app: QApplication, file: Path | None = None) -> None:
        """Open a project, or the last one, or a new one, and show it. Raises `StorageError` if not even that can be."""
        super().__init__(app)
        path = config_folder() / "settings.json"
        settings = known_settings(path)
        dress(app, settings)
        refusals: Refusals = []
        self.library, complaint = opened_library()
        document = first_document(file, settings, refusals)
        engine = Supervisor(command(settings), start=False)
        self.session = Session(document, self.library, engine, path)
        self.queue = PanelQueue(self.session)
        self._settings = self.session.settings
        with themes().building():
            self.window = Window(self.session, self.queue)
        if complaint:
            self.session.trouble.emit(complaint)
        for refused in refusals:
            self.window.files.refused(*refused)
        self.session.settings_changed.connect(self._follow_settings)
        self.window.painted.connect(self.session.engine.restart)
        self.window.closed.connect(self.close, Qt.ConnectionType.QueuedConnection)
        self._closed = False

    def _follow_settings(self) -> None:
        """Do at once what the settings say."""
        before, self._settings = self._settings, self.session.settings
        if before.theme != self._settings.theme:
            themes().choose(self._settings.theme)
        if before.engine_command != self._settings.engine_command:
            self.session.engine.replace(Supervisor(command(self._settings)))
        self.session.document.history.budget = self._settings.undo_mebibytes * 2**20

    def close(self) -> None:
        """End everything; when this returns, no process and no lock is left. The application then ends."""
        if self._closed:
            return
        self._closed = True
        self.window.hide()
        document = self.session.document
        self.session.close()
        self.window.files.close(document)
        self.library.close()
        QApplication.quit()


def run(file: Path | None) -> int:
    """Show the editor until it is closed, and return the exit code."""
    app = application()
    try:
        editor = Editor(app, file)
    except StorageError as error:
        sys.stderr.write(f"komawari: {error}\n")
        return 1
    report_errors(editor)
    # Edits are journalled at once, and the engine ends with its pipe: Ctrl-C may end the process on the spot.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    editor.window.show()
    code = app.exec()
    editor.close()
    return code


def application() -> QApplication:
    """Return the application, with its names."""
    app = QApplication.instance() or QApplication(["komawari"])
    assert isinstance(app, QApplication)
    app.setApplicationName("Komawari")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("komawari")
    app.setQuitOnLastWindowClosed(False)
    return app


def known_settings(path: Path) -> Settings:
    """Return the settings; where they cannot be read, the defaults: the session tells why."""
    try:
        return read_settings(path)
    except (StorageError, FileError):
        return Settings()


def dress(app: QApplication, settings: Settings) -> None:
    """Give the application its theme and its language."""
    themes().choose(settings.theme)
    language = settings.language or QLocale.system().name()
    own = str(komawari_resources.path("translations"))
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for folder, name in ((qt, "qtbase"), (own, "komawari")):
        translator = QTranslator(app)
        if translator.load(QLocale(language), name, "_", folder):
            app.installTranslator(translator)


def command(settings: Settings) -> Command:
    """Return how the engine is started."""
    return Command(settings.engine_command) if settings.engine_command else Command()


def opened_library() -> tuple[Library, str]:
    """Return the character library; where it cannot be read, another beside it, and what has to be said about that."""
    path = data_folder() / LIBRARY
    try:
        return Library(path), ""
    except StorageError as error:
        other = path.with_name(f"other-{LIBRARY}")
        return Library(other), f"{error} Characters are kept in {other} meanwhile."


def first_document(file: Path | None, settings: Settings, refusals: Refusals) -> Document:
    """Return what is shown first: a file, else unsaved work, else the last project, else a new one."""
    undo_bytes = settings.undo_mebibytes * 2**20
    if file is None and (left := untitled.reopened(undo_bytes)) is not None:
        return left
    for path in [file.absolute()] if file is not None else recent_files(settings)[:1]:
        try:
            return Document(path, undo_bytes=undo_bytes)
        except StorageError as error:
            refusals.append((path, error))
    if file is None and not settings.recent and (sample := sample_document(undo_bytes, refusals)) is not None:
        return sample
    return Document(untitled.create(new_project("", PRESETS["b5_manga"], "rtl")), undo_bytes=undo_bytes)


def sample_document(undo_bytes: int, refusals: Refusals) -> Document | None:
    """Return the artist's copy of the sample project, as a first start shows it; None where it cannot be."""
    if not sample_file().exists():
        return None
    try:
        return Document(open_sample(), undo_bytes=undo_bytes)
    except StorageError as error:
        refusals.append((sample_file(), error))
        return None


def report_errors(editor: Editor) -> None:
    """Say in the window what nobody expected, and log it; the document goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        LOG.error("unexpected", exc_info=(kind, error, trace))
        line = editor.tr("Something unexpected went wrong ({error}). Your edits are safe in the journal.")
        editor.session.trouble.emit(line.format(error=f"{kind.__name__}: {error}"))

    sys.excepthook = report
