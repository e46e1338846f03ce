"""The control picture is OpenPose's: colours of limbs and joints, sizes in proportion, nothing where nothing
is seen."""

from __future__ import annotations

import numpy as np
import pytest

from animeadapter.control.openpose_picture import draw_pose
from animeadapter.protocol.pose import COLOURS, Pose

STANDING = (
    (0.5, 0.15), (0.5, 0.25), (0.4, 0.25), (0.3, 0.4), (0.25, 0.55), (0.6, 0.25), (0.7, 0.4), (0.75, 0.55),
    (0.45, 0.55), (0.4, 0.75), (0.38, 0.95), (0.55, 0.55), (0.6, 0.75), (0.62, 0.95),
    (0.47, 0.12), (0.53, 0.12), (0.43, 0.14), (0.57, 0.14),
)  # fmt: skip


def alone(**joints: tuple[float, float]) -> Pose:
    keypoints = [None] * 18
    for name, point in joints.items():
        keypoints[int(name[1:])] = point
    return Pose(tuple(keypoints))


@pytest.mark.parametrize("size", [(512, 512), (256, 384), (176, 352)])
def test_every_joint_shows_its_colour_at_its_place(size: tuple[int, int]) -> None:
    picture = draw_pose([Pose(STANDING)], size)
    assert picture.shape == (size[1], size[0], 3) and picture.dtype == np.uint8
    for (x, y), colour in zip(STANDING, COLOURS):
        at = picture[round(y * size[1]), round(x * size[0])]
        assert np.abs(at.astype(int) - colour).max() <= 40


def test_a_limb_is_darker_than_its_joints_and_eight_pixels_wide_at_512() -> None:
    picture = draw_pose([alone(_1=(0.25, 0.5), _2=(0.75, 0.5))], (512, 512))
    column = picture[:, 256].astype(int)
    assert column[256].tolist() == [153, 0, 0]
    assert 7 <= (column[:, 0] > 70).sum() <= 9
    discs = picture[:, 128].astype(int)
    assert discs[256].tolist() == list(COLOURS[1]) and 7 <= (discs.max(axis=1) > 120).sum() <= 9


def test_a_limb_needs_both_joints() -> None:
    picture = draw_pose([alone(_3=(0.5, 0.5))], (128, 128))
    assert picture[64, 64].tolist() == list(COLOURS[3])
    assert (picture.max(axis=2) > 0).sum() < 25


def test_nobody_is_black_and_two_people_are_both_there() -> None:
    assert not draw_pose([], (64, 64)).any()
    both = draw_pose([alone(_0=(0.25, 0.5)), alone(_0=(0.75, 0.5))], (128, 64))
    assert both[32, 32].tolist() == both[32, 96].tolist() == list(COLOURS[0])


def test_joints_outside_the_canvas_do_no_harm() -> None:
    far = draw_pose([alone(_1=(-3.0, 0.5), _2=(4.0, 0.5))], (64, 64))
    assert far[32, 32].tolist() == [153, 0, 0]
