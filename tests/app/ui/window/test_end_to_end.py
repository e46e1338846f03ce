"""One page from a picture to an export and back: the real window, a real engine process, a pack of random weights."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from komawari.document.document import Document
from komawari.domain.geometry.polygon import bounds
from komawari.domain.panel import Panel
from komawari.domain.paper import PRESETS
from komawari.domain.project import new_project
from komawari.domain.takes import Take
from komawari.engine_client.process import Command
from komawari.engine_client.supervisor import Supervisor
from komawari.storage.library import Library
from komawari.storage.store import Store
from komawari.ui.dialogs.export import ExportDialog
from komawari.ui.packs import Packs
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window.window import Window

PATIENCE = 900_000
"""Milliseconds that an engine may take to start and draw, on however busy a machine."""
CONTROL = Qt.KeyboardModifier.ControlModifier


@contextmanager
def at_work(path: Path, packs: Path, qtbot) -> Iterator[Window]:
    """The window on a project, as the program makes it."""
    library = Library(path.with_name("characters.komalib"))
    command = Command(environment={**os.environ, "ANIMEADAPTER_PACKS": str(packs)})
    engine = Supervisor(command, start=False)
    session = Session(Document(path), library, engine, path.with_name("settings.json"))
    window = Window(session, PanelQueue(session))
    try:
        with qtbot.waitSignal(window.painted):
            window.show()
        yield window
    finally:
        window.history.release()
        window.hide()
        session.close()
        session.document.close()
        library.close()
        window.deleteLater()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A character without a background."""
    image = QImage(96, 128, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setBrush(QColor("#2060c0"))
    painter.drawEllipse(28, 8, 40, 44)
    painter.setBrush(QColor("#c04060"))
    painter.drawRect(24, 50, 48, 70)
    painter.end()
    path = tmp_path / "Aiko.png"
    assert image.save(str(path))
    return path


def make_character(window: Window, picture: Path, qtbot) -> str:
    """Choose a file for a new character, and leave its name as it is."""
    window.actions["character.new"].trigger()
    dialog = window.characters.findChild(QFileDialog)
    dialog.filesSelected.emit([str(picture)])
    dialog.close()
    qtbot.waitUntil(lambda: bool(window.session.project.characters))
    qtbot.waitUntil(lambda: window.characters.grid.state() == window.characters.grid.State.EditingState)
    QTest.keyClick(window.characters.grid.findChild(QLineEdit), Qt.Key.Key_Return)
    (aiko,) = window.session.project.characters
    assert aiko.name == "Aiko"
    return aiko.id


def set_up_panel(window: Window, character: str, qtbot) -> Panel:
    """Lay the page out, click a panel, and choose who is in it, how they stand, and a tag."""
    session, inspector = window.session, window.inspector
    window.welcome.offers[1].click()
    left, top, right, bottom = bounds(session.shown_page.panels[0].frame)
    place = window.canvas.to_view(((left + right) / 2, (top + bottom) / 2)).toPoint()
    QTest.mouseClick(window.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.panel is not None
    box = inspector.cast.box
    box.setCurrentIndex(box.findData(character))
    box.activated.emit(box.currentIndex())
    QTest.mouseClick(inspector.pose.button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(inspector.pose.picker.search, "standing")
    QTest.keyClick(inspector.pose.picker.search, Qt.Key.Key_Return)
    QTest.keyClicks(inspector.tags.editor.line, "smile,")
    inspector.sampling.takes.setValue(2)
    return session.panel


def use_second(window: Window) -> Take:
    """Use the take that is not in use yet."""
    strip, panel = window.takes.strip, window.session.panel
    assert panel is not None
    row = next(row for row, card in enumerate(window.takes.model.cards) if card.take and card.take.id != panel.take)
    strip.setCurrentIndex(window.takes.model.index(row))
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert window.session.panel is not None
    used = window.session.used_take(window.session.panel)
    assert used is not None and used.id == window.takes.model.cards[row].take.id
    return used


def exported(window: Window, folder: Path, qtbot) -> bytes:
    """The page as PNG, by the dialog."""
    folder.mkdir()
    window.actions.refresh()
    window.actions["file.export"].trigger()
    dialog = window.files.questions.shown
    assert isinstance(dialog, ExportDialog)
    dialog.form.dpi.setValue(72)
    dialog.form.folder.setText(str(folder))
    with qtbot.waitSignal(dialog.exporter.finished, timeout=PATIENCE) as done:
        QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    dialog.close()
    return next(path for path in done.args[0] if path.suffix == ".png").read_bytes()


def test_a_page_from_a_picture_to_its_export_and_back(
    qapp, tmp_path: Path, picture: Path, tiny_packs: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path / "home"))
    path = tmp_path / "page.komawari"
    Store.create(path, new_project("Page", PRESETS["b5_manga"], "rtl"))
    threads = threading.enumerate()
    with at_work(path, tiny_packs, qtbot) as window:
        session = window.session
        session.engine.restart()
        aiko = make_character(window, picture, qtbot)
        panel = set_up_panel(window, aiko, qtbot)
        assert panel.tags == ("smile",) and panel.figures[0].pose is not None
        complaints: list[str] = []
        window.queue.failed.connect(lambda _, why: complaints.append(why))
        session.trouble.connect(complaints.append)
        qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
        QTest.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)
        assert window.queue.entries
        qtbot.waitUntil(lambda: bool(complaints) or not window.queue.entries, timeout=PATIENCE)
        assert complaints == []
        qtbot.waitUntil(lambda: len(window.takes.model.cards) == 2)
        used = use_second(window)
        drawn = session.document.takes.picture(used)
        assert used.drawn_with[0].character == aiko and QImage.fromData(drawn).width() == used.width
        first = exported(window, tmp_path / "first", qtbot)
        pid = session.engine.client.pid
        qtbot.waitUntil(window.actions["file.save"].isEnabled)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        QTest.keyClick(window.canvas, Qt.Key.Key_S, CONTROL)
        qtbot.waitUntil(lambda: not window.isWindowModified())
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with at_work(path, tiny_packs, qtbot) as window:
        shown = window.session.shown_page.panels
        again = window.session.used_take(next(one for one in shown if one.id == panel.id))
        assert again == used and window.session.document.takes.picture(again) == drawn
        # The export names models and licences, which the engine knows.
        window.session.engine.restart()
        qtbot.waitUntil(lambda: bool(Packs.of(window.session).all), timeout=PATIENCE)
        assert exported(window, tmp_path / "second", qtbot) == first
    assert [one.name for one in threading.enumerate() if one not in threads] == []
