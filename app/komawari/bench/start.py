"""How long the editor takes from its process to its first painted window, beside a bare window in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from komawari.bench.figures import Figure, Taken, taken

MOST = 5.0
"""Times a bare window."""
BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
import os
application = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
QTimer.singleShot(0, lambda: os._exit(0))
application.exec()
"""
EDITOR = """
import os, sys
from pathlib import Path
from komawari.ui import app
from komawari.ui.samples import open_sample
application = app.application()
editor = app.Editor(application, open_sample(Path(sys.argv[1])))
editor.window.painted.disconnect()
heavy = {"torch", "diffusers", "transformers"}
editor.window.painted.connect(lambda: os._exit(10 if heavy & set(sys.modules) else 0))
editor.window.show()
application.exec()
"""
"""It ends like the bare one, at its first painting, when it would start the engine."""


def start(repeats: int) -> list[Figure]:
    """Measure starts in turn, with compiled modules as an installed program has them."""
    with tempfile.TemporaryDirectory(prefix="komawari-bench.") as home:
        environment = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "KOMAWARI_HOME": home,
            "PYTHONPYCACHEPREFIX": str(Path(home) / "compiled"),
        }  # fmt: skip
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _shown(BARE, home, environment)
        _shown(EDITOR, home, environment)
        pairs = [(_shown(BARE, home, environment), _shown(EDITOR, home, environment)) for _ in range(repeats)]
    bare, editor = (Taken(*(statistics.median(column) for column in zip(*times))) for times in zip(*pairs))
    return [
        Figure("a bare window: process to first painting", bare.passed, None, "ms"),
        Figure("the editor with its sample: process to first painting", editor.passed, None, "ms"),
        Figure("the editor's start beside a bare window's", editor.passed / bare.passed, MOST, "×"),
        Figure("the same, by the processor's time", editor.worked / bare.worked, MOST, "×"),
    ]


def _shown(program: str, home: str, environment: dict[str, str]) -> Taken:
    """Return the milliseconds that a process takes to show its window and end."""
    command = [sys.executable, "-c", program, home]
    run = partial(subprocess.run, command, env=environment, check=True, stderr=subprocess.DEVNULL)
    return taken(run, _worked_by_children)


def _worked_by_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
