"""Pictures on the disk, an engine that finds a character in each, and ways to wait for what happens elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from animeadapter.protocol.calls import Segment, Segmented
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import Blob
from komawari.domain.character import Character
from komawari.domain.edits.characters import add_character
from komawari.domain.project import find_character
from komawari.engine_client.client import Event, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.session import Session


def to_png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def drawn(width: int, height: int, colour: str, grey: bool = False) -> QImage:
    """An upper half of one colour, a lower half of another."""
    image = QImage(width, height, QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0) if grey else QColor("white"))
    painter = QPainter(image)
    painter.fillRect(width // 4, 0, width // 2, height // 2, QColor(colour))
    painter.end()
    return image


def finds(job: ClientJob) -> Iterable[Event]:
    """The character is the upper middle of the picture: hair above, face below it."""
    picture = QImage.fromData(job.files[job.call.picture.sha256])
    width, height = picture.width(), picture.height()
    labels = drawn(width, height, "black", grey=True)
    for y in range(height // 2):
        for x in range(width // 4, width // 4 + width // 2):
            part = Part.HAIR if y < height // 4 else Part.FACE
            labels.setPixelColor(x, y, QColor(int(part), int(part), int(part)))
    files = [to_png(drawn(width, height, "white", grey=True)), to_png(labels)]
    result = Segmented(*(Blob.of(data) for data in files))
    yield Finished(job.id, result, {Blob.of(data).sha256: data for data in files})


@pytest.fixture
def engine() -> FakeEngine:
    fake = FakeEngine()
    fake.script(Segment, finds)
    return fake


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "Aiko.png", width: int = 64, height: int = 96, colour: str = "#c04060") -> Path:
        path = tmp_path / name
        path.write_bytes(to_png(drawn(width, height, colour)))
        return path

    return make


@pytest.fixture
def settled(session: Session, engine: FakeEngine, qtbot) -> Callable[[], None]:
    """Waits until nothing is under way, neither here nor with the engine."""

    def settle() -> None:
        for _ in range(3):
            qtbot.waitUntil(lambda: not session.waiting.open)
            while engine.play():
                qtbot.waitUntil(lambda: not session.waiting.open)
            qtbot.wait(1)

    return settle


@pytest.fixture
def someone(session: Session) -> Callable[[str], Character]:
    def find(name: str) -> Character:
        found = next(one for one in session.project.characters if one.name == name)
        return find_character(session.project, found.id)

    return find


@pytest.fixture
def nobody_else(session: Session) -> None:
    """The project without the character that it begins with, whose pictures are not there."""
    session.edit("Clear", lambda project: type(project)(project.id, pages=project.pages))


@pytest.fixture
def in_project(session: Session) -> Callable[[Character], None]:
    return lambda character: session.edit("Add", lambda project: add_character(project, character)) and None
