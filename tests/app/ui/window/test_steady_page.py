"""What comes and goes round the page moves nothing under the hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.domain.geometry.polygon import bounds
from komawari.ui.session import Session
from komawari.ui.window.window import Window

UPPER = f"{11:032x}"
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hand:
    """Works at places of the window, which stay when the canvas moves."""

    def __init__(self, window: Window) -> None:
        self.canvas, self.window = window.canvas, window

    def on_screen(self, spot: tuple[float, float]) -> QPoint:
        return self.canvas.viewport().mapTo(self.window, self.canvas.to_view(spot).toPoint())

    def _here(self, place: QPoint) -> QPoint:
        return self.canvas.viewport().mapFrom(self.window, place)

    def press(self, place: QPoint) -> None:
        QTest.mousePress(self.canvas.viewport(), LEFT, NONE, self._here(place))

    def move(self, place: QPoint) -> None:
        here = QPointF(self._here(place))
        there = QPointF(self.window.mapToGlobal(place))
        event = QMouseEvent(QEvent.Type.MouseMove, here, there, Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(self.canvas.viewport(), event)

    def release(self, place: QPoint) -> None:
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NONE, self._here(place))


def banner_comes(window: Window, qtbot) -> None:
    before = window.canvas.height()
    window.banners.show_line("info", "Something is to be said", key="it")
    qtbot.waitUntil(lambda: window.canvas.height() < before)


def banner_goes(window: Window, qtbot) -> None:
    before = window.canvas.height()
    window.banners.drop("it")
    qtbot.waitUntil(lambda: window.canvas.height() > before)


@pytest.fixture
def hand(window: Window) -> Hand:
    return Hand(window)


def test_a_banner_moves_no_edge_that_is_held(window: Window, session: Session, hand: Hand, qtbot) -> None:
    session.select(UPPER)
    start, end = hand.on_screen((60, 60)), hand.on_screen((60, 90))
    scale = window.canvas.camera.scale
    hand.press(start)
    hand.move((start + end) / 2)
    banner_comes(window, qtbot)
    hand.move(end)
    assert hand.on_screen((60, 90)) == end
    hand.release(end)
    assert bounds(session.shown_page.panels[0].frame)[3] == pytest.approx(90, abs=1.5 / scale)


def test_a_page_that_is_fitted_is_fitted_anew_when_the_hand_rests(window: Window, hand: Hand, qtbot) -> None:
    camera, place = window.canvas.camera, hand.on_screen((150, 200))
    window.canvas.steady.rest.setInterval(20)
    zoom = camera.zoom
    hand.press(place)
    banner_comes(window, qtbot)
    qtbot.wait(60)
    assert camera.zoom == zoom and hand.on_screen((150, 200)) == place, "the button is still down"
    hand.release(place)
    qtbot.waitUntil(lambda: camera.zoom < zoom)
    assert camera.is_fitted
    banner_goes(window, qtbot)
    assert camera.zoom == pytest.approx(zoom), "nothing is held: at once"


def test_a_banner_moves_no_page_that_is_looked_at_closely(window: Window, hand: Hand, qtbot) -> None:
    window.canvas.zoom_by(2)
    spot = (60.0, 60.0)
    before, zoom = hand.on_screen(spot), window.canvas.camera.zoom
    banner_comes(window, qtbot)
    assert hand.on_screen(spot) == before
    banner_goes(window, qtbot)
    assert hand.on_screen(spot) == before and window.canvas.camera.zoom == zoom


def test_a_stroke_has_no_kink_where_a_banner_came(window: Window, session: Session, hand: Hand, qtbot) -> None:
    session.select(UPPER)
    window.canvas.set_tool("sketch_pen")
    tool = window.canvas.tools["sketch_pen"]
    qtbot.waitUntil(lambda: tool.board.surface is not None)
    way = [hand.on_screen((30 + 10 * step, 40)) for step in range(7)]
    hand.press(way[0])
    for place in way[1:3]:
        hand.move(place)
    banner_comes(window, qtbot)
    for place in way[3:]:
        hand.move(place)
    hand.release(way[-1])
    rows = tool.board.surface.pixels[..., 3].any(axis=1).nonzero()[0]
    assert rows[-1] - rows[0] < 2.5 * tool.room.brush.size
    qtbot.waitUntil(lambda: tool.board.is_settled)
