"""Poses whose joints went elsewhere: hands follow their wrists and the face follows the nose, turned with the bones
that they sit on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from animeadapter.protocol.pose import Scored
from komawari.domain.panel import FigurePose
from komawari.domain.posing.plane import angle_of, minus, plus, turning
from komawari.domain.posing.skeleton import PARENTS
from komawari.domain.posing.space import Space, Spot, Spots

CARRIERS = {"face": 0, "left_hand": 7, "right_hand": 4}
"""Field of a pose → the joint that its points go with."""


def with_spots(pose: FigurePose, space: Space, spots: Spots) -> FigurePose:
    """Return the pose with its joints elsewhere on the page; hands follow wrists, the face follows the nose.

    What is not moved keeps its numbers to the last digit.
    """
    before = space.spots(pose)
    if spots == before:
        return pose
    joints = tuple(
        old if now == was else None if now is None else space.near(now)
        for old, was, now in zip(pose.keypoints, before, spots)
    )
    return replace(pose, keypoints=joints, **_carried(pose, space, before, spots))


def transformed(pose: FigurePose, space: Space, move: Callable[[Spot], Spot]) -> FigurePose:
    """Return the pose with everything sent through `move`, from spot to spot."""
    joints = tuple(None if point is None else space.near(move(space.spot(*point))) for point in pose.keypoints)
    extras: dict[str, Any] = {name: _moved(points, space, move) for name, points in _extras_of(pose)}
    return replace(pose, keypoints=joints, **extras)


def _carried(pose: FigurePose, space: Space, before: Spots, after: Spots) -> dict[str, tuple[Scored, ...]]:
    """Return face and hands where their joints went, by the fields' names; what stays where it was is left out."""
    found = {}
    for name, points in _extras_of(pose):
        move = _move(CARRIERS[name], before, after)
        if move is not None:
            found[name] = _moved(points, space, move)
    return found


def _move(joint: int, before: Spots, after: Spots) -> Callable[[Spot], Spot] | None:
    """Return how what sits on a joint moves with it; None: not at all."""
    was, now, holder = before[joint], after[joint], PARENTS[joint]
    if was is None or now is None or (was == now and before[holder] == after[holder]):
        return None
    turn = turning(was, _turned(joint, before, after))
    way = minus(now, was)
    return lambda spot: plus(turn(spot), way)


def _turned(joint: int, before: Spots, after: Spots) -> float:
    """Return by how much a joint's bone has turned; 0 where it cannot be told."""
    ends = before[PARENTS[joint]], before[joint], after[PARENTS[joint]], after[joint]
    if any(end is None for end in ends) or ends[0] == ends[1] or ends[2] == ends[3]:
        return 0.0
    start, end, new_start, new_end = (end for end in ends if end is not None)
    return angle_of(minus(new_end, new_start)) - angle_of(minus(end, start))


def _extras_of(pose: FigurePose) -> list[tuple[str, tuple[Scored, ...]]]:
    """Return the points of face and hands that a pose has, by the field's name."""
    every = (("face", pose.face), ("left_hand", pose.left_hand), ("right_hand", pose.right_hand))
    return [(name, points) for name, points in every if points is not None]


def _moved(points: tuple[Scored, ...], space: Space, move: Callable[[Spot], Spot]) -> tuple[Scored, ...]:
    """Return points of a face or a hand, sent through `move`; those that nobody saw stay what they are."""
    return tuple((*space.near(move(space.spot(x, y))), c) if c > 0 else (x, y, c) for x, y, c in points)
