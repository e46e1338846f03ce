"""Dragging: lengths are kept where they should be, ends reach what can be reached, hidden joints stay hidden."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.domain.posing.conftest import PLACES, lengths, skeletons

from animeadapter.protocol.pose import LIMBS
from komawari.domain.posing.dragging import Bend, bone_dragged, bones, grabbed_at, joint_led, joint_placed
from komawari.domain.posing.limbs import reached
from komawari.domain.posing.limits import LEAST_FOLD, LONGEST, MOST_TILT, limited, trunk_of
from komawari.domain.posing.plane import angle_of, minus
from komawari.domain.posing.skeleton import ENDS, HEAD, PARENTS, below, side

JOINTS = st.integers(0, 17)
BONES = st.sampled_from(LIMBS)


@given(skeletons(hidden=True), JOINTS, PLACES, st.booleans())
def test_a_led_joint_keeps_all_lengths(spots, joint, to, other_way) -> None:
    led = joint_led(spots, joint, to, Bend(other_way))
    if spots[joint] is not None:
        for bone, length in lengths(spots).items():
            # What a joint hangs on may be hidden; its own bone then has no length that could be kept.
            assert lengths(led)[bone] == pytest.approx(length, abs=1e-6)
        assert [spot is None for spot in led] == [spot is None for spot in spots]


@given(skeletons(hidden=True), BONES, st.floats(0, 1), PLACES)
def test_a_dragged_bone_keeps_all_lengths_and_what_it_hangs_on(spots, bone, grab, to) -> None:
    dragged = bone_dragged(spots, bone, grab, to)
    assert lengths(dragged) == pytest.approx(lengths(spots), abs=1e-6)
    holder = PARENTS.get(bone[0], bone[0]) if bone[1] in ENDS else bone[0]
    assert dragged[holder] == spots[holder]


@given(skeletons(), st.sampled_from(ENDS), st.floats(0, 1), st.floats(-math.pi, math.pi), st.booleans())
def test_an_end_reaches_every_spot_within_its_limb(spots, end, share, angle, other_way) -> None:
    middle = PARENTS[end]
    root = spots[PARENTS[middle]]
    upper, lower = math.dist(root, spots[middle]), math.dist(spots[middle], spots[end])
    distance = abs(upper - lower) + share * (upper + lower - abs(upper - lower))
    target = (root[0] + distance * math.cos(angle), root[1] + distance * math.sin(angle))
    assert joint_led(spots, end, target, Bend(other_way))[end] == pytest.approx(target, abs=1e-4)


@given(skeletons(), st.sampled_from(ENDS), st.floats(-math.pi, math.pi))
def test_beyond_reach_a_limb_is_stretched_towards_the_hand(spots, end, angle) -> None:
    root = spots[PARENTS[PARENTS[end]]]
    target = (root[0] + 900 * math.cos(angle), root[1] + 900 * math.sin(angle))
    led = joint_led(spots, end, target)
    reach = sum(lengths(spots)[bone] for bone in ((PARENTS[PARENTS[end]], PARENTS[end]), (PARENTS[end], end)))
    assert math.dist(led[end], root) == pytest.approx(reach)
    assert math.dist(led[end], target) == pytest.approx(900 - reach)


@given(skeletons(), st.sampled_from(ENDS), PLACES)
def test_a_limb_bends_to_the_side_to_which_it_was_bent_unless_told_otherwise(spots, end, to) -> None:
    root, middle = spots[PARENTS[PARENTS[end]]], spots[PARENTS[end]]

    def bend(one) -> float:
        way, out = minus(one[end], root), minus(one[PARENTS[end]], root)
        return (way[0] * out[1] - way[1] * out[0]) / max(math.hypot(*way), 1e-9)

    same, other = joint_led(spots, end, to), joint_led(spots, end, to, Bend(other_way=True))
    if abs(bend(spots)) > 1e-3 and math.dist(root, middle) > 1e-3:
        assert bend(same) * bend(spots) >= -1e-6 and bend(other) * bend(spots) <= 1e-6


def test_a_folded_limb_opens_as_far_as_it_has_to() -> None:
    middle, end = reached((0, 0), (10, 0), (20, 0), (0.5, 0), least=math.radians(30))
    fold = angle_of(minus((0, 0), middle)) - angle_of(minus(end, middle))
    assert abs((fold + math.pi) % (2 * math.pi) - math.pi) == pytest.approx(math.radians(30))


@given(skeletons(hidden=True), JOINTS, PLACES)
def test_a_placed_joint_goes_alone_and_a_nose_takes_the_head_along(spots, joint, to) -> None:
    placed = joint_placed(spots, joint, to)
    assert placed[joint] == pytest.approx(to)
    others = set(range(18)) - (set(HEAD) if joint == 0 and spots[0] is not None else {joint})
    assert all(placed[one] == spots[one] for one in others)
    if joint == 0 and spots[0] is not None:
        way = minus(to, spots[0])
        assert all(minus(placed[i], spots[i]) == pytest.approx(way, abs=1e-6) for i in HEAD if spots[i] is not None)


@given(skeletons(), BONES, st.floats(0, 1))
def test_where_a_bone_is_grabbed_is_found(spots, bone, share) -> None:
    (ax, ay), (bx, by) = spots[bone[0]], spots[bone[1]]
    if math.dist((ax, ay), (bx, by)) > 0.1:
        assert grabbed_at(spots, bone, (ax + share * (bx - ax), ay + share * (by - ay))) == pytest.approx(
            share, abs=1e-6
        )


def test_a_bone_of_which_an_end_is_hidden_is_none() -> None:
    spots = tuple((float(i), 0.0) if i not in (3, 8) else None for i in range(18))
    assert not any({3, 8} & set(bone) for bone in bones(spots)) and len(bones(spots)) == 17 - 4
    assert grabbed_at(spots, (2, 3), (0, 0)) is None and bone_dragged(spots, (2, 3), 1, (9, 9)) == spots


def test_the_tree_is_a_persons() -> None:
    assert set(below(1)) == set(range(18)) and below(3) == (3, 4) and set(HEAD) == {0, 14, 15, 16, 17}
    assert [side(joint) for joint in (0, 4, 13)] == ["middle", "right", "left"]


@given(skeletons(hidden=True), JOINTS, PLACES)
def test_limits_hold_and_change_nothing_twice(spots, joint, to) -> None:
    held = limited(joint_placed(spots, joint, to), below(joint))
    trunk = trunk_of(held)
    if trunk is None or joint in (1, 8, 11):
        return
    size = math.hypot(*trunk)
    for one in set(below(joint)) & set(LONGEST):
        if (length := lengths(held).get((PARENTS[one], one))) is not None:
            assert length <= LONGEST[one] * size * (1 + 1e-6)
    if joint in ENDS:
        ends = [held[PARENTS[PARENTS[joint]]], held[PARENTS[joint]], held[joint]]
        if None not in ends and min(math.dist(ends[0], ends[1]), math.dist(ends[1], ends[2])) > 1e-6:
            fold = angle_of(minus(ends[0], ends[1])) - angle_of(minus(ends[2], ends[1]))
            assert abs((fold + math.pi) % (2 * math.pi) - math.pi) >= LEAST_FOLD - 1e-6
    again = limited(held, below(joint))
    assert all(a == pytest.approx(b, abs=1e-6) for a, b in zip(again, held) if a is not None)


def test_a_head_is_not_tilted_farther_than_a_neck_can() -> None:
    spots = tuple((0.0, 0.0) if i == 1 else (0.0, 100.0) if i in (8, 11) else (0.0, 40.0) if i == 0 else None
                  for i in range(18))  # fmt: skip
    held = limited(spots, (0,))
    assert abs(angle_of(held[0]) + math.pi / 2) % (2 * math.pi) == pytest.approx(MOST_TILT)
