"""PDF with pages as large as they are printed: lines remain lines, and every picture keeps all pixels of use.

Qt writes the pages but knows neither trim nor bleed, and rounds pages to whole points (1/72 inch). So pages are made
a little too high, painted at their lower edge, and pypdf then gives each its exact boxes (PDF 32000-1, 14.11.2).
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from pypdf import PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject, RectangleObject
from PySide6.QtCore import QMarginsF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter

from komawari.domain.geometry.sizes import effective_dpi, picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import INCH, Paper
from komawari.ui.export.errors import ExportError, told
from komawari.ui.export.job import Job, Progress, over_pages
from komawari.ui.export.pixels import PageSketches, Share
from komawari.ui.export.source import Source
from komawari.ui.export.staging import Staging
from komawari.ui.render.page import Options, paint_page

POINT = INCH / 72
"""Millimetres of a PDF's unit."""
FINE = 1200
"""Units an inch in which Qt writes coordinates."""
Corners = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


def write(job: Job, staging: Staging) -> Iterator[Progress]:
    """Write all pages into one file."""
    name = f"{job.choice.name}.pdf"
    drawn, whole = staging.aside(f"{name}.drawn"), staging.path(name)
    with told(staging.folder / name):
        yield from _draw(job, drawn)
        try:
            _finish(job, drawn, whole)
        except PyPdfError as error:
            # Qt does not say that a disk is full; what it wrote then is not whole.
            raise ExportError(
                f"{staging.folder / name}: could not be written whole ({error}); is the disk full?"
            ) from error


def _draw(job: Job, path: Path) -> Iterator[Progress]:
    writer = QPdfWriter(str(path))
    writer.setResolution(FINE)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setPageSize(_page_size(job.source.page(job.pages[0]).paper, job.choice.bleed))
    with _painting(writer, path) as painter:

        def one(number: int) -> Generator[Share, None, None]:
            if number != job.pages[0]:
                writer.setPageSize(_page_size(job.source.page(number).paper, job.choice.bleed))
                _expect(writer.newPage(), path)
            _paint(painter, job, number)
            yield 1.0

        yield from over_pages(job, one)


@contextmanager
def _painting(writer: QPdfWriter, path: Path) -> Iterator[QPainter]:
    painter = QPainter()
    _expect(painter.begin(writer), path)
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        yield painter
    finally:
        painter.end()


def _expect(done: bool, path: Path) -> None:
    if not done:
        raise ExportError(f"{path.name}: the PDF could not be written; is the disk full?")


def _paint(painter: QPainter, job: Job, number: int) -> None:
    page = job.source.page(number)
    bleed = page.paper.bleed if job.choice.bleed else 0.0
    high = _whole_points(page.paper, job.choice.bleed)[1]
    fitted = _Fitted(job.source, page.paper, job.choice.dpi)
    sketched = PageSketches(job.source, page.paper, job.choice.dpi) if job.choice.sketches else lambda _: None
    painter.save()
    painter.scale(FINE / INCH, FINE / INCH)
    painter.translate(bleed, bleed + high * POINT - (page.paper.height + 2 * bleed))
    paint_page(painter, job.source.project, page, fitted, Options(bleed=job.choice.bleed), sketched)
    painter.restore()


class _Fitted:
    """Pictures with no more pixels than the chosen dpi have use for."""

    def __init__(self, source: Source, paper: Paper, dpi: float) -> None:
        self._source, self._paper, self._dpi = source, paper, dpi

    def __call__(self, panel: Panel) -> QImage | None:
        image = self._source.picture(panel)
        if image is None:
            return None
        fine = effective_dpi(picture_box(panel.frame, self._paper), (image.width(), image.height()), panel.placement)
        if fine <= self._dpi:
            return image
        share = self._dpi / fine
        wide, high = (max(1, math.ceil(side * share)) for side in (image.width(), image.height()))
        return image.scaled(
            wide, high, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )


def _whole_points(paper: Paper, bleed: bool) -> tuple[int, int]:
    more = 2 * paper.bleed if bleed else 0.0
    wide, high = (math.ceil((side + more) / POINT - 1e-6) for side in (paper.width, paper.height))
    return wide, high


def _page_size(paper: Paper, bleed: bool) -> QPageSize:
    size = QSizeF(*_whole_points(paper, bleed))
    return QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)


def boxes(paper: Paper, bleed: bool) -> tuple[Corners, Corners]:
    """Return a page's media (and bleed) box and its trim box."""
    over = paper.bleed if bleed else 0.0
    wide, high = (paper.width + 2 * over) / POINT, (paper.height + 2 * over) / POINT
    inside = over / POINT
    return (0.0, 0.0, wide, high), (inside, inside, wide - inside, high - inside)


def _finish(job: Job, drawn: Path, whole: Path) -> None:
    """Give every page its boxes, and the file its title and models."""
    writer = PdfWriter(clone_from=drawn)
    for number, page in zip(job.pages, writer.pages, strict=True):
        media, trim = boxes(job.source.page(number).paper, job.choice.bleed)
        page.mediabox = page.cropbox = page.bleedbox = RectangleObject(media)
        page.trimbox = page.artbox = RectangleObject(trim)
    known = {"/Title": job.source.project.title or job.choice.name, "/Creator": "Komawari", "/Models": job.models}
    writer.add_metadata({key: value for key, value in known.items() if value})
    if job.source.project.reading == "rtl":
        writer.create_viewer_preferences()[NameObject("/Direction")] = NameObject("/R2L")
    writer.write(whole)
    drawn.unlink()
