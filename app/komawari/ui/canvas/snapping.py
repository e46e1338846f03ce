"""What a drag clings to, and the lines that show it."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import NamedTuple

from komawari.domain.geometry.polygon import Line, Point, bounds, side_of
from komawari.domain.geometry.polygon import sides as polygon_sides
from komawari.domain.geometry.snapping import Guides, page_guides, snap
from komawari.domain.paper import Box
from komawari.domain.project import Page, Project

NEAR = 1e-6
PARALLEL = math.sin(math.radians(0.5))
"""Of edges that differ no more, an artist means the same direction."""


class Snap(NamedTuple):
    """How far (mm) something has to move further, and the lines that it clings to then."""

    dx: float = 0.0
    dy: float = 0.0
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()


class Snapper:
    """The lines of a page without the panels that move: paper, other edges, gutters beside them, and centres."""

    def __init__(self, project: Project, page: Page, moving: Collection[str]) -> None:
        others = [panel.frame for panel in page.panels if panel.id not in moving]
        self.sides = [side for frame in others for side in polygon_sides(frame)]
        self.gutters = project.gutters
        self.edges = page_guides(page.paper, project.gutters, others)
        middles = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in map(bounds, others)]
        middles.append((page.paper.width / 2, page.paper.height / 2))
        self.centres = Guides(tuple(x for x, _ in middles), tuple(y for _, y in middles))

    def box(self, box: Box, reach: float) -> Snap:
        """Let a box that moves cling by its sides to sides and by its centre to centres."""
        left, top, right, bottom = box
        dx = _step((left, right), self.edges.xs, (left + right) / 2, self.centres.xs, reach)
        dy = _step((top, bottom), self.edges.ys, (top + bottom) / 2, self.centres.ys, reach)
        return Snap(
            dx, dy,
            _met((left + dx, right + dx), self.edges.xs) + _met(((left + right) / 2 + dx,), self.centres.xs),
            _met((top + dy, bottom + dy), self.edges.ys) + _met(((top + bottom) / 2 + dy,), self.centres.ys),
        )  # fmt: skip

    def slanted(self, side: Line) -> list[float]:
        """Return how far (mm) outwards a slanted edge is in line with others of its slant, or a gutter away."""
        (ax, ay), (bx, by) = side
        gutter = self.gutters.columns if abs(by - ay) > abs(bx - ax) else self.gutters.rows
        found = []
        for other in self.sides:
            (ux, uy), (vx, vy) = other
            turned = abs((bx - ax) * (vy - uy) - (by - ay) * (vx - ux))
            if turned <= PARALLEL * math.dist(*side) * math.dist(*other):
                away = -side_of(side, ((ux + vx) / 2, (uy + vy) / 2))
                found += [away, away - gutter, away + gutter]
        return found

    def point(self, point: Point, reach: float) -> Snap:
        """Let a point cling to sides."""
        found = snap(point, self.edges, reach)
        xs = () if found.x is None else (found.x,)
        ys = () if found.y is None else (found.y,)
        return Snap(found.point[0] - point[0], found.point[1] - point[1], xs, ys)


def fitted(box: Box, onto: Box, reach: float) -> Snap:
    """Let a box cling to another one: by its sides, or with its centre to the other's centre."""
    dx = _step((box[0], box[2]), (onto[0], onto[2]), _middle(box, 0), (_middle(onto, 0),), reach)
    dy = _step((box[1], box[3]), (onto[1], onto[3]), _middle(box, 1), (_middle(onto, 1),), reach)
    xs = _met((box[0] + dx, box[2] + dx), (onto[0], onto[2])) + _met((_middle(box, 0) + dx,), (_middle(onto, 0),))
    ys = _met((box[1] + dy, box[3] + dy), (onto[1], onto[3])) + _met((_middle(box, 1) + dy,), (_middle(onto, 1),))
    return Snap(dx, dy, xs, ys)


def _middle(box: Box, axis: int) -> float:
    return (box[axis] + box[axis + 2]) / 2


def _step(
    values: tuple[float, ...], lines: tuple[float, ...], centre: float, centres: tuple[float, ...], reach: float
) -> float:
    steps = [line - value for value in values for line in lines] + [line - centre for line in centres]
    return min((step for step in steps if abs(step) <= reach), key=abs, default=0.0)


def _met(values: tuple[float, ...], lines: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(dict.fromkeys(line for line in lines if any(abs(line - value) < NEAR for value in values)))
