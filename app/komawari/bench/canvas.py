"""The canvas: how long a frame takes beside a bare QGraphicsView with the same pixmaps, and undo with it attached."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice, QPoint, QPointF
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from komawari.bench import sample
from komawari.bench.figures import Figure, Taken, percentile, taken, timed
from komawari.document.document import Document
from komawari.domain.edits import panels
from komawari.domain.project import Project
from komawari.engine_client.fake import FakeEngine
from komawari.storage.library import Library
from komawari.storage.store import Store
from komawari.ui.canvas.view import CanvasView
from komawari.ui.render.transforms import picture_rect
from komawari.ui.session import Session

WIDTH, HEIGHT = 1600, 1000
PICTURE = (1890, 1299)
"""A panel of 80 × 55 mm at 600 dpi."""
FRAME = 33.0
"""Milliseconds: thirty frames in a second."""
Kind = Literal["pan", "zoom"]


class Pair(NamedTuple):
    """The same frame in both views."""

    ours: Taken
    bare: Taken


def canvas(rounds: int, edits: int) -> list[Figure]:
    """Return the figures of a page of eight large pictures, and of undo in a project of 800 panels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        return [*_frames(app, Path(folder), rounds), *_undoing(app, Path(folder), edits)]


@contextmanager
def open_session(path: Path) -> Iterator[Session]:
    """Work on a project file, with a library and an engine that do nothing; all is closed at the end."""
    document, library = Document(path), Library(path.with_suffix(".komalib"))
    session = Session(document, library, FakeEngine(), path.with_suffix(".json"))
    try:
        yield session
    finally:
        session.close()
        document.close(discard=True)
        library.close()


def _frames(app: QApplication, folder: Path, rounds: int) -> list[Figure]:
    path = folder / "large.koma"
    write_large(path)
    with open_session(path) as session:
        view = CanvasView(session)
        view.resize(WIDTH, HEIGHT)
        view.show()
        settle(app, view)
        bare = _bare(session)
        found: list[Figure] = []
        kinds: tuple[Kind, ...] = ("pan", "zoom")
        for kind in kinds:
            pairs = [pair for _ in range(rounds) for pair in _run(app, view, bare, kind)]
            ours, others = [pair.ours.passed for pair in pairs], [pair.bare.passed for pair in pairs]
            worked = percentile([pair.ours.worked for pair in pairs], 0.95)
            ratio = percentile(ours, 0.5) / percentile(others, 0.5)
            found += [
                Figure(f"{kind}: a frame (median of {len(pairs)})", percentile(ours, 0.5), None, "ms"),
                Figure(f"{kind}: against a bare QGraphicsView", ratio, 1.5, "×"),
                Figure(f"{kind}: the same, by the processor's time", _work(pairs), 1.5, "×"),
                Figure(f"{kind}: a frame (p95)", percentile(ours, 0.95), FRAME, "ms"),
                Figure(f"{kind}: of that, the processor's time (p95)", worked, FRAME, "ms"),
                Figure(f"{kind}: a bare QGraphicsView's frame (p95)", percentile(others, 0.95), None, "ms"),
            ]
        settled = [_settled(app, view) for _ in range(rounds * 3)]
        found.append(Figure("painting the page well after a zoom (p95)", percentile(settled, 0.95), None, "ms"))
        found.append(Figure("pictures in memory", session.images.bytes / 2**20, 512, "MiB"))
        for one in (view, bare):
            put_away(one)
    return found


def put_away(view: QWidget) -> None:
    """Close a window and delete it now.

    `processEvents` leaves deferred deletions undone, and Python's collector would later delete scene and items in any
    order.
    """
    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)


@contextmanager
def shown(app: QApplication, document: Document, library: Library, session: Session) -> Iterator[CanvasView]:
    """Give a canvas that shows what is selected, and close all of it afterwards; nothing is saved."""
    view = CanvasView(session)
    view.resize(1200, 1000)
    view.show()
    while view.is_unsettled:
        app.processEvents()
    try:
        yield view
    finally:
        session.close()
        put_away(view)
        document.close(discard=True)
        library.close()


def write_large(path: Path) -> None:
    """Write a page of eight panels whose pictures are as large as they are printed."""
    value = replace(sample.project(1), characters=())
    page = replace(value.pages[0], panels=tuple(replace(one, figures=()) for one in value.pages[0].panels))
    Store.create(path, replace(value, pages=(page,)))
    store = Store.open(path, _raise)
    for index in range(sample.PANELS):
        data = _picture(index)
        take = replace(sample.take(0, index), picture=sample.Blob.of(data), width=PICTURE[0], height=PICTURE[1])
        store.add_take(take, data).result()
    store.close()


def _raise(error: Exception) -> None:
    raise error


def _picture(index: int) -> bytes:
    image = QImage(*PICTURE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gradient = QLinearGradient(QPointF(0, 0), QPointF(*PICTURE))
    gradient.setColorAt(0, QColor.fromHsv(index * 40, 90, 250))
    gradient.setColorAt(1, QColor.fromHsv(index * 40, 200, 90))
    painter.fillRect(image.rect(), gradient)
    for k in range(60):
        painter.drawLine(0, k * 40, PICTURE[0], PICTURE[1] - k * 30)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _bare(session: Session) -> QGraphicsView:
    """Return Qt's own view of the same pictures in full, at the same places, as Qt makes it."""
    page, scene = session.shown_page, QGraphicsScene()
    for panel in page.panels:
        take = session.used_take(panel)
        assert take is not None
        rect = picture_rect(panel, page.paper, (take.width, take.height))
        item = scene.addPixmap(QPixmap.fromImage(session.images.now(take.picture.sha256)))
        item.setPos(rect.topLeft())
        item.setScale(rect.width() / take.width)
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.resize(WIDTH, HEIGHT)
    view.setFrameShape(QGraphicsView.Shape.NoFrame)
    view.show()
    return view


def _run(app: QApplication, view: CanvasView, bare: QGraphicsView, kind: Kind) -> Iterator[Pair]:
    """Pan at three zooms, or zoom in and out again, in both views in turn."""
    view.fit()
    fitted = view.camera.zoom
    if kind == "pan":
        for zoom in (fitted, 0.5, 1.0):
            view.zoom_to(zoom)
            settle(app, view)
            _follow(view, bare)
            app.processEvents()
            for step in range(30):
                way = QPoint(7, 5) if step < 15 else QPoint(-7, -5)
                yield _pair(app, view, bare, partial(view.camera.pan, way))
        return
    settle(app, view)
    for step in range(48):
        factor = 1.06 if step < 24 else 1 / 1.06
        yield _pair(app, view, bare, partial(view.camera.zoom_by, factor, QPoint(700, 400)))


def _pair(app: QApplication, view: CanvasView, bare: QGraphicsView, step: Callable[[], object]) -> Pair:
    def ours() -> None:
        step()
        app.processEvents()

    def other() -> None:
        _follow(view, bare)
        app.processEvents()

    return Pair(_taken(ours), _taken(other))


def _taken(do: Callable[[], object]) -> Taken:
    return taken(do, time.process_time)


def _follow(view: CanvasView, bare: QGraphicsView) -> None:
    """Let the bare view show what ours shows."""
    if bare.transform() != view.transform():
        bare.setTransform(view.transform())
        bare.setSceneRect(view.sceneRect())
    bare.horizontalScrollBar().setValue(view.horizontalScrollBar().value())
    bare.verticalScrollBar().setValue(view.verticalScrollBar().value())


def settle(app: QApplication, view: CanvasView) -> None:
    """Wait until all pictures are there, and paint well."""
    while view.is_unsettled:
        app.processEvents()
    view.viewport().repaint()


def _settled(app: QApplication, view: CanvasView) -> float:
    view.zoom_by(1.06)
    app.processEvents()

    def paint() -> None:
        view.settle()
        view.viewport().repaint()

    return timed(paint)


def _undoing(app: QApplication, folder: Path, edits: int) -> list[Figure]:
    path = folder / "long.koma"
    sample.write(path, 100)
    with open_session(path) as session:
        view = CanvasView(session)
        view.resize(WIDTH, HEIGHT)
        view.show()
        settle(app, view)
        shown = [panel.id for panel in session.shown_page.panels]
        for number in range(edits):
            chosen = [shown[number % len(shown)]]
            session.edit("Move", partial(_moved, page=session.page, chosen=chosen, by=0.5 + number % 3))
        undone = [_stepped(app, session.document.undo) for _ in range(edits // 2)]
        redone = [_stepped(app, session.document.redo) for _ in range(edits // 2)]
        put_away(view)
    timings = {
        "undo": [step.passed for step, _ in undone],
        "redo": [step.passed for step, _ in redone],
        "undo and redo, the processor's time": [step.worked for step, _ in undone + redone],
    }
    count = f"(p95 of {len(undone)})"
    figures = [Figure(f"{name}, with the canvas {count}", _p95(found), 10, "ms") for name, found in timings.items()]
    painted = _p95([one.passed for _, one in undone + redone])
    return [*figures, Figure("painting after undo and redo (p95)", painted, FRAME, "ms")]


def _work(pairs: list[Pair]) -> float:
    """Return how much the processor works at our frames beside the bare ones, by medians."""
    return percentile([one.ours.worked for one in pairs], 0.5) / percentile([one.bare.worked for one in pairs], 0.5)


def _p95(values: list[float]) -> float:
    return percentile(values, 0.95)


def _moved(project: Project, page: str, chosen: list[str], by: float) -> Project:
    return panels.move_panels(project, page, chosen, by, 0.0)


def _stepped(app: QApplication, step: Callable[[], None]) -> tuple[Taken, Taken]:
    return _taken(step), _taken(app.processEvents)
