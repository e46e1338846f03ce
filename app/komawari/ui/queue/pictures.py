"""Picture files of any kind that Qt reads, as PNG; and whether two of them show the same pixels."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.png import is_png


class PictureError(EngineError):
    """Bytes are no picture that can be read; the message says why."""


def as_png(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return a picture as a PNG file, whole and upright, with its width and height. Raises `PictureError`.

    A PNG stays as it is, bit for bit, with whatever stands in it. Any thread may ask.
    """
    if not data:
        raise PictureError(QCoreApplication.translate("Pictures", "there is nothing in it"))
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise PictureError(QCoreApplication.translate("Pictures", "it is no picture that can be read: {0}").format(
            reader.errorString()
        ))  # fmt: skip
    kept = is_png(data) and not reader.transformation().value
    return data if kept else encoded(image), (image.width(), image.height())


def encoded(image: QImage) -> bytes:
    """Return an image as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def same_pixels(one: bytes, other: bytes) -> bool:
    """Return whether two picture files show the same, pixel by pixel."""
    if one == other:
        return True
    first, second = (QImage.fromData(data).convertToFormat(QImage.Format.Format_RGBA8888) for data in (one, other))
    return not first.isNull() and first == second
