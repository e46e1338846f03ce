"""A canvas on the screen, a hand that works in millimetres, and a queue that does what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageWriter, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.domain.edits.changing import on_panel
from komawari.domain.takes import Take
from komawari.ui.canvas.view import CanvasView
from komawari.ui.session import Session

NONE = Qt.KeyboardModifier.NoModifier


class FakeQueue(QObject):
    """Has what a test put into it."""

    changed = Signal()
    preview = Signal(str, QImage)

    def __init__(self) -> None:
        super().__init__()
        self.previews: dict[str, QImage] = {}
        self.steps: dict[str, tuple[int, int]] = {}
        self.places: dict[str, int] = {}
        self.pasted: list[tuple[str, bytes, bool]] = []

    def preview_of(self, panel: str) -> QImage | None:
        return self.previews.get(panel)

    def progress_of(self, panel: str) -> tuple[int, int] | None:
        return self.steps.get(panel)

    def place_of(self, panel: str) -> int | None:
        return self.places.get(panel)

    def paste(self, panel: str, png_or_file: bytes, use: bool = True) -> None:
        self.pasted.append((panel, png_or_file, use))


class Hand:
    """The artist's hand: places are millimetres of the page."""

    def __init__(self, view: CanvasView) -> None:
        self.view, self.viewport = view, view.viewport()

    def at(self, place: tuple[float, float]) -> QPoint:
        return self.view.to_view(place).toPoint()

    def click(self, place, modifiers=NONE) -> None:
        QTest.mouseClick(self.viewport, Qt.MouseButton.LeftButton, modifiers, self.at(place))

    def double_click(self, place) -> None:
        self.click(place)
        QTest.mouseDClick(self.viewport, Qt.MouseButton.LeftButton, NONE, self.at(place))

    def hover(self, place, modifiers=NONE) -> None:
        self._move(self.at(place), modifiers, Qt.MouseButton.NoButton)

    def press(self, place, modifiers=NONE, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mousePress(self.viewport, button, modifiers, self.at(place))

    def move(self, place, modifiers=NONE, button=Qt.MouseButton.LeftButton) -> None:
        self._move(self.at(place), modifiers, button)

    def release(self, place, modifiers=NONE, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mouseRelease(self.viewport, button, modifiers, self.at(place))

    def drag(self, start, *way, modifiers=NONE, button=Qt.MouseButton.LeftButton) -> None:
        """Press, go along the way, release. Places are found before, as a view may move meanwhile."""
        places = [self.at(place) for place in (start, *way)]
        QTest.mousePress(self.viewport, button, modifiers, places[0])
        for before, after in zip(places, places[1:]):
            for k in (1, 2, 3):
                self._move(before + (after - before) * k / 3, modifiers, button)
        QTest.mouseRelease(self.viewport, button, modifiers, places[-1])

    def _move(self, place: QPoint, modifiers, button) -> None:
        there = QPointF(place)
        on_screen = QPointF(self.viewport.mapToGlobal(place))
        buttons = Qt.MouseButton(button)
        event = QMouseEvent(QEvent.Type.MouseMove, there, on_screen, Qt.MouseButton.NoButton, buttons, modifiers)
        QApplication.sendEvent(self.viewport, event)

    def wheel(self, place, turns: float = 1, modifiers=NONE, pixels: QPoint = QPoint(), phase=None) -> None:
        there = QPointF(self.at(place))
        event = QWheelEvent(
            there, QPointF(self.viewport.mapToGlobal(there.toPoint())), pixels, QPoint(0, round(120 * turns)),
            Qt.MouseButton.NoButton, modifiers, phase or Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.viewport, event)

    def key(self, key, modifiers=NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)


@pytest.fixture
def queue(qapp) -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def view(session: Session, queue: FakeQueue) -> Iterator[CanvasView]:
    one = CanvasView(session, queue)
    one.resize(800, 900)
    one.show()
    QTest.qWaitForWindowExposed(one)
    yield one
    one.close()
    one.deleteLater()


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


@pytest.fixture
def png() -> Callable[..., bytes]:
    def make(width: int = 100, height: int = 50, colour: str = "#c04060") -> bytes:
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())

    return make


@pytest.fixture
def use_take(session: Session, png) -> Callable[..., Take]:
    """Give a panel a take of so many pixels, and use it."""

    def use(panel: str, width: int = 100, height: int = 50, colour: str = "#c04060", **fields) -> Take:
        data = png(width, height, colour)
        take = session.document.takes.add(panel, data, (width, height), **fields).result()
        session.document.takes.adopt(take)
        session.edit("Use", lambda p: on_panel(p, panel, lambda old: replace(old, take=take.id)))
        return take

    return use


@pytest.fixture
def undo_names(session: Session) -> Callable[[], list[str]]:
    """The names of all undo steps."""
    return lambda: [entry.name for entry in session.document.history.entries()[0]]
