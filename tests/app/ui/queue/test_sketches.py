"""Panels that follow their sketches, on their way to the engine, and as requests through files and the clipboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from animeadapter.protocol.calls import Generate
from animeadapter.protocol.request import Blob
from komawari.domain.edits import sketches
from komawari.domain.panel import Placement, Sheet
from komawari.ui.edits.redrawing import is_edit
from komawari.ui.painting import png
from komawari.ui.queue.exchange import RequestExchange

UPPER, LOWER = f"{11:032x}", f"{12:032x}"


@pytest.fixture
def sketched(desk: Any) -> Any:
    """A desk whose upper panel follows a sketch: black at the left, nothing at the right."""
    ink = np.zeros((500, 1000, 4), np.uint8)
    ink[:, :500] = (0, 0, 0, 255)
    data = png.encoded(ink)
    desk.session.document.store.put_picture(data).result()
    desk.sheet = Sheet(Blob.of(data), 1000, 500)
    edit = {"sheet": desk.sheet, "follow": True, "strength": 0.7}
    desk.session.edit("Sketch", lambda project: sketches.set_sketch(project, UPPER, **edit))
    return desk


def test_the_engine_gets_the_sketch_over_white_as_large_as_the_picture(sketched: Any) -> None:
    sketched.queue.add(UPPER)
    sketched.settle()
    job = sketched.engine.submitted[-1]
    request = job.call.request
    assert request.edit.strength == 0.7 and request.edit.mask is None
    assert set(job.files) == {request.edit.picture.sha256}, "the sheet itself need not travel"
    image = QImage.fromData(job.files[request.edit.picture.sha256])
    assert (image.width(), image.height()) == (request.size.width, request.size.height)
    middle = image.height() // 2
    colours = [image.pixelColor(x, middle).name() for x in (5, image.width() - 5)]
    assert colours == ["#000000", "#ffffff"]
    assert image.pixelColor(5, 2).name() == "#ffffff", "the picture is higher than the frame, where there is no sheet"


def test_its_takes_can_be_drawn_again_and_are_no_local_edits(sketched: Any) -> None:
    sketched.queue.add(UPPER)
    sketched.play()
    take = sketched.takes()[0]
    assert not is_edit(take)
    picture = take.resolved.request.edit.picture
    assert sketched.session.document.store.picture(picture.sha256).startswith(b"\x89PNG")
    sketched.session.edit("Clear", lambda project: sketches.set_sheet(project, UPPER, None))
    sketched.queue.vary(take.id)
    sketched.play()
    assert sketched.drawn(Generate)[-1].request.edit.picture == picture


def test_what_is_queued_is_the_sketch_as_it_was(sketched: Any) -> None:
    sketched.queue.add(UPPER)
    sketched.session.edit("Clear", lambda project: sketches.set_sheet(project, UPPER, None))
    sketched.queue.add(UPPER)
    sketched.settle()
    first = sketched.drawn(Generate)[0].request
    sketched.play()
    assert first.edit is not None and sketched.drawn(Generate)[-1].request.edit is None


def test_another_place_of_the_sketch_is_another_job(sketched: Any) -> None:
    sketched.set(seed=5, seed_locked=True)
    sketched.set(LOWER, tags=("rain",))
    sketched.queue.add(LOWER)
    first = sketched.queue.add(UPPER)
    assert sketched.queue.add(UPPER) == first
    moved = Placement(dx=5)
    sketched.session.edit("Move", lambda project: sketches.place_sheet(project, UPPER, moved))
    assert sketched.queue.add(UPPER) != first


def test_a_sketch_that_cannot_be_read_ends_the_job_and_says_so(sketched: Any) -> None:
    sketched.session.document.store.put_picture(b"no picture").result()
    broken = Sheet(Blob.of(b"no picture"), 10, 10)
    sketched.session.edit("Break", lambda project: sketches.set_sheet(project, UPPER, broken))
    sketched.queue.add(UPPER)
    sketched.settle()
    assert sketched.queue.entries == () and "sketch: its file cannot be read" in sketched.failed[0][1]


def test_a_saved_request_brings_its_sketch_into_another_panel(sketched: Any, tmp_path: Path) -> None:
    exchange = RequestExchange(sketched.session)
    exchange.save(sketched.panel(), tmp_path / "panel.json")
    sketched.settle()
    written = json.loads((tmp_path / "panel.json").read_text())
    assert written["edit"]["strength"] == 0.7 and (tmp_path / written["edit"]["picture"]["path"]).is_file()
    exchange.open(LOWER, tmp_path / "panel.json")
    sketched.settle()
    sketch = sketched.panel(LOWER).sketch
    assert sketch.follow and sketch.strength == 0.7 and sketch.sheet.picture != sketched.sheet.picture
    exchange.save(sketched.panel(LOWER), tmp_path / "again.json")
    sketched.settle()
    assert (
        json.loads((tmp_path / "again.json").read_text())["edit"]["picture"]["path"].split("/")[-1]
        == (written["edit"]["picture"]["path"].split("/")[-1])
    ), "it is the same picture"
    sketched.session.document.undo()
    assert sketched.panel(LOWER).sketch.sheet is None


def test_a_request_that_comes_back_leaves_the_panel_its_own_sketch(sketched: Any) -> None:
    exchange, texts = RequestExchange(sketched.session), []
    exchange.text(sketched.panel(), texts.append)
    sketched.settle()
    edit = {"follow": False, "strength": 0.3}
    sketched.session.edit("Change", lambda project: sketches.set_sketch(project, UPPER, **edit))
    exchange.paste(UPPER, texts[0])
    sketched.settle()
    sketch = sketched.panel().sketch
    assert sketch.sheet == sketched.sheet and sketch.follow and sketch.strength == 0.7
    exchange.paste(LOWER, texts[0])
    sketched.settle()
    assert sketched.panel(LOWER).sketch.sheet is not None, "its picture is in the project"
    assert sketched.troubles == []
