"""Our icons: monochrome SVGs, drawn in the colour of the theme's text, and anew when the theme changes."""

from __future__ import annotations

import weakref
from functools import cache
from typing import Protocol

import komawari_resources
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from komawari.ui.theme import colours, themes

SIZES = (16, 24, 48)
"""Pixels: of menus, of toolbars, and of both on screens of twice the density."""


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...  # noqa: N802 - Qt's name


_shown: list[tuple[weakref.ref[_HasIcon], str]] = []
_connected: list[object] = []


def icon(name: str, colour: str = "") -> QIcon:
    """Return an icon in a colour (`#rrggbb`; empty: the theme's text), greyed where it is disabled.

    Raises `FileNotFoundError` where there is no such icon. It keeps its colour; see `put_icon`.
    """
    c = colours()
    return _drawn(name, colour or c.text, c.disabled, c.accent_text)


def put_icon(target: _HasIcon, name: str) -> None:
    """Give an action or a button an icon that follows the theme."""
    _follow_the_theme()
    _shown[:] = [(ref, old) for ref, old in _shown if (there := ref()) is not None and there is not target]
    _shown.append((weakref.ref(target), name))
    target.setIcon(icon(name))


def pixmap(name: str, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
    """Return an icon as a pixmap of `size` points on a screen of this pixel ratio."""
    made = _pixmap(name, colour or colours().text, round(size * ratio))
    made.setDevicePixelRatio(ratio)
    return made


@cache
def _drawn(name: str, normal: str, disabled: str, checked: str) -> QIcon:
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, normal, size), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(_pixmap(name, disabled, size), QIcon.Mode.Disabled, QIcon.State.Off)
        made.addPixmap(_pixmap(name, checked, size), QIcon.Mode.Selected, QIcon.State.Off)
        made.addPixmap(_pixmap(name, checked, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def _pixmap(name: str, colour: str, size: int) -> QPixmap:
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode()))).render(
        painter, QRectF(0, 0, size, size)
    )
    painter.end()
    return made


@cache
def _source(name: str) -> bytes:
    return komawari_resources.path("icons", f"{name}.svg").read_bytes()


def _follow_the_theme() -> None:
    if _connected != [themes()]:
        _connected[:] = [themes()]
        themes().changed.connect(_recolour)


def _recolour() -> None:
    for ref, name in tuple(_shown):
        if (target := ref()) is not None:
            target.setIcon(icon(name))
