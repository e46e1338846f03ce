"""Masks: grey pictures as large as the one they belong to, white where something is, stored as PNG files.

All functions take and return `QImage.Format_Grayscale8` and may be called on any thread.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, qRgba

from komawari.ui.characters.pictures import to_png
from komawari.ui.images import upright

FAINTEST = 0.02
"""Strength up to which the engine takes a mask for empty."""
GREY = QImage.Format.Format_Grayscale8


def decode(data: bytes) -> QImage:
    """Return the mask in a file's bytes, a null image if there is none to be read."""
    image = upright(data)
    return image if image.isNull() else grey(image)


def encode(mask: QImage) -> bytes:
    """Return a mask as the bytes of a grey PNG."""
    return to_png(mask.convertToFormat(GREY))


def grey(image: QImage) -> QImage:
    """Return a picture as a mask: its opacity if it has any, else its lightness; so the engine reads them too."""
    return opacity(image) or image.convertToFormat(GREY)


def opacity(image: QImage) -> QImage | None:
    """Return the opacity of a picture as a mask; None where it is opaque everywhere."""
    if not image.hasAlphaChannel():
        return None
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    alpha.reinterpretAsFormat(GREY)
    return None if min(values(alpha)) == 255 else alpha


def full(size: QSize) -> QImage:
    """Return a mask that is white everywhere."""
    mask = QImage(size, GREY)
    mask.fill(255)
    return mask


def values(mask: QImage) -> bytes:
    """Return a mask's values row by row, without the padding that `QImage` keeps at the end of its rows."""
    width, stride, held = mask.width(), mask.bytesPerLine(), bytes(mask.constBits())
    if stride == width:
        return held
    return b"".join(held[row * stride : row * stride + width] for row in range(mask.height()))


def from_values(data: bytes, size: QSize) -> QImage:
    """Return a mask of values, row by row."""
    return QImage(data, size.width(), size.height(), size.width(), GREY).copy()


def mapped(mask: QImage, table: bytes) -> QImage:
    """Return a mask with every value replaced by `table[value]`."""
    return from_values(values(mask).translate(table), mask.size())


def labelled(labels: QImage, label: int) -> QImage:
    """Return where a map of labels has one of them."""
    return mapped(labels, bytes(255 if value == label else 0 for value in range(256)))


def support(mask: QImage, scale: float = 1.0) -> QImage:
    """Return where a mask counts at all, however strongly: 0 or 255."""
    return mapped(mask, bytes(255 if value / 255 * scale > FAINTEST else 0 for value in range(256)))


def product(masks: Iterable[QImage]) -> QImage:
    """Return where all of some masks are, as strongly as they are together. There must be one, all of one size."""
    first, *others = masks
    result = first.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(result)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    for other in others:
        painter.drawImage(0, 0, other)
    painter.end()
    return result.convertToFormat(GREY)


def share(mask: QImage) -> float:
    """Return which share of its pixels a mask covers by half or more."""
    data = values(mask)
    return len(data.translate(None, bytes(range(128)))) / max(1, len(data))


def tinted(mask: QImage, colour: QColor) -> QImage:
    """Return a colour wherever a mask is, as transparent as the mask is dark and the colour itself."""
    image = QImage(mask)
    image.reinterpretAsFormat(QImage.Format.Format_Indexed8)
    red, green, blue, alpha = colour.red(), colour.green(), colour.blue(), colour.alpha()
    image.setColorTable([qRgba(red, green, blue, alpha * value // 255) for value in range(256)])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def cut_out(picture: QImage, mask: QImage) -> QImage:
    """Return a picture without what its mask leaves out; the mask may be of another size."""
    image = picture.convertToFormat(QImage.Format.Format_ARGB32)
    if mask.size() != image.size():
        mask = mask.scaled(image.size())
    image.setAlphaChannel(mask)
    return image
