"""A page with pictures that have no two places alike, so that what is moved, mirrored or cut wrongly shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from animeadapter.protocol.request import Environment, GenerateRequest, ResolvedRequest, Size
from komawari.domain.edits import pages, panels, parameters
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Placement
from komawari.domain.paper import paper
from komawari.domain.project import Project
from komawari.ui.dialogs.export import ExportDialog
from komawari.ui.export.choice import Choice
from komawari.ui.export.job import Event, Job, Progress, Written, export
from komawari.ui.export.source import Source
from komawari.ui.session import Session

PAPER = paper(60, 80, bleed=3, safe=5)
FIRST_PAGE, FIRST, SECOND = f"{1:032x}", f"{11:032x}", f"{12:032x}"


def gradient(width: int, height: int) -> bytes:
    """A PNG that grows red to the right and green downwards."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    for y in range(height):
        for x in range(width):
            image.setPixelColor(x, y, QColor(x * 255 // width, y * 255 // height, 90))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def resolved(pack: str = "mini") -> ResolvedRequest:
    where = Environment("cpu", "a processor", "float32", 2, (0,), "d" * 64, {"torch": "2"})
    return ResolvedRequest(GenerateRequest(size=Size(64, 64), pack=pack), 0, where)


@pytest.fixture
def project() -> Project:
    """Page 1 has a panel that bleeds at the top and a slanted one below it; page 2 is empty; it reads right to left."""
    value = Project(f"{0:032x}", "Test", "rtl", PAPER)
    value = pages.add_page(value, f"{1:032x}")
    value = panels.draw_panel(value, f"{1:032x}", FIRST, rectangle((0, 0, 60, 30)))
    value = panels.draw_panel(value, f"{1:032x}", SECOND, ((5, 35), (55, 40), (50, 75), (8, 75)))
    value = panels.place_picture(value, SECOND, Placement(dx=2, dy=-1, scale=1.3, flip_x=True))
    return pages.add_page(value, f"{2:032x}")


@pytest.fixture
def add_take(session: Session) -> Callable[..., str]:
    """Give a panel a picture and use it; returns the take's id."""

    def add(panel: str, picture: bytes, pack: str | None = "mini") -> str:
        image = QImage.fromData(picture)
        size = (image.width(), image.height())
        take = session.document.takes.add(panel, picture, size, resolved(pack) if pack else None).result()
        session.document.takes.adopt(take)
        session.edit("Use take", lambda project: parameters.use_take(project, panel, take))
        return take.id

    return add


@pytest.fixture
def damage(session: Session) -> Callable[[str], None]:
    """Let the picture that a panel shows be damaged in the project file."""

    def change(panel: str) -> None:
        sha = Source.of(session.document).takes[panel].picture.sha256
        with closing(sqlite3.connect(session.document.path)) as db, db:
            db.execute("UPDATE chunk SET data = CAST('pikture' AS BLOB) WHERE sha256 = ?", (sha,))

    return change


@pytest.fixture
def source(session: Session, add_take: Callable[..., str]) -> Source:
    add_take(FIRST, gradient(96, 48))
    add_take(SECOND, gradient(64, 64), None)
    return Source.of(session.document)


@pytest.fixture
def job(source: Source, tmp_path: Path) -> Job:
    choice = Choice(dpi=100, folder=str(tmp_path / "out"), name="test")
    return Job(source, (1, 2), choice, "the models' text")


def changed(job: Job, **fields: object) -> Job:
    return Job(job.source, job.pages, replace(job.choice, **fields), job.models)


def ran(job: Job) -> tuple[Path, ...]:
    """Run an export to its end and return its files."""
    events: list[Event] = list(export(job))
    shares = [event.share for event in events if isinstance(event, Progress)]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] == 1
    assert isinstance(events[-1], Written)
    return events[-1].files


@pytest.fixture
def run() -> Iterator[Callable[[Job], tuple[Path, ...]]]:
    yield ran


@pytest.fixture
def dialog(qtbot: QtBot, session: Session, source: Source) -> Iterator[ExportDialog]:
    one = ExportDialog(session)
    qtbot.addWidget(one)
    one.show()
    yield one
    one.exporter.close()
