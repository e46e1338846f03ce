"""A pose is 18 joints; it survives every file that editors exchange, and nothing malformed gets in."""

from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol.openpose_json import BODY_25, read_openpose, write_openpose
from animeadapter.protocol.pose import (
    COLOURS,
    FACE_MIRROR,
    FACE_POINTS,
    FLIP_PAIRS,
    HAND_POINTS,
    JOINTS,
    LIMBS,
    Pose,
    PoseError,
)

coordinate = st.floats(-1.5, 2.5, allow_nan=False).map(lambda value: round(value, 3))
joint = st.none() | st.tuples(st.floats(0.02, 2.5).map(lambda value: round(value, 3)), coordinate)
scored = st.tuples(coordinate, coordinate, st.floats(0, 1).map(lambda value: round(value, 3)))


def points(count: int) -> st.SearchStrategy:
    return st.none() | st.lists(scored, min_size=count, max_size=count).map(tuple)


poses = st.builds(
    Pose,
    keypoints=st.lists(joint, min_size=18, max_size=18).map(tuple),
    face=points(FACE_POINTS),
    left_hand=points(HAND_POINTS),
    right_hand=points(HAND_POINTS),
)
PEOPLE = tuple((float(20 + 7 * i), float(30 + 9 * i)) for i in range(18))


def body(pairs=PEOPLE, confidence: float = 1.0) -> list[float]:
    return [value for x, y in pairs for value in (x, y, confidence)]


def document(**changes) -> dict:
    person = {"pose_keypoints_2d": body(), "face_keypoints_2d": None, "hand_left_keypoints_2d": None}
    return {"canvas_width": 200, "canvas_height": 400, "people": [person | changes]}


def same(one, other) -> bool:
    """Whether two tuples of points (or Nones) are alike to a millionth."""
    if one is None or other is None:
        return one is other
    return all(
        (a is None and b is None) or (a is not None and b is not None and a == pytest.approx(b, abs=1e-6))
        for a, b in zip(one, other, strict=True)
    )


def test_the_skeleton_is_openposes() -> None:
    assert len(JOINTS) == len(COLOURS) == 18 and len(LIMBS) == 17
    assert [JOINTS[i] for i in (0, 1, 4, 7, 10, 13, 14, 17)] == [
        "nose", "neck", "right_wrist", "left_wrist", "right_ankle", "left_ankle", "right_eye", "left_ear",
    ]  # fmt: skip
    assert COLOURS[0] == (255, 0, 0) and COLOURS[6] == (0, 255, 0) and COLOURS[17] == (255, 0, 85)
    for one, other in FLIP_PAIRS:
        assert JOINTS[one].removeprefix("right_") == JOINTS[other].removeprefix("left_")
    assert sorted(FACE_MIRROR) == list(range(FACE_POINTS))


@given(poses)
@settings(max_examples=60, deadline=None)
def test_a_mirrored_mirror_image_is_the_pose_again(pose: Pose) -> None:
    twice = pose.mirrored().mirrored()
    for name in ("keypoints", "face", "left_hand", "right_hand"):
        assert same(getattr(twice, name), getattr(pose, name))


def test_a_mirror_trades_left_and_right() -> None:
    pose = Pose(tuple((0.1 + i / 100, i / 20) for i in range(18)), left_hand=((0.2, 0.3, 0.9),) * HAND_POINTS)
    mirrored = pose.mirrored()
    assert mirrored.keypoints[4] == pytest.approx((1 - pose.keypoints[7][0], pose.keypoints[7][1]))
    assert mirrored.keypoints[0] == pytest.approx((0.9, 0.0))
    assert mirrored.left_hand is None
    assert mirrored.right_hand[0] == pytest.approx((0.8, 0.3, 0.9))


def test_refitting_keeps_a_figures_proportions_in_pixels() -> None:
    pose = Pose(((0.25, 0.1), (0.75, 0.9), *(None,) * 16))
    fitted = pose.refitted((100, 200), (300, 100))
    (x0, y0), (x1, y1) = ((p[0] * 300, p[1] * 100) for p in fitted.keypoints[:2])
    assert (x1 - x0) / (y1 - y0) == pytest.approx(50 / 160)
    assert (x0 + x1) / 2 == pytest.approx(150) and (y0 + y1) / 2 == pytest.approx(50)


def test_moving_and_scaling_take_hands_and_face_along() -> None:
    pose = Pose(((0.2, 0.2), (0.4, 0.6), *(None,) * 16), face=((0.3, 0.3, 1.0),) * FACE_POINTS)
    assert pose.moved(0.1, -0.1).face[0] == pytest.approx((0.4, 0.2, 1.0))
    grown = pose.scaled(2.0)
    assert grown.bounds() == pytest.approx((0.1, 0.0, 0.5, 0.8))
    assert grown.face[0] == pytest.approx((0.3, 0.2, 1.0))


@pytest.mark.parametrize(
    ("keypoints", "field"),
    [
        (((0.1, 0.2),) * 17, "keypoints"),
        (((math.nan, 0.2),) * 18, r"keypoints\[0\]"),
        ((*((0.1, 0.2),) * 17, (0.1, math.inf)), r"keypoints\[17\]"),
        ((*((0.1, 0.2),) * 17, (99.0, 0.1)), r"keypoints\[17\]"),
        ((*((0.1, 0.2),) * 17, (0.1,)), r"keypoints\[17\]"),
    ],
)
def test_a_pose_built_by_hand_is_held_to_the_rules(keypoints: tuple, field: str) -> None:
    with pytest.raises(PoseError, match=field):
        Pose(keypoints)


@given(st.lists(poses, max_size=3))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again_with_faces_and_hands(people: list[Pose]) -> None:
    read = read_openpose(write_openpose(people, (512, 768)))
    assert read.canvas == (512, 768) and len(read.poses) == len(people)
    for one, other in zip(read.poses, people, strict=True):
        for name in ("keypoints", "face", "left_hand", "right_hand"):
            assert same(getattr(one, name), getattr(other, name))


@given(poses)
@settings(max_examples=60, deadline=None)
def test_a_pose_in_a_request_survives_json(pose: Pose) -> None:
    assert msgspec.json.decode(msgspec.json.encode(pose), type=Pose) == pose


def test_a_file_in_a_list_reads_like_the_file() -> None:
    plain = json.dumps(document())
    assert read_openpose(f"[{plain}]") == read_openpose(plain)
    assert read_openpose(plain).poses[0].keypoints[1] == pytest.approx((27 / 200, 39 / 400))


def test_body_25_loses_its_hip_and_feet_only() -> None:
    pairs = [(float(10 * i + 1), float(10 * i + 2)) for i in range(25)]
    read = read_openpose(json.dumps(document(pose_keypoints_2d=body(pairs))))
    xs = [round(point[0] * 200) for point in read.poses[0].keypoints]
    assert xs == [10 * i + 1 for i in BODY_25] and 81 not in xs and JOINTS[8] == "right_hip" and xs[8] == 91


@pytest.mark.parametrize("nested", [False, True])
def test_the_older_editors_pairs_are_read(nested: bool) -> None:
    pairs = [list(pair) for pair in PEOPLE]
    pairs[3], pairs[4] = [0, 0], None
    keypoints = [pairs, pairs] if nested else pairs
    read = read_openpose(json.dumps({"width": 200, "height": 400, "keypoints": keypoints}))
    assert len(read.poses) == (2 if nested else 1) and read.canvas == (200, 400)
    joints = read.poses[0].keypoints
    assert joints[3] is None and joints[4] is None and joints[0] == pytest.approx((0.1, 0.075))


def test_small_coordinates_are_fractions_already() -> None:
    pairs = [(0.5, i / 20) for i in range(18)]
    for extra in ({}, {"canvas_width": None, "canvas_height": None}):
        read = read_openpose(json.dumps(document(pose_keypoints_2d=body(pairs)) | extra))
        assert read.poses[0].keypoints[10] == pytest.approx((0.5, 0.5))


def test_joints_below_the_threshold_are_unseen() -> None:
    values = body()
    values[2], values[5], values[8] = 0.09, 0.1, 0.0
    joints = read_openpose(json.dumps(document(pose_keypoints_2d=values))).poses[0].keypoints
    assert joints[0] is None and joints[1] is not None and joints[2] is None


def test_pixels_without_a_canvas_need_one_from_elsewhere() -> None:
    text = json.dumps({"people": document()["people"]})
    with pytest.raises(PoseError, match="canvas_width"):
        read_openpose(text)
    assert read_openpose(text, canvas=(200, 400)).poses == read_openpose(json.dumps(document())).poses


MALFORMED = {
    "people[0].pose_keypoints_2d[0]: nan": json.dumps(document(pose_keypoints_2d=[math.nan, *body()[1:]])),
    "people[0].pose_keypoints_2d[1]: inf": json.dumps(document(pose_keypoints_2d=[1, float("inf"), *body()[2:]])),
    "people[0].pose_keypoints_2d[2]": json.dumps(document(pose_keypoints_2d=[1, 2, "x", *body()[3:]])),
    "people[0].pose_keypoints_2d[3]": json.dumps(document(pose_keypoints_2d=[1, 2, 1, True, *body()[4:]])),
    "people[0].pose_keypoints_2d[5]: a confidence": json.dumps(
        document(pose_keypoints_2d=[1, 2, 1, 4, 5, -1, *body()[6:]])
    ),
    "people[0].pose_keypoints_2d: holds 53": json.dumps(document(pose_keypoints_2d=body()[:-1])),
    "people[0].pose_keypoints_2d: 18 or 25 points": json.dumps(document(pose_keypoints_2d=body()[:51])),
    "people[0].pose_keypoints_2d: is missing": json.dumps(document(pose_keypoints_2d=None)),
    "people[0].pose_keypoints_2d[4]: so large": json.dumps(
        document(pose_keypoints_2d=[1, 2, 1, 4, 10**400, 1, *body()[6:]])
    ),
    "people[0].face_keypoints_2d: 70 points": json.dumps(document(face_keypoints_2d=[1, 2, 1] * 69)),
    "people[0].hand_left_keypoints_2d: a list": json.dumps(document(hand_left_keypoints_2d="left")),
    "people[0]: an object": json.dumps(document() | {"people": ["me"]}),
    "people: a list": json.dumps(document() | {"people": {}}),
    "people: is missing": "{}",
    "canvas_width": json.dumps(document() | {"canvas_width": -3}),
    "canvas_height: is missing": json.dumps(document() | {"canvas_height": None}),
    "keypoints[2]: x and y": json.dumps({"width": 9, "height": 9, "keypoints": [[1, 2], [1, 2], [1]] * 6}),
    "keypoints: 18 points": json.dumps({"width": 9, "height": 9, "keypoints": [[1, 2]] * 17}),
    "the list at the top holds 2": json.dumps([document(), document()]),
    "the file: an object": '"pose"',
    "is not JSON": "{",
    "nested too deeply": "[" * 100_000,
}


@pytest.mark.parametrize("message", MALFORMED)
def test_a_malformed_file_names_the_field(message: str) -> None:
    with pytest.raises(PoseError) as caught:
        read_openpose(MALFORMED[message])
    assert message in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(["people", "canvas_width", "keypoints", "pose_keypoints_2d"]), json_values)
@settings(max_examples=150, deadline=None)
def test_nonsense_is_refused_or_read_but_never_crashes(place: str, nonsense: object) -> None:
    value = document(**{place: nonsense}) if place == "pose_keypoints_2d" else document() | {place: nonsense}
    try:
        read = read_openpose(json.dumps(value))
    except PoseError:
        return
    assert all(len(pose.keypoints) == 18 for pose in read.poses)


@pytest.mark.parametrize("dialect", ["people", "list", "body_25"])
@given(people=st.lists(poses, min_size=1, max_size=3))
@settings(max_examples=20, deadline=None)
def test_people_survive_every_dialect_with_their_hands_and_faces(people: list[Pose], dialect) -> None:
    read = read_openpose(write_openpose(people, (512, 768), dialect))
    assert read.canvas == (512, 768) and len(read.poses) == len(people)
    for before, after in zip(people, read.poses, strict=True):
        assert same(before.keypoints, after.keypoints) and same(before.face, after.face)
        assert same(before.left_hand, after.left_hand) and same(before.right_hand, after.right_hand)


def test_25_points_have_the_middle_of_the_hips_and_no_feet() -> None:
    pose = Pose(tuple((x / 200, y / 400) for x, y in PEOPLE))
    written = json.loads(write_openpose([pose], (200, 400), "body_25"))["people"][0]["pose_keypoints_2d"]
    (rx, ry), (lx, ly) = PEOPLE[8], PEOPLE[11]
    assert len(written) == 75 and written[24:27] == pytest.approx([(rx + lx) / 2, (ry + ly) / 2, 1])
    assert written[27:30] == pytest.approx([*PEOPLE[8], 1]) and written[57:] == [0.0] * 18


def test_the_older_editor_gets_pairs_on_end_without_hands() -> None:
    pose = Pose(tuple(None if i == 4 else (x / 200, y / 400) for i, (x, y) in enumerate(PEOPLE)))
    text = write_openpose([pose, pose], (200, 400), "keypoints")
    written = json.loads(text)
    assert (written["width"], written["height"]) == (200, 400) and len(written["keypoints"]) == 36
    assert written["keypoints"][4] == [0, 0] and written["keypoints"][5] == pytest.approx(PEOPLE[5])
    assert all(same(pose.keypoints, one.keypoints) for one in read_openpose(text).poses)


def test_fractions_are_written_where_they_can_be_read_again() -> None:
    pose = Pose(tuple((x / 200, y / 400) for x, y in PEOPLE))
    read = read_openpose(write_openpose([pose], (200, 400), "normalised"))
    assert same(pose.keypoints, read.poses[0].keypoints) and read.canvas == (200, 400)
    with pytest.raises(PoseError, match=r"people\[1\].*outside the canvas"):
        write_openpose([pose, pose.moved(1, 0)], (200, 400), "normalised")
