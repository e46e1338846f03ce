"""The face's plane, and every mouth on it."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.curves import Points, ellipse, smooth
from animeadapter.synthetic.expressions import GAZES, Expression
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.palette import rgb
from animeadapter.synthetic.skeleton import Figure

EYE_X, EYE_Y = 0.205, -0.065
MOUTH_Y = -0.325


def lift(points: Points) -> Points:
    """Return (n, 3) points on the head's surface for (n, 2) points of a face seen from the front."""
    points = np.atleast_2d(points)
    depth = 0.445 * np.sqrt(np.clip(1 - (points[:, 0] / 0.54) ** 2 - 0.55 * (points[:, 1] / 0.64) ** 2, 0.03, None))
    return np.concatenate([points, depth[:, None]], axis=1)


class Mouth:
    """Draws on the plane of one face."""

    def __init__(self, canvas: Canvas, figure: Figure, who: Identity, expression: Expression, gaze: str) -> None:
        self.canvas, self.figure, self.who, self.expression = canvas, figure, who, expression
        self.skin = rgb(who.skin_rgb)
        self.unit = figure.head_size
        self.facing = float(figure.head[2, 2])
        self.look = np.array(GAZES[gaze][1]) * (1.0, -1.0)
        if gaze == "viewer":
            # The pupils turn back towards the camera by as much as the head turned away.
            ahead = figure.head.T @ np.array([0.0, 0.0, 1.0])
            self.look = np.clip(ahead[:2] * 1.1, -0.85, 0.85)

    def at(self, points: Points) -> Points:
        """Return pixels (n, 2) of points of the face's plane."""
        return self.figure.on_head(lift(np.asarray(points, dtype=np.float64)))

    def _line(self, points: list[list[float]], weight: float = 1.0) -> None:
        path = smooth(np.array(points) + (0, MOUTH_Y), 5, closed=False)
        self.canvas.line(self.at(path), palette.ink(self.skin, 0.38) * np.array([1.0, 0.8, 0.8]), weight)

    def _open(self, outline: list[list[float]], teeth: float = 0.0, tongue: float = 0.05) -> None:
        shape = self.at(smooth(np.array(outline) + (0, MOUTH_Y), 4))
        self.canvas.fill(shape, rgb((150, 52, 58)), Part.FACE)
        with self.canvas.clipped([shape], 0.1 * self.unit):
            low = min(y for _, y in outline)
            if tongue:
                self.canvas.fill(
                    self.at(ellipse(np.array([0.0, MOUTH_Y + low + tongue * 0.25]), 0.075, tongue)),
                    rgb((236, 120, 124)),
                    None,
                )
            if teeth:
                high = max(y for _, y in outline)
                self.canvas.fill(
                    self.at(
                        np.array([[-0.13, 0.06], [0.13, 0.06], [0.13, -teeth], [-0.13, -teeth]]) + (0, MOUTH_Y + high)
                    ),
                    rgb((255, 255, 255)),
                    None,
                )
        self.canvas.line(shape, palette.ink(self.skin, 0.3), 0.9, closed=True)

    def _mouth(self) -> None:
        if self.figure.head[2, 2] < 0.02:
            return
        kind = self.expression.mouth
        if "fang" in self.who.marks and kind == "open_smile":
            kind = "fang"
        getattr(self, f"_mouth_{kind}")()

    def _mouth_line(self) -> None:
        self._line([[-0.05, 0.0], [0.0, 0.003], [0.05, 0.0]])

    def _mouth_smile(self) -> None:
        self._line([[-0.085, 0.018], [-0.04, -0.008], [0.04, -0.008], [0.085, 0.018]])

    def _mouth_smirk(self) -> None:
        self._line([[-0.075, -0.004], [-0.01, -0.014], [0.05, 0.004], [0.09, 0.036]])

    def _mouth_open_smile(self) -> None:
        self._open([[-0.105, 0.04], [0.0, 0.026], [0.105, 0.04], [0.07, -0.05], [0.0, -0.078], [-0.07, -0.05]])

    def _mouth_fang(self) -> None:
        self._mouth_open_smile()
        tooth = np.array([[-0.07, 0.032], [-0.036, 0.03], [-0.052, -0.008]])
        self.canvas.fill(self.at(tooth + (0, MOUTH_Y)), rgb((255, 255, 255)), None)

    def _mouth_grin(self) -> None:
        self._open(
            [[-0.11, 0.036], [0.0, 0.022], [0.11, 0.036], [0.075, -0.03], [0.0, -0.05], [-0.075, -0.03]],
            0.12,
            0.0,
        )
        self._line([[-0.09, 0.002], [0.0, -0.014], [0.09, 0.002]], 0.6)

    def _mouth_teeth(self) -> None:
        self._open(
            [[-0.085, 0.02], [0.0, 0.034], [0.085, 0.02], [0.09, -0.034], [0.0, -0.024], [-0.09, -0.034]],
            0.12,
            0.0,
        )
        self._line([[-0.08, -0.004], [0.0, 0.004], [0.08, -0.004]], 0.6)

    def _mouth_open(self) -> None:
        self._open([[-0.08, 0.02], [0.0, 0.036], [0.08, 0.02], [0.062, -0.06], [0.0, -0.076], [-0.062, -0.06]])

    def _mouth_triangle(self) -> None:
        self._open([[-0.02, 0.05], [0.02, 0.05], [0.09, -0.05], [0.0, -0.058], [-0.09, -0.05]], 0.02)

    def _mouth_o(self) -> None:
        self._open([[-0.036, 0.0], [0.0, 0.042], [0.036, 0.0], [0.0, -0.05]], tongue=0.0)

    def _mouth_parted(self) -> None:
        self._open([[-0.032, 0.002], [0.0, 0.014], [0.032, 0.002], [0.0, -0.018]], tongue=0.0)

    def _mouth_frown(self) -> None:
        self._line([[-0.07, -0.02], [-0.03, 0.006], [0.03, 0.006], [0.07, -0.02]])

    def _mouth_wavy(self) -> None:
        self._line(
            [
                [-0.085, 0.006],
                [-0.05, -0.014],
                [-0.015, 0.012],
                [0.02, -0.014],
                [0.055, 0.012],
                [0.085, -0.008],
            ],
            1.1,
        )

    def _mouth_pout(self) -> None:
        self._line([[-0.03, -0.006], [-0.012, 0.012], [0.0, 0.004], [0.012, 0.012], [0.03, -0.006]])

    def _mouth_cat(self) -> None:
        self._line([[-0.085, 0.014], [-0.045, -0.016], [0.0, 0.012], [0.045, -0.016], [0.085, 0.014]], 1.1)

    def _mouth_tongue(self) -> None:
        self._mouth_smile()
        self.canvas.fill(
            self.at(ellipse(np.array([0.03, MOUTH_Y - 0.03]), 0.03, 0.034)), rgb((238, 116, 124)), Part.FACE
        )
        self.canvas.line(
            self.at(ellipse(np.array([0.03, MOUTH_Y - 0.03]), 0.03, 0.034)[:11]),
            palette.ink(self.skin, 0.36),
            0.8,
        )
