"""A mask over its picture: a colour wherever something is painted, straight from the mask's own pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform, qRgba

from komawari.ui.masks.settings import Overlay
from komawari.ui.painting.surface import Pixels, Surface


class OverlayImage:
    """Shows a surface's pixels without copying them."""

    def __init__(self) -> None:
        self._pixels: Pixels | None = None
        self._overlay: Overlay | None = None
        self._image = QImage()

    def image(self, surface: Surface, overlay: Overlay) -> QImage:
        """Return an image that lives as long as the surface and changes with it."""
        if self._pixels is not surface.pixels:
            self._pixels, self._overlay = surface.pixels, None
            self._image = QImage(
                surface.pixels.data, surface.width, surface.height, surface.width, QImage.Format.Format_Indexed8
            )
        if overlay != self._overlay:
            self._overlay = overlay
            self._image.setColorTable(_table(overlay))
        return self._image

    def paint(self, painter: QPainter, surface: Surface, overlay: Overlay, place: QTransform) -> None:
        """Paint it; `place` leads from the mask's pixels to the painter's units."""
        image = self.image(surface, overlay)
        painter.save()
        painter.setTransform(place, True)
        shown = QRectF(image.rect())
        if painter.hasClipping():
            shown &= painter.clipBoundingRect()
        part = shown.toAlignedRect() & image.rect()
        if not part.isEmpty():
            painter.drawImage(part, image, part)
        painter.restore()

    def forget(self) -> None:
        """Let go of the pixels."""
        self._pixels, self._image = None, QImage()


def _table(overlay: Overlay) -> list[int]:
    colour = QColor(overlay.colour)
    red, green, blue = colour.red(), colour.green(), colour.blue()
    return [qRgba(red, green, blue, round(overlay.opacity * value)) for value in range(256)]
