"""Finished pictures that cannot be written, because the disk is full, say: where they show until they can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor

from animeadapter.protocol.calls import Drawn, Generate
from animeadapter.protocol.messages import Preview, Progress
from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.engine_client.client import Event, Finished, Picture
from komawari.engine_client.jobs import ClientJob
from komawari.storage.errors import FullError
from komawari.storage.store import Store

from .conftest import LOWER, UPPER, picture, resolved

HALF, COLOURS = "#000000", ("#20c060", "#2060c0")
Full = Callable[[], AbstractContextManager[None]]


def drawing(job: ClientJob) -> Iterator[Event]:
    assert isinstance(job.call, Generate)
    request = job.call.request
    yield Progress(job.id, 1, 2)
    yield Preview(job.id, 0, 1, picture(HALF, "JPEG"))
    yield Progress(job.id, 2, 2)
    for take, seed in enumerate(request.seeds):
        yield Picture(job.id, take, seed, picture(COLOURS[take]), resolved(request, take))
    yield Finished(job.id, Drawn(len(request.seeds)))


@pytest.fixture
def full(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Full:
    """Let the disk be full for a while."""
    desk.engine.script(Generate, drawing)

    def refuse(*_: Any) -> None:
        raise FullError("the disk is full")

    @contextmanager
    def filled() -> Iterator[None]:
        with monkeypatch.context() as patched:
            patched.setattr(desk.session.document.store, "_add_take", refuse)
            yield

    return filled


def shown(desk: Any, panel: str = UPPER) -> QColor | None:
    image = desk.queue.preview_of(panel)
    return None if image is None else image.pixelColor(5, 5)


def test_a_panel_without_a_picture_shows_the_finished_one_that_cannot_be_written(desk: Any, full: Full) -> None:
    with full():
        desk.queue.add(UPPER)
        desk.play()
        desk.until(lambda: shown(desk) == QColor(COLOURS[0]))
        assert desk.queue.unwritten_of(UPPER) == (Blob.of(picture(COLOURS[0])).sha256,)
        assert desk.queue.unwritten_of(LOWER) == () and desk.queue.entries == ()
        desk.queue._arrivals.store_rest()
        assert desk.queue.unstored == 1, "while it is tried again it is not written yet"
        desk.settle()
        assert shown(desk) == QColor(COLOURS[0])
    desk.queue._arrivals.store_rest()
    desk.until(lambda: shown(desk) is None)
    assert desk.queue.unwritten_of(UPPER) == () and desk.session.unwritten_files == {}
    assert desk.panel().take == desk.takes()[0].id


def test_a_panel_that_shows_a_take_goes_back_to_it(desk: Any, full: Full) -> None:
    desk.queue.add(UPPER)
    desk.play()
    used = desk.panel().take
    assert used is not None
    with full():
        desk.queue.add(UPPER)
        desk.play(3)
        desk.until(lambda: shown(desk) is not None)
        desk.play()
        desk.until(lambda: shown(desk) is None)
        assert desk.queue.unstored == 1 and desk.panel().take == used


def test_a_take_that_is_put_in_use_meanwhile_is_what_the_panel_shows(desk: Any, full: Full) -> None:
    with full():
        desk.queue.add(UPPER)
        desk.play()
        desk.until(lambda: shown(desk) == QColor(COLOURS[0]))
    desk.queue.paste(UPPER, picture("#ffffff"))
    desk.until(lambda: desk.panel().take is not None and shown(desk) is None)
    assert desk.queue.unstored == 1


def test_the_notice_says_which_panels_picture_waits_and_how_many_more(desk: Any, full: Full) -> None:
    with full():
        desk.queue.add(UPPER, takes=2)
        desk.play()
        assert desk.troubles == [
            "Page 1, panel 1 is drawn, and cannot be written: the disk is full",
            "Page 1, panel 1 and another picture are drawn, and cannot be written: the disk is full",
        ]


def test_pictures_of_a_project_that_was_left_are_held_no_longer(desk: Any, full: Full, tmp_path: Path) -> None:
    Store.create(tmp_path / "other.komawari", desk.session.project)
    first, other = desk.session.document, Document(tmp_path / "other.komawari")
    desk.session.open(other)
    with full():
        desk.queue.add(UPPER)
        desk.play()
        desk.until(lambda: shown(desk) == QColor(COLOURS[0]))
    desk.session.open(first)
    assert shown(desk) is None and desk.queue.unwritten_of(UPPER) == (), "its panels have the same ids"
    other.close()
    desk.queue._arrivals.store_rest()
    desk.settle()
    assert desk.queue.unstored == 0 and desk.session.unwritten_files == {}
