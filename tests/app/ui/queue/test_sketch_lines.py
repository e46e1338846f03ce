"""Panels that follow their sketches' lines, on their way to the engine, whole and in local edits, and as requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from animeadapter.protocol.calls import Generate, ListPacks, PackInfo, PackList
from animeadapter.protocol.request import Blob, Size
from komawari.domain.edits import local, sketches
from komawari.domain.panel import Sheet
from komawari.domain.takes import Take
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.request_files import request_text
from komawari.ui.edits.redrawing import is_edit
from komawari.ui.painting import png
from komawari.ui.queue.exchange import RequestExchange
from komawari.ui.queue.pictures import encoded
from komawari.ui.queue.queue import PanelQueue

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
PACK = PackInfo("mini", "Demo", "CC0", "sd1", ((256, 256), (208, 312), (312, 208)), (), "0" * 64)
SIZE = (60, 40)
"""Of the take in which a region is drawn anew; no size of the pack's."""


@pytest.fixture
def lined(desk: Any) -> Any:
    """A desk whose upper panel follows the lines of a sketch: black at the left, nothing at the right."""
    ink = np.zeros((500, 1000, 4), np.uint8)
    ink[:, :500] = (0, 0, 0, 255)
    data = png.encoded(ink)
    desk.session.document.store.put_picture(data).result()
    desk.sheet = Sheet(Blob.of(data), 1000, 500)
    change(desk, sheet=desk.sheet, lines="scribble", lines_weight=0.7)
    return desk


def change(desk: Any, **fields: Any) -> None:
    assert desk.session.edit("Sketch", lambda project: sketches.set_sketch(project, UPPER, **fields))


def colours(image: QImage) -> list[str]:
    """At the left and at the right of the middle."""
    return [image.pixelColor(x, image.height() // 2).name() for x in (3, image.width() - 4)]


def redraw(desk: Any, make_picture: Callable[..., bytes]) -> tuple[Take, bytes]:
    """Queue the left half of a new take of the upper panel to be drawn anew; return the take and the mask."""
    take = desk.session.document.takes.add(UPPER, make_picture("#80c0ff", size=SIZE), SIZE).result()
    desk.session.document.takes.adopt(take)
    pixels = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    pixels[:, : SIZE[0] // 2] = 255
    mask = png.encoded(pixels)
    desk.session.document.store.put_picture(mask).result()
    desk.session.edit("Paint", partial(local.set_local_edit, panel=UPPER, mask=Blob.of(mask)))
    assert desk.queue.redraw(take, mask) is not None
    desk.settle()
    return take, mask


def test_the_engine_gets_the_lines_over_white_and_begins_from_noise(lined: Any) -> None:
    lined.queue.add(UPPER)
    lined.settle()
    job = lined.engine.submitted[-1]
    request = job.call.request
    assert request.edit is None and (request.lines.kind, request.lines.weight) == ("scribble", 0.7)
    assert set(job.files) == {request.lines.picture.sha256} and request.lines.picture != lined.sheet.picture
    image = QImage.fromData(job.files[request.lines.picture.sha256])
    assert Size(image.width(), image.height()) == request.size
    assert colours(image) == ["#000000", "#ffffff"]
    assert not any("with nobody" in line for line in lined.said), "there are lines by which the picture is this one"


def test_what_begins_from_the_sketch_too_has_one_picture_for_both(lined: Any) -> None:
    change(lined, follow=True)
    lined.queue.add(UPPER)
    lined.settle()
    job = lined.engine.submitted[-1]
    request = job.call.request
    assert request.edit.picture == request.lines.picture
    assert set(job.files) == {request.lines.picture.sha256} != {lined.sheet.picture.sha256}


def test_a_region_is_drawn_anew_by_the_lines_as_they_lie_in_its_take(lined: Any, make_picture: Any) -> None:
    take, mask = redraw(lined, make_picture)
    job = lined.engine.submitted[-1]
    request = job.call.request
    assert (request.edit.picture, request.edit.mask) == (take.picture, Blob.of(mask))
    assert (request.lines.kind, request.lines.weight) == ("scribble", 0.7)
    assert set(job.files) == {take.picture.sha256, Blob.of(mask).sha256, request.lines.picture.sha256}
    assert lined.sheet.picture.sha256 not in job.files, "the sheet itself need not travel"
    image = QImage.fromData(job.files[request.lines.picture.sha256])
    assert (image.width(), image.height()) == SIZE
    assert colours(image) == ["#000000", "#ffffff"]


def test_a_region_is_drawn_anew_with_other_seeds_by_the_lines_as_they_were(lined: Any, make_picture: Any) -> None:
    redraw(lined, make_picture)
    lined.play()
    take = lined.takes()[-1]
    lines = take.resolved.request.lines
    assert is_edit(take) and lines.picture != lined.sheet.picture
    assert lined.session.document.store.picture(lines.picture.sha256).startswith(b"\x89PNG")
    change(lined, sheet=None)
    lined.queue.vary(take.id)
    lined.play()
    assert lined.drawn(Generate)[-1].request.lines == lines


def test_other_lines_are_another_job(lined: Any) -> None:
    lined.set(seed=5, seed_locked=True)
    lined.set(LOWER, tags=("rain",))
    lined.queue.add(LOWER)
    first = lined.queue.add(UPPER)
    assert lined.queue.add(UPPER) == first
    change(lined, lines="lineart")
    assert lined.queue.add(UPPER) != first


def test_lines_that_cannot_be_read_end_the_job_and_say_so(lined: Any) -> None:
    lined.session.document.store.put_picture(b"no picture").result()
    change(lined, sheet=Sheet(Blob.of(b"no picture"), 10, 10))
    lined.queue.add(UPPER)
    lined.settle()
    assert lined.queue.entries == () and "sketch: its file cannot be read" in lined.failed[0][1]


def test_a_saved_request_brings_its_lines_into_another_panel(lined: Any, tmp_path: Path) -> None:
    exchange = RequestExchange(lined.session)
    exchange.save(lined.panel(), tmp_path / "panel.json")
    lined.settle()
    written = json.loads((tmp_path / "panel.json").read_text())
    assert "edit" not in written and (tmp_path / written["lines"]["picture"]["path"]).is_file()
    exchange.open(LOWER, tmp_path / "panel.json")
    lined.settle()
    sketch = lined.panel(LOWER).sketch
    assert (sketch.follow, sketch.lines, sketch.lines_weight) == (False, "scribble", 0.7)
    assert sketch.sheet is not None and sketch.sheet.picture != lined.sheet.picture
    assert lined.troubles == []


def test_a_request_that_comes_back_leaves_the_panel_its_own_sketch(lined: Any) -> None:
    exchange, texts = RequestExchange(lined.session), []
    exchange.text(lined.panel(), texts.append)
    lined.settle()
    change(lined, lines=None, lines_weight=1.0)
    exchange.paste(UPPER, texts[0])
    lined.settle()
    sketch = lined.panel().sketch
    assert (sketch.sheet, sketch.lines, sketch.lines_weight) == (lined.sheet, "scribble", 0.7)


def test_a_local_edit_that_comes_back_leaves_the_panel_its_own_sketch(lined: Any, make_picture: Any) -> None:
    redraw(lined, make_picture)
    lined.play()
    request = lined.takes()[-1].resolved.request
    exchange = RequestExchange(lined.session)
    exchange.paste(UPPER, request_text(request))
    lined.settle()
    assert lined.troubles == [] and lined.panel().sketch.lines == "scribble"
    assert lined.panel().sketch.sheet == lined.sheet


def test_sizes_that_come_late_are_those_of_the_lines_too(session: Any, qtbot: Any, engine: FakeEngine) -> None:
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
    queue = PanelQueue(session)
    data = png.encoded(np.full((50, 100), 255, np.uint8))
    session.document.store.put_picture(data).result()
    fields = {"sheet": Sheet(Blob.of(data), 100, 50), "lines": "lineart"}
    session.edit("Sketch", lambda project: sketches.set_sketch(project, UPPER, **fields))
    queue.add(UPPER)
    qtbot.waitUntil(lambda: len(engine.submitted) == 1)
    engine.play()
    qtbot.waitUntil(lambda: len(engine.submitted) == 2)
    job = engine.submitted[1]
    image = QImage.fromData(job.files[job.call.request.lines.picture.sha256])
    assert Size(image.width(), image.height()) == job.call.request.size == Size(312, 208)


@pytest.mark.parametrize("colour", ["#000000", "#909090", "#ff8040", "#e3d9c7"])
def test_a_drawing_that_is_opened_does_not_hide_the_picture_and_is_sent_as_it_was(
    lined: Any, tmp_path: Path, colour: str
) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    for x in range(10, 50):
        image.setPixelColor(x, 20, QColor(colour))
        image.setPixelColor(x, 21, QColor(colour).lighter(130))
    path = tmp_path / "inked.json"
    (tmp_path / "ink.png").write_bytes(encoded(image))
    path.write_text(json.dumps({"lines": {"picture": {"path": "ink.png"}}, "size": {"width": 64, "height": 64}}))
    RequestExchange(lined.session).open(LOWER, path)
    lined.settle()
    sheet = lined.panel(LOWER).sketch.sheet
    kept = QImage.fromData(lined.session.document.store.picture(sheet.picture.sha256))
    assert kept.pixelColor(2, 2).alpha() == 0 and kept.pixelColor(20, 20).alpha() > 0
    lined.queue.add(LOWER)
    lined.play()
    job = lined.engine.submitted[-1]
    sent = QImage.fromData(job.files[job.call.request.lines.picture.sha256])
    assert sent.convertToFormat(image.format()) == image, "the engine gets the very drawing"
