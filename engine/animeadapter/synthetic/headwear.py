"""What sits on the head: ears, horns, bows, bands, hats. One method draws one thing."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.curves import Points, ellipse, hull, ribbon, smooth
from animeadapter.synthetic.hair import shell
from animeadapter.synthetic.palette import Colour, rgb
from animeadapter.synthetic.worn import GOLD, WHITE, Worn


class Headwear(Worn):
    """Draws on a head, hair and all."""

    def _ear_pair(self, azimuth: float, shape: list[list[float]], inner: Colour, spread: float = 0.25) -> None:
        hair = rgb(self.who.hair_rgb)
        for side in (-1.0, 1.0):
            at = shell(side * azimuth, 58, 0.94)
            points = np.array(shape) * (side, 1.0)
            self._group([self.upright(at, smooth(points, 3), -side * spread)], hair, 0.03)
            if self.figure.head[2, 2] > 0:
                core = points.mean(0) + (points - points.mean(0)) * 0.58 - (0, 0.02)
                self.canvas.fill(self.upright(at, smooth(core, 3), -side * spread), inner, Part.ACCESSORY)

    def _cat_ears(self, colour: Colour) -> None:
        self._ear_pair(
            46, [[-0.2, -0.08], [-0.13, 0.16], [0.04, 0.36], [0.14, 0.18], [0.2, -0.08]], rgb((250, 178, 178))
        )

    def _fox_ears(self, colour: Colour) -> None:
        self._ear_pair(42, [[-0.19, -0.1], [-0.13, 0.22], [0.07, 0.52], [0.17, 0.2], [0.19, -0.1]], WHITE, 0.2)

    def _rabbit_ears(self, colour: Colour) -> None:
        self._ear_pair(
            26,
            [[-0.1, -0.08], [-0.14, 0.3], [-0.02, 0.72], [0.12, 0.3], [0.1, -0.08]],
            rgb((250, 186, 190)),
            0.16,
        )

    def _horns(self, colour: Colour) -> None:
        for side in (-1.0, 1.0):
            at = shell(side * 40, 50, 0.98)
            path = np.array([[0.0, -0.04], [0.08, 0.12], [0.08, 0.26], [-0.02, 0.38]]) * (side, 1)
            band = ribbon(smooth(path, 4, closed=False), np.linspace(0.085, 0.0, 13))
            self._group([self.upright(at, band)], palette.mixed(colour, rgb((90, 70, 70)), 0.35), 0.03)

    def _halo(self, colour: Colour) -> None:
        self.canvas.line(
            self.upright(np.array([0, 0.82, 0]), ellipse(np.zeros(2), 0.38, 0.11, n=28)),
            GOLD,
            3.0,
            closed=True,
            part=Part.ACCESSORY,
        )

    def _hairband(self, colour: Colour) -> None:
        arc = np.stack([shell(a, 0) * 0 + self._band_point(a) for a in np.linspace(-90, 90, 15)])
        seen = arc[self.figure.head_depth(arc) > -0.12]
        if len(seen) > 2:
            self._group([ribbon(self.figure.on_head(seen), np.full(len(seen), 0.045) * self.unit)], colour)

    def _band_point(self, angle: float) -> Points:
        """Return a point of a band worn from ear to ear over the crown."""
        a = np.radians(angle)
        return np.array([0.555 * np.sin(a), 0.03 + 0.585 * np.cos(a), 0.1 * np.cos(a)])

    def _bow_at(self, at: Points, size: float, colour: Colour, tails: bool) -> None:
        for side in (-1, 1):
            loop = np.array([[0.0, 0.03], [0.24, 0.17], [0.29, 0.0], [0.24, -0.14], [0.0, -0.03]]) * (
                side * size,
                size,
            )
            self._group([self.upright(at, smooth(loop, 3))], colour, 0.03)
            if tails:
                self._group(
                    [self.upright(at, np.array([[0.0, 0.0], [0.06, -0.34], [0.17, -0.3]]) * (side * size, size))],
                    colour,
                )
        self._group([self.upright(at, ellipse(np.zeros(2), 0.06 * size, 0.065 * size))], palette.shadow(colour, 0.14))

    def _hair_bow(self, colour: Colour) -> None:
        knot = {"ponytail": np.array([0.0, 0.42, -0.5]), "bun": np.array([0.0, 0.62, -0.3])}.get(
            self.who.hair.gathered, np.array([0.0, 0.56, -0.12])
        )
        self._bow_at(knot, 1.15, colour, False)

    def _hair_ribbon(self, colour: Colour) -> None:
        for side in (-1.0, 1.0):
            at = np.array([side * 0.48, 0.26, 0.02])
            if self.shown(at, -0.3):
                self._bow_at(at, 0.62, colour, True)

    def _hairclip(self, colour: Colour) -> None:
        at = shell(42, 32, 1.05)
        if self.shown(at, 0.02):
            for turn in (0.5, -0.5):
                self._group(
                    [self.upright(at, [[-0.1, -0.022], [0.1, -0.022], [0.1, 0.022], [-0.1, 0.022]], turn)],
                    colour,
                )

    def _hair_flower(self, colour: Colour) -> None:
        at = shell(56, 36, 1.06)
        if not self.shown(at, -0.05):
            return
        for k in range(5):
            a = k * 2 * np.pi / 5 + 0.3
            self._group(
                [self.upright(at, ellipse(np.array([np.cos(a), np.sin(a)]) * 0.095, 0.085, 0.085, n=14))],
                colour,
            )
        self._group([self.upright(at, ellipse(np.zeros(2), 0.055, 0.055, n=12))], GOLD)

    def _headphones(self, colour: Colour) -> None:
        arc = np.stack([self._band_point(a) for a in np.linspace(-92, 92, 15)]) * (1.04, 1.04, 0.4)
        self._group([ribbon(self.figure.on_head(arc), np.full(15, 0.035) * self.unit)], palette.shadow(colour, 0.2))
        for side in (-1.0, 1.0):
            normal = float(self.figure.head[2, 0]) * side
            at = np.array([side * 0.56, -0.06, 0.0])
            if normal > -0.5:
                self._group([self.upright(at, ellipse(np.zeros(2), 0.07 + 0.09 * abs(normal), 0.17))], colour, 0.03)

    def _crown(self, colour: Colour) -> None:
        base = np.array([0.0, 0.5, 0.0])
        teeth = [
            [-0.26, 0.02],
            [-0.3, 0.26],
            [-0.15, 0.14],
            [0.0, 0.32],
            [0.15, 0.14],
            [0.3, 0.26],
            [0.26, 0.02],
            [0.0, -0.04],
        ]
        self._group([self.upright(base, teeth)], GOLD, 0.03)
        self._group([self.upright(base, ellipse(np.array([0.0, 0.09]), 0.045, 0.05))], colour)

    def _hat_cap(self, points: list[list[float]], colour: Colour, shade: float = 0.07) -> None:
        self._group([self.upright(np.array([0.0, 0.36, 0.0]), smooth(np.array(points), 4))], colour, shade)

    def _brim(self, rx: float, ry: float, colour: Colour, height: float = 0.3) -> None:
        self._group([self.upright(np.array([0.0, height, 0.0]), ellipse(np.zeros(2), rx, ry, n=30))], colour, 0.04)

    def _witch_hat(self, colour: Colour) -> None:
        self._brim(0.95, 0.2, palette.shadow(colour, 0.06))
        self._hat_cap(
            [
                [-0.5, -0.04],
                [-0.34, 0.3],
                [-0.1, 0.68],
                [0.2, 1.0],
                [0.24, 0.9],
                [0.2, 0.6],
                [0.36, 0.28],
                [0.5, -0.04],
                [0.0, -0.12],
            ],
            colour,
        )
        band = np.array([[-0.48, 0.0], [0.0, -0.08], [0.48, 0.0], [0.44, 0.12], [0.0, 0.05], [-0.44, 0.12]])
        self._group(
            [self.upright(np.array([0.0, 0.36, 0.0]), band)],
            GOLD if palette.luma(colour) < 180 else rgb((150, 60, 160)),
        )

    def _straw_hat(self, colour: Colour) -> None:
        straw = rgb((240, 212, 136))
        self._brim(0.92, 0.24, straw)
        self._hat_cap([[-0.46, -0.02], [-0.4, 0.26], [0.0, 0.4], [0.4, 0.26], [0.46, -0.02], [0.0, -0.1]], straw)
        band = np.array([[-0.47, -0.02], [0.0, -0.1], [0.47, -0.02], [0.45, 0.1], [0.0, 0.03], [-0.45, 0.1]])
        self._group([self.upright(np.array([0.0, 0.36, 0.0]), band)], colour)

    def _beret(self, colour: Colour) -> None:
        self._hat_cap(
            [[-0.52, 0.0], [-0.62, 0.2], [-0.3, 0.4], [0.2, 0.38], [0.5, 0.2], [0.46, -0.02], [0.0, -0.06]],
            colour,
        )
        self.canvas.line(
            self.upright(np.array([0.0, 0.36, 0.0]), np.array([[-0.1, 0.38], [-0.06, 0.47]])),
            self.canvas.ink(colour),
            2.0,
            part=Part.ACCESSORY,
        )

    def _baseball_cap(self, colour: Colour) -> None:
        self._hat_cap([[-0.54, -0.06], [-0.48, 0.22], [0.0, 0.36], [0.48, 0.22], [0.54, -0.06], [0.0, -0.12]], colour)
        brim = np.array(
            [
                [-0.42, 0.26, 0.36],
                [0.42, 0.26, 0.36],
                [0.36, 0.18, 0.78],
                [0.0, 0.14, 0.9],
                [-0.36, 0.18, 0.78],
            ]
        )
        if self.figure.head[2, 2] > -0.2:
            self._group([hull(self.head(brim))], palette.shadow(colour, 0.12), 0.02)
        self._group(
            [self.upright(np.array([0.0, 0.36, 0.0]), ellipse(np.array([0.0, 0.35]), 0.05, 0.03))],
            palette.shadow(colour, 0.2),
        )

    def _santa_hat(self, colour: Colour) -> None:
        red = rgb((208, 44, 48))
        self._hat_cap(
            [
                [-0.5, -0.02],
                [-0.36, 0.34],
                [0.0, 0.6],
                [0.4, 0.56],
                [0.7, 0.24],
                [0.56, 0.2],
                [0.44, 0.24],
                [0.5, -0.02],
            ],
            red,
        )
        self._group([self.upright(np.array([0.0, 0.36, 0.0]), ellipse(np.array([0.68, 0.22]), 0.1, 0.1))], WHITE, 0.02)
        band = np.array([[-0.56, -0.08], [0.0, -0.14], [0.56, -0.08], [0.54, 0.1], [0.0, 0.04], [-0.54, 0.1]])
        self._group([self.upright(np.array([0.0, 0.36, 0.0]), smooth(band, 3))], WHITE, 0.02)
