"""Reading order: rows from the top, within a row from the side where reading begins, and so on inside each.

It is the recursive XY cut of page layout analysis. Slanted frames overlap in their boxes; so where no clean cut is
found, the boxes are shrunk step by step until there is one.
"""

from __future__ import annotations

from collections.abc import Mapping

from komawari.domain.geometry.polygon import Polygon, bounds
from komawari.domain.paper import Box

SHRINKS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
TOUCHING = 0.02
"""Boxes that overlap by less (mm) are apart."""


def reading_order(frames: Mapping[str, Polygon], right_to_left: bool) -> list[str]:
    """Return the ids of frames as they are read."""
    boxes = {name: bounds(polygon) for name, polygon in frames.items()}
    if right_to_left:
        boxes = {name: (-right, top, -left, bottom) for name, (left, top, right, bottom) in boxes.items()}
    return _ordered(boxes)


def numbers(frames: Mapping[str, Polygon], right_to_left: bool) -> dict[str, int]:
    """Return each frame's number, from 1."""
    return {name: index for index, name in enumerate(reading_order(frames, right_to_left), 1)}


def _ordered(boxes: dict[str, Box]) -> list[str]:
    if len(boxes) < 2:
        return list(boxes)
    for shrink in SHRINKS:
        for axis in (1, 0):
            groups = _cut(boxes, axis, shrink)
            if len(groups) > 1:
                return [name for group in groups for name in _ordered(group)]
    return sorted(boxes, key=lambda name: (boxes[name][1], boxes[name][0]))


def _cut(boxes: dict[str, Box], axis: int, shrink: float) -> list[dict[str, Box]]:
    """Return the boxes in groups that do not overlap along an axis (0: across, 1: down), in its order."""
    spans = {name: _span(box[axis], box[axis + 2], shrink) for name, box in boxes.items()}
    groups: list[dict[str, Box]] = []
    reached = float("-inf")
    for name in sorted(spans, key=lambda one: spans[one]):
        start, end = spans[name]
        if start >= reached - TOUCHING:
            groups.append({})
        groups[-1][name] = boxes[name]
        reached = max(reached, end)
    return groups


def _span(start: float, end: float, shrink: float) -> tuple[float, float]:
    middle, half = (start + end) / 2, (end - start) / 2 * shrink
    return (middle - half, middle + half)
