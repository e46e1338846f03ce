"""A mirror image is told as what it is the mirror image of, and two tellings are brought together."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from animeadapter.protocol.pose import FLIP_PAIRS, JOINTS
from animeadapter.vision.eyes import Eyes
from animeadapter.vision.eyes_net import COARSE, FINE, REACH, EyesNet, Seen
from animeadapter.vision.mirror import mean, mirrored
from animeadapter.vision.people import find_people
from animeadapter.vision.trunk import EyesConfig

MAPS = ("parts", "joints", "own", "centres", "limbs", "has")
SMALL = EyesConfig(
    area=64 * 64, widths=(8, 8, 8, 8, 8), blocks=(1, 1, 1, 1, 1), back=(8, 8, 8, 8), heads=2, fine=4,
    click_layers=1, click_hidden=16,
)  # fmt: skip


def somebody(left: bool) -> Seen:
    """One person, 64 pixels wide a picture, whose right wrist (joint 4) is raised at one side of the picture."""
    near, far = 64 // FINE, 64 // COARSE
    seen = Seen(
        parts=torch.zeros(1, 8, 64, 64), joints=torch.full((1, 18, near, near), -9.0),
        own=torch.zeros(1, 2, near, near), centres=torch.full((1, 1, far, far), -9.0),
        limbs=torch.zeros(1, 36, far, far), has=torch.full((1, 18, far, far), -9.0),
        embedding=torch.zeros(1, 4, far, far),
    )  # fmt: skip
    column = 2 if left else far - 3
    joint = 4 if left else 7
    x = 4 * FINE + FINE / 2 if left else 64 - (4 * FINE + FINE / 2)
    seen.centres[0, 0, 4, column] = seen.has[0, joint, 4, column] = 5.0
    middle = ((column + 0.5) * COARSE, 4.5 * COARSE)
    seen.limbs[0, 2 * joint, 4, column] = (x - middle[0]) / REACH
    seen.limbs[0, 2 * joint + 1, 4, column] = (10.0 - middle[1]) / REACH
    seen.joints[0, joint, 10 // FINE, int(x // FINE)] = 5.0
    return seen


def test_a_right_wrist_in_the_mirror_is_the_left_one_at_the_other_side() -> None:
    (person,) = find_people(mirrored(somebody(left=True)))
    (truth,) = find_people(somebody(left=False))
    assert person.centre == truth.centre and person.joints[4] is None
    assert person.joints[7] == pytest.approx(truth.joints[7]) and truth.joints[7] is not None


def test_the_mirror_of_the_mirror_is_the_picture_and_pairs_are_those_of_poses() -> None:
    torch.manual_seed(2)
    seen = Seen(*(torch.randn(2, n, 8, 8) for n in (8, 18, 2, 1, 36, 18, 4)))
    twice = mirrored(mirrored(seen))
    assert all(torch.equal(getattr(twice, name), getattr(seen, name)) for name in (*MAPS, "embedding"))
    once = mirrored(seen)
    for one, other in FLIP_PAIRS:
        assert torch.equal(once.joints[:, one], seen.joints[:, other].flip(-1))
        assert torch.equal(once.limbs[:, 2 * one], -seen.limbs[:, 2 * other].flip(-1))
    assert len(JOINTS) == 2 * len(FLIP_PAIRS) + 2


def test_chances_are_averaged_as_chances() -> None:
    sure = Seen(*(torch.full((1, n, 2, 2), 30.0) for n in (8, 18, 2, 1, 36, 18, 4)))
    blind = Seen(*(torch.full((1, n, 2, 2), -30.0) for n in (8, 18, 2, 1, 36, 18, 4)))
    both = mean(sure, blind)
    assert both.joints.sigmoid().mean() == pytest.approx(0.5, abs=1e-3)
    assert both.centres.sigmoid().mean() == pytest.approx(1.0, abs=1e-3), "somebody is there if either says so"
    assert float(both.parts.abs().max()) == float(both.own.abs().max()) == 0.0
    assert torch.equal(both.limbs, sure.limbs), "who sees no centre there says nothing of its joints"


def test_a_careful_look_at_a_mirror_image_is_the_mirror_image_of_the_look() -> None:
    torch.manual_seed(3)
    eyes = Eyes(EyesNet(SMALL))
    picture = np.random.default_rng(5).integers(0, 255, (64, 64, 3), np.uint8)
    one, other = eyes.look(picture), eyes.look(np.ascontiguousarray(picture[:, ::-1]))
    # The closer canvas is wider than the picture, so that its white border changes sides: people's canvas is not.
    assert torch.allclose(one._both_ways.parts, other._both_ways.parts.flip(-1), atol=1e-4)
    assert torch.allclose(one._both_ways.own[:, 0], -other._both_ways.own[:, 0].flip(-1), atol=1e-4)
    hasty = Eyes(eyes.net, careful=False).look(picture)
    assert hasty._both_ways is hasty._seen
