"""Layered PSD, for lettering elsewhere: one file a page, one group a panel, named in reading order.

In a panel's group lie its line and a group "Frame" whose mask is the frame: whatever is put into that one shows
inside the frame alone. The picture's layer goes on behind the mask as far as the page does, so it can still be moved.
A sketch, where it is asked for, is a hidden layer over the picture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from PIL import Image
from psd_tools import PSDImage
from psd_tools.api.layers import Group
from psd_tools.constants import BlendMode, Resource
from psd_tools.psd.image_resources import ImageResource, ResoulutionInfo
from psd_tools.psd.layer_and_mask import ChannelDataList
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from komawari.domain.panel import Panel
from komawari.domain.paper import INCH, Paper
from komawari.ui.export.errors import told
from komawari.ui.export.job import Job, Progress, over_pages, part_of
from komawari.ui.export.pixels import BAND, PageSketches, Paint, Share, page_image, painted, size_of
from komawari.ui.export.staging import Staging
from komawari.ui.render.frames import bled, outline
from komawari.ui.render.page import border_pen, clip_path, paint_picture, painted_rect
from komawari.ui.render.sketches import paint_sketch
from komawari.ui.render.transforms import picture_rect

CLEAR, WHITE = QColor(0, 0, 0, 0), QColor("white")
RGBA = "RGBA"
PIXELS_PER_INCH, INCHES = 1, 1


def write(job: Job, staging: Staging) -> Iterator[Progress]:
    """Write one file for each page."""

    def one(number: int) -> Generator[Share, None, None]:
        name = job.file_name(number, "psd")
        psd = yield from _document(job, number)
        with told(staging.folder / name), staging.path(name).open("wb") as file:
            # Not `save`: that would compose the layers once more, in Python, in the place of our own rendering.
            psd._record.write(file)

    yield from over_pages(job, one)


def _document(job: Job, number: int) -> Generator[Share, None, PSDImage]:
    panels = job.source.read_panels(number)
    whole = yield from part_of(page_image(job.source, number, job.choice.dpi, job.choice.bleed), 0, len(panels) + 1)
    psd = PSDImage.frompil(_pil(whole))
    _set_resolution(psd, job.choice.dpi)
    layers = _Layers(psd, job, job.source.page(number).paper)
    psd.create_pixel_layer(Image.new(RGBA, psd.size, (255, 255, 255, 255)), name="Paper")
    order = {panel.id: index for index, panel in enumerate(panels, 1)}
    # From back to front, as they are painted: where panels overlap, the page looks the same.
    for index, panel in enumerate(job.source.page(number).panels, 1):
        yield from part_of(layers.add(panel, order[panel.id], len(str(len(panels)))), index, len(panels) + 1)
    return psd


class _Layers:
    """Puts panels into a PSD."""

    def __init__(self, psd: PSDImage, job: Job, paper: Paper) -> None:
        self._psd, self._job, self._paper = psd, job, paper
        self._dpi, self._bleed = job.choice.dpi, job.choice.bleed
        self._page = QRect(0, 0, *size_of(paper, self._dpi, self._bleed))

    def add(self, panel: Panel, number: int, digits: int) -> Generator[Share, None, None]:
        """Add a panel's group in front of what is there."""
        group = self._psd.create_group(name=f"Panel {number:0{digits}}", blend_mode=BlendMode.PASS_THROUGH)
        frame = yield from part_of(self._add_frame(group, panel), 0, 4)
        picture = self._job.source.picture(panel)
        if picture is not None:
            area = self._pixels(picture_rect(panel, self._paper, (picture.width(), picture.height())))

            def paint(painter: QPainter, part: QRectF) -> None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                paint_picture(painter, self._paper, panel, picture)

            yield from part_of(self._add_layer(frame, "Picture", area, paint), 1, 4)
        if self._job.choice.sketches:
            yield from part_of(self._add_sketch(frame, panel), 2, 4)
        if panel.border > 0:
            area = self._pixels(painted_rect(panel, self._paper))
            yield from part_of(self._add_layer(group, "Line", area, self._line(panel)), 3, 4)

    def _add_frame(self, group: Group, panel: Panel) -> Generator[Share, None, Group]:
        area = self._pixels(clip_path(panel, self._paper).boundingRect())

        def paint(painter: QPainter, part: QRectF) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(clip_path(panel, self._paper), WHITE)

        mask = yield from painted(self._paper, self._dpi, self._bleed, paint, CLEAR, area)
        frame = group.create_group(name="Frame", blend_mode=BlendMode.NORMAL)
        _own_channels(frame)
        frame.create_mask(_pil(mask), top=area.top(), left=area.left())
        frame.create_pixel_layer(
            Image.new(RGBA, (area.width(), area.height()), (255, 255, 255, 255)), "Ground", area.top(), area.left()
        )
        return frame

    def _add_sketch(self, frame: Group, panel: Panel) -> Generator[Share, None, None]:
        sketch = PageSketches(self._job.source, self._paper, self._dpi)(panel)
        if sketch is None:
            return

        def paint(painter: QPainter, part: QRectF) -> None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            paint_sketch(painter, self._paper, panel, sketch)

        area = self._pixels(sketch.rect(panel, self._paper))
        yield from self._add_layer(frame, "Sketch", area, paint, visible=False)

    def _line(self, panel: Panel) -> Paint:
        def paint(painter: QPainter, part: QRectF) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(border_pen(panel))
            painter.drawPath(outline(bled(panel.frame, self._paper)))

        return paint

    def _add_layer(
        self, group: Group, name: str, area: QRect, paint: Paint, visible: bool = True
    ) -> Generator[Share, None, None]:
        if area.isEmpty():
            return
        image = yield from painted(self._paper, self._dpi, self._bleed, paint, CLEAR, area)
        group.create_pixel_layer(_pil(image), name, area.top(), area.left()).visible = visible

    def _pixels(self, rect: QRectF) -> QRect:
        """Return the pixels of the page that a rectangle (mm) touches."""
        over, scale = self._paper.bleed if self._bleed else 0.0, self._dpi / INCH
        place = QTransform.fromScale(scale, scale).translate(over, over)
        return place.mapRect(rect).toAlignedRect() & self._page


def _own_channels(group: Group) -> None:
    """Let a group's two records have channels of their own: psd-tools (1.26) makes one list for both, so that a mask
    on the group would be written twice and the file could not be read."""
    bounding = group._bounding_record
    if bounding is not None and group._bounding_channels is group._channels:
        group._set_bounding_records(bounding, ChannelDataList(list(group._channels)))


class _Channelwise(Image.Image):
    """An image that gives its channels one by one: Pillow's own `split` holds Python's lock for all of them."""

    def split(self) -> tuple[Image.Image, ...]:
        """Return the channels."""
        return tuple(self.getchannel(band) for band in self.getbands())


def _pil(image: QImage) -> Image.Image:
    """Return the image's pixels for Pillow, converted band by band: Qt holds Python's lock while it converts, and the
    window's thread needs it too."""
    width, height = image.width(), image.height()
    pixels, row = bytearray(4 * width * height), 4 * width
    for top in range(0, height, BAND):
        band = image.copy(0, top, width, min(BAND, height - top)).convertToFormat(QImage.Format.Format_RGBA8888)
        pixels[top * row : (top + band.height()) * row] = band.constBits()
    made = Image.frombuffer(RGBA, (width, height), pixels, "raw", RGBA, 0, 1)
    made.__class__ = _Channelwise
    return made


def _set_resolution(psd: PSDImage, dpi: int) -> None:
    """Say how large the page is on paper; the file has 16.16 fixed point numbers."""
    fixed = dpi << 16
    info = ResoulutionInfo(fixed, PIXELS_PER_INCH, INCHES, fixed, PIXELS_PER_INCH, INCHES)
    psd.image_resources[Resource.RESOLUTION_INFO] = ImageResource(
        key=Resource.RESOLUTION_INFO,
        data=info,  # type: ignore[arg-type]
    )
