"""Sketches are exported where they are asked for, and only there: in pixels, in PDF, and as hidden layers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from psd_tools import PSDImage
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

from animeadapter.protocol.request import Blob
from komawari.domain.edits import sketches
from komawari.domain.panel import Sheet
from komawari.ui.export.choice import Format, remembered
from komawari.ui.export.errors import ExportError
from komawari.ui.export.job import Job, export
from komawari.ui.export.source import Source
from komawari.ui.painting import png
from komawari.ui.session import Session

from .conftest import FIRST, changed

Run = Callable[[Job], tuple[Path, ...]]
INK = (10, 200, 30)


@pytest.fixture
def sketched(session: Session, job: Job) -> Job:
    """The page with a broad line across the first panel, from the left to the middle."""
    ink = np.zeros((590, 1180, 4), np.uint8)
    ink[200:400, :590] = (*INK, 255)
    data = png.encoded(ink)
    session.document.store.put_picture(data).result()
    session.edit("Sketch", lambda p: sketches.set_sheet(p, FIRST, Sheet(Blob.of(data), 1180, 590)))
    return Job(Source.of(session.document), job.pages, job.choice, job.models)


def shows_ink(image: QImage, spot: tuple[float, float]) -> bool:
    """Whether ink is at a spot of the page, in shares of its sides."""
    colour = image.pixelColor(int(spot[0] * image.width()), int(spot[1] * image.height()))
    return (colour.red(), colour.green(), colour.blue()) == pytest.approx(INK, abs=6)


LEFT, RIGHT = (0.2, 0.17), (0.8, 0.17)


@pytest.mark.parametrize("kind", ["png", "cbz", "webtoon", "pdf"])
def test_sketches_are_in_an_export_that_asks_for_them_alone(sketched: Job, run: Run, kind: Format) -> None:
    for asked in (False, True):
        found = first_page(run(changed(sketched, format=kind, sketches=asked)), kind)
        assert shows_ink(found, LEFT) == asked and not shows_ink(found, RIGHT)


def first_page(files: tuple[Path, ...], kind: str) -> QImage:
    if kind == "pdf":
        document = QPdfDocument()
        document.load(str(files[0]))
        size = document.pagePointSize(0).toSize() * 2
        image = document.render(0, size)
        document.close()
        return image.convertToFormat(QImage.Format.Format_RGB32)
    if kind == "cbz":
        with zipfile.ZipFile(files[0]) as archive:
            return QImage.fromData(archive.read("test-01.png"))
    return QImage(str(files[0]))


def test_a_psd_has_the_sketch_as_a_hidden_layer_in_the_panels_frame(sketched: Job, run: Run) -> None:
    plain = PSDImage.open(run(changed(sketched, format="psd"))[0])
    assert not [one for one in plain.descendants() if one.name == "Sketch"]
    asked = PSDImage.open(run(changed(sketched, format="psd", sketches=True))[0])
    (layer,) = [one for one in asked.descendants() if one.name == "Sketch"]
    assert not layer.visible and layer.parent.name == "Frame" and layer.parent.parent.name == "Panel 1"
    names = [one.name for one in layer.parent]
    assert names.index("Sketch") > names.index("Picture"), "it lies over the picture"
    assert np.array_equal(np.asarray(asked.topil()), np.asarray(plain.topil())), "what is hidden is not in the preview"
    pixels = np.asarray(layer.topil().convert("RGBA"))
    assert tuple(pixels[pixels.shape[0] // 2, 5]) == (*INK, 255) and not pixels[0, 0, 3]


def test_a_sketch_that_cannot_be_read_is_named_where_it_is_asked_for(session: Session, sketched: Job, run: Run) -> None:
    session.document.store.put_picture(b"no picture").result()
    broken = Sheet(Blob.of(b"no picture"), 10, 10)
    session.edit("Break", lambda p: sketches.set_sheet(p, FIRST, broken))
    job = Job(Source.of(session.document), (1,), sketched.choice, "")
    assert run(job)
    with pytest.raises(ExportError, match="page 1, panel 1: its sketch cannot be read"):
        list(export(changed(job, sketches=True)))


def test_it_is_off_unless_it_was_chosen_before() -> None:
    older = remembered({"p": {"format": "png", "dpi": 300}}, "p")
    assert older is not None and not older.sketches
    assert remembered({"p": {"sketches": True}}, "p") == replace(older, sketches=True)
