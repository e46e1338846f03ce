"""The pose editor: how long a frame takes while a joint is dragged, and how much of the view is painted for it."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from komawari.bench import canvas, sample
from komawari.bench.figures import Figure, percentile, timed
from komawari.domain.edits import parameters
from komawari.domain.panel import Figure as Person
from komawari.domain.panel import FigurePose
from komawari.domain.posing.hidden import STANDING
from komawari.ui.canvas.tools.pose import PoseTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.render.frames import qpolygon
from komawari.ui.session import Session

FRAME = 16.0
"""Milliseconds: sixty frames in a second."""
STEPS = 60
WRIST, ANKLE = 7, 10
RADIUS = 3.0
"""Millimetres."""
EDGE = 12
"""Pixels that the outline of a selected panel reaches beyond its frame."""


class Painted(QObject):
    """What of a viewport is painted, in pixels of the widget."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.areas: list[int] = []
        self.outside, self.counts = 0, False
        self._allowed = viewport.rect()
        viewport.installEventFilter(self)

    def allow(self, view: CanvasView, panel: str) -> None:
        """Count what is painted outside of a panel from now on."""
        item = view.page_scene.panel_item(panel)
        assert item is not None
        frame = view.viewportTransform().map(qpolygon(item.shown.frame)).boundingRect()
        self._allowed = frame.toAlignedRect().adjusted(-EDGE, -EDGE, EDGE, EDGE)
        self.areas, self.outside, self.counts = [], 0, True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Count a paint event."""
        if self.counts and isinstance(event, QPaintEvent):
            region = event.region()
            rects = list(region)  # type: ignore[call-overload]
            self.areas.append(sum(one.width() * one.height() for one in rects))
            self.outside += sum(not self._allowed.contains(one) for one in rects)
        return False


def posing(rounds: int) -> list[Figure]:
    """Return the figures of a page of eight panels at 600 dpi, two posed people in each."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posed.komawari"
        canvas.write_large(path)
        with canvas.open_session(path) as session:
            return _dragging(app, session, rounds)


def _dragging(app: QApplication, session: Session, rounds: int) -> list[Figure]:
    view = CanvasView(session)
    view.resize(canvas.WIDTH, canvas.HEIGHT)
    view.show()
    panel = session.shown_page.panels[2].id
    tool = _posed(session, view, panel)
    painted = Painted(view.viewport())
    figures = []
    for name, zoomed in (("whole page", False), ("one panel", True)):
        (view.fit_panel if zoomed else view.fit)()
        canvas.settle(app, view)
        for part in ("joint", "bone"):
            frames = [frame for _ in range(rounds) for frame in _drag(app, view, tool, part, painted, panel)]
            size = view.viewport().width() * view.viewport().height()
            share = 100 * max(painted.areas, default=0) / size
            passed, worked = (percentile(column, 0.95) for column in zip(*frames))
            figures += [
                Figure(f"{part} drag, {name}: a frame (p95 of {len(frames)})", passed, FRAME, "ms"),
                Figure(f"{part} drag, {name}: of that, the processor's time (p95)", worked, FRAME, "ms"),
                Figure(f"{part} drag, {name}: painted of the view, at most", share, None, "%"),
                Figure(f"{part} drag, {name}: areas painted outside of the panel", painted.outside, 0, ""),
            ]
    canvas.put_away(view)
    return figures


def _posed(session: Session, view: CanvasView, panel: str) -> PoseTool:
    """Let two people stand in a panel, and take the pose tool."""
    session.select(panel)
    for index in range(2):
        x = 0.3 + 0.4 * index
        pose = FigurePose(tuple((x + a * 0.11, 0.3 + b * 0.16) for a, b in STANDING))
        figure = Person(sample.make_id("posed", index), pose=pose)
        session.edit("Add figure", partial(parameters.add_figure, panel=panel, figure=figure))
    view.set_tool("pose")
    tool = view.tools["pose"]
    assert isinstance(tool, PoseTool)
    return tool


def _drag(
    app: QApplication, view: CanvasView, tool: PoseTool, part: str, painted: Painted, panel: str
) -> Iterator[tuple[float, float]]:
    """Lead a wrist or a shin round in a circle; yield milliseconds of every frame, and the processor's of them."""
    shown = tool.scene.figure()
    assert shown is not None
    start = shown.spots[WRIST if part == "joint" else ANKLE]
    knee = shown.spots[ANKLE - 1]
    assert start is not None and knee is not None
    if part == "bone":
        start = ((start[0] + knee[0]) / 2, (start[1] + knee[1]) / 2)
    place = view.to_view(start).toPoint()
    radius = RADIUS * view.camera.scale
    _send(view, QEvent.Type.MouseButtonPress, place)
    _send(view, QEvent.Type.MouseMove, place + QPoint(0, -8))
    while view.is_unsettled:
        app.processEvents()
    _send(view, QEvent.Type.MouseMove, place + QPoint(0, -9))
    app.processEvents()
    # From here on it is a drag: handles and names have gone.
    painted.allow(view, panel)
    for step in range(STEPS):
        angle = 2 * math.pi * step / STEPS
        at = place + QPoint(round(radius * math.sin(angle)), round(radius - radius * math.cos(angle)) - 8)

        def frame(at: QPoint = at) -> None:
            _send(view, QEvent.Type.MouseMove, at)
            app.processEvents()

        begun = time.process_time()
        passed = timed(frame)
        yield passed, (time.process_time() - begun) * 1000
    # Handles and names come back; that is no frame of a drag.
    painted.counts = False
    tool.cancel()
    app.processEvents()


def _send(view: CanvasView, kind: QEvent.Type, place: QPoint) -> None:
    button = Qt.MouseButton.LeftButton if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
    on_screen = QPointF(view.viewport().mapToGlobal(place))
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, QPointF(place), on_screen, button, Qt.MouseButton.LeftButton, none)
    QApplication.sendEvent(view.viewport(), event)
