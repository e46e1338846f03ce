"""What an export reads: a project as it was when the export began, and its pictures, on any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtGui import QImage

from komawari.document.document import Document
from komawari.domain.edits.panels import panels_read
from komawari.domain.panel import Panel
from komawari.domain.project import Page, Project
from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.ui.export.errors import ExportError
from komawari.ui.images import upright
from komawari.ui.render.sketches import Laid, laid

Read = Callable[[str], bytes]
"""sha256 → the file's bytes, on any thread; raises `StorageError`."""


@dataclass(frozen=True)
class Source:
    """A project and the takes in use. Edits that come later do not change it."""

    project: Project
    takes: Mapping[str, Take]
    """Panel's id → the take it shows."""
    read: Read
    enlarged: Mapping[str, bytes] = field(default_factory=dict)
    """sha256 of a take's picture → a larger file of it, as the engine made it."""

    @classmethod
    def of(cls, document: Document, pages: Iterable[int] | None = None) -> Source:
        """Take note of how a document is now, with the takes of these pages (None: all), on the document's thread.

        Raises `StorageError`.
        """
        chosen = document.project.pages if pages is None else [document.project.pages[n - 1] for n in pages]
        used = {panel.id: panel.take for page in chosen for panel in page.panels if panel.take is not None}
        known = document.takes.many(used.values())
        takes = {panel: known[take] for panel, take in used.items() if take in known}
        return cls(document.project, takes, document.store.picture)

    def with_enlarged(self, enlarged: Mapping[str, bytes]) -> Source:
        """Return the source with larger files in the place of these pictures."""
        return replace(self, enlarged=dict(enlarged))

    def page(self, number: int) -> Page:
        """Return a page by its number from 1."""
        return self.project.pages[number - 1]

    def read_panels(self, number: int) -> list[Panel]:
        """Return a page's panels as they are read."""
        page = self.page(number)
        by_id = {panel.id: panel for panel in page.panels}
        return [by_id[name] for name in panels_read(self.project, page.id)]

    def panel_number(self, panel: str) -> tuple[int, int]:
        """Return the numbers of a panel's page and of the panel in it, both from 1."""
        for number, page in enumerate(self.project.pages, 1):
            if any(one.id == panel for one in page.panels):
                return number, [one.id for one in self.read_panels(number)].index(panel) + 1
        raise ExportError(f"there is no panel {panel}")

    def picture(self, panel: Panel) -> QImage | None:
        """Return a panel's whole picture, None where it has none. Raises `ExportError` where it cannot be read."""
        if panel.take is None:
            return None
        take = self.takes.get(panel.id)
        if take is None:
            raise self._unreadable(panel.id, "its take is not in the file")
        sha = take.picture.sha256
        image = upright(self.enlarged.get(sha) or self._file(panel.id, sha))
        if image.isNull():
            raise self._unreadable(panel.id, "it is no picture")
        return image

    def file(self, sha: str) -> bytes:
        """Return the file of a picture in use. Raises `ExportError` that names a panel which shows it."""
        return self._file(next(panel for panel, take in self.takes.items() if take.picture.sha256 == sha), sha)

    def _file(self, panel: str, sha: str) -> bytes:
        try:
            return self.read(sha)
        except StorageError as error:
            raise self._unreadable(panel, str(error)) from error

    def _unreadable(self, panel: str, why: str) -> ExportError:
        page, number = self.panel_number(panel)
        what = "choose another take there, or draw it anew"
        return ExportError(f"page {page}, panel {number}: its picture cannot be read ({why}); {what}")

    def sketch(self, panel: Panel) -> Laid | None:
        """Return what is sketched in a panel, None where nothing is. Raises `ExportError` where it cannot be read."""
        sheet = panel.sketch.sheet
        if sheet is None:
            return None
        try:
            image = upright(self.read(sheet.picture.sha256))
        except StorageError:
            image = QImage()
        if image.isNull():
            page, number = self.panel_number(panel.id)
            raise ExportError(
                f"page {page}, panel {number}: its sketch cannot be read; clear it, or leave sketches out"
            )
        return laid(sheet, image)

    def size(self, panel: Panel) -> tuple[int, int] | None:
        """Return width and height of a panel's picture in pixels, as it is stored; None where it has none."""
        take = self.takes.get(panel.id)
        return None if take is None else (take.width, take.height)
