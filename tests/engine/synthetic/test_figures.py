"""Postures, cameras and framings put joints where their names say; two people are two figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from animeadapter.protocol.pose import JOINTS, Pose
from animeadapter.synthetic import BUCKETS, Identity, Part, Shot, draw
from animeadapter.synthetic import palette as colours
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.shot import Act
from animeadapter.synthetic.wardrobe import HAIR_STYLES

Size = tuple[int, int]
LEG, ARM = ({row.name: row for row in table} for table in (LEGS, ARMS))


def at(pose: Pose, name: str) -> tuple[float, float]:
    point = pose.keypoints[JOINTS.index(name)]
    assert point is not None, name
    return point


# -- postures, cameras and framings -----------------------------------------------------------------------------------


def test_joints_are_where_the_posture_puts_them(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    def pose(legs: str = "standing", arms: str = "at_sides", size: Size = (96, 96)) -> Pose:
        return draw([plain_who], still(act(LEG[legs], ARM[arms])), size).poses[0]

    standing = pose()
    assert at(standing, "nose")[1] < at(standing, "neck")[1] < at(standing, "right_hip")[1]
    for side in ("left", "right"):
        assert at(standing, f"{side}_hip")[1] < at(standing, f"{side}_knee")[1] < at(standing, f"{side}_ankle")[1]
        assert at(standing, f"{side}_wrist")[1] > at(standing, f"{side}_elbow")[1] > at(standing, f"{side}_shoulder")[1]
        assert at(up := pose(arms="arms_up"), f"{side}_wrist")[1] < at(up, "nose")[1]
        assert at(akimbo := pose(arms="hands_on_hips"), f"{side}_wrist")[1] > at(akimbo, f"{side}_elbow")[1]
    wide = pose(arms="outstretched")
    assert at(wide, "left_wrist")[0] - at(wide, "right_wrist")[0] > 3 * (
        at(wide, "left_shoulder")[0] - at(wide, "right_shoulder")[0]
    )
    lying = pose("lying", size=(176, 88))
    spine = np.subtract(at(lying, "neck"), at(lying, "right_hip")) * (176, 88)
    assert abs(spine[0]) > 3 * abs(spine[1])
    sitting, up = pose("sitting"), pose("standing")
    shares = [(at(p, "left_knee")[1] - at(p, "left_hip")[1]) / (at(p, "left_ankle")[1] - at(p, "nose")[1])
              for p in (sitting, up)]  # fmt: skip
    assert shares[0] < 0.7 * shares[1]


def test_left_and_right_are_the_characters_own(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    for view, sign in (("front", 1), ("behind", -1)):
        drawing = draw([plain_who], still(act(arms=ARM["waving"], view=view)), (96, 128))
        pose = drawing.poses[0]
        assert sign * (at(pose, "left_shoulder")[0] - at(pose, "right_shoulder")[0]) > 0.05
        assert at(pose, "right_wrist")[1] < at(pose, "left_wrist")[1] - 0.1
    profile = draw([plain_who], still(act(view="side")), (96, 128)).poses[0]
    assert (profile.keypoints[16] is None) != (profile.keypoints[17] is None)
    assert abs(at(profile, "left_shoulder")[0] - at(profile, "right_shoulder")[0]) < 0.1


@pytest.mark.parametrize("size", BUCKETS)
def test_a_narrower_framing_comes_closer(still: Callable[..., Shot], plain_who: Identity, size: Size) -> None:
    names = ("full_body", "cowboy_shot", "upper_body", "portrait", "close-up")
    small = (size[0] // 2, size[1] // 2)
    drawings = [draw([plain_who], still(framing=name), small) for name in names]
    poses = [drawing.poses[0] for drawing in drawings]
    between = [at(p, "left_eye")[0] - at(p, "right_eye")[0] for p in poses]
    # A narrow panel is filled by a head's width already in a picture down to the waist.
    assert all(b > 1.05 * a or (b == a and size[0] < size[1] / 1.5) for a, b in zip(between, between[1:]))
    assert between[-1] > 1.9 * between[0]
    whole, thighs, _, portrait, face = ({n for n, p in zip(JOINTS, q.keypoints) if p} for q in poses)
    assert whole == set(JOINTS)
    assert {"right_hip", "left_hip"} <= thighs and not {"right_ankle", "left_ankle"} & thighs
    assert {"nose", "neck"} <= portrait and not {"right_hip", "left_hip"} & portrait
    assert {"nose", "right_eye", "left_eye"} <= face
    assert all(name in drawing.shot_tags for name, drawing in zip(names, drawings, strict=True))


def test_tags_of_legs_and_hands_need_legs_and_hands_in_the_picture(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    doing = act(LEG["running"], ARM["outstretched"])
    tags = {f: draw([plain_who], still(doing, framing=f), (64, 64)).act_tags[0] for f in ("full_body", "close-up")}
    assert {"running", "outstretched_arms", "smile"} <= set(tags["full_body"])
    assert "smile" in tags["close-up"] and not {"running", "outstretched_arms"} & set(tags["close-up"])


def test_what_is_held_is_a_prop_in_the_hand(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    who = replace(plain_who, hair=HAIR_STYLES[0])
    for arms in (row for row in ARMS if row.prop):
        drawing = draw([who], still(act(arms=arms)), (128, 176))
        prop = drawing.parts == Part.PROP
        away = cv2.distanceTransform((~prop).astype(np.uint8), cv2.DIST_L2, 5)
        x, y = at(drawing.poses[0], "right_wrist")
        assert prop.sum() > 15 and away[int(y * 176), int(x * 128)] < 20, arms.name
        assert f"holding_{arms.prop}" in drawing.act_tags[0]
    assert not (draw([who], still(), (128, 176)).parts == Part.PROP).any()


# -- two people -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(96, 96), (156, 104), (176, 88)])
@pytest.mark.parametrize("framing", ["full_body", "upper_body"])
def test_two_people_are_two_instances_with_a_pose_each(
    act: Callable[..., Act], still: Callable[..., Shot], cast: Sequence[Identity], size: Size, framing: str
) -> None:
    girl = replace(next(w for w in cast if not w.boy), accessories=())
    boy = replace(next(w for w in cast if w.boy), accessories=())
    drawing = draw([girl, boy], still(act(), act(), framing=framing), size)
    assert drawing.count_tags == ("1girl", "1boy") and len(drawing.poses) == 2
    assert drawing.identity_tags == (girl.seen_tags(framing, False), boy.seen_tags(framing, False))
    assert set(np.unique(drawing.instances)) == {0, 1, 2} and len(drawing.act_tags) == 2
    assert np.array_equal(drawing.instances > 0, drawing.parts > 0)
    middles = []
    for number, pose in enumerate(drawing.poses, 1):
        own = drawing.instances == number
        middles.append(float(np.nonzero(own)[1].mean()))
        away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, 5)
        joints = [p for p in pose.keypoints if p is not None]
        assert len(joints) >= 8
        for x, y in joints:
            assert away[min(int(y * size[1]), size[1] - 1), min(int(x * size[0]), size[0] - 1)] <= 4
        assert {Part.HAIR, Part.FACE, Part.OUTFIT} <= {Part(v) for v in np.unique(drawing.parts[own])}
    assert middles[0] + 0.2 * size[0] < middles[1]


def test_each_of_two_people_keeps_their_own_colours(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity
) -> None:
    hair = [colours.HAIR[name] for name in ("red", "light_blue")]
    people = [replace(plain_who, hair_rgb=colour) for colour in hair]
    drawing = draw(people, still(act(), act(), framing="upper_body"), (156, 104))
    assert drawing.count_tags == ("2girls", "multiple_girls")
    for number, colour in enumerate(hair, 1):
        own = drawing.image[(drawing.instances == number) & (drawing.parts == Part.HAIR)].astype(int)
        middle = np.median(own, axis=0)
        assert np.abs(middle - colour).max() < 40
        assert np.abs(middle - hair[2 - number]).max() > 80


def test_boys_and_girls_are_counted(act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity) -> None:
    boy = replace(plain_who, boy=True)
    counts = {
        people: draw(people, still(*(act() for _ in people)), (64, 64)).count_tags
        for people in ((plain_who,), (boy,), (boy, boy), (boy, plain_who))
    }
    assert list(counts.values()) == [
        ("1girl", "solo"), ("1boy", "solo"), ("2boys", "multiple_boys"), ("1girl", "1boy"),
    ]  # fmt: skip
