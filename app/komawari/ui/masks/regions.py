"""A figure's region as pixels, before anybody painted it: what the engine would grow from its skeleton."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from animeadapter.protocol.figure_area import figure_shape
from komawari.domain.geometry.sizes import picture_box
from komawari.domain.panel import FigurePose, Panel
from komawari.domain.paper import Paper
from komawari.ui.painting.surface import Pixels

Size = tuple[int, int]


def layout_of(panel: Panel, paper: Paper, longest: int) -> Size:
    """Return the pixels of a mask of the proportions that the panel's picture will have."""
    if panel.settings.size is not None:
        wide, high = float(panel.settings.size.width), float(panel.settings.size.height)
    else:
        left, top, right, bottom = picture_box(panel.frame, paper)
        wide, high = right - left, bottom - top
    factor = longest / max(wide, high)
    return max(1, round(wide * factor)), max(1, round(high * factor))


@dataclass(frozen=True)
class Grown:
    """The region round a skeleton, without its soft edge, of so many pixels (width, height)."""

    pose: FigurePose
    size: Size

    def __call__(self) -> Pixels:
        """Return its pixels."""
        width, height = self.size
        spots = [None if p is None else (p[0] * width, p[1] * height) for p in self.pose.keypoints]
        shape = figure_shape(spots, max(self.size))
        pixels = np.zeros((height, width), np.uint8)
        thickness = min(max(2, round(2 * shape.half_width)), 32767)
        for start, end in shape.bones:
            cv2.line(pixels, _whole(start), _whole(end), 255, thickness)
        for centre in shape.heads:
            cv2.circle(pixels, _whole(centre), max(2, round(shape.radius)), 255, -1)
        return pixels


def _whole(spot: tuple[float, float]) -> tuple[int, int]:
    return round(spot[0]), round(spot[1])
