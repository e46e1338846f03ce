"""Pictures that come in: from files, drops, the clipboard and takes, held to what the engine can read.

A PNG, JPEG or WebP is kept as it is, byte for byte; any other format that Qt reads becomes a PNG.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import Blob
from komawari.ui.images import reading

KEPT = {"png", "jpeg", "webp"}
"""Formats that the engine reads."""
LARGEST, SMALLEST = 50_000_000, 16
"""Pixels of a picture at most, and of its shorter side at least; the engine refuses others."""


class PictureError(EngineError):
    """A picture cannot be used; the message begins with its name."""


@dataclass(frozen=True)
class Picture:
    """A picture that the engine can read. Width and height are those of the upright picture, in pixels."""

    name: str
    data: bytes
    width: int
    height: int

    @property
    def title(self) -> str:
        """A name for people."""
        return Path(self.name).stem.replace("_", " ").strip()[:200]

    @property
    def blob(self) -> Blob:
        """What documents call it."""
        return Blob.of(self.data)


Source = Path | QImage | Callable[[], bytes]
"""Where a picture comes from: a file, pixels of the clipboard, or a function that reads a file's bytes."""


def open_source(source: Source, name: str = "") -> Picture:
    """Return the picture of a source; a file's has the file's name. Any thread may call it. Raises `PictureError`."""
    if isinstance(source, Path):
        try:
            data = source.read_bytes()
        except OSError as error:
            raise PictureError(f"{source}: {_tr('cannot be read')} ({error.strerror})") from None
        return checked(data, source.name)
    if isinstance(source, QImage):
        _check_size(source.width(), source.height(), name)
        return Picture(name, to_png(source), source.width(), source.height())
    return checked(source(), name)


def checked(data: bytes, name: str) -> Picture:
    """Return the picture in a file's bytes. Raises `PictureError`."""
    with reading(data) as reader:
        if not reader.canRead():
            kinds = _tr("is no picture that can be read; PNG, JPEG, WebP, GIF, BMP and TIFF are")
            raise PictureError(f"{name}: {kinds}")
        _check_size(reader.size().width(), reader.size().height(), name)
        kind, image = bytes(reader.format().data()).decode(), reader.read()
    if image.isNull() or _is_cut_off(data, kind):
        raise PictureError(f"{name}: {_tr('is damaged or cut off; save or download it again')}")
    _check_size(image.width(), image.height(), name)
    return Picture(name, data if kind in KEPT else to_png(image), image.width(), image.height())


def to_png(image: QImage) -> bytes:
    """Return a picture as a PNG's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def sources_in(mime: QMimeData) -> list[Source]:
    """Return what a drop or the clipboard holds: its files, or else its pixels."""
    files: list[Source] = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return files
    image = mime.imageData() if mime.hasImage() else None
    return [image] if isinstance(image, QImage) and not image.isNull() else []


def file_filter() -> str:
    """Return the filter of file dialogs for pictures."""
    kinds = sorted({bytes(kind.data()).decode() for kind in QImageReader.supportedImageFormats()} - {"pdf"})
    return f"{_tr('Pictures')} ({' '.join(f'*.{kind}' for kind in kinds)})"


def _check_size(width: int, height: int, name: str) -> None:
    """Refuse what the engine would; a reader that does not know the size before it decodes says −1."""
    if width * height > LARGEST:
        most = _tr("more than the {0} million that are read; make it smaller first").format(LARGEST // 10**6)
        raise PictureError(f"{name}: {width} × {height} {_tr('pixels are')} {most}")
    if 0 <= min(width, height) < SMALLEST:
        raise PictureError(f"{name}: {width} × {height} {_tr('pixels are too few to see anything in them')}")


def _is_cut_off(data: bytes, kind: str) -> bool:
    """Return whether the end is missing, which Qt's readers of these two let pass and the engine's do not."""
    if kind == "jpeg":
        return b"\xff\xd9" not in data[-4096:]
    return kind == "png" and b"IEND" not in data[-4096:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Pictures", text)
