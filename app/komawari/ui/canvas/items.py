"""The items of the scene, in millimetres: the paper, and one item for each panel."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.ui.canvas.colours import SHADOW
from komawari.ui.canvas.pictures import CanvasPictures
from komawari.ui.render.frames import qrect
from komawari.ui.render.page import WHITE, Options, page_rect, paint_panel, painted_rect
from komawari.ui.render.transforms import scale_of

SMOOTH, QUICK = Options(placeholders=True), Options(placeholders=True, smooth=False)


class PaperItem(QGraphicsItem):
    """The sheet under everything, as far as its bleed."""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self.paper = paper
        self.setZValue(-1)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return the sheet and its shadow."""
        return qrect(self.paper.bleed_box).adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint a plain sheet with a thin shadow."""
        sheet = page_rect(self.paper, SMOOTH)
        pixel = 1 / max(scale_of(painter.transform()), 1e-6)
        painter.fillRect(sheet.adjusted(-pixel, -pixel, pixel, pixel), SHADOW)
        painter.fillRect(sheet, WHITE)


class PanelItem(QGraphicsItem):
    """One panel with its picture."""

    def __init__(self, panel: Panel, paper: Paper, pictures: CanvasPictures, number: int) -> None:
        super().__init__()
        self.shown, self.paper, self.number = panel, paper, number
        self._pictures = pictures
        self.options = SMOOTH
        self._numbered = self._hinted = True
        self._rect = self._painted()

    def show_panel(self, panel: Panel, paper: Paper, number: int) -> None:
        """Become another value of the panel; nothing is painted anew if it is the same."""
        if panel is self.shown and paper is self.paper and number == self.number:
            return
        self.shown, self.paper, self.number = panel, paper, number
        rect = self._painted()
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self.update()

    def word(self, number: bool, hint: bool) -> None:
        """Say whether the number and the hint are in it while it has no picture."""
        if (number, hint) != (self._numbered, self._hinted):
            self._numbered, self._hinted = number, hint
            self.update()

    def _painted(self) -> QRectF:
        return painted_rect(self.shown, self.paper)

    def paint_quickly(self, quickly: bool) -> None:
        """While the zoom changes, paint fast and keep nothing; afterwards keep what was painted, well."""
        self.options = QUICK if quickly else SMOOTH
        mode = QGraphicsItem.CacheMode.NoCache if quickly else QGraphicsItem.CacheMode.DeviceCoordinateCache
        self.setCacheMode(mode)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Return all that the painting can touch."""
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the panel by the code that export uses, as far as the paper goes."""
        scale = scale_of(painter.transform()) * (widget.devicePixelRatioF() if widget else 1.0)
        picture = self._pictures.picture(self.shown, self.paper, scale)
        sketch = self._pictures.sketch(self.shown, self.paper, scale)
        painter.setClipRect(page_rect(self.paper, self.options), Qt.ClipOperation.IntersectClip)
        options = self.options if self._hinted else replace(self.options, hints=False)
        paint_panel(painter, self.paper, self.shown, picture, options, self.number if self._numbered else None, sketch)
