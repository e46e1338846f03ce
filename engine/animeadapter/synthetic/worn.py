"""Ground for what is worn: where on the head and in which colour a thing is drawn."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic.body import Body
from animeadapter.synthetic.curves import Points
from animeadapter.synthetic.face import Face
from animeadapter.synthetic.palette import Colour, rgb

WHITE = rgb((250, 250, 252))
GOLD = rgb((246, 200, 74))


class Worn:
    """Places on one figure's head and trunk."""

    def __init__(self, body: Body, face: Face) -> None:
        self.body, self.face, self.canvas, self.figure = body, face, body.canvas, body.figure
        self.unit = self.figure.head_size
        self.who = body.who

    def _group(self, polygons: list[Points], colour: Colour, shade: float = 0.0) -> None:
        self.canvas.group(polygons, colour, Part.ACCESSORY, shade * self.unit)

    def head(self, points: list[list[float]] | Points) -> Points:
        """Return pixels of points (x, y, z) in the head's frame."""
        return self.figure.on_head(np.asarray(points, dtype=np.float64))

    def upright(self, centre: Points, points: list[list[float]] | Points, turn: float = 0.0) -> Points:
        """Return pixels of plane points (x, y) at a point of the head, along the head's own up."""
        up = self.figure.head[:2, 1]
        up = up / max(float(np.hypot(*up)), 0.35)
        frame = np.array([[up[1], -up[0]], [up[0], up[1]]])
        if turn:
            c, s = np.cos(turn), np.sin(turn)
            frame = np.array([[c, s], [-s, c]]) @ frame
        return self.figure.on_head(centre) + (np.asarray(points) @ frame) * (self.unit, -self.unit)

    def shown(self, point: Points, limit: float = -0.12) -> bool:
        return float(self.figure.head_depth(point)) > limit
