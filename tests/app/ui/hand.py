"""A hand on a canvas on which pixels are painted, whatever they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from komawari.ui.canvas.view import CanvasView
from komawari.ui.session import Session

UPPER = f"{11:032x}"
"""The panel in which one works."""
NONE = Qt.KeyboardModifier.NoModifier


class Hand:
    """Works in pixels of what is painted; its tool and room are those of a mask or of a sketch."""

    first_tool: str
    room: Any
    tool: Any

    def __init__(self, session: Session, view: CanvasView, qtbot: Any) -> None:
        self.session, self.view, self.qtbot = session, view, qtbot

    def take_up(self, tool: str | None = None, panel: str = UPPER) -> None:
        self.session.select(panel)
        self.view.set_tool(tool or self.first_tool)
        self.ready()

    def ready(self) -> None:
        """Wait until the pixels are at hand."""
        self.qtbot.waitUntil(lambda: self.room.board.surface is not None)

    def settle(self) -> None:
        """Wait until every stroke is an edit."""
        self.qtbot.waitUntil(lambda: self.room.board.is_settled)

    @property
    def pixels(self) -> np.ndarray:
        surface = self.room.board.surface
        assert surface is not None
        return surface.pixels

    def at(self, spot: tuple[float, float]) -> QPointF:
        place = self.tool.to_page()
        assert place is not None
        return self.view.viewportTransform().map(place.map(QPointF(*spot)))

    def pen(self, *spots, pressure: float = 1.0, eraser: bool = False) -> None:
        """A stroke of a tablet's pen, or with its other end."""
        kinds = QPointingDevice.PointerType
        device = QPointingDevice(
            "tablet", 7, QInputDevice.DeviceType.Stylus, kinds.Eraser if eraser else kinds.Pen,
            QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 1,
        )  # fmt: skip
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        way = [(QEvent.Type.TabletPress, spots[0], left)]
        way += [(QEvent.Type.TabletMove, spot, none) for spot in spots[1:]]
        way += [(QEvent.Type.TabletRelease, spots[-1], left)]
        for kind, spot, button in way:
            there = self.at(spot)
            on_screen = QPointF(self.view.viewport().mapToGlobal(there.toPoint()))
            held = none if kind == QEvent.Type.TabletRelease else left
            event = QTabletEvent(kind, device, there, on_screen, pressure, 0, 0, 0, 0, 0, NONE, button, held)
            QApplication.sendEvent(self.view.viewport(), event)

    def undo_names(self) -> list[str]:
        return [entry.name for entry in self.session.document.history.entries()[0]]
