"""Strands of hair: what leaves the scalp, follows it and falls, and what is tied.

A strand is a path in the head's own frame (unit: one head) with a half-width along it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.curves import Points, shares, smooth
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.palette import rgb
from animeadapter.synthetic.skeleton import Figure

RADII = np.array([0.525, 0.56, 0.54])
CENTRE = np.array([0.0, 0.035, -0.015])
POINTED = np.array([0.25, 0.8, 1.0, 1.0, 0.9, 0.55, 0.0])
BLUNT = np.array([0.25, 0.8, 1.0, 1.0, 1.0, 0.96, 0.8])


def shell(azimuth: float, elevation: float, out: float = 1.0) -> Points:
    """Return a point on the scalp; azimuth 0 is the face, 90 the character's left; degrees."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return CENTRE + RADII * out * np.array([math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)])


@dataclass
class Strand:
    path: Points
    width: float
    profile: Points = field(default_factory=lambda: POINTED)
    second: bool = False


class Strands:
    """One character's hair on one figure: `back`, `middle` (before the body, behind the face) and `front`."""

    def __init__(self, canvas: Canvas, figure: Figure, who: Identity, wind: float) -> None:
        self.canvas, self.figure, self.who, self.wind = canvas, figure, who, wind
        self.style = who.hair
        self.unit = figure.head_size
        self.colour = rgb(who.hair_rgb)
        self.second = rgb(who.hair_second_rgb)
        self.rng = np.random.default_rng(who.number)
        # Hair hangs where the ground is, though a tilted head takes half of it along.
        ground = figure.head.T @ (figure.body @ np.array([0.0, -1.0, 0.0]))
        self.down = 0.55 * ground + np.array([0.0, -0.45, 0.0])
        self.down = self.down / np.linalg.norm(self.down) + np.array([0.12 * wind, 0.0, 0.0])
        self.layers: dict[str, list[Strand]] = {"back": [], "middle": [], "front": []}
        self.knots: list[tuple[str, Points, float]] = []
        self._falling()
        self._gathered()

    # -- strands --------------------------------------------------------------------------------------------------

    def _add(self, strand: Strand, layer: str | None = None) -> None:
        depth = float(np.mean(self.figure.head_depth(strand.path)))
        if layer is None:
            layer = "back" if depth < -0.2 else "middle" if depth < 0.26 else "front"
        self.layers[layer].append(strand)

    def _hang(
        self, root: Points, outwards: Points, length: float, flare: float, wave: float, phase: float = 0.0
    ) -> Points:
        """Return a path from a root on the scalp's rim down by `length` heads."""
        t = shares(6)[:, None]
        path = root + self.down * length * t + outwards * (flare * length * t**2 + 0.05 * np.sin(np.pi * t))
        if wave:
            path = path + outwards * 0.07 * wave * np.sin(t * (5.0 + 2.2 * length) + phase)
        return path

    def _falling(self) -> None:
        style = self.style
        count = 9
        for k, azimuth in enumerate(np.linspace(98, 262, count)):
            shorten = 1.0 - 0.10 * abs(k - (count - 1) / 2) / (count / 2) + self.rng.uniform(-0.06, 0.06)
            if style.gathered:
                self._swept_back(azimuth)
                continue
            self._fall(azimuth, style.length * shorten, 0.155, None)
        if style.gathered or style.length < 0.3:
            return
        for side in (-1, 1):
            for azimuth, share in ((90, 0.94), (80, 0.84)):
                if style.length < 0.45 and azimuth == 80:
                    continue
                self._fall(side * azimuth, min(style.length, 1.9) * share, 0.10, None)

    def _fall(self, azimuth: float, length: float, width: float, layer: str | None) -> None:
        style = self.style
        out = shell(azimuth, 0) - CENTRE
        out = np.array([out[0], 0.0, out[2]]) / np.hypot(out[0], out[2])
        crown = np.stack([shell(azimuth, 76, 0.96), shell(azimuth, 48), shell(azimuth, 20)])
        if style.spikes:
            tip = (
                shell(azimuth, -18 + self.rng.uniform(-14, 20), 1.0)
                + out * (0.1 + 0.22 * style.spikes)
                + self.down * 0.16 * length
            )
            path = smooth(np.concatenate([crown, [shell(azimuth, -14, 1.06), tip]]), 2, closed=False)
        else:
            fall = self._hang(shell(azimuth, 2), out, length, style.flare * 0.34, style.wave, azimuth)
            path = smooth(np.concatenate([crown, fall[1:]]), 2, closed=False)
        profile = BLUNT if style.name in ("hime", "bob") else POINTED
        second = self.who.hair_second == "streaked" and self.rng.random() < 0.3
        self._add(Strand(path, width * (1 + 0.25 * style.wave), profile, second), layer)

    def _swept_back(self, azimuth: float) -> None:
        """Add a strand combed close to the head (tied hair)."""
        path = np.stack(
            [
                shell(azimuth, 78, 0.96),
                shell(azimuth, 40),
                shell(azimuth, 6),
                shell(azimuth, -20, 0.95),
                shell(azimuth, -34, 0.84),
            ]
        )
        self._add(Strand(smooth(path, 2, closed=False), 0.125, POINTED))

    def _bundle(
        self, knot: Points, via: list[list[float]], width: float, strands: int = 4, layer: str | None = None
    ) -> None:
        """Add a tail of several strands from a knot along way points."""
        self.knots.append(("band", knot, width))
        base = np.concatenate([[knot], np.array(via)])
        sway = np.linspace(0, 1, len(base))[:, None] ** 1.5 * np.array([0.22 * self.wind, 0, 0])
        for k in range(strands):
            spread = (k - (strands - 1) / 2) / max(strands - 1, 1)
            fan = np.linspace(0, 1, len(base))[:, None] * np.array([spread * 0.24, 0.1 * abs(spread), spread * 0.1])
            path = smooth(base + fan + sway, 3, closed=False)
            if self.style.wave:
                path[:, 0] += 0.05 * np.sin(np.linspace(0, 9, len(path)))
            self._add(Strand(path, width, np.array([0.5, 1.0, 1.15, 1.0, 0.7, 0.0])), layer)

    def _gathered(self) -> None:
        kind = self.style.gathered
        if kind:
            getattr(self, f"_tie_{kind}")()

    def _tie_ponytail(self) -> None:
        knot = np.array([0.0, 0.34, -0.5])
        self._bundle(knot, [[0.0, 0.4, -0.7], [0.0, 0.05, -0.88], [0.0, -0.55, -0.84], [0.0, -1.15, -0.66]], 0.13)

    def _tie_side_ponytail(self) -> None:
        knot = np.array([0.5, 0.22, -0.12])
        self._bundle(knot, [[0.68, 0.24, -0.1], [0.8, -0.15, -0.04], [0.78, -0.7, 0.04], [0.68, -1.2, 0.1]], 0.13)

    def _tie_twintails(self) -> None:
        for side in (-1.0, 1.0):
            knot = np.array([side * 0.5, 0.28, -0.1])
            self._bundle(
                knot,
                [
                    [side * 0.7, 0.3, -0.12],
                    [side * 0.88, -0.1, -0.12],
                    [side * 0.88, -0.75, -0.1],
                    [side * 0.76, -1.35, -0.06],
                ],
                0.115,
            )

    def _tie_low_twintails(self) -> None:
        for side in (-1.0, 1.0):
            knot = np.array([side * 0.42, -0.34, -0.12])
            self._bundle(
                knot,
                [[side * 0.54, -0.5, 0.02], [side * 0.58, -0.85, 0.08], [side * 0.5, -1.35, 0.1]],
                0.105,
                3,
            )

    def _tie_braid(self) -> None:
        self._braid(np.array([[0.1, -0.34, -0.34], [0.36, -0.56, -0.1], [0.42, -0.9, 0.12], [0.36, -1.5, 0.16]]))

    def _tie_twin_braids(self) -> None:
        for side in (-1.0, 1.0):
            self._braid(
                np.array(
                    [
                        [side * 0.4, -0.3, -0.1],
                        [side * 0.52, -0.56, 0.02],
                        [side * 0.5, -0.95, 0.12],
                        [side * 0.44, -1.4, 0.14],
                    ]
                )
            )

    def _braid(self, way: Points) -> None:
        path = smooth(way, 4, closed=False)
        self.knots.append(("braid_end", path[-1], 0.06))
        for k, at in enumerate(path):
            lean = np.array([0.04 if k % 2 else -0.04, 0.0, 0.0])
            piece = np.stack([at + lean + (0, 0.085, 0), at + lean * 1.4, at - lean + (0, -0.1, 0)])
            self._add(
                Strand(
                    smooth(piece, 3, closed=False),
                    0.088 - 0.02 * k / len(path),
                    np.array([0.5, 1, 1.05, 1, 0.6, 0.2]),
                ),
                "middle",
            )
        tuft = np.stack([path[-1], path[-1] + (0, -0.1, 0), path[-1] + (0.01, -0.22, 0)])
        self._add(Strand(smooth(tuft, 3, closed=False), 0.075), "middle")

    def _tie_bun(self) -> None:
        self.knots.append(("bun", np.array([0.0, 0.44, -0.46]), 0.235))

    def _tie_double_bun(self) -> None:
        for side in (-1.0, 1.0):
            self.knots.append(("bun", np.array([side * 0.43, 0.46, -0.1]), 0.19))

    def _tie_drills(self) -> None:
        for side in (-1.0, 1.0):
            knot = np.array([side * 0.5, 0.1, -0.05])
            self.knots.append(("band", knot, 0.11))
            for k in range(6):
                y = 0.04 - 0.2 * k
                x = side * (0.62 + 0.05 * np.sin(k * 0.5))
                tilt = 0.05 if k % 2 else -0.03
                piece = np.array(
                    [
                        [x - 0.17 + 0.014 * k, y + tilt, 0.02],
                        [x, y - 0.09, 0.06],
                        [x + 0.17 - 0.014 * k, y - tilt, 0.02],
                    ]
                )
                self._add(
                    Strand(
                        smooth(piece, 3, closed=False),
                        0.125 - 0.012 * k,
                        np.array([0.75, 1, 1.05, 1, 0.75, 0.4]),
                    ),
                    "middle",
                )
