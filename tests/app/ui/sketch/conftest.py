"""A canvas on which one sketches, a hand that works in pixels of the sheet, and a pen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.app.ui.hand import NONE, UPPER, Hand

from komawari.domain.panel import Panel, Sheet
from komawari.domain.project import find_panel
from komawari.ui.canvas.tools.sketching import SketchTool
from komawari.ui.canvas.view import CanvasView
from komawari.ui.painting import png
from komawari.ui.session import Session
from komawari.ui.sketch.hand import SketchHand
from komawari.ui.sketch.room import SketchRoom

LOWER = f"{12:032x}"


def rough(width: int = 200, height: int = 200, ground: str = "white", line: str = "black") -> QImage:
    """A square of lines on a ground."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    painter.setPen(QColor(line))
    painter.drawRect(width // 4, height // 4, width // 2, height // 2)
    painter.end()
    return image


def file_of(image: QImage, kind: str = "PNG") -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)
    return bytes(buffer.data().data())


class Desk(Hand):
    """A canvas in whose panels one sketches; places are pixels of the sheet."""

    first_tool = "sketch_pen"

    def __init__(self, session: Session, view: CanvasView, qtbot: Any) -> None:
        super().__init__(session, view, qtbot)
        self.room, self.hand = SketchRoom.of(session), SketchHand.of(view)

    @property
    def tool(self) -> SketchTool:
        tool = self.view.tools[self.view.tool]
        assert isinstance(tool, SketchTool)
        return tool

    def panel(self, name: str = UPPER) -> Panel:
        return find_panel(self.session.project, name)[1]

    def sheet(self, name: str = UPPER) -> Sheet:
        found = self.panel(name).sketch.sheet
        assert found is not None
        return found

    def stored(self, name: str = UPPER) -> np.ndarray:
        """The sketch that the document names, from its file."""
        found = png.decoded_ink(self.session.picture(self.sheet(name).picture.sha256))
        assert found is not None
        return found

    def drag(self, *spots, modifiers=NONE) -> None:
        """A stroke of the mouse. Places are those of the view, as of a real mouse: whole pixels."""
        viewport, left = self.view.viewport(), Qt.MouseButton.LeftButton
        places = [self.at(spot).toPoint() for spot in spots]
        QTest.mousePress(viewport, left, modifiers, places[0])
        for place in places[1:]:
            QTest.mouseMove(viewport, place)
            self.tool.move(self.view.pointer(QPointF(place), modifiers))
        QTest.mouseRelease(viewport, left, modifiers, places[-1])

    def shown(self) -> QImage:
        """What is on the screen."""
        QApplication.processEvents()
        return self.view.viewport().grab().toImage()

    def colour_at(self, spot) -> QColor:
        """The colour on the screen at a pixel of the sheet."""
        place = self.at(spot)
        self.view.viewport().setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        return self.shown().pixelColor(place.toPoint())


@pytest.fixture
def desk(session: Session, qtbot: Any) -> Iterator[Desk]:
    view = CanvasView(session, None)
    view.resize(900, 900)
    view.show()
    QTest.qWaitForWindowExposed(view)
    one = Desk(session, view, qtbot)
    one.room.set_brush(size=20.0, hardness=1.0)
    one.room.set_layer(colour="#c02040")
    yield one
    if one.room.has_board:
        one.settle()
    view.close()
    view.deleteLater()
