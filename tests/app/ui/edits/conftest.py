"""A dock of local edits over the real queue and a scripted engine that fills a region with a colour of its seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from animeadapter.protocol.calls import Drawn, Generate, ListPacks, PackInfo, PackList
from animeadapter.protocol.request import Blob, Environment, ResolvedRequest
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters, local, parameters
from komawari.domain.edits.changing import on_panel
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import find_panel
from komawari.domain.takes import Take
from komawari.engine_client.client import Event, Finished, Picture
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.canvas.view import CanvasView
from komawari.ui.edits.dock import EditsDock
from komawari.ui.masks.room import Room
from komawari.ui.painting import png
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session

UPPER, MARI, YUKI = (f"{number:032x}" for number in (11, 500, 600))
PACK = PackInfo("mini", "Demo", "CC0", "embedded", ((256, 256), (312, 208)), (), "0" * 64)


def picture(width: int, height: int, colour: str) -> bytes:
    """A PNG of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return png_of(image)


def png_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def redrawing(job: ClientJob) -> Iterator[Event]:
    """What an engine says that fills the mask of an edit."""
    assert isinstance(job.call, Generate) and job.call.request.edit is not None
    request, edit = job.call.request, job.call.request.edit
    assert edit.mask is not None
    mask = QImage.fromData(job.files[edit.mask.sha256])
    for take, seed in enumerate(request.seeds):
        image = QImage.fromData(job.files[edit.picture.sha256]).convertToFormat(QImage.Format.Format_RGB32)
        assert mask.size() == image.size(), "the mask is as large as its picture"
        colour = QColor.fromHsv(seed * 67 % 360, 220, 200)
        for y in range(image.height()):
            for x in range(image.width()):
                if mask.pixelColor(x, y).red() > 127:
                    image.setPixelColor(x, y, colour)
        environment = Environment("cpu", "cpu", "float32", 1, request.seeds, "0" * 64, {})
        yield Picture(job.id, take, seed, png_of(image), ResolvedRequest(request, take, environment))
    yield Finished(job.id, Drawn(len(request.seeds)))


class Studio:
    """A window's worth of local edits."""

    def __init__(self, session: Session, engine: FakeEngine, qtbot: Any) -> None:
        self.session, self.engine, self.qtbot = session, engine, qtbot
        engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
        engine.script(Generate, redrawing)
        self.queue = PanelQueue(session)
        self.view = CanvasView(session, self.queue)
        self.view.resize(600, 700)
        self.view.show()
        self.dock = EditsDock(session, self.queue)
        self.dock.resize(330, 900)
        self.dock.show()
        self.room = Room.of(session)
        self.said: list[str] = []
        session.message.connect(self.said.append)
        session.trouble.connect(self.said.append)
        self.play()

    def until(self, wanted: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(wanted()))

    def settle(self) -> None:
        for _ in range(3):
            self.until(lambda: self.session.waiting.open == 0)
            self.qtbot.wait(1)

    def play(self) -> None:
        """Let the engine do everything."""
        self.until(lambda: self.session.engine.state.phase == "ready")
        self.settle()
        while self.engine.play():
            self.settle()

    def use_take(self, width: int = 60, height: int = 40, colour: str = "#ffffff", panel: str = UPPER) -> Take:
        data = picture(width, height, colour)
        take = self.session.document.takes.add(panel, data, (width, height)).result()
        self.session.document.takes.adopt(take)
        self.session.edit("Use", partial(on_panel, panel=panel, change=lambda old: replace(old, take=take.id)))
        self.session.select(panel)
        self.settle()
        return take

    def paint(self, width: int = 60, height: int = 40) -> None:
        """Paint the left half of the selected panel's take."""
        import numpy as np

        pixels = np.zeros((height, width), np.uint8)
        pixels[:, : width // 2] = 255
        data = png.encoded(pixels)
        self.session.document.store.put_picture(data).result()
        self.session.edit("Paint", partial(local.set_local_edit, panel=UPPER, mask=Blob.of(data)))
        self.settle()

    def cast(self) -> tuple[Character, Character]:
        """Put Mari into the panel; Yuki is elsewhere."""
        made = []
        for identity, name in ((MARI, "Mari"), (YUKI, "Yuki")):
            data = picture(20, 20, "#c04060" if name == "Mari" else "#4060c0")
            self.session.document.store.put_picture(data).result()
            reference = CharacterReference(f"{int(identity, 16) + 1:032x}", Blob.of(data), "front")
            made.append(Character(identity, name, references=(reference,)))
            self.session.edit("Add", partial(characters.add_character, character=made[-1]))
        self.session.edit("Bind", partial(parameters.add_figure, panel=UPPER, figure=Figure(f"{502:032x}", MARI)))
        self.settle()
        return made[0], made[1]

    def panel(self) -> Panel:
        return find_panel(self.session.project, UPPER)[1]

    def takes(self) -> tuple[Take, ...]:
        return self.session.document.takes.of_panel(UPPER)

    def used(self) -> Take:
        found = self.session.used_take(self.panel())
        assert found is not None
        return found

    def pixel(self, take: Take, x: int, y: int) -> str:
        return QImage.fromData(self.session.picture(take.picture.sha256)).pixelColor(x, y).name()

    def requests(self) -> list[Any]:
        return [job.call.request for job in self.engine.submitted if isinstance(job.call, Generate)]


@pytest.fixture
def studio(session: Session, engine: FakeEngine, qtbot: Any) -> Iterator[Studio]:
    one = Studio(session, engine, qtbot)
    yield one
    one.settle()
    for widget in (one.dock, one.view):
        widget.close()
        widget.deleteLater()
