"""Pictures of the tour in docs/tour.md: one page, from a character's picture to the export.

`python packaging/tour.py docs/pictures`; no display is needed. The window is the real one with the engine and the pack
that `make run` starts, in a home of its own; mouse and keys do what the tour says (`tour_steps.py`). Another pack gives
other pictures of the same steps.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

SIZE = (1366, 768)
"""Of the window, and of the screen that it fills."""


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={desktop(Path(home))}"
        os.environ["KOMAWARI_HOME"] = home
        take_the_tour(Path(home), folder)


def desktop(folder: Path) -> Path:
    """Describe a screen as large as the window, so that what opens beside it comes where it would; return the file."""
    path = folder / "desktop.json"
    screen = {"name": "tour", "x": 0, "y": 0, "width": SIZE[0], "height": SIZE[1]}
    path.write_text(json.dumps({"windowFrameMargins": False, "screens": [screen]}), encoding="utf-8")
    return path


def take_the_tour(home: Path, folder: Path) -> None:
    """Start the editor, as a first start does, and go through it."""
    # Qt reads what is set above when it is imported.
    from tour_hand import TourError
    from tour_steps import Tour

    from komawari.ui import app

    application = app.application()
    application.setCursorFlashTime(0)
    editor = app.Editor(application)
    editor.window.resize(*SIZE)
    editor.window.show()
    try:
        Tour(application, editor.window, home, folder).go()
    except TourError as error:
        sys.exit(f"tour: {error}")
    finally:
        editor.window.history.release()
        editor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
