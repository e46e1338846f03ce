"""A panel's sketch as it is painted: over the picture, within the frame, under the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from komawari.domain.panel import Panel, Placement, Sheet
from komawari.domain.paper import Paper
from komawari.ui.render.pictures import SessionPictures, level
from komawari.ui.render.transforms import box_of, rect_in, to_page


class Laid(NamedTuple):
    """A sheet's image and how it lies."""

    image: QImage | None
    """Of any number of pixels; None: not at hand yet."""
    width: int
    """Pixels of the sheet itself, as is `height`."""
    height: int
    placement: Placement
    opacity: float = 1.0
    memory: object = None
    """What holds the image's pixels, where the image itself does not."""

    def rect(self, panel: Panel, paper: Paper) -> QRectF:
        """Return where all of it lies on the page (mm)."""
        return rect_in(box_of(panel, paper), (self.width, self.height), self.placement)

    def pixel(self, panel: Panel, paper: Paper) -> float:
        """Return the millimetres that a pixel of the sheet takes."""
        return self.rect(panel, paper).width() / self.width

    def to_page(self, panel: Panel, paper: Paper) -> QTransform:
        """Return what leads from the sheet's pixels to the page (mm), flips included."""
        unit = QTransform.fromScale(1 / self.width, 1 / self.height)
        return unit * to_page(box_of(panel, paper), (self.width, self.height), self.placement)


Sketches = Callable[[Panel], Laid | None]
"""What is sketched in a panel; None: nothing is, or it is not to be seen."""


def laid(sheet: Sheet, image: QImage | None = None, opacity: float = 1.0) -> Laid:
    """Return a sheet as it lies, with an image of it."""
    return Laid(image, sheet.width, sheet.height, sheet.placement, opacity)


def paint_sketch(painter: QPainter, paper: Paper, panel: Panel, sketch: Laid) -> None:
    """Paint all of a sketch where it lies, without clipping it to the frame."""
    image = sketch.image
    if image is None or image.isNull():
        return
    painter.save()
    painter.setOpacity(painter.opacity() * sketch.opacity)
    painter.setTransform(sketch.to_page(panel, paper), True)
    painter.drawImage(QRectF(0, 0, sketch.width, sketch.height), image)
    painter.restore()


class SessionSketches:
    """`Sketches` from the session's memory; what is still to come is missing among the pictures."""

    def __init__(self, pictures: SessionPictures, longest: int = 0, opacity: float = 1.0) -> None:
        """`longest`: the longest side in pixels that is of use, 0: all of them."""
        self._pictures, self._longest, self._opacity = pictures, longest, opacity

    def __call__(self, panel: Panel) -> Laid | None:
        """Return a panel's sketch."""
        sheet = panel.sketch.sheet
        if sheet is None:
            return None
        image = self._pictures.of_take(sheet, level(sheet, self._longest) if self._longest else 0)
        return laid(sheet, image, self._opacity)
