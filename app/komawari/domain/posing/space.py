"""Poses in millimetres of the page, where lengths and angles are what one sees, and back.

A pose's own coordinates are fractions of its canvas, so that a length means something else across than down.
"""

from __future__ import annotations

from dataclasses import dataclass

from animeadapter.protocol.pose import FARTHEST
from komawari.domain.panel import FigurePose

Spot = tuple[float, float]
"""A place on the page, in millimetres."""
Spots = tuple[Spot | None, ...]
"""The 18 joints on the page; None: hidden."""
DIGITS = 6
"""Of what is moved: a thousandth of a pixel on the largest canvas."""


@dataclass(frozen=True)
class Space:
    """Where a pose's canvas lies on the page; its sides are parallel to the page's."""

    left: float
    """Millimetres at which x is 0: the picture's own left, which a flipped picture has on the right."""
    top: float
    across: float
    """Millimetres from x = 0 to x = 1; negative where the picture is flipped."""
    down: float

    def spot(self, x: float, y: float) -> Spot:
        """Return where on the page a point of the canvas is."""
        return (self.left + x * self.across, self.top + y * self.down)

    def point(self, spot: Spot) -> Spot:
        """Return the point of the canvas at a spot of the page."""
        return ((spot[0] - self.left) / self.across, (spot[1] - self.top) / self.down)

    def near(self, spot: Spot) -> Spot:
        """Return the point of the canvas at a spot, rounded, and never farther away than a pose may reach."""
        x, y = self.point(spot)
        return (_held(x), _held(y))

    @property
    def longer(self) -> float:
        """The longer side, in millimetres."""
        return max(abs(self.across), abs(self.down))

    def spots(self, pose: FigurePose) -> Spots:
        """Return a pose's joints on the page."""
        return tuple(None if point is None else self.spot(*point) for point in pose.keypoints)


def _held(value: float) -> float:
    return round(min(max(value, -FARTHEST), FARTHEST), DIGITS)


def reaches_too_far(pose: FigurePose) -> bool:
    """Return whether a pose touches the bounds of what can be stored, where figures would lose their shape."""
    return any(point is not None and max(map(abs, point)) >= FARTHEST for point in pose.keypoints)
