"""Plain and patterned grounds, as character sheets and comic panels have them."""

from __future__ import annotations

import numpy as np

from animeadapter.synthetic.brushes import PLAIN_COLOURS, Brushes
from animeadapter.synthetic.palette import rgb


class PlainPlaces(Brushes):
    """One method paints one ground."""

    def white(self) -> None:
        self.canvas.pixels[:] = 255

    def colour(self) -> None:
        name = str(self.rng.choice(list(PLAIN_COLOURS)))
        self.canvas.pixels[:] = np.clip(rgb(PLAIN_COLOURS[name]) + self.rng.normal(size=3) * 5, 0, 255).astype(np.uint8)
        self.extra = (f"{name}_background",)

    def gradient(self) -> None:
        first, second = self.rng.choice(list(PLAIN_COLOURS), 2, replace=False)
        self.vertical(PLAIN_COLOURS[first], PLAIN_COLOURS[second])

    def two_tone(self) -> None:
        first, second = (PLAIN_COLOURS[n] for n in self.rng.choice(list(PLAIN_COLOURS), 2, replace=False))
        self.canvas.pixels[:] = rgb(first).astype(np.uint8)
        x, lean = self.rng.uniform(0.3, 0.7) * self.w, self.rng.uniform(-0.3, 0.3) * self.w
        self.poly(
            np.array([[x + lean, -5], [self.w + 5, -5], [self.w + 5, self.h + 5], [x - lean, self.h + 5]]),
            second,
            False,
        )

    def dots_pattern(self) -> None:
        first, second = (PLAIN_COLOURS[n] for n in self.rng.choice(list(PLAIN_COLOURS), 2, replace=False))
        self._pattern(first, second, lambda u, v: (u % 1 - 0.5) ** 2 + (v % 1 - 0.5) ** 2 < 0.06)

    def stripes(self) -> None:
        first, second = (PLAIN_COLOURS[n] for n in self.rng.choice(list(PLAIN_COLOURS), 2, replace=False))
        self._pattern(first, second, lambda u, v: (u + v) % 1 < 0.5)

    def _pattern(self, first: tuple[int, int, int], second: tuple[int, int, int], rule) -> None:  # type: ignore[no-untyped-def]
        rows, columns = np.indices(self.canvas.labels.shape, sparse=True)
        period = self.unit * self.rng.uniform(0.18, 0.3)
        chosen = rule((columns + rows) / period, (rows - columns) / period)
        self.canvas.pixels[:] = np.where(chosen[..., None], rgb(second), rgb(first)).astype(np.uint8)

    def speed_lines(self) -> None:
        self.canvas.pixels[:] = 250
        centre = np.array([self.w / 2, self.h * 0.42])
        ink = rgb(PLAIN_COLOURS[str(self.rng.choice(["blue", "red", "grey", "yellow", "black", "purple"]))]) * 0.8
        for angle in np.sort(self.rng.uniform(0, 2 * np.pi, 70)):
            inner, width = self.rng.uniform(0.28, 0.5) * self.unit, self.rng.uniform(0.004, 0.02)
            a, b = (
                np.array([np.cos(angle), np.sin(angle)]),
                np.array([np.cos(angle + width), np.sin(angle + width)]),
            )
            self.canvas.fill(np.array([centre + a * inner, centre + a * self.unit, centre + b * self.unit]), ink, None)
