"""Masks: brush events, memory, lasso, undo and files of a mask of 4096 × 4096 pixels, painted on the page."""

from __future__ import annotations

import math
import os
import tempfile
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

from komawari.bench.canvas import shown
from komawari.bench.figures import Figure, Taken, percentile, taken, timed
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
    with tempfile.TemporaryDirectory() as folder, easel(app, Path(folder)) as one:
        one.room.set_brush(size=DIAMETER, hardness=0.7, spacing=0.1)
        moves, painted, peak = one.paint(strokes)
        undone, redone = one.step(one.session.document.undo), one.step(one.session.document.redo)
        lasso = [one.lasso() for _ in range(strokes)]
        settled = one.settling
    return [
        *pair(f"a 200 px brush on 4096²: an event (p95 of {len(moves)})", moves, 8),
        *pair("painting what it touched (p95)", painted, None),
        Figure("memory while it is painted, in masks", peak / MASK, 3, "×"),
        *pair(f"undo of a stroke (p95 of {len(undone)})", undone, 10),
        *pair(f"redo of a stroke (p95 of {len(redone)})", redone, 10),
        *pair(f"filling a lasso (p95 of {len(lasso)})", lasso, 50),
        Figure("from the end of a stroke until its file is safe (p95)", percentile(settled, 0.95), None, "ms"),
    ]


def pair(name: str, times: list[Taken], limit: float | None) -> Iterator[Figure]:
    """Yield a figure as it passed and as the processor worked, each with its limit in milliseconds."""
    yield Figure(name, percentile([one.passed for one in times], 0.95), limit, "ms")
    yield Figure(f"{name}, the processor's time", percentile([one.worked for one in times], 0.95), limit, "ms")


class Easel:
    """A page with one panel, whose picture is as large as its mask; a tool paints in it."""

    def __init__(self, app: QApplication, session: Session, view: CanvasView, tool: str) -> None:
        self.app, self.session, self.view = app, session, view
        self.settling: list[float] = []
        view.set_tool(tool)
        self.room = self._tool.room
        self._wait(lambda: self.board.surface is not None)
        surface = self.board.surface
        self.side = surface.width if surface is not None else 0
        """Pixels of what is painted on."""

    @property
    def _tool(self) -> PaintTool:
        tool = self.view.tools[self.view.tool]
        assert isinstance(tool, PaintTool)
        return tool

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
            way = _way(self.side, number, strokes)
            self._press(way[0])
            for spot in way[1:]:
                moves.append(taken(partial(self._move, spot)))
                painted.append(taken(self.app.processEvents))
                peak = max(peak, self.board.bytes)
            self._release(way[-1])
            self.settling.append(timed(lambda: self._wait(lambda: self.board.is_settled)))
            peak = max(peak, self.board.bytes)
        return moves, painted, peak

    def step(self, step: Callable[[], None]) -> list[Taken]:
        """Undo, or redo, all strokes; return the times."""
        found = []
        for _ in range(len(self.settling)):
            found.append(taken(step))
            self.app.processEvents()
        return found

    def lasso(self) -> Taken:
        """Fill what a line of 300 corners goes round, and take it back."""
        self.view.set_tool("lasso")
        corners = [
            (
                self.side * (0.5 + 0.45 * math.cos(k / 150 * math.pi)),
                self.side * (0.5 + 0.45 * math.sin(k / 150 * math.pi)),
            )
            for k in range(300)
        ]
        self._press(corners[0])
        for spot in corners[1:]:
            self._move(spot)
        filled = taken(partial(self._release, corners[-1]))
        self._wait(lambda: self.board.is_settled)
        self.session.document.undo()
        self.app.processEvents()
        return filled

    def _at(self, spot: Spot) -> QPointF:
        place = self._tool.to_page()
        assert place is not None
        return self.view.viewportTransform().map(place.map(QPointF(*spot)))

    def _press(self, spot: Spot) -> None:
        QTest.mousePress(self.view.viewport(), Qt.MouseButton.LeftButton, NONE, self._at(spot).toPoint())

    def _move(self, spot: Spot) -> None:
        self._tool.move(self.view.pointer(self._at(spot), NONE))

    def _release(self, spot: Spot) -> None:
        QTest.mouseRelease(self.view.viewport(), Qt.MouseButton.LeftButton, NONE, self._at(spot).toPoint())

    def _wait(self, done: Callable[[], bool]) -> None:
        while not done():
            self.app.processEvents()


def _way(side: int, number: int, strokes: int) -> list[Spot]:
    """Return a wave across the picture, each stroke lower than the one before."""
    top = side * (0.1 + 0.8 * number / max(1, strokes))
    return [(side * (0.05 + 0.9 * k / EVENTS), top + side / 27 * math.sin(k / 4)) for k in range(EVENTS + 1)]


@contextmanager
def easel(app: QApplication, folder: Path, tool: str = "brush") -> Iterator[Easel]:
    """Give a canvas with a tool in the hand, over a project in a folder."""
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
    with shown(app, document, library, session) as view:
        yield Easel(app, session, view, tool)
