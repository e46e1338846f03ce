"""A canvas with a brush, a hand that works in pixels of the mask, and a pen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.app.ui.hand import NONE, UPPER, Hand

from komawari.domain.edits.changing import on_panel
from komawari.domain.takes import Take
from komawari.ui.canvas.tools.painting import PaintTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.masks.room import Room
from komawari.ui.painting import png
from komawari.ui.session import Session

LOWER = f"{12:032x}"


def picture(width: int, height: int, colour: str = "#8090a0") -> bytes:
    """A PNG of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


class Easel(Hand):
    """A canvas on which masks are painted; places are pixels of the mask."""

    first_tool = "brush"

    def __init__(self, session: Session, view: CanvasView, qtbot: Any) -> None:
        super().__init__(session, view, qtbot)
        self.room = Room.of(session)

    def use_take(self, panel: str = UPPER, width: int = 400, height: int = 200, colour: str = "#8090a0") -> Take:
        take = self.session.document.takes.add(panel, picture(width, height, colour), (width, height)).result()
        self.session.document.takes.adopt(take)
        self.session.edit("Use", partial(on_panel, panel=panel, change=lambda old: replace(old, take=take.id)))
        return take

    @property
    def tool(self) -> PaintTool:
        tool = self.view.tools[self.view.tool]
        assert isinstance(tool, PaintTool)
        return tool

    def stored(self, panel: str = UPPER) -> np.ndarray | None:
        """The mask that the document names, from its file."""
        found = next(one for one in self.session.shown_page.panels if one.id == panel).local_edit.mask
        return None if found is None else png.decoded(self.session.picture(found.sha256))

    def mouse(self, kind: QEvent.Type, spot, modifiers=NONE, button=Qt.MouseButton.LeftButton) -> None:
        there, viewport = self.at(spot), self.view.viewport()
        moves = kind == QEvent.Type.MouseMove
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(
            kind, there, QPointF(viewport.mapToGlobal(there.toPoint())),
            Qt.MouseButton.NoButton if moves else button, held, modifiers,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)

    def drag(self, *spots, modifiers=NONE) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, spots[0], modifiers)
        for spot in spots[1:]:
            self.mouse(QEvent.Type.MouseMove, spot, modifiers)
        self.mouse(QEvent.Type.MouseButtonRelease, spots[-1], modifiers)

    def click(self, spot, modifiers=NONE) -> None:
        self.drag(spot, modifiers=modifiers)

    def double_click(self, spot) -> None:
        self.mouse(QEvent.Type.MouseButtonDblClick, spot)
        self.mouse(QEvent.Type.MouseButtonRelease, spot)

    def hover(self, spot) -> None:
        self.mouse(QEvent.Type.MouseMove, spot, button=Qt.MouseButton.NoButton)

    def key(self, key, modifiers=NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)


@pytest.fixture
def easel(session: Session, qtbot: Any) -> Iterator[Easel]:
    view = CanvasView(session, None)
    view.resize(900, 900)
    view.show()
    QTest.qWaitForWindowExposed(view)
    one = Easel(session, view, qtbot)
    one.room.set_brush(size=20.0, hardness=1.0, pressure_size=True)
    yield one
    if one.room.has_board:
        one.settle()
    view.close()
    view.deleteLater()


@pytest.fixture
def make_png() -> Callable[..., bytes]:
    return picture
