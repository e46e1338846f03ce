"""Pages as pixels, painted band by band, so that nothing else waits long and stopping is quick."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QColorSpace, QImage, QPainter, QTransform

from komawari.domain.panel import Panel
from komawari.domain.paper import INCH, Paper
from komawari.ui.export.errors import ExportError
from komawari.ui.export.source import Source
from komawari.ui.render.page import Options, paint_page
from komawari.ui.render.sketches import Laid

BAND = 256
"""Rows painted at once: Python's lock is held while Qt paints, and the window's thread needs it too."""
MOST = 400_000_000
"""Pixels of one image; beyond that memory ends."""
LONGEST = 32_000
FAST = 80
"""Qt's "quality" of a PNG that is packed quickly: a little larger, and several times faster than the smallest."""
Share = float
"""How much is done, 0 … 1."""
Painted = Generator[Share, None, QImage]
"""Yields how much is done, and returns the image."""
Paint = Callable[[QPainter, QRectF], None]
"""Paints in millimetres from the trim's corner, at least the part that is given."""


def page_image(source: Source, number: int, dpi: float, bleed: bool, sketches: bool = False) -> Painted:
    """Paint a page at a resolution, with its bleed or up to its trim, and with sketches. Raises `ExportError`."""
    page = source.page(number)
    sketched = PageSketches(source, page.paper, dpi) if sketches else lambda _: None

    def paint(painter: QPainter, part: QRectF) -> None:
        paint_page(painter, source.project, page, source.picture, Options(bleed=bleed, clip=part), sketched)

    image = yield from painted(page.paper, dpi, bleed, paint, QColor("white"))
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    return image


class PageSketches:
    """`Sketches` of a page at a resolution, each read once, and smoothly made smaller where it is finer than that."""

    def __init__(self, source: Source, paper: Paper, dpi: float) -> None:
        self._source, self._paper, self._dpi = source, paper, dpi
        self._held: dict[str, Laid | None] = {}

    def __call__(self, panel: Panel) -> Laid | None:
        """Return a panel's sketch. Raises `ExportError` or `StorageError`."""
        if panel.id not in self._held:
            self._held[panel.id] = self._read(panel)
        return self._held[panel.id]

    def _read(self, panel: Panel) -> Laid | None:
        found = self._source.sketch(panel)
        if found is None or found.image is None:
            return None
        share = found.pixel(panel, self._paper) * self._dpi / INCH
        if share >= 1:
            return found
        size = QSizeF(found.width * share, found.height * share).toSize().expandedTo(QSize(1, 1))
        ratio, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        return found._replace(image=found.image.scaled(size, ratio, smooth))


def painted(paper: Paper, dpi: float, bleed: bool, paint: Paint, ground: QColor, area: QRect | None = None) -> Painted:
    """Paint an image of the paper, or of an area of its pixels; a transparent ground makes one with alpha."""
    area = area or QRect(0, 0, *size_of(paper, dpi, bleed))
    width, height = area.width(), area.height()
    opaque = ground.alpha() == 255
    image = QImage(width, height, QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise ExportError(f"{width} × {height} pixels: there is not enough memory; choose fewer dpi")
    image.setDotsPerMeterX(round(dpi * 1000 / INCH))
    image.setDotsPerMeterY(round(dpi * 1000 / INCH))
    scale, over = dpi / INCH, paper.bleed if bleed else 0.0
    place = QTransform.fromTranslate(-area.x(), -area.y()).scale(scale, scale).translate(over, over)
    for top in range(0, height, BAND):
        _paint_band(image, QRect(0, top, width, min(BAND, height - top)), place, paint, ground)
        yield min(1.0, (top + BAND) / height)
    return image


def _paint_band(image: QImage, rows: QRect, place: QTransform, paint: Paint, ground: QColor) -> None:
    """Paint some rows; `place` leads from the page's millimetres to the image's pixels."""
    painter = QPainter(image)
    try:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(rows, ground)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipRect(rows)
        painter.setTransform(place)
        paint(painter, place.inverted()[0].mapRect(QRectF(rows)))
    finally:
        painter.end()


def size_of(paper: Paper, dpi: float, bleed: bool) -> tuple[int, int]:
    """Return width and height in pixels. Raises `ExportError` where no image can be as large."""
    more = 2 * paper.bleed if bleed else 0.0
    width, height = (max(1, round((side + more) * dpi / INCH)) for side in (paper.width, paper.height))
    if width * height > MOST or max(width, height) > LONGEST:
        raise ExportError(f"{width} × {height} pixels are too many for one picture; choose fewer dpi")
    return width, height


def png(image: QImage, texts: dict[str, str]) -> bytes:
    """Return an image as a PNG file with texts in it."""
    for key, value in texts.items():
        image.setText(key, value)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", FAST):  # type: ignore[call-overload]
        raise ExportError("a page could not be packed as PNG; there may be too little memory")
    return bytes(data.data())
