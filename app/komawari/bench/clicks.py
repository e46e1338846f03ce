"""Clicks that select: from the button's release until what was meant is in the mask, with the engine that ships."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.bench.canvas import shown
from komawari.bench.figures import Figure, timed
from komawari.document.document import Document
from komawari.engine_client.supervisor import Supervisor
from komawari.storage.library import Library
from komawari.ui.canvas.tools.select_click import ClickTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.samples import open_sample
from komawari.ui.session import Session

PATIENCE = 600.0
"""Seconds after which an answer counts as never given, on however busy a machine."""
LIMIT = 150
"""Milliseconds."""


def clicks(count: int, seed: int) -> list[Figure]:
    """Return the figures of so many clicks at random places of a panel's picture; each begins another selection."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder, finger(app, Path(folder)) as one:
        places = random.Random(seed)
        first = one.click(places)
        later = [one.click(places) for _ in range(count)]
        failed, nothing = len(one.troubles), one.nothing
    return [
        Figure("the first click in a picture, with the start of the engine", first, None, "ms"),
        Figure(f"a click in a picture that was looked at (median of {count})", statistics.median(later), LIMIT, "ms"),
        Figure("clicks that failed", failed, 0),
        Figure("clicks at which nothing was found", nothing, None),
    ]


class Finger:
    """A hand that clicks at a panel's picture."""

    def __init__(self, app: QApplication, session: Session, view: CanvasView) -> None:
        self.app, self.session, self.view = app, session, view
        self.nothing = 0
        self.troubles: list[str] = []
        session.trouble.connect(self.troubles.append)
        view.set_tool("click")
        tool = view.tools["click"]
        assert isinstance(tool, ClickTool)
        self._tool = tool
        self._wait(lambda: tool.board.surface is not None)

    def click(self, places: random.Random) -> float:
        """Click somewhere; return how many milliseconds it took until the mask had what was found."""
        surface, place = self._tool.board.surface, self._tool.to_page()
        assert surface is not None and place is not None
        spot = QPointF(places.uniform(0.1, 0.9) * surface.width, places.uniform(0.1, 0.9) * surface.height)
        at = self.view.viewportTransform().map(place.map(spot)).toPoint()
        self._tool.clicker.forget()
        before = self._tool.board.last_step
        QTest.mousePress(self.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        passed = timed(lambda: self._release(at))
        self.nothing += self._tool.board.last_step is before
        return passed

    def _release(self, at: QPoint) -> None:
        QTest.mouseRelease(self.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        self._wait(lambda: not self._tool.clicker.is_looking)

    def _wait(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > until:
                raise TimeoutError("the engine did not answer a click")
            self.app.processEvents()


@contextmanager
def finger(app: QApplication, folder: Path) -> Iterator[Finger]:
    """Give a hand over a copy of the sample project in a folder, with the engine that ships."""
    document, library = Document(open_sample(folder)), Library(folder / "clicks.komalib")
    session = Session(document, library, Supervisor(), folder / "settings.json")
    session.select(next(panel.id for panel in session.shown_page.panels if panel.take))
    with shown(app, document, library, session) as view:
        yield Finger(app, session, view)
