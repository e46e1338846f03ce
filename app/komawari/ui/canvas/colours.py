"""The canvas's own colours. What lies on the page has to show on any picture, in both themes alike."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from komawari.ui.theme import DARK, LIGHT

ACCENT = QColor("#2f9bd8")
"""The blue of comic pencils: selection and handles."""
HALO = QColor(255, 255, 255, 215)
"""Under the accent, so that it shows on dark pictures too."""
HANDLE = QColor("#ffffff")
TOGETHER = QColor("#f08a24")
"""Edges that move together."""
SNAP = QColor("#e0218a")
CUT = QColor("#e5484d")
BAND = QColor(47, 155, 216, 40)
SHADOW = QColor(0, 0, 0, 70)
STALE, FINAL, WAITS = QColor("#b26a00"), QColor("#1f7a3d"), QColor("#2c6696")


def pasteboard(palette: QPalette) -> QColor:
    """Return the colour around the page."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return QColor((DARK if dark else LIGHT).pasteboard)


def line(colour: QColor, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen that is so many pixels wide at any zoom."""
    pen = QPen(colour, width, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    pen.setCosmetic(True)
    return pen
