"""Figures as a whole, what goes with them, and joints that are hidden."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.domain.posing.conftest import PLACES, SPACES, lengths, poses, skeletons

from animeadapter.protocol.pose import FARTHEST, Pose
from komawari.domain.panel import FigurePose
from komawari.domain.posing.carrying import with_spots
from komawari.domain.posing.dragging import joint_placed
from komawari.domain.posing.hidden import STANDING, guessed
from komawari.domain.posing.space import Space
from komawari.domain.posing.whole import bounds, fitted, mirrored, moved, rotated, scaled

CANVAS = Space(0, 0, 100, 200)


def near(one: FigurePose, other: FigurePose, by: float = 1e-5) -> bool:
    pairs = [*zip(one.keypoints, other.keypoints)]
    for name in ("face", "left_hand", "right_hand"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        pairs += [*zip(a or (), b or ())]
    return all((a is None) == (b is None) and (a is None or a == pytest.approx(b, abs=by)) for a, b in pairs)


@given(poses(hidden=True))
def test_a_mirror_in_a_mirror_shows_what_was_there(pose) -> None:
    assert near(mirrored(mirrored(pose)), pose)


@given(poses())
def test_a_mirror_leaves_a_figure_where_it_stands_and_trades_sides(pose) -> None:
    other = mirrored(pose)
    assert other.pose().bounds() == pytest.approx(pose.pose().bounds(), abs=1e-5)
    left, _, right, _ = pose.pose().bounds()
    assert other.keypoints[4] == pytest.approx((left + right - pose.keypoints[7][0], pose.keypoints[7][1]), abs=1e-5)


@given(poses(hidden=True), SPACES, st.floats(-100, 100), st.floats(-100, 100))
def test_moving_keeps_the_shape_and_moving_back_restores_it(pose, space, dx, dy) -> None:
    there = moved(pose, space, dx, dy)
    if there is not pose:
        before, after = space.spots(pose), space.spots(there)
        for a, b in zip(before, after):
            assert a is None or b == pytest.approx((a[0] + dx, a[1] + dy), abs=1e-3)
        assert near(moved(there, space, -dx, -dy), pose)


@given(poses(), SPACES, st.floats(-math.pi, math.pi), PLACES)
def test_turning_keeps_all_lengths(pose, space, by, about) -> None:
    turned = rotated(pose, space, by, about)
    assert lengths(space.spots(turned)) == pytest.approx(lengths(space.spots(pose)), abs=2e-3)


@given(poses(), SPACES, st.floats(0.2, 3))
def test_scaling_makes_all_lengths_so_many_times_as_long(pose, space, factor) -> None:
    box = bounds(space.spots(pose))
    grown = scaled(pose, space, factor, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
    if grown is not pose:
        for bone, length in lengths(space.spots(pose)).items():
            assert lengths(space.spots(grown))[bone] == pytest.approx(length * factor, abs=2e-3)


def test_a_figure_does_not_leave_what_can_be_stored() -> None:
    pose = FigurePose(tuple((0.5, 0.5) for _ in range(18)))
    assert moved(pose, CANVAS, 100 * FARTHEST, 0) is pose
    assert scaled(pose, CANVAS, 1000, (0, 0)) is pose


@given(skeletons(), SPACES, st.tuples(st.floats(0, 90), st.floats(0, 90)), st.floats(5, 80), st.floats(5, 80))
def test_a_preset_fits_into_its_box_whole_and_undistorted(_, space, corner, wide, high) -> None:
    joints = tuple((0.5 + x / 3, 0.3 + y / 4) for x, y in STANDING)
    box = (corner[0], corner[1], corner[0] + wide, corner[1] + high)
    pose = fitted(Pose(joints), (2, 3), space, box)
    spots = space.spots(pose)
    for x, y in spots:
        assert box[0] - 0.1 <= x <= box[2] + 0.1 and box[1] - 0.1 <= y <= box[3] + 0.1
    made = [math.dist((a[0] * 2, a[1] * 3), (b[0] * 2, b[1] * 3)) for a, b in zip(joints, joints[1:])]
    now = [math.dist(a, b) for a, b in zip(spots, spots[1:])]
    factor = min(wide / 2, high / 3)
    assert now == pytest.approx([length * factor for length in made], abs=1e-3 * factor + 1e-3)
    right, left = pose.keypoints[2], pose.keypoints[5]
    assert right[0] < left[0], "right stays right on the picture, flipped in its frame or not"


@given(poses(), SPACES, st.integers(0, 17), PLACES)
def test_what_is_not_moved_keeps_its_numbers(pose, space, joint, to) -> None:
    spots = space.spots(pose)
    new = with_spots(pose, space, tuple(to if i == joint else spot for i, spot in enumerate(spots)))
    for index in set(range(18)) - {joint}:
        assert new.keypoints[index] == pose.keypoints[index]
    if joint not in (6, 7):
        assert new.left_hand == pose.left_hand
    if joint not in (0, 1):
        assert new.face == pose.face


def test_a_hand_follows_its_wrist_and_turns_with_the_forearm() -> None:
    joints = [None] * 18
    joints[6], joints[7] = (0.5, 0.25), (0.6, 0.25)
    hand = tuple((0.6 + k / 1000, 0.25, 1.0) if k < 20 else (0.0, 0.0, 0.0) for k in range(21))
    pose = FigurePose(tuple(joints), left_hand=hand)
    spots = CANVAS.spots(pose)
    new = with_spots(pose, CANVAS, joint_placed(spots, 7, (50, 60)))  # The forearm pointed right; now it points down.
    assert new.keypoints[7] == (0.5, 0.3)
    assert new.left_hand[10] == pytest.approx((0.5, 0.3 + 0.01 * 100 / 200, 1.0)) and new.left_hand[20] == (0, 0, 0)


@given(skeletons(), st.integers(0, 17))
def test_a_hidden_joint_is_guessed_near_where_it_was(spots, joint) -> None:
    hidden = tuple(None if i == joint else spot for i, spot in enumerate(spots))
    size = math.dist(spots[1], spots[8])
    found = guessed(hidden, 100)
    assert list(found) == [joint] and math.dist(found[joint], spots[joint]) < 1.6 * size + 5


def test_guesses_follow_somebody_who_lies_or_turns_away() -> None:
    lying = tuple((100 - 20 * y, 20 * x) for x, y in STANDING)
    found = guessed(tuple(None if i == 10 else spot for i, spot in enumerate(lying)), 100)
    assert found[10] == pytest.approx(lying[10], abs=1e-6)
    away = tuple((50 - 20 * x, 50 + 20 * y) for x, y in STANDING)
    found = guessed(tuple(None if i in (4, 13) else spot for i, spot in enumerate(away)), 100)
    assert found[4] == pytest.approx(away[4], abs=1e-6) and found[13] == pytest.approx(away[13], abs=1e-6)


def test_one_joint_tells_where_the_others_are_and_none_tells_nothing() -> None:
    alone = tuple((10.0, 20.0) if i == 1 else None for i in range(18))
    found = guessed(alone, 100)
    assert len(found) == 17 and found[0][1] < 20 < found[8][1] and found[2][0] < 10 < found[5][0]
    assert guessed((None,) * 18, 100) == {} and bounds((None,) * 18) is None
