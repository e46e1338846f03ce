"""Exports on another thread: progress, stopping, failures, and pictures that the engine enlarges first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from animeadapter.protocol.calls import Upscale, Upscaled
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.export.exporter import Exporter
from komawari.ui.export.job import Job
from komawari.ui.session import Session

from .conftest import FIRST, changed, gradient


@pytest.fixture
def exporter(session: Session) -> Iterator[Exporter]:
    one = Exporter(session)
    yield one
    one.close()


def enlarges(job: ClientJob) -> Iterator[Finished]:
    larger = gradient(256, 256)
    yield Finished(job.id, Upscaled(Blob.of(larger)), {Blob.of(larger).sha256: larger})


def test_an_export_goes_on_beside_the_window_and_tells_how_far_it_is(
    qtbot: QtBot, exporter: Exporter, job: Job
) -> None:
    told: list[tuple[float, str]] = []
    exporter.progressed.connect(lambda share, what: told.append((share, what)))
    with qtbot.waitSignal(exporter.finished) as end:
        exporter.start(job)
        assert exporter.busy
    assert not exporter.busy
    assert [one.name for one in end.args[0]] == ["test-01.png", "test-02.png", "test-models.txt"]
    assert told == sorted(told, key=lambda one: one[0])
    assert {"Page 1 …", "Page 2 …"} <= {what for _, what in told}


def test_stopping_ends_an_export_without_a_file(qtbot: QtBot, exporter: Exporter, job: Job, tmp_path: Path) -> None:
    exporter.progressed.connect(lambda share, _: exporter.stop() if share > 0 else None)
    with qtbot.waitSignal(exporter.stopped):
        exporter.start(changed(job, dpi=600))
    assert not exporter.busy
    assert list((tmp_path / "out").iterdir()) == []


def test_what_goes_wrong_is_told_once(qtbot: QtBot, exporter: Exporter, job: Job, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with qtbot.waitSignal(exporter.failed) as end:
        exporter.start(job)
    assert "out" in end.args[0]
    assert not exporter.busy


def test_soft_pictures_are_enlarged_by_the_engine_before_they_are_exported(
    qtbot: QtBot, exporter: Exporter, engine: FakeEngine, job: Job
) -> None:
    engine.script(Upscale, enlarges)
    with qtbot.waitSignal(exporter.finished) as end:
        exporter.start(changed(job, enlarge=True, format="pdf"))
        for count in (1, 2):
            qtbot.waitUntil(lambda count=count: len(engine.submitted) == count)
            engine.play()
    page = PdfReader(end.args[0][0]).pages[0]
    assert [one.call.picture.sha256 for one in engine.submitted] == [
        job.source.takes[panel.id].picture.sha256 for panel in job.source.read_panels(1)
    ]
    assert all(one.call.picture.sha256 in one.files for one in engine.submitted)
    assert max(image.image.size[1] for image in page.images) > 64


def test_an_engine_that_cannot_enlarge_ends_the_export_with_its_reason(
    qtbot: QtBot, exporter: Exporter, engine: FakeEngine, job: Job, tmp_path: Path
) -> None:
    engine.script(Upscale, lambda one: [Failed(one.id, "out_of_memory", "the memory ran out")])
    with qtbot.waitSignal(exporter.failed) as end:
        exporter.start(changed(job, enlarge=True))
        qtbot.waitUntil(lambda: len(engine.submitted) == 1)
        engine.play()
    assert "the memory ran out" in end.args[0]
    assert not (tmp_path / "out").exists()


def test_a_damaged_picture_that_was_to_be_enlarged_names_its_panel(
    qtbot: QtBot, exporter: Exporter, job: Job, damage: Callable[[str], None]
) -> None:
    damage(FIRST)
    with qtbot.waitSignal(exporter.failed) as end:
        exporter.start(changed(job, enlarge=True))
    assert end.args[0].startswith("page 1, panel 1: its picture cannot be read")
    assert "choose another take there, or draw it anew" in end.args[0]


def test_stopping_while_the_engine_enlarges_cancels_its_job(
    qtbot: QtBot, exporter: Exporter, engine: FakeEngine, job: Job, tmp_path: Path
) -> None:
    exporter.start(changed(job, enlarge=True))
    qtbot.waitUntil(lambda: len(engine.submitted) == 1)
    with qtbot.waitSignal(exporter.stopped):
        exporter.stop()
    assert engine.cancelled == [engine.submitted[0].id]
    assert not exporter.busy
    assert not (tmp_path / "out").exists()


def test_opening_another_project_stops_an_export(qtbot: QtBot, exporter: Exporter, session: Session, job: Job) -> None:
    exporter.start(changed(job, enlarge=True))
    with qtbot.waitSignal(exporter.stopped):
        session.opened.emit()
