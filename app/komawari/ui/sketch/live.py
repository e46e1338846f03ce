"""A sheet that is being drawn on, as images: whole, and in halves of halves, so that thin lines stay smooth on the
screen. Only what was painted since is made anew."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from PySide6.QtGui import QImage

from komawari.ui.painting.surface import NOWHERE, Area, Pixels, Surface

LEVELS = 3
"""How often it is halved at most."""


@dataclass
class _Level:
    """The sheet, so many times smaller; colours are multiplied with opacity, as averaging wants it."""

    factor: int
    pixels: Pixels
    image: QImage
    stale: Area
    """In pixels of the sheet."""


@dataclass
class LiveSheet:
    """Shows a surface. Its images are the surface's own memory, or copies that `painted` keeps true."""

    _surface: Surface | None = None
    _whole: QImage = field(default_factory=QImage)
    _levels: dict[int, _Level] = field(default_factory=dict)

    def image(self, surface: Surface, scale: float) -> QImage:
        """Return an image of a surface, given how many pixels of the screen one of its own takes."""
        if surface is not self._surface:
            self._surface, self._levels = surface, {}
            self._whole = _image(surface.pixels, QImage.Format.Format_RGBA8888)
        halvings = min(LEVELS, math.floor(-math.log2(max(scale, 1e-6)) + 0.25))
        if halvings <= 0:
            return self._whole
        level = self._levels.get(halvings)
        if level is None:
            level = self._levels[halvings] = _blank(surface, 2**halvings)
        _bring_up(level, surface)
        return level.image

    @property
    def memory(self) -> object:
        """What holds the pixels of all images that were given; they are to be painted no longer than it lives."""
        return (self._surface, self._levels)

    def painted(self, area: Area) -> None:
        """Take note that pixels are others."""
        for level in self._levels.values():
            level.stale = level.stale.joined(area)

    def forget(self) -> None:
        """Let go of all pixels."""
        self._surface, self._whole, self._levels = None, QImage(), {}


def _image(pixels: Pixels, kind: QImage.Format) -> QImage:
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], 4 * pixels.shape[1], kind)


def _blank(surface: Surface, factor: int) -> _Level:
    pixels = np.zeros((-(-surface.height // factor), -(-surface.width // factor), 4), np.uint8)
    return _Level(factor, pixels, _image(pixels, QImage.Format.Format_RGBA8888_Premultiplied), surface.area)


def _bring_up(level: _Level, surface: Surface) -> None:
    """Make what is stale anew."""
    area, factor = level.stale.within(surface.area), level.factor
    level.stale = NOWHERE
    if area.is_empty:
        return
    small = Area(area.left // factor, area.top // factor, -(-area.right // factor), -(-area.bottom // factor))
    large = Area(*(one * factor for one in small)).within(surface.area)
    part = surface.pixels[large.slices].astype(np.float32)
    part[..., :3] *= part[..., 3:] / 255
    size = (small.right - small.left, small.bottom - small.top)
    # At the edges, where halves of halves are no whole pixels, the last ones count for what would lie beyond.
    right, bottom = size[0] * factor - part.shape[1], size[1] * factor - part.shape[0]
    part = cv2.copyMakeBorder(part, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    level.pixels[small.slices] = np.rint(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
