"""A full disk while a picture arrives: what the window shows of it until there is room again."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage

from animeadapter.protocol.calls import Drawn, Generate, ListPacks
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Environment, ResolvedRequest
from komawari.engine_client.client import Event, Finished, Picture
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.storage.errors import FullError
from komawari.ui.session import Session
from komawari.ui.window.window import Window

LOWER = f"{12:032x}"


def png(colour: str) -> bytes:
    image = QImage(24, 16, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def test_a_picture_that_the_disk_has_no_room_for_is_shown_and_said_to_be_unsaved(
    window: Window, session: Session, engine: FakeEngine, qtbot, monkeypatch
) -> None:
    def draw(job: ClientJob) -> Iterator[Event]:
        assert isinstance(job.call, Generate)
        environment = Environment("cpu", "a processor", "float32", 1, (0,), "0" * 64, {})
        drawn = ResolvedRequest(job.call.request, 0, environment)
        yield Picture(job.id, 0, job.call.request.seeds[0], png("#20c060"), drawn)
        yield Finished(job.id, Drawn(1))

    def full(*_: object) -> None:
        raise FullError("x: the disk is full.")

    engine.script(ListPacks, lambda job: [Failed(job.id, "failed", "no packs")])
    engine.script(Generate, draw)
    session.select(LOWER)
    qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
    panel = next(one for one in session.shown_page.panels if one.id == LOWER)
    with monkeypatch.context() as patched:
        patched.setattr(session.document.store, "_add_take", full)
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: (engine.play(), window.canvas.picture_of(panel))[1] is not None)
        assert window.canvas.picture_of(panel).pixelColor(5, 5).name() == "#20c060"
        assert [window.takes.model.describe(card) for card in window.takes.model.cards] == ["Not saved yet"]
        line = "Page 1, panel 2 is drawn, and cannot be written: x: the disk is full."
        assert any(one.startswith(line) for one in window.banners.lines())
    window.queue._arrivals.store_rest()
    qtbot.waitUntil(lambda: session.panel is not None and session.panel.take is not None)
    assert not any(one.startswith(line) for one in window.banners.lines())
    assert [window.takes.model.describe(card) for card in window.takes.model.cards] == ["Take 1, in use"]
