"""Hands and what they hold. A hand's own frame: x along the forearm, y to the thumb's side; unit: one head."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.curves import Points, capsule, ellipse, smooth
from animeadapter.synthetic.palette import Colour, light, rgb

_FINGERS: dict[str, tuple[tuple[float, float], ...]] = {
    "open": ((-34, 0.15), (-11, 0.17), (11, 0.165), (32, 0.14)),
    "v": ((-17, 0.18), (15, 0.18)),
    "point": ((3, 0.19),),
}


def draw_hand(canvas: Canvas, kind: str, wrist: Points, along: Points, thumb: float, size: float, skin: Colour) -> None:
    """Draw a hand at a wrist (2,), its fingers in direction `along` (2,); `thumb` is ±1, `size` pixels of one head."""
    if kind == "hidden":
        return
    length = float(np.hypot(*along))
    axis = along / length if length > 1e-6 else np.array([0.0, 1.0])
    frame = np.array([axis, np.array([-axis[1], axis[0]]) * thumb]) * size

    def at(x: float, y: float) -> Points:
        return wrist + np.array([x, y]) @ frame

    palm = capsule(at(0.02, 0), at(0.1, 0), 0.062 * size, 0.078 * size)
    shapes = [palm]
    if kind in ("fist", "grip", "thumb"):
        shapes = [capsule(at(0.03, 0), at(0.11, 0), 0.066 * size, 0.086 * size)]
    for angle, reach in _FINGERS.get(kind, ()):
        a = np.radians(angle)
        start, end = (0.1, np.sin(a) * 0.09), (0.1 + np.cos(a) * reach, np.sin(a) * (reach + 0.09))
        shapes.append(capsule(at(*start), at(*end), 0.027 * size, 0.021 * size, 10))
    if kind in ("open", "relaxed"):
        shapes.append(
            capsule(at(0.06, 0.05), at(0.13, 0.13 if kind == "open" else 0.09), 0.028 * size, 0.021 * size, 10)
        )
    if kind == "relaxed":
        shapes.append(capsule(at(0.1, 0.0), at(0.2, -0.01), 0.066 * size, 0.036 * size, 12))
    if kind == "thumb":
        shapes.append(capsule(at(0.1, 0.05), at(0.1, 0.19), 0.03 * size, 0.025 * size, 10))
    canvas.group(shapes, skin, Part.SKIN, shade=0.02 * size)
    line = canvas.ink(skin)
    if kind in ("fist", "grip", "thumb", "v", "point"):
        for y in (-0.035, 0.0, 0.035):
            canvas.line(np.stack([at(0.13, y), at(0.175, y)]), line, 0.6)


def draw_prop(canvas: Canvas, kind: str, hand: Points, along: Points, up: Points, size: float, colour: Colour) -> None:
    """Draw something held at `hand`; `up` (2,) is the picture's upward direction of the figure, `size` one head."""
    side = np.array([-up[1], up[0]])
    frame = np.stack([side, up]) * size

    def at(points: list[list[float]]) -> Points:
        return hand + np.array(points) @ frame

    getattr(_Props(canvas, colour, size), kind)(at)


class _Props:
    def __init__(self, canvas: Canvas, colour: Colour, size: float) -> None:
        self.canvas, self.colour, self.size = canvas, colour, size

    def _draw(self, polygon: Points, colour: Colour, shade: float = 0.0) -> None:
        self.canvas.group([polygon], colour, Part.PROP, shade * self.size)

    def book(self, at) -> None:  # type: ignore[no-untyped-def]
        self._draw(
            at([[-0.34, -0.06], [0.0, -0.12], [0.34, -0.06], [0.34, 0.38], [0.0, 0.32], [-0.34, 0.38]]),
            self.colour,
        )
        self._draw(
            at([[-0.3, 0.34], [0.0, 0.28], [0.3, 0.34], [0.3, 0.4], [0.0, 0.36], [-0.3, 0.4]]),
            rgb((250, 248, 238)),
        )
        self.canvas.line(at([[0, -0.12], [0, 0.3]]), self.canvas.ink(self.colour), 0.9)

    def cup(self, at) -> None:  # type: ignore[no-untyped-def]
        ring = at([[0.1, 0.16], [0.2, 0.14], [0.2, 0.0], [0.08, 0.0]])
        self.canvas.line(smooth(ring, 4, closed=False), self.canvas.ink(self.colour), 2.4, part=Part.PROP)
        self._draw(at([[-0.13, 0.22], [0.13, 0.22], [0.1, -0.06], [-0.1, -0.06]]), self.colour, 0.04)
        self._draw(at(ellipse(np.array([0.0, 0.22]), 0.13, 0.04).tolist()), rgb((110, 72, 52)))

    def sword(self, at) -> None:  # type: ignore[no-untyped-def]
        self._draw(
            at([[-0.05, 0.1], [0.05, 0.1], [0.05, 1.35], [0.0, 1.52], [-0.05, 1.35]]),
            rgb((222, 228, 238)),
            0.03,
        )
        self.canvas.line(at([[0.0, 0.14], [0.0, 1.3]]), rgb((150, 160, 180)), 0.7)
        self._draw(at([[-0.2, 0.06], [0.2, 0.06], [0.2, 0.13], [-0.2, 0.13]]), self.colour)
        self._draw(at([[-0.035, -0.18], [0.035, -0.18], [0.035, 0.06], [-0.035, 0.06]]), rgb((110, 76, 54)))

    def flower(self, at) -> None:  # type: ignore[no-untyped-def]
        self.canvas.line(at([[0.0, -0.25], [0.02, 0.05], [0.0, 0.3]]), rgb((70, 140, 70)), 2.2, part=Part.PROP)
        for k in range(6):
            a = k * np.pi / 3
            self._draw(
                at(ellipse(np.array([np.cos(a) * 0.1, 0.36 + np.sin(a) * 0.1]), 0.075, 0.075, n=12).tolist()),
                self.colour,
            )
        self._draw(at(ellipse(np.array([0.0, 0.36]), 0.06, 0.06, n=12).tolist()), rgb((250, 214, 90)))

    def phone(self, at) -> None:  # type: ignore[no-untyped-def]
        self._draw(at([[-0.09, -0.06], [0.09, -0.06], [0.09, 0.28], [-0.09, 0.28]]), self.colour)
        self._draw(at([[-0.07, -0.03], [0.07, -0.03], [0.07, 0.25], [-0.07, 0.25]]), rgb((196, 226, 246)))

    def umbrella(self, at) -> None:  # type: ignore[no-untyped-def]
        self.canvas.line(at([[0.0, -0.3], [0.0, 1.15]]), rgb((90, 84, 96)), 2.0, part=Part.PROP)
        arc = [[float(np.cos(a) * 0.95), 0.98 + float(np.sin(a) * 0.55)] for a in np.linspace(0, np.pi, 15)]
        scallop = [[-0.95 + 1.9 * k / 8, 0.98 + (0.07 if k % 2 else 0.0)] for k in range(9)]
        self._draw(at(arc + scallop), self.colour, 0.1)
        for x in (-0.48, 0.0, 0.48):
            self.canvas.line(at([[x, 1.0], [x * 0.3, 1.36], [0.0, 1.53]]), self.canvas.ink(self.colour), 0.7)
        self.canvas.fill(at([[-0.02, 1.5], [0.02, 1.5], [0.0, 1.64]]), light(self.colour, 0.2), Part.PROP)
