"""Our icons: monochrome SVGs, drawn when they are needed in the colour of the theme that is in use by then."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import komawari_resources
from komawari.ui.theme import colours


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...  # noqa: N802 - Qt's name


class _Engine(QIconEngine):
    """Draws one icon in whatever size and colour is asked for, once."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name, self._colour = name, colour
        self._drawn: dict[tuple[int, str], QPixmap] = {}

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it as large as the smaller side, in the middle."""
        side = min(rect.width(), rect.height())
        corner = rect.topLeft() + QPoint((rect.width() - side) // 2, (rect.height() - side) // 2)
        pixels = round(side * painter.device().devicePixelRatio())
        painter.drawPixmap(QRect(corner, QSize(side, side)), self._pixmap(pixels, self._colour_of(mode, state)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it as a pixmap of `size` pixels."""
        return self._pixmap(min(size.width(), size.height()), self._colour_of(mode, state))

    def clone(self) -> QIconEngine:
        """Return another one; Qt asks for it where somebody changes an icon."""
        copy = _Engine(self._name, self._colour)
        _clones.append(copy)
        return copy

    def _colour_of(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        c = colours()
        if mode == QIcon.Mode.Disabled:
            return c.disabled
        if mode == QIcon.Mode.Selected or state == QIcon.State.On:
            return c.accent_text
        return self._colour or c.text

    def _pixmap(self, pixels: int, colour: str) -> QPixmap:
        key = (pixels, colour)
        if key not in self._drawn:
            self._drawn[key] = _rendered(self._name, colour, pixels)
        return self._drawn[key]


_clones: list[QIconEngine] = []
"""Qt owns engines, but calls into Python: their Python halves have to live as long."""


@cache
def icon(name: str, colour: str = "") -> QIcon:
    """Return an icon in a colour (`#rrggbb`; empty: the theme's text, whichever that is), greyed where disabled.

    Raises `FileNotFoundError` where there is no such icon.
    """
    if not komawari_resources.path("icons", f"{name}.svg").exists():
        raise FileNotFoundError(f"there is no icon {name}")
    engine = _Engine(name, colour)
    _clones.append(engine)
    return QIcon(engine)


def put_icon(target: _HasIcon, name: str) -> None:
    """Give an action or a button an icon."""
    target.setIcon(icon(name))


def pixmap(name: str, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
    """Return an icon as a pixmap of `size` points on a screen of this pixel ratio."""
    made = _rendered(name, colour or colours().text, round(size * ratio))
    made.setDevicePixelRatio(ratio)
    return made


def _rendered(name: str, colour: str, pixels: int) -> QPixmap:
    made = QPixmap(pixels, pixels)
    if made.isNull():
        # A button that is being folded away may ask for no pixels at all.
        return made
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    svg = _source(name).replace(b"currentColor", colour.encode())
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return made


@cache
def _source(name: str) -> bytes:
    return komawari_resources.path("icons", f"{name}.svg").read_bytes()
