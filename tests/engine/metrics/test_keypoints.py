"""AKD, MKR and Fail are what the benchmark says they are."""

from __future__ import annotations

import math

import pytest

from animeadapter.metrics.keypoints import KeypointTally
from animeadapter.protocol.pose import JOINTS, Pose


def pose(x: float, y: float, missing: tuple[int, ...] = ()) -> Pose:
    """Joint k lies k hundredths to the right and below (x, y)."""
    return Pose(tuple(None if k in missing else (x + k / 100, y + k / 100) for k in range(len(JOINTS))))


def test_akd_is_the_mean_of_both_coordinates_distances() -> None:
    tally = KeypointTally()
    tally.add([pose(0.2, 0.2)], [pose(0.21, 0.23)])
    assert tally.figures() == pytest.approx({"AKD": 0.02, "MKR": 0.0, "Fail": 0.0, "surplus": 0.0})


def test_mkr_counts_true_joints_that_are_missing_and_no_others() -> None:
    tally = KeypointTally()
    tally.add([pose(0.2, 0.2, missing=(0, 1, 2))], [pose(0.2, 0.2, missing=(2, 3, 4, 5))])
    figures = tally.figures()
    assert figures["MKR"] == pytest.approx(3 / 15) and figures["AKD"] == 0.0


def test_joints_outside_the_canvas_do_not_count() -> None:
    tally = KeypointTally()
    tally.add([pose(0.9, 0.9)], [pose(0.9, 0.9, missing=tuple(range(11, 18)))])
    assert tally.figures()["MKR"] == 0.0


def test_people_are_matched_each_once_and_the_rest_have_failed_or_are_surplus() -> None:
    tally = KeypointTally()
    near, far = pose(0.1, 0.1), pose(0.6, 0.6)
    tally.add([near, far], [pose(0.61, 0.61), pose(0.11, 0.11)])
    assert tally.figures() == pytest.approx({"AKD": 0.01, "MKR": 0.0, "Fail": 0.0, "surplus": 0.0})
    tally.add([near, far], [pose(0.11, 0.11)])
    tally.add([near], [near, far, far])
    figures = tally.figures()
    assert figures["Fail"] == pytest.approx(1 / 5) and figures["surplus"] == pytest.approx(2 / 5)


def test_too_few_common_joints_are_a_failure() -> None:
    tally = KeypointTally(min_common=3)
    tally.add([pose(0.2, 0.2, missing=tuple(range(2, 18)))], [pose(0.2, 0.2)])
    figures = tally.figures()
    assert figures["Fail"] == 1.0 and math.isnan(figures["AKD"])


def test_nothing_counted_is_no_number() -> None:
    assert all(math.isnan(value) for value in KeypointTally().figures().values())
