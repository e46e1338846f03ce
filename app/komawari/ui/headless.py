"""The editor without a display: it says so, and draws pages into files by the code that paints the screen.

What is here needs no window; `ui.app` and all that it loads are not imported.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from animeadapter.protocol.files import write_file
from komawari.document.document import Document
from komawari.storage import copying
from komawari.ui.export.errors import ExportError
from komawari.ui.export.pixels import page_image, png
from komawari.ui.export.source import Source
from komawari.ui.samples import sample_file

DPI = 150
PLATFORM = "QT_QPA_PLATFORM"


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Return whether a window can be shown. Windows and macOS always have a display; elsewhere Qt is told where."""
    if environment.get(PLATFORM):
        return environment[PLATFORM].partition(":")[0] not in ("offscreen", "minimal")
    return platform in ("win32", "darwin") or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def draw_page_headlessly(project_file: Path, page: int, out: Path, dpi: int = DPI) -> Path:
    """Draw a page (its number from 1) of a project into a PNG file and return where it is.

    The project may be open elsewhere; it is read from a copy. Raises `StorageError`, `FileError` or `ExportError`.
    """
    application = _application()
    with tempfile.TemporaryDirectory(prefix="komawari.") as folder:
        copy = Path(folder) / "copy.komawari"
        copying.copy_of(project_file, copy)
        document = Document(copy)
        try:
            write_file(out, _drawn(Source.of(document), page, dpi))
        finally:
            document.close(discard=True)
    del application
    return out


def _drawn(source: Source, page: int, dpi: int) -> bytes:
    if not 1 <= page <= len(source.project.pages):
        raise ExportError(f"page {page}: the project has {len(source.project.pages)}")
    painting = page_image(source, page, dpi, bleed=False)
    while True:
        try:
            next(painting)
        except StopIteration as end:
            return png(end.value, {"Title": source.project.title, "Software": "Komawari"})


def _application() -> QGuiApplication:
    """Return an application, which fonts need; without a display one that shows nothing."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    if not has_display():
        os.environ[PLATFORM] = "offscreen"
    return QGuiApplication(["komawari"])


def draw_sample(folder: Path, dpi: int = DPI) -> str:
    """Draw the sample's first page into a folder, and return what to tell the artist. Raises as above."""
    path = draw_page_headlessly(sample_file(), 1, folder / "sample-page.png", dpi)
    return (
        "There is no display here, so no window can be shown. The first page of the sample project was drawn into "
        f"{path} instead. To see the window, run this on a desktop, or with ssh -X; the engine alone works without a "
        f"display: {engine_command()} --help."
    )


def engine_command() -> str:
    """Return how the engine's command is called here: by its place, for nobody may have activated the environment."""
    place = Path(sys.executable).with_name("animeadapter")
    return str(place) if place.exists() else "animeadapter"
