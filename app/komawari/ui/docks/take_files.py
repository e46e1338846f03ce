"""Takes for other programs: as PNG, as pixels and as files, read and written off the window's thread."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from animeadapter.protocol.files import write_file
from animeadapter.protocol.png import is_png
from animeadapter.protocol.request import ResolvedRequest, blobs_of
from animeadapter.protocol.result_file import embed
from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.ui.canvas.drops import PNG, png_of
from komawari.ui.images import upright
from komawari.ui.session import Session


class TakeFiles:
    """Files of takes. Those that may be dragged are made ready before, as a drag does not wait."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ready: dict[str, tuple[bytes, Path]] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def prepare(self, takes: list[tuple[Take, str]]) -> None:
        """Make takes ready to be dragged, each under a file name."""
        folder = self._where()
        wanted = [(take, name) for take, name in takes if take.id not in self._ready]

        def work() -> dict[str, tuple[bytes, Path]]:
            return {take.id: _written(self._png(take), folder / name) for take, name in wanted}

        if wanted:
            self._session.later(work, self._ready.update)

    def mime(self, takes: list[tuple[Take, str]]) -> QMimeData:
        """Return takes for a drag or the clipboard; the first one's pixels, and a file of each."""
        folder, urls, found = self._where(), [], QMimeData()
        for index, (take, name) in enumerate(takes):
            png, path = self._ready.get(take.id) or _written(self._png(take), folder / name)
            urls.append(QUrl.fromLocalFile(str(path)))
            if index == 0:
                found.setData(PNG, QByteArray(png))
                found.setImageData(QImage.fromData(png))
        found.setUrls(urls)
        return found

    def copy(self, takes: list[tuple[Take, str]]) -> None:
        """Put takes into the clipboard."""
        folder = self._where()

        def work() -> dict[str, tuple[bytes, Path]]:
            return {take.id: _written(self._png(take), folder / name) for take, name in takes}

        def done(ready: dict[str, tuple[bytes, Path]]) -> None:
            self._ready.update(ready)
            QGuiApplication.clipboard().setMimeData(self.mime(takes))

        self._session.later(work, done)

    def save(self, take: Take, path: Path, done: Callable[[], object]) -> None:
        """Write a take as PNG; one that was drawn carries its request with all files: it can be drawn again."""

        def work() -> None:
            png = self._png(take)
            write_file(path, png if take.resolved is None else embed(png, take.resolved, self._named(take.resolved)))

        self._session.later(work, lambda _: done())

    def _named(self, resolved: ResolvedRequest) -> dict[str, bytes]:
        """Return the files that a request names, so far as they are still there."""
        found = {}
        for sha in dict.fromkeys(blobs_of(resolved.request).values()):
            with contextlib.suppress(StorageError):
                found[sha] = self._session.picture(sha)
        return found

    def forget(self) -> None:
        """Let go of everything of the document before."""
        self._ready.clear()

    def _png(self, take: Take) -> bytes:
        data = self._session.picture(take.picture.sha256)
        return data if is_png(data) else png_of(upright(data))

    def _where(self) -> Path:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="komawari-", ignore_cleanup_errors=True)
        return Path(self._folder.name)


def _written(png: bytes, path: Path) -> tuple[bytes, Path]:
    path.write_bytes(png)
    return png, path
