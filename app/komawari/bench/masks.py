"""Masks: brush events, memory, lasso, undo and files of a mask of 4096 × 4096 pixels, painted on the page."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.bench.canvas import Taken, put_away
from komawari.bench.figures import Figure, percentile, timed
from komawari.document.document import Document
from komawari.domain.edits import panels
from komawari.domain.edits.changing import on_panel
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.project import new_project
from komawari.engine_client.fake import FakeEngine
from komawari.storage.library import Library
from komawari.storage.store import Store
from komawari.ui.canvas.tools.painting import PaintTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.masks.room import Room
from komawari.ui.queue.pictures import encoded
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.painting.board import Board

SIDE, DIAMETER = 4096, 200.0
MASK = SIDE * SIDE
EVENTS = 40
"""Moves of one stroke."""
Spot = tuple[float, float]
NONE = Qt.KeyboardModifier.NoModifier


def masks(strokes: int) -> list[Figure]:
    """Return the figures of so many strokes, each of which crosses the picture and is undone and redone."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder, _easel(app, Path(folder)) as easel:
        moves, painted, peak = easel.paint(strokes)
        undone, redone = easel.step(easel.session.document.undo), easel.step(easel.session.document.redo)
        lasso = [easel.lasso() for _ in range(strokes)]
        settled = easel.settling
    return [
        *_pair(f"a 200 px brush on 4096²: an event (p95 of {len(moves)})", moves, 8),
        *_pair("painting what it touched (p95)", painted, None),
        Figure("memory while it is painted, in masks", peak / MASK, 3, "×"),
        *_pair(f"undo of a stroke (p95 of {len(undone)})", undone, 10),
        *_pair(f"redo of a stroke (p95 of {len(redone)})", redone, 10),
        *_pair(f"filling a lasso (p95 of {len(lasso)})", lasso, 50),
        Figure("from the end of a stroke until its file is safe (p95)", percentile(settled, 0.95), None, "ms"),
    ]


def _pair(name: str, taken: list[Taken], limit: float | None) -> Iterator[Figure]:
    yield Figure(name, percentile([one.passed for one in taken], 0.95), limit, "ms")
    yield Figure(f"{name}, the processor's time", percentile([one.worked for one in taken], 0.95), limit, "ms")


class _Easel:
    """A page with one panel, whose picture is as large as its mask."""

    def __init__(self, app: QApplication, session: Session, view: CanvasView) -> None:
        self.app, self.session, self.view = app, session, view
        self.room = Room.of(session)
        self.settling: list[float] = []
        view.set_tool("brush")
        self._wait(lambda: self.board.surface is not None)
        self.room.set_brush(size=DIAMETER, hardness=0.7, spacing=0.1)

    @property
    def board(self) -> Board:
        """What is painted on."""
        return self.room.board

    def paint(self, strokes: int) -> tuple[list[Taken], list[Taken], int]:
        """Paint strokes across the picture; return the times of moves and of paintings, and the most memory."""
        moves: list[Taken] = []
        painted: list[Taken] = []
        peak = 0
        for number in range(strokes):
            way = _way(number, strokes)
            self._press(way[0])
            for spot in way[1:]:
                moves.append(_taken(partial(self._move, spot)))
                painted.append(_taken(self.app.processEvents))
                peak = max(peak, self.board.bytes)
            self._release(way[-1])
            self.settling.append(timed(lambda: self._wait(lambda: self.board.is_settled)))
            peak = max(peak, self.board.bytes)
        return moves, painted, peak

    def step(self, step: Callable[[], None]) -> list[Taken]:
        """Undo, or redo, all strokes; return the times."""
        found = []
        for _ in range(len(self.settling)):
            found.append(_taken(step))
            self.app.processEvents()
        return found

    def lasso(self) -> Taken:
        """Fill what a line of 300 corners goes round, and take it back."""
        self.view.set_tool("lasso")
        corners = [
            (SIDE * (0.5 + 0.45 * math.cos(k / 150 * math.pi)), SIDE * (0.5 + 0.45 * math.sin(k / 150 * math.pi)))
            for k in range(300)
        ]
        self._press(corners[0])
        for spot in corners[1:]:
            self._move(spot)
        taken = _taken(partial(self._release, corners[-1]))
        self._wait(lambda: self.board.is_settled)
        self.session.document.undo()
        self.app.processEvents()
        return taken

    def _at(self, spot: Spot) -> QPointF:
        tool = self.view.tools[self.view.tool]
        assert isinstance(tool, PaintTool)
        place = tool.to_page()
        assert place is not None
        return self.view.viewportTransform().map(place.map(QPointF(*spot)))

    def _press(self, spot: Spot) -> None:
        QTest.mousePress(self.view.viewport(), Qt.MouseButton.LeftButton, NONE, self._at(spot).toPoint())

    def _move(self, spot: Spot) -> None:
        tool = self.view.tools[self.view.tool]
        tool.move(self.view.pointer(self._at(spot), NONE))

    def _release(self, spot: Spot) -> None:
        QTest.mouseRelease(self.view.viewport(), Qt.MouseButton.LeftButton, NONE, self._at(spot).toPoint())

    def _wait(self, done: Callable[[], bool]) -> None:
        while not done():
            self.app.processEvents()


def _way(number: int, strokes: int) -> list[Spot]:
    """Return a wave across the picture, each stroke lower than the one before."""
    top = SIDE * (0.1 + 0.8 * number / max(1, strokes))
    return [(SIDE * (0.05 + 0.9 * k / EVENTS), top + 150 * math.sin(k / 4)) for k in range(EVENTS + 1)]


def _taken(do: Callable[[], object]) -> Taken:
    begun = time.thread_time()
    passed = timed(do)
    return Taken(passed, (time.thread_time() - begun) * 1000)


@contextmanager
def _easel(app: QApplication, folder: Path) -> Iterator[_Easel]:
    path = folder / "masks.koma"
    project = new_project("Masks")
    page = project.pages[0].id
    panel = "b" * 32
    Store.create(path, panels.draw_panel(project, page, panel, rectangle((10, 10, 170, 170))))
    document, library = Document(path), Library(folder / "masks.komalib")
    session = Session(document, library, FakeEngine(), folder / "settings.json")
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("#c8d0d8"))
    take = document.takes.add(panel, encoded(image), (SIDE, SIDE)).result()
    document.takes.adopt(take)
    session.edit("Use", partial(on_panel, panel=panel, change=lambda old: replace(old, take=take.id)))
    session.select(panel)
    view = CanvasView(session)
    view.resize(1200, 1000)
    view.show()
    while view.is_unsettled:
        app.processEvents()
    try:
        yield _Easel(app, session, view)
    finally:
        session.close()
        put_away(view)
        document.close(discard=True)
        library.close()
