"""From the eyes' maps to people: a pose, a score and a mask for each.

A person is a peak in the map of centres. Its own guess at a joint is snapped to the nearest peak of that joint's
map; where there is none, the guess stands. A pixel of the foreground belongs to the person whose centre it points at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from animeadapter.protocol.pose import JOINTS, Pose
from animeadapter.vision.eyes_net import COARSE, FINE, REACH, Seen

Floats = NDArray[np.float32]
SURE, FAINT = 0.3, 0.1
"""Chance of being a centre from which there is a person, and of being a joint from which guesses are snapped."""
MOST = 8
"""People looked for in one picture."""
APART = 20.0
"""Pixels that centres of two people are apart at least."""
SNAP = (10.0, 0.15)
"""How far a joint may lie from a person's own guess: so many pixels, or this share of the person's extent."""


@dataclass(frozen=True)
class Found:
    """A person in pixels of what the net has read."""

    centre: tuple[float, float]
    joints: tuple[tuple[float, float] | None, ...]
    """x and y of the 18 joints."""
    score: float
    """Chance of there being a person, 0 … 1."""


def find_people(seen: Seen) -> list[Found]:
    """Return the people of the one picture in `seen`, the surest first."""
    centres = peaks(seen.centres[0].float().sigmoid(), SURE)[0]
    joints = peaks(seen.joints[0].float().sigmoid(), FAINT)
    found: list[Found] = []
    for x, y, score in centres:
        place = (x * COARSE, y * COARSE)
        if any(np.hypot(place[0] - f.centre[0], place[1] - f.centre[1]) < APART for f in found):
            continue
        found.append(Found(place, _joints(seen, (x, y), joints), score))
        if len(found) == MOST:
            break
    return found


def peaks(chance: Tensor, least: float) -> list[list[tuple[float, float, float]]]:
    """Return for each map of (n, h, w) its local maxima of at least `least`: x, y in cells from the left and upper
    edge, and the chance; the surest first. The place is the mean of the 3 × 3 cells round a maximum."""
    highest = functional.max_pool2d(chance[None], 3, 1, 1)[0]
    values = functional.pad(chance, (1, 1, 1, 1)).cpu().numpy()
    found: list[list[tuple[float, float, float]]] = [[] for _ in chance]
    for k, row, column in ((chance == highest) & (chance >= least)).nonzero().tolist():
        around = values[k, row : row + 3, column : column + 3]
        total = float(around.sum())
        dx = float((around[:, 2] - around[:, 0]).sum()) / total
        dy = float((around[2] - around[0]).sum()) / total
        found[k].append((column + 0.5 + dx, row + 0.5 + dy, float(around[1, 1])))
    return [sorted(some, key=lambda peak: -peak[2]) for some in found]


def _joints(
    seen: Seen, centre: tuple[float, float], candidates: list[list[tuple[float, float, float]]]
) -> tuple[tuple[float, float] | None, ...]:
    """Return a person's joints; `centre` is in cells of the coarse maps."""
    height, width = seen.limbs.shape[-2:]
    column, row = min(width - 1, int(centre[0])), min(height - 1, int(centre[1]))
    cell = ((column + 0.5) * COARSE, (row + 0.5) * COARSE)
    away = seen.limbs[0, :, row, column].float().cpu().numpy().reshape(len(JOINTS), 2) * REACH
    has = seen.has[0, :, row, column].float().cpu().numpy() > 0
    guesses = away + np.array(cell, np.float32)
    extent = float(np.ptp(guesses[has], axis=0).max()) if has.any() else 0.0
    within = max(SNAP[0], SNAP[1] * extent)
    return tuple(_snapped(guesses[k], candidates[k], within) if has[k] else None for k in range(len(JOINTS)))


def _snapped(guess: Floats, peaks_: list[tuple[float, float, float]], within: float) -> tuple[float, float]:
    """Return the peak that is near and sure, or the guess if there is none."""
    best, place = 0.0, (float(guess[0]), float(guess[1]))
    for x, y, chance in peaks_:
        distance = float(np.hypot(x * FINE - guess[0], y * FINE - guess[1]))
        value = chance * (1.0 - distance / within)
        if value > best:
            best, place = value, (x * FINE, y * FINE)
    return place


def owners(seen: Seen, people: list[Found], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return for each pixel of (height, width) the number from 1 of the person that it points at; 0 without any."""
    if not people:
        return np.zeros(size, np.uint8)
    aim = functional.interpolate(seen.own.float(), size=size, mode="bilinear", align_corners=False)[0].cpu().numpy()
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    x, y = columns + 0.5 + REACH * aim[0], rows + 0.5 + REACH * aim[1]
    distances = [np.hypot(x - person.centre[0], y - person.centre[1]) for person in people]
    return (1 + np.argmin(np.stack(distances), axis=0)).astype(np.uint8)


def as_pose(person: Found, size: tuple[int, int]) -> Pose:
    """Return a person's pose on a canvas of (width, height) pixels, those that its joints are counted in."""
    return Pose(tuple(None if p is None else (p[0] / size[0], p[1] / size[1]) for p in person.joints))


def centre_of(joints: Floats) -> Floats:
    """Return the centre (2,) of a person's joints (18, 2): the mean of those that are there, NaN where not."""
    here: Floats = joints[~np.isnan(joints).any(-1)].mean(0)
    return here
