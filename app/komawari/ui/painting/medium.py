"""What is painted with: how many values a pixel has, and how files become pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from komawari.ui.painting import png
from komawari.ui.painting.surface import Pixels


@dataclass(frozen=True)
class Medium:
    """One kind of pixels."""

    name: str
    """Of the thread that reads and packs."""
    channels: int
    """1: grey. 4: red, green, blue and opacity, not multiplied with each other."""
    decoded: Callable[[bytes], Pixels | None]
    """Any thread calls it; None: the file cannot be read."""
    unreadable: Callable[[], str]
    """What is said then."""


MASK = Medium(
    "masks", 1, png.decoded,
    lambda: QCoreApplication.translate("Masks", "A mask cannot be read; paint it anew"),
)  # fmt: skip
INK = Medium(
    "sketches", 4, png.decoded_ink,
    lambda: QCoreApplication.translate("Sketches", "A sketch cannot be read; what is drawn now takes its place"),
)  # fmt: skip
