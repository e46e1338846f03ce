"""A panel that is sketched in the real window and drawn from its sketch by a real engine of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from tests.app.ui.window.test_end_to_end import CONTROL, PATIENCE, at_work

from komawari.domain.edits import panels
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.paper import PRESETS
from komawari.domain.project import new_project
from komawari.storage.store import Store
from komawari.ui.canvas.tools.sketching import SketchPenTool

PANEL = "b" * 32


def draw(window, *shares: tuple[float, float]) -> None:
    """A stroke of the mouse, in shares of the sheet."""
    canvas = window.canvas
    tool = canvas.tools[canvas.tool]
    assert isinstance(tool, SketchPenTool)
    surface = tool.board.surface
    spots = [(x * surface.width, y * surface.height) for x, y in shares]
    places = [canvas.viewportTransform().map(tool.to_page().map(QPointF(*spot))).toPoint() for spot in spots]
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas.viewport(), place)
        tool.move(canvas.pointer(QPointF(place), Qt.KeyboardModifier.NoModifier))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=places[-1])


def test_a_panel_is_sketched_and_drawn_from_its_sketch(
    qapp, tmp_path: Path, tiny_packs: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path / "home"))
    path, project = tmp_path / "page.komawari", new_project("Page", PRESETS["b5_manga"])
    Store.create(path, panels.draw_panel(project, project.pages[0].id, PANEL, rectangle((20, 20, 120, 120))))
    with at_work(path, tiny_packs, qtbot) as window:
        session, complaints = window.session, []
        session.engine.restart()
        window.queue.failed.connect(lambda _, why: complaints.append(why))
        session.trouble.connect(complaints.append)
        session.select(PANEL)
        window.actions["tool.sketch_pen"].trigger()
        qtbot.waitUntil(lambda: window.canvas.tools["sketch_pen"].board.surface is not None)
        draw(window, (0.2, 0.2), (0.8, 0.8))
        qtbot.waitUntil(window.inspector.sketch.follow.isVisible)
        QTest.keyClick(window.inspector.sketch.follow, Qt.Key.Key_Space)
        window.inspector.sketch.closeness.box.setValue(0.5)
        qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
        QTest.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL)
        qtbot.waitUntil(lambda: bool(complaints) or not window.queue.entries, timeout=PATIENCE)
        assert complaints == []
        qtbot.waitUntil(lambda: session.panel.take is not None)
        take = session.used_take(session.panel)
        request = take.resolved.request
        assert request.edit is not None and request.edit.strength == 0.5
        assert (take.width, take.height) == (request.size.width, request.size.height)
        begun = QImage.fromData(session.picture(request.edit.picture.sha256))
        assert (begun.width(), begun.height()) == (take.width, take.height)
        window.queue.reproduce(take.id)
        said: list[str] = []
        session.message.connect(said.append)
        qtbot.waitUntil(lambda: bool(complaints) or any("pixel is the same" in one for one in said), timeout=PATIENCE)
        assert complaints == [], "the same sketch gives the same pixels"
