"""A character drawn in a pose that somebody asked for: the joints of the drawing lie where they were asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from animeadapter.protocol.openpose_json import read_openpose, write_openpose
from animeadapter.protocol.pose import JOINTS, Pose
from animeadapter.synthetic import Drawing, Identity, Part, Shot, draw, reposed, sample_shot
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.shot import Act
from animeadapter.synthetic.skeleton import Build
from animeadapter.synthetic.style import HOUSE

SIZE = (104, 156)
TRUNK_AND_LIMBS = range(1, 14)
HEAD = (0, 14, 15, 16, 17)
STANDING = Pose((
    (0.5, 0.2), (0.5, 0.31), (0.42, 0.315), (0.39, 0.44), (0.38, 0.56), (0.58, 0.315), (0.7, 0.22), (0.68, 0.1),
    (0.465, 0.57), (0.46, 0.73), (0.455, 0.89), (0.535, 0.57), (0.54, 0.73), (0.545, 0.89),
    (0.46, 0.18), (0.54, 0.18), (0.41, 0.19), (0.59, 0.19),
))  # fmt: skip
"""Somebody who faces us on a tall canvas and raises the left arm."""


def without(pose: Pose, *names: str) -> Pose:
    return Pose(tuple(None if n in names else p for n, p in zip(JOINTS, pose.keypoints, strict=True)))


def misses(asked: Pose, got: Pose, which: Sequence[int], head: float) -> list[float]:
    """Return how far, in heads, joints lie from where they were asked, of those that both poses have."""
    both = ((asked.keypoints[i], got.keypoints[i]) for i in which)
    return [float(np.hypot(*np.subtract(a, b) * SIZE)) / head for a, b in both if a is not None and b is not None]


def repose(who: Identity, shot: Shot, pose: Pose) -> tuple[Drawing, float]:
    """Return the drawing in an asked pose, and the pixels of a head in it."""
    asked = reposed(shot, (pose,), (who.build,), SIZE)
    assert asked.fixed is not None
    return draw([who], asked, SIZE), asked.fixed[0][0] * SIZE[1]


def test_a_skeleton_made_by_hand_is_followed(still: Callable[..., Shot], plain_who: Identity) -> None:
    asked = read_openpose(write_openpose([STANDING], SIZE)).poses[0]
    drawing, head = repose(plain_who, still(framing="portrait", pitch=25.0, tilt=14.0), asked)
    (pose,) = drawing.poses
    assert all(point is not None for point in pose.keypoints)
    assert max(misses(STANDING, pose, TRUNK_AND_LIMBS, head)) < 0.25
    assert max(misses(STANDING, pose, HEAD, head)) < 0.5
    for x, y in (p for p in pose.keypoints if p is not None):
        assert drawing.foreground[int(y * SIZE[1]), int(x * SIZE[0])] == 255


@pytest.mark.parametrize("framing", ["full_body", "cowboy_shot", "upper_body"])
def test_poses_of_other_characters_are_followed(cast: Sequence[Identity], framing: str) -> None:
    rng = np.random.default_rng(13)
    mean, unasked = [], []
    for number in range(8):
        pose = draw([cast[number]], sample_shot(rng, SIZE, framing=framing, style=HOUSE), SIZE).poses[0]
        who, shot = cast[number + 100], sample_shot(rng, SIZE, style=HOUSE)
        drawing, head = repose(who, shot, pose)
        found = misses(pose, drawing.poses[0], TRUNK_AND_LIMBS, head)
        assert len(found) >= 4 and max(found) < 0.8
        mean.append(np.mean(found))
        unasked.append(np.mean(misses(pose, draw([who], shot, SIZE).poses[0], TRUNK_AND_LIMBS, head)))
    assert np.mean(mean) < 0.12 and max(mean) < 0.35
    assert np.mean(unasked) > 4 * np.mean(mean)


def test_a_moved_or_grown_skeleton_moves_or_grows_the_figure(still: Callable[..., Shot], plain_who: Identity) -> None:
    first, head = repose(plain_who, still(), STANDING)
    moved, _ = repose(plain_who, still(), STANDING.moved(0.1, -0.05))
    grown, large = repose(plain_who, still(), STANDING.scaled(0.6))
    assert large == pytest.approx(0.6 * head)
    for before, after in zip(first.poses[0].keypoints, moved.poses[0].keypoints, strict=True):
        if before is not None and after is not None:
            assert np.subtract(after, before) == pytest.approx((0.1, -0.05), abs=1e-6)
    ratio = (grown.foreground > 0).sum() / (first.foreground > 0).sum()
    assert ratio == pytest.approx(0.36, abs=0.06)


def test_a_mirrored_skeleton_raises_the_other_arm(still: Callable[..., Shot], plain_who: Identity) -> None:
    for pose, high, low in ((STANDING, 7, 4), (STANDING.mirrored(), 4, 7)):
        joints = repose(plain_who, still(), pose)[0].poses[0].keypoints
        assert joints[high] is not None and joints[low] is not None and joints[0] is not None
        assert joints[high][1] < joints[0][1] < joints[low][1]


def test_face_scene_and_style_stay_the_shots_own(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    doing = act(LEGS[3], next(row for row in ARMS if row.prop == "book"), view="side")
    before = still(doing, framing="full_body", seed=8)
    after = reposed(before, (STANDING,), (plain_who.build,), SIZE)
    for kept in ("framing", "scene", "light", "style", "seed", "wind"):
        assert getattr(after, kept) == getattr(before, kept)
    assert after.acts[0].expression == doing.expression and after.acts[0].gaze == doing.gaze
    assert after.acts[0].hands == doing.hands
    drawing = draw([plain_who], after, SIZE)
    # What the old posture's names and its prop said is no longer so.
    assert not {"running", "holding_book", "from_side", "profile"} & set(drawing.act_tags[0])
    assert "smile" in drawing.act_tags[0] and not (drawing.parts == Part.PROP).any()


def test_a_skeleton_without_a_face_is_seen_from_behind(still: Callable[..., Shot], plain_who: Identity) -> None:
    faceless = without(STANDING.mirrored(), "nose", "right_eye", "left_eye")
    swapped = Pose(tuple(faceless.keypoints[i] for i in (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 14, 15, 17, 16)))
    drawing, head = repose(plain_who, still(), swapped)
    assert "from_behind" in drawing.act_tags[0] and drawing.poses[0].keypoints[0] is None
    assert max(misses(swapped, drawing.poses[0], TRUNK_AND_LIMBS, head)) < 0.3


def test_a_bust_is_enough(still: Callable[..., Shot], plain_who: Identity) -> None:
    below = tuple(n for n in JOINTS if n.split("_")[-1] in ("hip", "knee", "ankle"))
    bust = without(STANDING, *below, "right_wrist")
    drawing, head = repose(plain_who, still(), bust)
    assert max(misses(bust, drawing.poses[0], TRUNK_AND_LIMBS, head)) < 0.3
    legs = [drawing.poses[0].keypoints[i] for i in (8, 9, 11, 12)]
    ground = drawing.poses[0].keypoints[1]
    assert ground is not None and all(p is None or p[1] > ground[1] for p in legs)


def test_two_skeletons_are_two_figures_at_their_places(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    size = (176, 88)
    left, right = (STANDING.refitted(SIZE, size).moved(dx, 0.0) for dx in (-0.25, 0.25))
    people = [plain_who, replace(plain_who, boy=True)]
    shot = reposed(still(act(), act()), (left, right), tuple(who.build for who in people), size)
    drawing = draw(people, shot, size)
    for asked, got in zip((left, right), drawing.poses, strict=True):
        assert asked.keypoints[1] is not None and got.keypoints[1] is not None
        assert got.keypoints[1] == pytest.approx(asked.keypoints[1], abs=0.03)
    columns = [np.nonzero(drawing.instances == k)[1].mean() / size[0] for k in (1, 2)]
    assert columns == pytest.approx([0.25, 0.75], abs=0.06)


def test_there_is_no_figure_without_a_neck(still: Callable[..., Shot]) -> None:
    for pose in (without(STANDING, "neck"), Pose((None,) * 18), without(STANDING, "neck", "right_hip")):
        with pytest.raises(ValueError, match=r"pose\.keypoints\[1\].*neck"):
            reposed(still(), (pose,), (Build(),), SIZE)


def test_there_is_one_pose_and_one_build_to_an_act(still: Callable[..., Shot]) -> None:
    for poses, builds in (((), ()), ((STANDING,), ()), ((STANDING, STANDING), (Build(), Build()))):
        with pytest.raises(ValueError):
            reposed(still(), poses, builds, SIZE)
