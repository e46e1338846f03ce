"""A reference as the encoder sees it: whole, padded to a square, its masks over it, and the tokens that they choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from komawari.ui.characters import masks
from komawari.ui.characters.tokens import Encoder, Tokens, square_of

MARGIN = 10
OPACITY = 95
"""Of overlays, 0 … 255."""
VEIL = QColor(24, 24, 30, 150)
"""Over what the encoder's tokens leave out."""


@dataclass(frozen=True)
class Layer:
    """One mask over the picture."""

    id: str
    name: str
    colour: QColor
    mask: QImage | None
    """Of the picture's proportions; None: it is not there, or not yet."""


class MaskView(QWidget):
    """Shows; it changes nothing by itself (`painting.MaskPainter` paints)."""

    hovered = Signal(int)
    """The index of the token under the pointer, row by row; −1: none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.encoder = Encoder(256, 16)
        self.shows_overlay, self.shows_tokens = True, True
        self.picture: QImage | None = None
        self.layers: tuple[Layer, ...] = ()
        self.tokens: Tokens | None = None
        self.colour = QColor("white")
        """Of the active tokens' outline."""
        self.words = ""
        """What is said in the place of a picture."""
        self.over: Callable[[QPainter], None] | None = None
        """Paints over the masks what is being painted."""
        self._tinted: dict[tuple[int, int], QImage] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(260, 260)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Reference with its masks and tokens"))

    def show_picture(self, picture: QImage | None, words: str = "") -> None:
        """Show a picture (None: not at hand yet, a null one: none), or words in its place."""
        self.picture, self.words = picture, words
        self._tinted.clear()
        self.update()

    def show_layers(self, layers: Sequence[Layer]) -> None:
        """Show masks over the picture, the first one at the bottom."""
        self.layers = tuple(layers)
        self._tinted.clear()
        self.update()

    def show_chosen(self, tokens: Tokens | None, colour: QColor) -> None:
        """Show which tokens are active."""
        self.tokens, self.colour = tokens, colour
        self.update()

    def set_shown(self, overlay: bool | None = None, tokens: bool | None = None) -> None:
        """Show or hide the masks, and the tokens."""
        self.shows_overlay = self.shows_overlay if overlay is None else overlay
        self.shows_tokens = self.shows_tokens if tokens is None else tokens
        self.update()

    # Places.

    def sizeHint(self) -> QSize:  # noqa: N802
        """Large enough for single tokens to be seen."""
        return QSize(520, 520)

    def square(self) -> QRectF:
        """Return where the encoder's square is shown."""
        side = max(1, min(self.width(), self.height()) - 2 * MARGIN)
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def place(self) -> QRectF:
        """Return where the picture lies in it."""
        if self.picture is None or self.picture.isNull():
            return QRectF()
        return square_of(self.picture.size(), self.encoder.side).on(self.square())

    def cell(self, index: int) -> QRectF:
        """Return where a token's patch is shown."""
        area, grid = self.square(), self.encoder.grid
        step = area.width() / grid
        return QRectF(area.left() + index % grid * step, area.top() + index // grid * step, step, step)

    def token_at(self, point: QPointF) -> int:
        """Return the index of the token at a point of the widget; −1: none."""
        area, grid = self.square(), self.encoder.grid
        if not area.contains(point):
            return -1
        step = area.width() / grid
        column, row = int((point.x() - area.left()) / step), int((point.y() - area.top()) / step)
        return min(row, grid - 1) * grid + min(column, grid - 1)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the square, the picture, the masks, and the tokens."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = self.square()
        if self.picture is None or self.picture.isNull():
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
            return
        self._paint_padding(painter, area)
        place = self.place()
        painter.fillRect(place, QColor("white"))
        painter.drawImage(place, self._fitting(self.picture, place))
        if self.shows_overlay:
            for layer in self.layers:
                if layer.mask is not None and not layer.mask.isNull():
                    painter.drawImage(place, self._tint(layer, place))
        if self.over is not None:
            self.over(painter)
        if self.shows_tokens:
            self._paint_tokens(painter, area)
        painter.setPen(QPen(self.palette().mid().color(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)

    def _paint_padding(self, painter: QPainter, area: QRectF) -> None:
        """The encoder sees white there; the hatching says that it is not of the picture."""
        painter.fillRect(area, QColor("white"))
        painter.fillRect(area, QColor(150, 150, 160, 40))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.BDiagPattern)
        painter.setOpacity(0.22)
        painter.drawRect(area)
        painter.setOpacity(1)

    def _paint_tokens(self, painter: QPainter, area: QRectF) -> None:
        if self.tokens is not None and self.tokens.active:
            for index, active in enumerate(self.tokens.active):
                if not active:
                    painter.fillRect(self.cell(index), VEIL)
        line = QColor(255, 255, 255, 70)
        painter.setPen(QPen(line, 1))
        grid, step = self.encoder.grid, area.width() / self.encoder.grid
        for number in range(1, grid):
            x, y = area.left() + number * step, area.top() + number * step
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if self.tokens is not None and self.tokens.active:
            self._paint_outline(painter, self.tokens.active)

    def _paint_outline(self, painter: QPainter, active: Sequence[bool]) -> None:
        """Draw the border between active tokens and all others: a line in the part's colour with another beside it."""
        grid = self.encoder.grid
        edges: list[tuple[QPointF, QPointF]] = []
        for index, on in enumerate(active):
            if not on:
                continue
            box, row, column = self.cell(index), index // grid, index % grid
            corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
            beside = ((-1, 0), (0, 1), (1, 0), (0, -1))
            for side, (down, right) in enumerate(beside):
                y, x = row + down, column + right
                inside = 0 <= y < grid and 0 <= x < grid and active[y * grid + x]
                if not inside:
                    edges.append((corners[side], corners[(side + 1) % 4]))
        ground = QColor(0, 0, 0, 200) if self.colour.lightness() > 230 else QColor("white")
        for colour, width in ((ground, 5.0), (self.colour, 2.5)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for one, other in edges:
                painter.drawLine(one, other)

    def _fitting(self, image: QImage, place: QRectF) -> QImage:
        """Return a large picture no larger than it is shown; `drawImage` alone would make it coarse."""
        wanted = place.size().toSize() * self.devicePixelRatioF()
        if image.width() <= wanted.width() * 1.5:
            return image
        key = (id(image), wanted.width())
        if key not in self._tinted:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._tinted[key] = image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._tinted[key]

    def _tint(self, layer: Layer, place: QRectF) -> QImage:
        key = (id(layer), 0)
        if key not in self._tinted and layer.mask is not None:
            colour = QColor(layer.colour)
            colour.setAlpha(OPACITY)
            self._tinted[key] = masks.tinted(layer.mask, colour)
        return self._fitting(self._tinted[key], place)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Scale anew."""
        self._tinted.clear()

    # The pointer.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell which token is pointed at."""
        self.hovered.emit(self.token_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell that none is."""
        self.hovered.emit(-1)
