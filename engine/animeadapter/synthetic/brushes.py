"""Brushes for backgrounds: gradients, boxes, clouds, trees, hills, windows, skylines."""

from __future__ import annotations

import cv2
import numpy as np

from animeadapter.synthetic import palette
from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.curves import Points, ellipse, smooth
from animeadapter.synthetic.palette import Colour, rgb

PLAIN_COLOURS = {
    "grey": (205, 206, 212), "blue": (150, 190, 240), "pink": (250, 196, 214), "yellow": (252, 232, 150),
    "red": (226, 110, 110), "green": (160, 214, 160), "purple": (196, 168, 226), "black": (48, 46, 56),
    "brown": (186, 150, 120), "orange": (252, 196, 132), "aqua": (160, 226, 226),
}  # fmt: skip


class Brushes:
    """What scenes are painted with. `horizon` is a share of the height; everything else follows the seed."""

    def __init__(self, canvas: Canvas, rng: np.random.Generator, horizon: float) -> None:
        self.canvas, self.rng = canvas, rng
        self.w, self.h = float(canvas.width), float(canvas.height)
        self.horizon = horizon * self.h
        self.unit = float(np.sqrt(self.w * self.h))
        self.extra: tuple[str, ...] = ()

    # -- brushes --------------------------------------------------------------------------------------------------

    def vertical(self, *colours: tuple[float, float, float]) -> None:
        """Fill with a vertical gradient through the colours."""
        rows = self.canvas.pixels.shape[0]
        at = np.linspace(0, len(colours) - 1, rows)
        ramp = np.stack([np.interp(at, range(len(colours)), [c[k] for c in colours]) for k in range(3)], axis=1)
        column = np.ascontiguousarray(ramp.astype(np.uint8)[:, None])
        cv2.repeat(column, 1, self.canvas.pixels.shape[1], self.canvas.pixels)

    def box(
        self, x: float, y: float, w: float, h: float, colour: tuple[float, float, float], edge: bool = True
    ) -> None:
        points = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
        self.poly(points, colour, edge)

    def poly(self, points: Points, colour: tuple[float, float, float] | Colour, edge: bool = True) -> None:
        fill = rgb(colour)
        self.canvas.fill(points, fill, None)
        if edge and self.canvas.style.outline:
            self.canvas.stroke(points, palette.ink(fill, 0.62), 0.8, True)

    def blob(self, x: float, y: float, r: float, colour: tuple[float, float, float], bumps: int = 7) -> None:
        """Fill a cloud-like outline of overlapping rounds."""
        angles = np.arange(bumps) / bumps * 2 * np.pi + self.rng.uniform(0, 6)
        for angle, size in zip(angles, self.rng.uniform(0.42, 0.62, bumps), strict=True):
            centre = np.array([x + np.cos(angle) * r * 0.62, y + np.sin(angle) * r * 0.40])
            self.canvas.fill(ellipse(centre, r * size, r * size), rgb(colour), None)
        self.canvas.fill(ellipse(np.array([x, y]), r * 0.7, r * 0.5), rgb(colour), None)

    def dots(
        self,
        count: int,
        size: tuple[float, float],
        colour: tuple[float, float, float],
        top: float = 0.0,
        bottom: float = 1.0,
    ) -> None:
        for _ in range(count):
            at = np.array([self.rng.uniform(0, self.w), self.rng.uniform(top, bottom) * self.h])
            r = self.rng.uniform(*size) * self.unit / 256
            self.canvas.fill(ellipse(at, r, r, n=8), rgb(colour), None)

    def clouds(self, colour: tuple[float, float, float], shade: tuple[float, float, float], count: int) -> None:
        for _ in range(count):
            x, y = self.rng.uniform(0, self.w), self.rng.uniform(0.02, 0.6) * self.horizon
            r = self.rng.uniform(0.10, 0.22) * self.unit
            for dx in (-0.8, 0.0, 0.8):
                self.blob(x + dx * r, y + r * 0.12, r * 0.62, shade)
            for dx in (-0.8, 0.0, 0.8):
                self.blob(x + dx * r, y - abs(dx) * -0.1 * r - 0.08 * r, r * 0.6, colour)

    def ground(self, colour: tuple[float, float, float], edge: bool = True) -> None:
        self.box(-4, self.horizon, self.w + 8, self.h - self.horizon + 8, colour, edge)

    def hills(self, colour: tuple[float, float, float], height: float, points: int = 6) -> None:
        x = np.linspace(-0.1 * self.w, 1.1 * self.w, points)
        y = self.horizon - self.rng.uniform(0.2, 1.0, points) * height * self.unit
        top = smooth(np.stack([x, y], axis=1), 6, closed=False)
        self.poly(np.concatenate([top, [[1.1 * self.w, self.h + 9], [-0.1 * self.w, self.h + 9]]]), colour)

    def tree(
        self,
        x: float,
        base: float,
        height: float,
        leaf: tuple[float, float, float],
        trunk: tuple[float, float, float] = (116, 80, 60),
    ) -> None:
        w = height * 0.09
        self.poly(
            np.array([[x - w, base], [x - w * 0.6, base - height], [x + w * 0.6, base - height], [x + w, base]]),
            trunk,
        )
        dark = tuple(c * 0.8 for c in leaf)
        self.blob(x, base - height * 0.9, height * 0.42, (dark[0], dark[1], dark[2]), 9)
        self.blob(x - height * 0.06, base - height * 0.98, height * 0.36, leaf, 9)

    def window(self, x: float, y: float, w: float, h: float, sky: tuple[float, float, float] = (176, 216, 248)) -> None:
        self.box(x - 3, y - 3, w + 6, h + 6, (240, 236, 228))
        self.box(x, y, w, h, sky)
        self.box(x + w / 2 - 1.5, y, 3, h, (240, 236, 228), False)
        self.box(x, y + h / 2 - 1.5, w, 3, (240, 236, 228), False)

    def skyline(self, colours: list[tuple[float, float, float]], lit: bool) -> None:
        x = -10.0
        while x < self.w:
            w, h = self.rng.uniform(0.11, 0.22) * self.unit, self.rng.uniform(0.3, 0.85) * self.horizon
            colour = colours[int(self.rng.integers(len(colours)))]
            self.box(x, self.horizon - h, w, h + 4, colour)
            step = 0.042 * self.unit
            rows, columns = int(h / step), int(w / step)
            for row in range(1, rows):
                for column in range(1, columns):
                    if self.rng.random() < (0.5 if lit else 0.8):
                        pane = (255, 228, 140) if lit else tuple(min(255.0, c * 1.16 + 14) for c in colour)
                        self.box(
                            x + column * step - step * 0.3,
                            self.horizon - h + row * step - step * 0.3,
                            step * 0.5,
                            step * 0.5,
                            (pane[0], pane[1], pane[2]),
                            False,
                        )
            x += w + self.rng.uniform(0, 0.03) * self.unit
