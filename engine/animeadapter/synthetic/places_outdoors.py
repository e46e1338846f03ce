"""Places under the sky: nature."""

from __future__ import annotations

import numpy as np

from animeadapter.synthetic.brushes import Brushes
from animeadapter.synthetic.curves import ellipse, smooth
from animeadapter.synthetic.palette import rgb


class OutdoorPlaces(Brushes):
    """One method paints one place."""

    def sky(self) -> None:
        self.vertical((88, 158, 236), (150, 204, 250), (214, 238, 254))
        self.clouds((255, 255, 255), (208, 224, 244), 3)

    def sunset(self) -> None:
        self.vertical((110, 90, 160), (232, 120, 120), (252, 178, 100), (254, 222, 150))
        self.canvas.fill(
            ellipse(
                np.array([self.rng.uniform(0.2, 0.8) * self.w, self.horizon * 0.92]),
                self.unit * 0.1,
                self.unit * 0.1,
            ),
            rgb((255, 240, 190)),
            None,
        )
        self.clouds((255, 196, 150), (206, 120, 140), 2)
        self.hills((92, 64, 96), 0.14)

    def night(self) -> None:
        self.vertical((18, 22, 58), (34, 44, 98), (66, 78, 140))
        self.dots(50, (0.5, 1.2), (250, 246, 214), 0, 0.8)
        self.canvas.fill(
            ellipse(
                np.array([self.rng.uniform(0.15, 0.85) * self.w, self.rng.uniform(0.1, 0.3) * self.h]),
                self.unit * 0.085,
                self.unit * 0.085,
            ),
            rgb((254, 246, 200)),
            None,
        )
        self.hills((28, 34, 66), 0.12)

    def beach(self) -> None:
        self.vertical((96, 170, 240), (200, 232, 254))
        self.clouds((255, 255, 255), (214, 230, 248), 2)
        self.box(-4, self.horizon, self.w + 8, self.h, (52, 142, 206))
        for _ in range(14):
            x, y = self.rng.uniform(0, self.w), self.horizon + self.rng.uniform(0.02, 0.16) * self.h
            self.canvas.stroke(np.array([[x, y], [x + 0.07 * self.unit, y]]), rgb((170, 220, 244)), 1.0)
        across = np.linspace(-5, self.w + 5, 7)
        edge = smooth(
            np.stack([across, self.horizon + 0.2 * self.h + self.rng.normal(size=7) * 0.012 * self.h], axis=1),
            5,
            closed=False,
        )
        self.poly(np.concatenate([edge, [[self.w + 9, self.h + 9], [-9, self.h + 9]]]), (246, 224, 176))
        self.canvas.stroke(edge, rgb((255, 255, 255)), 2.4)

    def field(self) -> None:
        self.sky()
        self.hills((134, 192, 112), 0.16)
        self.ground((118, 190, 92))
        self._blades((92, 160, 74))

    def _blades(self, colour: tuple[float, float, float], count: int = 36) -> None:
        for _ in range(count):
            x, y = self.rng.uniform(0, self.w), self.rng.uniform(self.horizon + 4, self.h)
            h = self.unit * 0.03
            self.canvas.stroke(np.array([[x - h * 0.4, y - h], [x, y], [x + h * 0.4, y - h]]), rgb(colour), 1.1)

    def flowers(self) -> None:
        self.sky()
        self.ground((112, 182, 96))
        self._blades((88, 156, 78), 20)
        colours = [(250, 210, 80), (246, 130, 160), (250, 250, 250), (230, 80, 80), (180, 130, 230)]
        for y in np.sort(self.rng.uniform(self.horizon, self.h, 46)):
            x, r = (
                self.rng.uniform(0, self.w),
                self.unit * (0.008 + 0.014 * (y - self.horizon) / (self.h - self.horizon + 1)),
            )
            colour = rgb(colours[int(self.rng.integers(len(colours)))])
            for angle in np.arange(5) * 1.2566:
                self.canvas.fill(
                    ellipse(np.array([x + np.cos(angle) * r, y + np.sin(angle) * r]), r * 0.7, r * 0.7, n=8),
                    colour,
                    None,
                )
            self.canvas.fill(ellipse(np.array([x, y]), r * 0.6, r * 0.6, n=8), rgb((252, 230, 120)), None)

    def forest(self) -> None:
        self.vertical((178, 216, 170), (206, 232, 190))
        for x in np.linspace(0, self.w, 7) + self.rng.normal(size=7) * 6:
            self.box(x, 0, self.unit * 0.035, self.horizon + 5, (136, 164, 128), False)
        self.ground((116, 162, 92))
        for x in np.linspace(0.02, 0.98, 4) * self.w + self.rng.normal(size=4) * 10:
            self.tree(x, self.horizon + self.rng.uniform(0, 0.1) * self.h, self.unit * 0.62, (88, 156, 84))
        self.blob(self.w * 0.1, -0.02 * self.h, self.unit * 0.34, (70, 138, 74), 9)
        self.blob(self.w * 0.9, -0.02 * self.h, self.unit * 0.34, (70, 138, 74), 9)

    def sakura(self) -> None:
        self.vertical((150, 206, 250), (230, 242, 254))
        self.ground((150, 204, 120))
        for x in (0.06, 0.5, 0.95):
            self.tree(
                x * self.w + self.rng.normal() * 8,
                self.horizon + self.rng.uniform(0, 0.06) * self.h,
                self.unit * 0.6,
                (252, 190, 212),
                (104, 74, 70),
            )
        self.dots(44, (1.2, 2.4), (254, 206, 224))

    def autumn(self) -> None:
        self.vertical((238, 214, 170), (250, 236, 206))
        self.ground((206, 150, 84))
        for x, colour in ((0.08, (222, 96, 48)), (0.55, (240, 158, 52)), (0.94, (204, 70, 50))):
            self.tree(
                x * self.w + self.rng.normal() * 8,
                self.horizon + self.rng.uniform(0, 0.06) * self.h,
                self.unit * 0.6,
                colour,
            )
        self.dots(40, (1.4, 2.6), (232, 110, 50))

    def snow(self) -> None:
        self.vertical((150, 176, 210), (206, 220, 238))
        for x in self.rng.uniform(0, self.w, 5):
            h = self.unit * self.rng.uniform(0.3, 0.5)
            for k in range(3):
                y, half = self.horizon - h * (0.2 + 0.27 * k), h * (0.26 - 0.06 * k)
                self.poly(np.array([[x - half, y], [x, y - h * 0.4], [x + half, y]]), (96, 132, 128))
        self.ground((244, 248, 254))
        self.dots(60, (1.0, 2.6), (255, 255, 255))

    def mountain(self) -> None:
        self.vertical((110, 172, 240), (220, 238, 252))
        for x in np.sort(self.rng.uniform(0, 1, 3)):
            h, half, at = self.unit * self.rng.uniform(0.3, 0.5), self.unit * 0.36, x * self.w
            peak = np.array([at, self.horizon - h])
            self.poly(np.array([[at - half, self.horizon], peak, [at + half, self.horizon]]), (120, 136, 170))
            left, right = peak + np.array([-half, h]) * 0.3, peak + np.array([half, h]) * 0.3
            self.poly(
                np.array(
                    [
                        peak,
                        right,
                        peak + np.array([half * 0.1, h * 0.22]),
                        peak + np.array([-half * 0.08, h * 0.34]),
                        left,
                    ]
                ),
                (250, 252, 255),
            )
        self.ground((128, 184, 110))
