"""Decoded pictures within a budget of bytes; files are read and decoded off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from komawari.storage.errors import StorageError
from komawari.ui.futures import Waiting

BUDGET = 512 * 2**20
Key = tuple[str, int]
"""sha256, and the longest side in pixels that is wanted; 0: as it is."""


class Images(QObject):
    """Pictures by the sha256 of their files."""

    ready = Signal(str)
    """A picture that was asked for is at hand now, or has turned out to be unreadable."""

    def __init__(self, read: Callable[[str], bytes], budget: int = BUDGET, parent: QObject | None = None) -> None:
        """`read` gives a file's bytes on any thread, and raises `StorageError`."""
        super().__init__(parent)
        self._read, self._budget = read, budget
        self._held: OrderedDict[Key, QImage] = OrderedDict()
        self._asked: set[Key] = set()
        self._waiting = Waiting(self)
        self._pool = ThreadPoolExecutor(1, "pictures")

    @property
    def bytes(self) -> int:
        """Memory held by pixels."""
        return sum(image.sizeInBytes() for image in self._held.values())

    def get(self, sha: str, longest: int = 0) -> QImage | None:
        """Return a picture, at most so long; None where it is not at hand: then it is fetched, and `ready` told.

        A picture that cannot be read is a null image.
        """
        key = (sha, longest)
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        if key not in self._asked:
            self._asked.add(key)
            work = self._pool.submit(self._decode, sha, longest)
            self._waiting.on(work, lambda image: self._keep(key, image), lambda _: self._keep(key, QImage()))
        return None

    def now(self, sha: str, longest: int = 0) -> QImage:
        """Return a picture, and wait for it; a null image if it cannot be read."""
        key = (sha, longest)
        if key not in self._held:
            self._hold(key, self._decode(sha, longest))
        self._held.move_to_end(key)
        return self._held[key]

    def forget(self) -> None:
        """Let go of all pixels."""
        self._held.clear()

    def close(self) -> None:
        """Read nothing any more."""
        self._pool.shutdown(cancel_futures=True)

    def _decode(self, sha: str, longest: int) -> QImage:
        try:
            image = upright(self._read(sha))
        except StorageError:
            return QImage()
        if longest and max(image.width(), image.height()) > longest:
            image = image.scaled(
                QSize(longest, longest), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return image

    def _keep(self, key: Key, image: QImage) -> None:
        self._asked.discard(key)
        self._hold(key, image)
        self.ready.emit(key[0])

    def _hold(self, key: Key, image: QImage) -> None:
        self._held[key] = image
        while len(self._held) > 1 and self.bytes > self._budget:
            self._held.popitem(last=False)


def upright(data: bytes) -> QImage:
    """Return the picture in a file's bytes, turned as its EXIF data says, as the engine sees it; null if unreadable."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader.read()
