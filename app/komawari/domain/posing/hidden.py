"""Joints that are not seen: where they would be."""

from __future__ import annotations

from komawari.domain.posing.plane import middle
from komawari.domain.posing.skeleton import MIDDLES, PARENTS, ROOT, below
from komawari.domain.posing.space import Spot, Spots

STANDING: tuple[Spot, ...] = (
    (0.0, -0.46), (0.0, 0.0), (-0.36, 0.03), (-0.46, 0.5), (-0.51, 0.94), (0.36, 0.03), (0.46, 0.5), (0.51, 0.94),
    (-0.16, 1.0), (-0.22, 1.62), (-0.24, 2.25), (0.16, 1.0), (0.22, 1.62), (0.24, 2.25),
    (-0.17, -0.53), (0.17, -0.53), (-0.38, -0.47), (0.38, -0.47),
)  # fmt: skip
"""Somebody who stands and looks at one, from the neck, in lengths of the trunk."""
TRUNK_IN_CANVAS = 0.26
"""Length of the trunk where one joint alone is seen, in heights of a canvas."""


def guessed(spots: Spots, height: float) -> dict[int, Spot]:
    """Return where the hidden joints of a figure most likely are; nothing where no joint is seen.

    `height` is the canvas' in millimetres: it decides how large somebody is of whom one joint is seen.
    """
    seen = {index: complex(*spot) for index, spot in enumerate(spots) if spot is not None}
    if not seen:
        return {}
    turn, mirrored = _likeness(seen, height)
    template = [_of(spot, mirrored) for spot in STANDING]
    shift = sum(seen[i] - turn * template[i] for i in seen) / len(seen)
    found = dict(seen)
    for joint in below(ROOT):
        if joint not in found:
            parent = PARENTS.get(joint, -1)
            # From the joint that it hangs on, so that a bent body keeps its own shape.
            start, way = (found[parent], template[parent]) if parent in found else (shift, 0j)
            found[joint] = start + turn * (template[joint] - way)
    places = {joint: (at.real, at.imag) for joint, at in found.items() if joint not in seen}
    return {joint: _between(spots, joint) or at for joint, at in places.items()}


def _of(spot: Spot, mirrored: bool) -> complex:
    return complex(-spot[0] if mirrored else spot[0], spot[1])


def _likeness(seen: dict[int, complex], height: float) -> tuple[complex, bool]:
    """Return the turn and scale that bring the standing figure nearest to what is seen, and whether in a mirror."""
    tried = []
    for mirrored in (False, True):
        ours = {i: _of(STANDING[i], mirrored) for i in seen}
        middles = sum(ours.values()) / len(seen), sum(seen.values()) / len(seen)
        square = sum(abs(ours[i] - middles[0]) ** 2 for i in seen)
        product = sum((ours[i] - middles[0]).conjugate() * (seen[i] - middles[1]) for i in seen)
        turn = product / square if square > 0 and abs(product) > 0 else complex(TRUNK_IN_CANVAS * height)
        off = sum(abs(seen[i] - middles[1] - turn * (ours[i] - middles[0])) ** 2 for i in seen)
        tried.append((off, mirrored, turn))
    # A figure of which nothing tells its sides is taken to look at one.
    plain, other = tried
    best = other if other[0] < plain[0] * (1 - 1e-6) else plain
    return best[2], best[1]


def _between(spots: Spots, joint: int) -> Spot | None:
    """Return the place of an elbow or knee whose neighbours are both seen."""
    if joint not in MIDDLES:
        return None
    start, end = spots[PARENTS[joint]], spots[MIDDLES[joint]]
    return None if start is None or end is None else middle(start, end)
