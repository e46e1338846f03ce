"""Masks of where in a take a character is: what was found in front, within the character's own region."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import GenerateRequest, Region
from komawari.ui.queue.making import Read
from komawari.ui.queue.pictures import encoded

AROUND = 0.15
"""How far a person reaches beyond the joints, in lengths of the longer side of their bounds."""


def mask_within(
    size: tuple[int, int],
    foreground: bytes | None,
    region: Region | None,
    request: GenerateRequest | None,
    read: Read,
) -> bytes | None:
    """Return a grey PNG of a picture's size, white where a character is; None where all of it counts.

    `foreground` is the file of what was found, None: nothing was looked for. Raises what `read` raises.
    """
    front = None if foreground is None else _laid_out(foreground, size)
    own = None if region is None or request is None else _region(region, request, size, read)
    both = [one for one in (front, own) if one is not None and _shows_anything(one)]
    if not both:
        return None
    mask = both[0] if len(both) == 1 else _product(*both)
    # Where the two have nothing in common, the region says more.
    return encoded(mask if _shows_anything(mask) else both[-1])


def _region(region: Region, request: GenerateRequest, size: tuple[int, int], read: Read) -> QImage | None:
    if region.mask is not None:
        return _laid_out(read(region.mask.sha256), size)
    return None if region.figure is None else _around(request.poses[region.figure].pose, size)


def _laid_out(data: bytes, size: tuple[int, int]) -> QImage:
    image = QImage.fromData(data).convertToFormat(QImage.Format.Format_Grayscale8)
    if image.isNull() or (image.width(), image.height()) == size:
        return image
    return image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _around(pose: Pose, size: tuple[int, int]) -> QImage:
    """Return the box of a skeleton and what hair and clothes reach beyond it."""
    left, top, right, bottom = pose.bounds()
    box = QRectF(left * size[0], top * size[1], (right - left) * size[0], (bottom - top) * size[1])
    more = AROUND * max(box.width(), box.height())
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.fillRect(box.adjusted(-more, -more, more, more), QColor("white"))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_Grayscale8)


def _product(one: QImage, other: QImage) -> QImage:
    image = one.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.drawImage(0, 0, other.convertToFormat(QImage.Format.Format_RGB32))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_Grayscale8)


def _shows_anything(image: QImage) -> bool:
    """Return whether a grey image has something that is not black."""
    data, width, step = memoryview(image.constBits()).tobytes(), image.width(), image.bytesPerLine()
    return any(data.count(0, start, start + width) < width for start in range(0, step * image.height(), step))
