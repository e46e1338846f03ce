"""Roughs from elsewhere: a picture from a file, a drop or the clipboard becomes a panel's sketch."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QSize, Qt
from PySide6.QtGui import QImage

from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.domain.edits import sketches
from komawari.domain.geometry import sheets
from komawari.domain.geometry.sizes import picture_box
from komawari.domain.panel import Sheet
from komawari.domain.project import find_panel, panels_of
from komawari.ui.characters.pictures import PictureError, Source, open_source, sources_in
from komawari.ui.images import upright
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.painting.surface import Pixels

Size = tuple[int, int]


class Roughs(QObject):
    """Makes sketches of picture files, off the window's thread. What is no picture is said."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def read(self, path: Path) -> None:
        """Let the selected panel's sketch be a picture file."""
        self._take(path)

    def paste(self, data: QMimeData | None) -> None:
        """Let the selected panel's sketch be what is in the clipboard."""
        found = [] if data is None else sources_in(data)
        if found:
            self._take(found[0])
        else:
            self._session.message.emit(self.tr("There is no picture in the clipboard"))

    def _take(self, source: Source) -> None:
        panel = self._session.panel
        if panel is None:
            self._session.message.emit(self.tr("Select the panel whose sketch it is to be"))
        else:
            self.take(panel.id, source)

    def take(self, panel: str, source: Source) -> None:
        """Let a panel's sketch be a picture, fitted into the panel."""
        session = self._session
        # A stroke that is on its way comes before it.
        session.document.settling()
        found = next(((page, one) for page, one in panels_of(session.project) if one.id == panel), None)
        if found is None:
            return
        size = sheets.new_size(picture_box(found[1].frame, found[0].paper))
        work = partial(fitted, source, size)
        session.later(work, partial(self._store, session.document, panel, size), self._refused)

    def _store(self, document: Document, panel: str, size: Size, data: bytes) -> None:
        stored = document.store.put_picture(data)
        self._session.waiting.on(stored, partial(self._stored, document, panel, size), self._refused)

    def _stored(self, document: Document, panel: str, size: Size, sha: str) -> None:
        session = self._session
        if document is not session.document or all(one.id != panel for _, one in panels_of(session.project)):
            return
        document.settling()
        replaced = find_panel(session.project, panel)[1].sketch.sheet is not None
        edit = partial(sketches.set_sheet, panel=panel, sheet=Sheet(Blob(sha), *size))
        if session.edit(self.tr("Import a rough"), edit):
            session.end_gesture()
            session.message.emit(
                self.tr("The rough has taken the place of the sketch; undo brings that back") if replaced
                else self.tr("The rough is the panel's sketch now")
            )  # fmt: skip

    def _refused(self, error: BaseException) -> None:
        self._session.trouble.emit(self.tr("The picture cannot be a sketch: {0}").format(error))


def fitted(source: Source, size: Size) -> bytes:
    """Return a picture as the file of a sheet of so many pixels: whole, in the middle, as large as it can be.

    A picture without transparency loses its white ground; over white it looks as it was. Any thread may call it.
    Raises `PictureError`.
    """
    import numpy as np

    from komawari.ui.painting import png
    from komawari.ui.sketch.ink import without_white

    picture = open_source(source, QCoreApplication.translate("Sketches", "the picture"))
    image = upright(picture.data)
    ratio, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    ink = _pixels(image.scaled(QSize(*size), ratio, smooth))
    if ink[..., 3].min() == 255:
        ink = without_white(ink)
    ink[ink[..., 3] == 0] = 0
    if not ink.any():
        raise PictureError(QCoreApplication.translate("Sketches", "there is nothing on it but white paper"))
    width, height = size
    sheet = np.zeros((height, width, 4), np.uint8)
    top, left = (height - ink.shape[0]) // 2, (width - ink.shape[1]) // 2
    sheet[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return png.encoded(sheet)


def _pixels(image: QImage) -> Pixels:
    """Return (h, w, 4) RGBA of an image; of no copy that Qt owns."""
    import numpy as np

    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()
