"""What the eyes are taught lies where it is seen: turned, mirrored and zoomed with the picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import JOINTS
from animeadapter.train.cache.records import PEOPLE, pack_labels, parts_of, persons_of
from animeadapter.train.tasks.eyes_losses import people_losses, places_loss
from animeadapter.train.tasks.eyes_targets import Shown, around, bump, clickable, inside, moved, people_maps
from animeadapter.vision.eyes_net import COARSE, FINE, REACH, Seen
from animeadapter.vision.people import find_people

SIDE = 64


def drawing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red dot on white at (16, 40), which is the right wrist of the first of one person, and its hair."""
    picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
    picture[38:43, 14:19] = (255, 0, 0)
    parts = np.where(picture[..., 1] == 0, Part.HAIR, Part.BACKGROUND).astype(np.uint8)
    labels = pack_labels(parts, np.zeros_like(parts), (parts > 0).astype(np.uint8))
    poses = np.full((PEOPLE, len(JOINTS), 2), np.nan, np.float32)
    poses[0, JOINTS.index("right_wrist")] = (16.5 / SIDE, 40.5 / SIDE)
    return picture, labels, poses


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [(64, 64), (96, 64), (32, 32)])
def test_picture_labels_and_joints_move_together(seed: int, size: tuple[int, int]) -> None:
    shown = moved(*drawing(), size, np.random.default_rng(seed), (0.6, 1.4))
    assert shown.picture.shape == (size[1], size[0], 3) and shown.labels.shape == size[::-1]
    joints = shown.joints[0]
    there = np.nonzero(~np.isnan(joints).any(1))[0]
    assert len(there) <= 1 and set(there) <= {JOINTS.index("right_wrist"), JOINTS.index("left_wrist")}
    rows, columns = np.nonzero(shown.picture[..., 1] < 120)
    if len(there) and len(rows):
        assert joints[there[0]] == pytest.approx([columns.mean() + 0.5, rows.mean() + 0.5], abs=1.3)
    marked = parts_of(shown.labels) == Part.HAIR
    assert (marked == (shown.picture[..., 1] < 128)).mean() > 0.98
    assert np.array_equal(marked, persons_of(shown.labels) == 1)


def test_a_mirror_trades_left_and_right() -> None:
    sides = set()
    for seed in range(20):
        joints = moved(*drawing(), (64, 64), np.random.default_rng(seed), (1.0, 1.0)).joints[0]
        k = int(np.nonzero(~np.isnan(joints).any(1))[0][0])
        sides.add((JOINTS[k], bool(joints[k, 0] > 32)))
    assert sides == {("right_wrist", False), ("left_wrist", True)}


def test_what_is_outside_is_not_there() -> None:
    picture, labels, poses = drawing()
    poses[0, 0] = (1.5, 0.5)
    assert np.isnan(moved(picture, labels, poses, (64, 64), np.random.default_rng(0), (1.0, 1.0)).joints[0, 0]).all()


def two_people() -> Shown:
    joints = np.full((PEOPLE, len(JOINTS), 2), np.nan, np.float32)
    for person, x in enumerate((30.0, 98.0)):
        for k in range(len(JOINTS)):
            joints[person, k] = (x + 6 * (k % 3 - 1), 20 + 5 * k)
    joints[1, 4] = np.nan
    whose = np.zeros((128, 128), np.uint8)
    whose[10:110, 10:50], whose[10:110, 78:118] = 1, 2
    parts = np.where(whose > 0, Part.OUTFIT, Part.BACKGROUND).astype(np.uint8)
    return Shown(np.zeros((128, 128, 3), np.uint8), pack_labels(parts, np.zeros_like(parts), whose), joints)


def perfect(maps: dict[str, np.ndarray]) -> Seen:
    """What a net says that says exactly what it should."""
    sure = {
        name: torch.from_numpy(maps[name])[None].clamp(1e-4, 1 - 1e-4).logit() for name in ("joints", "centres", "has")
    }
    return Seen(
        parts=torch.zeros(1, 8, 128, 128),
        own=torch.from_numpy(maps["own"])[None],
        limbs=torch.from_numpy(maps["limbs"])[None],
        embedding=torch.zeros(1, 8, 16, 16),
        **sure,
    )


def test_from_perfect_maps_everybody_is_found_where_they_are() -> None:
    shown = two_people()
    found = sorted(find_people(perfect(people_maps(shown))), key=lambda person: person.centre[0])
    assert len(found) == 2
    for person, truth in zip(found, shown.joints, strict=True):
        for joint, place in zip(person.joints, truth, strict=True):
            assert (joint is None) == bool(np.isnan(place).any())
            assert joint is None or joint == pytest.approx(tuple(place), abs=1.5)


def test_every_pixel_of_a_person_points_at_its_centre() -> None:
    shown = two_people()
    maps = people_maps(shown)
    for x, person in ((20, 0), (100, 1)):
        cell = (60 // FINE, x // FINE)
        middle = np.array([(cell[1] + 0.5) * FINE, (cell[0] + 0.5) * FINE])
        assert middle + REACH * maps["own"][:, cell[0], cell[1]] == pytest.approx(
            np.nanmean(shown.joints[person], 0), abs=0.01
        )
    assert maps["owned"][0, 60 // FINE, 64 // FINE] == 0 and maps["near"].shape == (1, 128 // COARSE, 128 // COARSE)


def test_perfect_maps_cost_nothing_and_wrong_ones_do() -> None:
    maps = people_maps(two_people())
    batch = {name: torch.from_numpy(value)[None] for name, value in maps.items()}
    good = people_losses(perfect(maps), batch)
    assert all(float(good[name]) < 1e-2 for name in ("limbs", "has", "own"))
    for name in ("joints", "centres"):
        assert float(good[name]) < 0.3 * float(places_loss(torch.zeros_like(batch[name]), batch[name]))
    worse = perfect(maps | {"limbs": maps["limbs"] + 0.5, "own": maps["own"] + 0.5, "has": 1 - maps["has"]})
    bad = people_losses(worse, batch)
    assert all(float(bad[name]) > 0.3 for name in ("limbs", "has", "own"))


def test_a_bump_is_one_at_its_place() -> None:
    found = bump((8, 10), np.array([6.2, 3.7], np.float32))
    assert found[3, 6] == 1.0 and (found == 1.0).sum() == 1 and found[0, 0] < 1e-3


def test_what_is_clicked_at_is_a_part_a_piece_a_person_or_everybody() -> None:
    labels = two_people().labels
    kinds = set()
    for seed in range(60):
        mask = clickable(labels, np.random.default_rng(seed))
        kinds.add((bool(mask[60, 20]), bool(mask[60, 100])))
        x, y = inside(mask, np.random.default_rng(seed))
        assert mask[int(y), int(x)]
        left, top, right, bottom = around(mask, np.random.default_rng(seed))
        rows, columns = np.nonzero(mask)
        assert abs(left - columns.min()) < 0.3 * np.ptp(columns) and abs(bottom - rows.max() - 1) < 0.3 * np.ptp(rows)
        assert left < right and top < bottom
    assert kinds == {(True, False), (False, True), (True, True)}


def test_where_nothing_is_the_background_is_clicked_at() -> None:
    assert clickable(np.zeros((40, 40), np.uint8), np.random.default_rng(0)).all()
