"""Pictures that are dropped on panels, and pictures that are dragged out of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QImageReader, QImageWriter, QPixmap

from komawari.domain.base import DomainError
from komawari.domain.geometry.polygon import Point
from komawari.storage.errors import StorageError
from komawari.ui.characters.pictures import Source, sources_in
from komawari.ui.images import upright

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

PNG = "image/png"
translate = QCoreApplication.translate


class Drops:
    """What comes onto a canvas by dragging, and leaves it so."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.takers: dict[str, Callable[[str, QMimeData], object]] = {}
        """MIME type → what to do with a panel's id and the data: by this other parts drop their own things."""
        self.roughs: Callable[[str, Source], object] | None = None
        """What to do with a panel's id and a picture while one sketches; None: pictures become takes."""
        self.place: Point = (0.0, 0.0)
        """Where on the page (mm) the last thing was dropped."""
        self.target: str | None = None
        """The panel over which something is held."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def takes(self, data: QMimeData) -> bool:
        """Return whether some data can be dropped on a panel."""
        if any(data.hasFormat(kind) for kind in self.takers):
            return True
        taken = self._view.queue is not None or self.roughs is not None
        return taken and (data.hasImage() or bool(_files(data)) or data.hasFormat(PNG))

    def drop(self, panel: str, data: QMimeData) -> None:
        """Make a panel's takes of all pictures in some data; the first becomes the one in use. While one sketches,
        the first becomes the sketch."""
        for kind, take in self.takers.items():
            if data.hasFormat(kind):
                take(panel, data)
                return
        if self.roughs is not None and (found := sources_in(data)):
            self.roughs(panel, found[0])
            return
        if files := _files(data):
            for index, path in enumerate(files):
                self._later(panel, lambda path=path: read_picture(path), index == 0)  # type: ignore[misc]
        elif data.hasFormat(PNG):
            self._paste(panel, bytes(data.data(PNG).data()), True)
        elif isinstance(image := data.imageData(), QImage):
            self._later(panel, lambda: png_of(image), True)

    def _later(self, panel: str, work: Callable[[], bytes], use: bool) -> None:
        """Read or encode off the window's thread."""
        self._view.session.later(work, lambda found: self._paste(panel, found, use))

    def _paste(self, panel: str, picture: bytes, use: bool) -> None:
        if self._view.queue is not None:
            self._view.queue.paste(panel, picture, use)

    def mime(self, panel: str) -> QMimeData | None:
        """Return a panel's picture for other programs: as PNG, as an image and as a file; None without one."""
        session = self._view.session
        one = next((one for one in session.shown_page.panels if one.id == panel), None)
        take = None if one is None else session.used_take(one)
        if take is None:
            return None
        data = session.picture(take.picture.sha256)
        image = upright(data)
        png = data if data.startswith(b"\x89PNG") else png_of(image)
        found = QMimeData()
        found.setData(PNG, QByteArray(png))
        found.setImageData(image)
        found.setUrls([QUrl.fromLocalFile(str(self._write(f"panel-{take.id[:8]}.png", png)))])
        return found

    def _write(self, name: str, png: bytes) -> Path:
        """Write a file that lives as long as the canvas: whoever gets it may read it late."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="komawari-", ignore_cleanup_errors=True)
        path = Path(self._folder.name) / name
        path.write_bytes(png)
        return path

    def drag_out(self, panel: str) -> None:
        """Let the hand carry a panel's picture; it returns when it was dropped."""
        try:
            data = self.mime(panel)
        except StorageError as error:
            self._view.session.trouble.emit(str(error))
            return
        if data is None:
            return
        drag = QDrag(self._view)
        drag.setMimeData(data)
        image = data.imageData()
        drag.setPixmap(QPixmap.fromImage(image).scaled(
            128, 128, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ))  # fmt: skip
        drag.exec(Qt.DropAction.CopyAction)

    def close(self) -> None:
        """Remove the files that were dragged out."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _files(data: QMimeData) -> list[Path]:
    """Return the files in some data; projects are the window's to open."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix != ".komawari"]


def read_picture(path: Path) -> bytes:
    """Return a picture file's bytes. Raises `DomainError` that names the file if it is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DomainError(f"{path}: {error.strerror or error}") from None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    if not QImageReader(buffer).canRead():
        raise DomainError(translate("Canvas", "{path}: is not a picture that can be read").format(path=path))
    return data


def png_of(image: QImage) -> bytes:
    """Return an image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
