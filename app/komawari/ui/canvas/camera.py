"""How the page is looked at: zoom, rotation, mirrored or not.

A zoom of 1 (100 %) shows one pixel of print as one pixel of the device, as drawing programs do, whatever the screen's
own resolution; `actual_size` shows the page as large as it will be on paper instead.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from komawari.domain.paper import INCH, PRESETS, Paper
from komawari.ui.floating import FloatingBar
from komawari.ui.render.frames import qrect

LEAST, MOST = 0.01, 32.0
STEP = 1.25
ROOM = 24
"""Pixels around a page that is fitted in."""
BESIDE = 0.9
"""Of the view's width and height, how far the page's edge can be moved from the opposite side."""


class Camera(QObject):
    """Turns, zooms and moves a view of a page in millimetres."""

    changed = Signal()
    """Zoom, rotation or mirroring is another."""
    zoom_changed = Signal(float)

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self.paper: Paper = PRESETS["b5_manga"]
        self.zoom, self.flipped = 1.0, False
        self.rotation = 0.0
        """Degrees, clockwise as long as the view is not mirrored."""
        self.is_fitted = True
        """Whether the whole page is to remain visible when the view's size changes."""

    @property
    def scale(self) -> float:
        """The pixels (of the widget, not of the device) that a millimetre takes."""
        return self.zoom * self._full

    @property
    def _full(self) -> float:
        return self.paper.dpi / INCH / self._view.devicePixelRatioF()

    def look_at(self, paper: Paper) -> None:
        """Look at a page; if it is as large as the one before, zoom and place stay."""
        same = paper == self.paper
        self.paper = paper
        if same and not self.is_fitted:
            self._set_room()
        else:
            self.fit()

    def zoom_to(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom; the spot of the page at a place of the view (None: its middle) stays there."""
        self.is_fitted = False
        self._become(min(max(factor, LEAST), MOST), self.rotation, self.flipped, around)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom to so many times the present zoom."""
        self.zoom_to(self.zoom * factor, around)

    def rotate_by(self, degrees: float, around: QPoint | None = None) -> None:
        """Turn the page clockwise on the screen."""
        self.is_fitted = False
        turned = self.rotation + (-degrees if self.flipped else degrees)
        self._become(self.zoom, (turned + 180) % 360 - 180, self.flipped, around)

    def straighten(self) -> None:
        """Turn the page upright where it stands."""
        self._become(self.zoom, 0.0, self.flipped, None)

    def flip(self) -> None:
        """Mirror the view left to right; the page itself stays as it is. A turned page shows its mirror image."""
        fitted = self.is_fitted
        self._become(self.zoom, self.rotation, not self.flipped, None)
        self.is_fitted = fitted

    def reset(self) -> None:
        """Turn the page upright and unmirrored, and fit it in."""
        self.rotation, self.flipped = 0.0, False
        self.fit()

    def actual_size(self) -> None:
        """Show the page as large as it will be on paper, as far as the screen tells its own size truly."""
        screen = self._view.screen()
        dots = screen.physicalDotsPerInch() if screen is not None else 96.0
        self.zoom_to(dots / INCH / self._full)

    def fit(self) -> None:
        """Show the whole page with its bleed."""
        self.fit_area(qrect(self.paper.bleed_box))
        self.is_fitted = True

    def fit_area(self, area: QRectF) -> None:
        """Show a part of the page (mm) as large as the view allows."""
        self.is_fitted = False
        turned = QTransform().rotate(self.rotation).mapRect(area)
        room = self._view.viewport().size()
        covered = self.covered()
        wide, high = max(room.width() - 2 * ROOM, 16), max(room.height() - covered - 2 * ROOM, 16)
        scale = min(wide / turned.width(), high / turned.height())
        self._become(min(max(scale / self._full, LEAST), MOST), self.rotation, self.flipped, None)
        self._view.centerOn(area.center())
        down = self._view.verticalScrollBar()
        down.setValue(down.value() - covered // 2)

    def covered(self) -> int:
        """Return how many pixels of the view's upper edge lie under a tool's bar."""
        bars = (one for one in self._view.findChildren(FloatingBar) if one.isVisible())
        return max((one.geometry().bottom() + 1 - ROOM // 2 for one in bars), default=0)

    def show_area(self, area: QRectF) -> None:
        """Move, without zooming, so that a part of the page (mm) is in view."""
        self._view.ensureVisible(area, ROOM, ROOM)

    def pan(self, by: QPoint) -> None:
        """Move the page by pixels."""
        self.is_fitted = False
        self._scroll(-by)

    def stay(self, by: QPoint) -> None:
        """Leave the page where it is on the screen, though the view has moved by pixels or has another size."""
        self._set_room()
        self._scroll(by)

    def _scroll(self, by: QPoint) -> None:
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() + by.x())
        down.setValue(down.value() + by.y())

    def _become(self, zoom: float, rotation: float, flipped: bool, around: QPoint | None) -> None:
        place = around if around is not None else self._view.viewport().rect().center()
        spot = self._spot(place)
        other = zoom != self.zoom
        self.zoom, self.rotation, self.flipped = zoom, rotation, flipped
        turned = QTransform().scale(-1 if flipped else 1, 1).rotate(rotation)
        self._view.setTransform(turned.scale(self.scale, self.scale))
        self._set_room()
        self.pan_to(spot, place)
        self.changed.emit()
        if other:
            self.zoom_changed.emit(zoom)

    def _spot(self, place: QPoint) -> QPointF:
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(QPointF(place))

    def pan_to(self, spot: QPointF, place: QPoint) -> None:
        """Move so that a spot of the page (mm) is at a place of the view."""
        away = self._view.viewportTransform().map(spot) - QPointF(place)
        self._scroll(QPoint(round(away.x()), round(away.y())))

    def _set_room(self) -> None:
        """Let the page be moved until it is nearly out of the view, and no further."""
        room = self._view.viewport().size()
        along, across = abs(math.cos(math.radians(self.rotation))), abs(math.sin(math.radians(self.rotation)))
        wide = BESIDE * (along * room.width() + across * room.height()) / self.scale
        high = BESIDE * (across * room.width() + along * room.height()) / self.scale
        self._view.setSceneRect(qrect(self.paper.bleed_box).adjusted(-wide, -high, wide, high))
