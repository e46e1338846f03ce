"""What is exported is what the canvas shows: every format is decoded again and compared with `paint_page`."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage
from pypdf import PdfReader
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPdf import QPdfDocument

from komawari.domain.edits import pages
from komawari.domain.paper import INCH, paper
from komawari.ui.export.job import Job
from komawari.ui.export.pixels import BAND
from komawari.ui.export.psd import _pil
from komawari.ui.export.source import Source
from komawari.ui.render.page import Options, paint_page
from komawari.ui.session import Session

from .conftest import FIRST_PAGE, changed

Pixels = NDArray[np.int16]
Run = Callable[[Job], tuple[Path, ...]]


def array(image: QImage) -> Pixels:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).astype(np.int16)


def canvas(source: Source, number: int, dpi: float, bleed: bool) -> Pixels:
    """What the window paints of a page, at once and not in bands."""
    sheet = source.page(number).paper
    over = sheet.bleed if bleed else 0
    size = [round((side + 2 * over) * dpi / INCH) for side in (sheet.width, sheet.height)]
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(dpi / INCH, dpi / INCH)
    painter.translate(over, over)
    paint_page(painter, source.project, source.page(number), source.picture, Options(bleed=bleed))
    painter.end()
    return array(image)


@pytest.mark.parametrize("bleed", [False, True])
def test_a_png_is_the_page_as_the_canvas_paints_it(job: Job, run: Run, bleed: bool) -> None:
    files = run(changed(job, dpi=254, bleed=bleed))
    assert [one.name for one in files] == ["test-01.png", "test-02.png", "test-models.txt"]
    image = QImage(str(files[0]))
    assert (image.width(), image.height()) == ((660, 860) if bleed else (600, 800))
    assert round(image.dotsPerMeterX() * INCH / 1000) == 254
    assert image.text("Models") == files[2].read_text() == "the models' text"
    shown, wanted = array(image), canvas(job.source, 1, 254, bleed)
    assert np.array_equal(shown, wanted)
    assert len({tuple(pixel) for pixel in wanted[::20, ::20].reshape(-1, 3).tolist()}) > 200
    assert (array(QImage(str(files[1]))) == 255).all()


def test_the_bleed_has_picture_where_a_panel_reaches_the_trim(job: Job, run: Run) -> None:
    image = QImage(str(run(changed(job, dpi=254, bleed=True))[0]))
    assert image.pixelColor(330, 2).blue() == 90
    assert image.pixelColor(330, 850) == QColor("white")


@pytest.mark.parametrize("bleed", [False, True])
def test_pdf_pages_are_as_large_as_the_paper_and_say_where_the_trim_is(job: Job, run: Run, bleed: bool) -> None:
    reader = PdfReader(run(changed(job, format="pdf", bleed=bleed))[0])
    over = 3 if bleed else 0
    assert len(reader.pages) == 2
    for page in reader.pages:
        whole = [0, 0, (60 + 2 * over) / INCH * 72, (80 + 2 * over) / INCH * 72]
        inside = [over / INCH * 72] * 2 + [(60 + over) / INCH * 72, (80 + over) / INCH * 72]
        for box, wanted in ((page.mediabox, whole), (page.cropbox, whole), (page.bleedbox, whole)):
            assert list(map(float, box)) == pytest.approx(wanted, abs=0.001)
        assert list(map(float, page.trimbox)) == pytest.approx(inside, abs=0.001)
    assert reader.metadata["/Models"] == "the models' text"
    assert reader.metadata.title == "Test"
    assert reader.viewer_preferences.direction == "/R2L"


@pytest.mark.parametrize("bleed", [False, True])
def test_a_pdf_shows_the_page_as_the_canvas_paints_it(job: Job, run: Run, bleed: bool) -> None:
    path = run(changed(job, format="pdf", bleed=bleed))[0]
    wanted = canvas(job.source, 1, 254, bleed)
    document = QPdfDocument()
    document.load(str(path))
    rendered = document.render(0, QSize(wanted.shape[1], wanted.shape[0]))
    white = QImage(rendered.size(), QImage.Format.Format_RGB32)
    white.fill(QColor("white"))
    painter = QPainter(white)
    painter.drawImage(0, 0, rendered)
    painter.end()
    # Another renderer smooths otherwise, so lines may differ; what moves by a pixel would differ everywhere.
    difference = np.abs(array(white) - wanted).max(axis=2)
    assert np.percentile(difference, 90) <= 4
    assert (difference > 60).mean() < 0.02


def test_a_pdf_keeps_the_pixels_of_a_picture_as_they_are(job: Job, run: Run) -> None:
    page = PdfReader(run(changed(job, format="pdf"))[0]).pages[0]
    sizes = {image.image.size: np.asarray(image.image.convert("RGB"), np.int16) for image in page.images}
    assert set(sizes) == {(96, 48), (64, 64)}
    assert np.array_equal(sizes[96, 48], array(job.source.picture(job.source.page(1).panels[0])))


def test_pictures_in_a_pdf_have_no_more_pixels_than_the_dpi_ask_for(job: Job, run: Run) -> None:
    page = PdfReader(run(changed(job, format="pdf", dpi=36))[0]).pages[0]
    assert max(image.image.size[0] for image in page.images) <= 60 / INCH * 36 * 1.3 + 1


def test_a_psd_has_a_group_for_each_panel_in_reading_order_with_its_frame_as_mask(job: Job, run: Run) -> None:
    files = run(changed(job, format="psd", dpi=254, bleed=True))
    assert [one.name for one in files[:2]] == ["test-01.psd", "test-02.psd"]
    psd = PSDImage.open(files[0])
    assert psd.size == (660, 860)
    assert [one.name for one in psd] == ["Paper", "Panel 1", "Panel 2"]
    for group in list(psd)[1:]:
        assert [one.name for one in group] == ["Frame", "Line"]
        assert [one.name for one in group[0]] == ["Ground", "Picture"]
    mask = psd[2][0].mask
    covered = np.zeros((860, 660), np.uint8)
    covered[mask.top : mask.bottom, mask.left : mask.right] = np.asarray(mask.topil())
    # Inside and outside of ((5, 35), (55, 40), (50, 75), (8, 75)), at ten pixels a millimetre and 3 mm of bleed.
    assert covered[580, 330] == covered[400, 90] == 255
    assert covered[400, 600] == covered[700, 50] == 0


def test_the_layers_of_a_psd_make_up_the_page_and_so_does_its_preview(job: Job, run: Run) -> None:
    psd = PSDImage.open(run(changed(job, format="psd", dpi=254, bleed=True))[0])
    wanted = canvas(job.source, 1, 254, bleed=True)
    preview = np.asarray(psd.topil().convert("RGB"), np.int16)
    assert np.array_equal(preview, wanted)
    assert np.abs(composed(psd) - wanted).max() <= 3


def composed(psd: PSDImage) -> Pixels:
    """The page, laid together from the layers as every program does it."""
    page = Image.new("RGB", psd.size, "red")
    for panel in psd:
        for layer in [panel] if panel.kind == "pixel" else [*panel[0], panel[1]]:
            picture = Image.new("RGBA", psd.size)
            picture.paste(layer.topil(), (layer.left, layer.top))
            alpha = picture.getchannel("A")
            if layer.parent.name == "Frame":
                mask = Image.new("L", psd.size)
                mask.paste(layer.parent.mask.topil(), (layer.parent.mask.left, layer.parent.mask.top))
                alpha = Image.fromarray(np.asarray(alpha, np.uint16) * np.asarray(mask) // 255).convert("L")
            page.paste(picture.convert("RGB"), mask=alpha)
    return np.asarray(page, np.int16)


def test_the_picture_in_a_psd_goes_on_behind_its_frame(job: Job, run: Run) -> None:
    psd = PSDImage.open(run(changed(job, format="psd", dpi=254))[0])
    picture, frame = psd[2][0][1], psd[2][0].mask
    assert picture.width > frame.width
    # Seen in a mirror: red grows to the left.
    pixels = np.asarray(picture.topil().convert("RGB"))
    assert pixels[10, 10, 0] > pixels[10, -10, 0]


def test_a_comic_archive_has_the_pages_and_the_direction_of_reading(job: Job, run: Run) -> None:
    with zipfile.ZipFile(run(changed(job, format="cbz"))[0]) as archive:
        assert archive.namelist() == ["test-01.png", "test-02.png", "ComicInfo.xml"]
        info = ElementTree.fromstring(archive.read("ComicInfo.xml"))
        assert (info.findtext("Manga"), info.findtext("PageCount")) == ("YesAndRightToLeft", "2")
        assert Image.open(BytesIO(archive.read("test-01.png"))).size == (236, 315)


def test_webtoon_slices_are_800_wide_and_not_too_high_and_make_up_the_page(job: Job, run: Run) -> None:
    tall = job.source.project.pages[0].paper
    assert round(tall.height * 800 / tall.width) == 1067
    files = [one for one in run(changed(job, format="webtoon")) if one.suffix == ".png"]
    assert [one.name for one in files] == ["test-slice-01.png", "test-slice-02.png"]
    assert np.array_equal(array(QImage(str(files[0]))), canvas(job.source, 1, 800 / 60 * INCH, bleed=False))


def test_a_long_page_is_cut_into_slices_without_a_gap(session: Session, job: Job, run: Run) -> None:
    strip = paper(50, 180)
    session.edit("Paper", lambda project: pages.set_paper(project, FIRST_PAGE, strip))
    long = changed(Job(Source.of(session.document), (1,), job.choice), format="webtoon")
    slices = [array(QImage(str(one))) for one in run(long)]
    assert [one.shape for one in slices] == [(960, 800, 3)] * 3
    assert np.array_equal(np.concatenate(slices), canvas(long.source, 1, 800 / 50 * INCH, bleed=False))


def test_pixels_go_to_pillow_band_by_band_and_whole() -> None:
    image = QImage(7, 2 * BAND + 5, QImage.Format.Format_ARGB32_Premultiplied)
    for y in range(image.height()):
        for x in range(image.width()):
            image.setPixelColor(x, y, QColor(30 * x, y % 256, 7, 255 - (x * y) % 200))
    given = _pil(image)
    assert given.tobytes() == bytes(image.convertToFormat(QImage.Format.Format_RGBA8888).constBits())
    assert [one.tobytes() for one in given.split()] == [given.getchannel(band).tobytes() for band in "RGBA"]
