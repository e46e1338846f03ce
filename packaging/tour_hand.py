"""The hand and the eye of `tour.py`: mouse and keys on the real window, waiting, and what the screen shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from komawari.ui.characters.model import MIME
from komawari.ui.window.window import Window

PATIENCE = 600.0
"""Seconds that the engine may take for one thing, on however busy a machine."""
BEAT = 25
"""Milliseconds after which what is waited for is looked at again, where no event came before."""
STILL = 0.7
"""Seconds in which nothing on the screen may change, for it to be done."""
TITLE = 26
"""Pixels of a title over a window."""
MORE = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
Spot = tuple[float, float]
"""Millimetres of the page, unless it says otherwise."""


class TourError(Exception):
    """Something that the tour shows did not come."""


class Hand:
    """Works in a window as an artist does."""

    def __init__(self, application: QApplication, window: Window) -> None:
        self.application, self.window = application, window
        self.canvas, self.session = window.canvas, window.session
        self.complaints: list[str] = []
        window.queue.failed.connect(lambda _, why: self.complaints.append(why))
        self.session.trouble.connect(self.complaints.append)
        # Events wake whoever waits; where none comes, this does.
        self._beat = QTimer(window, interval=BEAT)
        self._beat.start()

    # Waiting.

    def wait(self, until: Callable[[], object], what: str) -> None:
        """Return when something is so. Raises `TourError` that says what was waited for."""
        limit = time.monotonic() + PATIENCE
        while not until():
            if self.complaints:
                raise TourError(f"{what}: {'; '.join(self.complaints)}")
            if self.session.engine.state.phase == "failed":
                raise TourError(f"{what}: the engine does not run: {self.session.engine.state.message}")
            if time.monotonic() > limit:
                raise TourError(f"{what}: it did not come in {PATIENCE:.0f} s; {self.session.engine.state}")
            self.application.processEvents(MORE)

    def settle(self) -> None:
        """Return when the screen shows what there is: it stands still."""
        state = {"seen": screen(self.window), "since": time.monotonic()}

        def is_still() -> bool:
            if time.monotonic() - state["since"] < STILL:
                return False
            seen, before = screen(self.window), state["seen"]
            state.update(seen=seen, since=time.monotonic())
            return seen == before and not self.canvas.is_unsettled

        self.wait(is_still, "the screen stands still")

    def drawn(self, takes: dict[str, int], what: str) -> None:
        """Wait until nothing is queued, and panels (by id) have so many takes."""
        of_panel = self.session.document.takes.of_panel
        self.wait(
            lambda: not self.window.queue.entries and all(len(of_panel(one)) >= takes[one] for one in takes), what
        )

    # Keys and buttons.

    def do(self, action: str) -> None:
        """Do an action by its key, or where it has none as its menu does."""
        actions = self.window.actions
        actions.refresh()
        one, done = actions[action], []
        if not one.isEnabled():
            raise TourError(f"{actions.title(action)} is not possible here")
        heard = one.triggered.connect(lambda: done.append(action))
        if one.shortcut().isEmpty():
            one.trigger()
        else:
            self.window.activateWindow()
            self.canvas.setFocus()
            self.wait(self.window.isActiveWindow, "the window is in front")
            QTest.keySequence(self.canvas, one.shortcut())
        one.triggered.disconnect(heard)
        if not done:
            raise TourError(f"{actions.title(action)}: {one.shortcut().toString()} does nothing")

    def click(self, widget: QWidget) -> None:
        """Click in a widget's middle."""
        QTest.mouseClick(widget, LEFT)

    def show_dock(self, name: str) -> None:
        """Bring a dock to the front, as a click on its tab does."""
        self.window.docks[name].raise_()

    # The mouse on the page.

    def at(self, spot: Spot) -> QPoint:
        """Return the place of the view where a spot of the page is."""
        return self.canvas.to_view(spot).toPoint()

    def click_page(self, spot: Spot, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Click the page."""
        QTest.mouseClick(self.canvas.viewport(), LEFT, modifiers, self.at(spot))

    def drag(self, *way: Spot, hold: bool = False, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press, go along a way, and release unless the button is held."""
        places = [self.at(spot) for spot in way]
        QTest.mousePress(self.canvas.viewport(), LEFT, modifiers, places[0])
        for before, after in zip(places, places[1:]):
            for share in (0.25, 0.5, 0.75, 1.0):
                self._move(before + (after - before) * share, LEFT, modifiers)
        if not hold:
            QTest.mouseRelease(self.canvas.viewport(), LEFT, modifiers, places[-1])

    def release(self, spot: Spot) -> None:
        """Let the button go that a drag held."""
        QTest.mouseRelease(self.canvas.viewport(), LEFT, NONE, self.at(spot))

    def _move(self, place: QPoint, buttons: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        viewport = self.canvas.viewport()
        there, on_screen = QPointF(place), QPointF(viewport.mapToGlobal(place))
        kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        QApplication.sendEvent(viewport, QMouseEvent(kind, there, on_screen, none, buttons, modifiers))

    # What is dropped.

    def drop_file(self, path: Path, widget: QWidget) -> None:
        """Drop a file into a widget's middle."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        self._drop(data, widget, widget.rect().center())

    def drop_character(self, character: str, spot: Spot) -> None:
        """Drop a character's card on the page."""
        data = QMimeData()
        data.setData(MIME, character.encode())
        self._drop(data, self.canvas.viewport(), self.at(spot))

    def _drop(self, data: QMimeData, widget: QWidget, place: QPoint) -> None:
        words = (Qt.DropAction.CopyAction, data, LEFT, NONE)
        enter = QDragEnterEvent(place, *words)
        QApplication.sendEvent(widget, enter)
        drop = QDropEvent(QPointF(place), *words)
        QApplication.sendEvent(widget, drop)
        if not (enter.isAccepted() and drop.isAccepted()):
            raise TourError(f"{type(widget).__name__} does not take what is dropped")


# What is seen.


def screen(window: QWidget) -> QImage:
    """Return what the screen shows: the window, and over it whatever is open beside it."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(image)
    origin = window.mapToGlobal(QPoint(0, 0))
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isVisible() and not other.size().isEmpty():
            place = QRect(other.mapToGlobal(QPoint(0, 0)) - origin, other.size())
            _frame(painter, place, other.windowTitle())
            painter.drawPixmap(place, other.grab())
    painter.end()
    return image


def _frame(painter: QPainter, place: QRect, title: str) -> None:
    """Paint what a desktop puts around a window: a line, a shadow, and where it has one its title."""
    outer = place.adjusted(-1, -1 - (TITLE if title else 0), 1, 1)
    painter.setPen(Qt.PenStyle.NoPen)
    for wide in range(12, 0, -2):
        painter.setBrush(QColor(0, 0, 0, 10))
        painter.drawRoundedRect(outer.adjusted(-wide, -wide + 4, wide, wide + 4), wide, wide)
    painter.fillRect(outer, QColor("#8a8a8a"))
    if title:
        bar = outer.adjusted(1, 1, -1, place.top() - outer.bottom() - 1)
        painter.fillRect(bar, QColor("#d8dade"))
        painter.setPen(QColor("#303030"))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, title)


def beside(*images: QImage, gap: int = 10) -> QImage:
    """Return pictures of one height beside each other, on white."""
    high = max(one.height() for one in images)
    wide = sum(one.width() for one in images) + gap * (len(images) - 1)
    whole = QImage(wide, high, QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.white)
    painter, x = QPainter(whole), 0
    for one in images:
        painter.drawImage(x, 0, one)
        x += one.width() + gap
    painter.end()
    return whole
