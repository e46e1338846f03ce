"""A figure as a whole: moved, scaled, turned, mirrored, fitted into a box."""

from __future__ import annotations

import math
from collections.abc import Callable

from animeadapter.protocol.pose import Pose
from komawari.domain.panel import FigurePose
from komawari.domain.paper import Box
from komawari.domain.posing.carrying import transformed
from komawari.domain.posing.limits import trunk_of
from komawari.domain.posing.plane import minus, plus, turning
from komawari.domain.posing.skeleton import NECK
from komawari.domain.posing.space import DIGITS, Space, Spot, Spots, reaches_too_far


def moved(pose: FigurePose, space: Space, dx: float, dy: float) -> FigurePose:
    """Return the pose shifted by millimetres of the page; unmoved where it would leave what can be stored."""
    return _kept(pose, space, lambda spot: (spot[0] + dx, spot[1] + dy))


def scaled(pose: FigurePose, space: Space, factor: float, about: Spot) -> FigurePose:
    """Return the pose grown by a factor about a spot."""
    return _kept(pose, space, lambda spot: plus(about, minus(spot, about), factor))


def rotated(pose: FigurePose, space: Space, by: float, about: Spot) -> FigurePose:
    """Return the pose turned about a spot by an angle in radians, from x to y."""
    return _kept(pose, space, turning(about, by))


def _kept(pose: FigurePose, space: Space, move: Callable[[Spot], Spot]) -> FigurePose:
    new = transformed(pose, space, move)
    return pose if reaches_too_far(new) and not reaches_too_far(pose) else new


def mirrored(pose: FigurePose) -> FigurePose:
    """Return the pose seen in a mirror, where it stood; left and right trade names."""
    flipped = pose.pose()
    left, _, right, _ = flipped.bounds()
    way = left + right - 1
    return rounded(flipped.mirrored().mapped(lambda x, y: (x + way, y)))


def fitted(pose: Pose, proportions: tuple[float, float], space: Space, box: Box) -> FigurePose:
    """Return a pose that was made for a canvas of some proportions, centred, whole and undistorted, in a box (mm).

    Its right stays its right: where the picture is flipped, the figure is seen flipped as the picture is.
    """
    corners = space.point((box[0], box[1])), space.point((box[2], box[3]))
    (left, right), (top, bottom) = (sorted(values) for values in zip(*corners))
    width, height = (right - left) * abs(space.across), (bottom - top) * abs(space.down)
    factor = min(width / proportions[0], height / proportions[1])
    wide, high = factor * proportions[0] / abs(space.across), factor * proportions[1] / abs(space.down)
    x0, y0 = (left + right - wide) / 2, (top + bottom - high) / 2
    return rounded(pose.mapped(lambda x, y: (x0 + x * wide, y0 + y * high)))


def rounded(pose: Pose) -> FigurePose:
    """Return a pose as documents keep it."""
    return FigurePose.of(pose.mapped(lambda x, y: (round(x, DIGITS), round(y, DIGITS))))


def bounds(spots: Spots) -> Box | None:
    """Return left, top, right, bottom of the seen joints in millimetres; None where none is seen."""
    seen = [spot for spot in spots if spot is not None]
    if not seen:
        return None
    xs, ys = zip(*seen)
    return (min(xs), min(ys), max(xs), max(ys))


def in_place_of(pose: Pose, proportions: tuple[float, float], old: FigurePose, space: Space) -> FigurePose | None:
    """Return a pose that was made for a canvas of some proportions, where somebody else stands and as large.

    Trunks are what is compared; None where one of the two shows none.
    """
    upright = Space(0, 0, abs(space.across), abs(space.down))
    new = fitted(pose, proportions, upright, (0, 0, proportions[0], proportions[1]))
    there, here = upright.spots(new), upright.spots(old)
    trunks = trunk_of(there), trunk_of(here)
    neck, wanted = there[NECK], here[NECK]
    if trunks[0] is None or trunks[1] is None or neck is None or wanted is None:
        return None
    factor = math.hypot(*trunks[1]) / math.hypot(*trunks[0])
    return transformed(new, upright, lambda spot: plus(wanted, minus(spot, neck), factor))
