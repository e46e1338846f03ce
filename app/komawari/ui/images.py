"""Decoded pictures within a budget of bytes; files are read and decoded off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
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
        self._closed = False

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
        if key not in self._asked and not self._closed:
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

    def at_hand(self, sha: str) -> QImage | None:
        """Return the sharpest version of a picture that is in memory; None if there is none. Nothing is fetched."""
        held = [image for (name, _), image in self._held.items() if name == sha]
        return max(held, key=QImage.width, default=None)

    def forget(self) -> None:
        """Let go of all pixels."""
        self._held.clear()

    def release(self, shas: Collection[str], above: int) -> None:
        """Let go of these pictures' versions that are longer than `above`, as they are not shown any more."""
        gone = [key for key, image in self._held.items() if key[0] in shas and max(image.size().toTuple()) > above]
        for key in gone:
            del self._held[key]

    def close(self) -> None:
        """Read nothing any more; views that still ask are told that nothing is at hand."""
        self._closed = True
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
        # What the screen is painted from; converting at every painting would take longer than the painting.
        fast = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
        return image if image.isNull() else image.convertToFormat(fast)

    def _keep(self, key: Key, image: QImage) -> None:
        self._asked.discard(key)
        self._hold(key, image)
        self.ready.emit(key[0])

    def _hold(self, key: Key, image: QImage) -> None:
        self._held[key] = image
        while len(self._held) > 1 and self.bytes > self._budget:
            self._held.popitem(last=False)


@contextmanager
def reading(data: bytes) -> Iterator[QImageReader]:
    """Hold a reader of a file's bytes, which goes by what they hold and turns pictures as their EXIF data says."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    try:
        yield reader
    finally:
        # Readers of some formats look at their device once more when they end, which is after Python freed it.
        reader.setDevice(None)  # type: ignore[arg-type]


def upright(data: bytes) -> QImage:
    """Return the picture in a file's bytes, upright, as the engine sees it; null if unreadable. Any thread may ask."""
    with reading(data) as reader:
        return reader.read()
