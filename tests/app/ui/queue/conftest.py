"""A queue over the scripted engine, which draws in one colour a take; characters whose files are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from animeadapter.protocol.calls import DrawAgain, Drawn, Generate, ListPacks, PackInfo, PackList
from animeadapter.protocol.messages import Preview, Progress
from animeadapter.protocol.request import Blob, Environment, GenerateRequest, ResolvedRequest
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters, parameters
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import find_panel
from komawari.domain.takes import Take
from komawari.engine_client.client import Event, Finished, Picture
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session

FIRST, SECOND, UPPER, LOWER, MARI = (f"{number:032x}" for number in (1, 2, 11, 12, 500))
PACK = PackInfo("mini", "Demo", "CC0", "sd1", ((256, 256), (208, 312), (312, 208)), (), "0" * 64)


def picture(colour: str, kind: str = "PNG", size: tuple[int, int] = (20, 30)) -> bytes:
    """A picture file of one colour."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


def colour_of(seed: int) -> str:
    return QColor.fromHsv(seed * 67 % 360, 200, 200).name()


def resolved(request: GenerateRequest, take: int) -> ResolvedRequest:
    environment = Environment("cpu", "cpu", "float32", 1, request.seeds, "0" * 64, {})
    return ResolvedRequest(request, take, environment)


def drawing(job: ClientJob) -> Iterator[Event]:
    """What an engine says that draws every take."""
    assert isinstance(job.call, Generate)
    request = job.call.request
    yield Progress(job.id, 1, 2)
    for take, seed in enumerate(request.seeds):
        yield Preview(job.id, take, 1, picture(colour_of(seed), "JPEG"))
    yield Progress(job.id, 2, 2)
    for take, seed in enumerate(request.seeds):
        yield Picture(job.id, take, seed, picture(colour_of(seed)), resolved(request, take))
    yield Finished(job.id, Drawn(len(request.seeds)))


def drawing_again(job: ClientJob) -> Iterator[Event]:
    assert isinstance(job.call, DrawAgain)
    one = job.call.resolved
    seed = one.request.seeds[one.take]
    yield Picture(job.id, one.take, seed, picture(colour_of(seed)), one)
    yield Finished(job.id, Drawn(1))


class Desk:
    """A session with a queue, as tests use it."""

    def __init__(self, session: Session, engine: FakeEngine, qtbot: Any) -> None:
        self.session, self.engine, self.qtbot = session, engine, qtbot
        engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
        engine.script(Generate, drawing)
        engine.script(DrawAgain, drawing_again)
        self.queue = PanelQueue(session)
        self.said: list[str] = []
        self.troubles: list[str] = []
        self.finished: list[tuple[str, str]] = []
        self.failed: list[tuple[str, str]] = []
        session.message.connect(self.said.append)
        session.trouble.connect(self.troubles.append)
        session.unwritten.connect(self.troubles.append)
        self.queue.finished.connect(lambda *args: self.finished.append(args))
        self.queue.failed.connect(lambda *args: self.failed.append(args))
        self.until(lambda: session.engine.state.phase == "ready" and self.drawn(ListPacks))
        engine.play()

    def until(self, wanted: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(wanted()))

    def settle(self) -> None:
        """Let all that was begun be heard: events, files that are read and written."""
        waiting = self.session.waiting
        self.until(lambda: waiting.open == 0)
        for _ in range(3):
            self.qtbot.wait(1)
            self.until(lambda: waiting.open == 0)

    def play(self, events: int | None = None) -> None:
        """Let the engine do everything, or so many events."""
        self.settle()
        while self.engine.play(events):
            self.settle()
            if events is not None:
                return

    def drawn(self, kind: type[Any] = Generate) -> list[Any]:
        """The calls of a kind that were submitted."""
        return [job.call for job in self.engine.submitted if isinstance(job.call, kind)]

    def panel(self, panel: str = UPPER) -> Panel:
        return find_panel(self.session.project, panel)[1]

    def set(self, panel: str = UPPER, **fields: Any) -> None:
        assert self.session.edit("Set", partial(parameters.set_parameters, panel=panel, **fields))

    def takes(self, panel: str = UPPER) -> tuple[Take, ...]:
        return self.session.document.takes.of_panel(panel)

    def entries(self) -> list[tuple[str, str]]:
        return [(entry.panel, entry.state) for entry in self.queue.entries]

    def cast(self, panel: str = UPPER, files: bool = True) -> Character:
        """Put a character into a panel, with files in the project."""
        data = b"mari's picture"
        if files:
            self.session.document.store.put_picture(data).result()
        reference = CharacterReference(f"{501:032x}", Blob.of(data))
        mari = Character(MARI, "Mari R.", references=(reference,))
        self.session.edit("Add", partial(characters.add_character, character=mari))
        self.session.edit("Bind", partial(parameters.add_figure, panel=panel, figure=Figure(f"{502:032x}", MARI)))
        return mari

    def cast_again(self, panel: str) -> None:
        """Put the character into another panel too."""
        self.session.edit("Bind", partial(parameters.add_figure, panel=panel, figure=Figure(f"{505:032x}", MARI)))

    def redesign(self) -> None:
        """Change the character, so that panels become stale."""
        mari = next(one for one in self.session.project.characters if one.id == MARI)
        self.session.edit("Change", partial(characters.set_character, character=replace(mari, tags=("red_hair",))))


@pytest.fixture
def desk(session: Session, engine: FakeEngine, qtbot: Any) -> Desk:
    return Desk(session, engine, qtbot)


@pytest.fixture
def make_picture() -> Callable[..., bytes]:
    return picture
