"""Pictures of the window with the sample project, in both themes, for the README.

`python packaging/screenshots.py docs/pictures`; no display is needed. The window is the real one, with the engine that
`make run` starts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

COLOURS = 255
"""Of a palette; a third of the bytes, and no difference is seen."""
PATIENCE = 600.0
"""Seconds that the engine may take to start."""


def main(folder: Path) -> None:
    """Take all pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["KOMAWARI_HOME"] = home
        take_pictures(folder)


def take_pictures(folder: Path) -> None:
    """Show the sample, with a panel selected, and save what is seen."""
    from komawari.ui import app
    from komawari.ui.packs import Packs
    from komawari.ui.theme import themes

    application = app.application()
    editor = app.Editor(application)
    window, session = editor.window, editor.session
    window.show()
    until = time.monotonic() + PATIENCE
    while not Packs.of(session).all and time.monotonic() < until:
        application.processEvents()
        time.sleep(0.02)
    shown = [panel for panel in session.shown_page.panels if panel.take and panel.figures]
    session.select(shown[0].id)
    window.canvas.fit()
    for theme in ("light", "dark"):
        themes().choose(theme)
        settle(application)
        save(window.grab().toImage(), folder / f"window-{theme}.png")
    editor.close()


def settle(application) -> None:
    """Let thumbnails and pictures arrive."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        application.processEvents()
        time.sleep(0.02)


def save(image, path: Path) -> None:
    """Write a picture with a palette of its own."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    picture = Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGB")
    picture.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
