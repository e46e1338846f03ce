"""Overlap of masks, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from animeadapter.metrics.overlap import deepest, iou, mean_part, part_ious
from animeadapter.protocol.parts import Part


def test_iou_is_intersection_over_union() -> None:
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    assert iou(one, other) == 1.0
    one[:2], other[1:3] = True, True
    assert iou(one, other) == pytest.approx(1 / 3)


def test_parts_that_are_tiny_or_absent_do_not_count() -> None:
    truth = np.zeros((20, 20), np.uint8)
    truth[:10, :10], truth[15:, 15:] = Part.HAIR, Part.PROP
    found = np.where(truth == Part.HAIR, Part.OUTFIT, truth).astype(np.uint8)
    assert part_ious(found, truth) == {"foreground": 1.0, "hair": 0.0}


def test_the_deepest_place_is_in_the_middle() -> None:
    mask = np.zeros((30, 40), bool)
    mask[10:21, 20:31] = True
    mask[0, 0] = True
    assert deepest(mask) == (25.5, 15.5)
    assert deepest(np.ones((11, 11), bool)) == (5.5, 5.5)


def test_the_mean_part_is_over_a_characters_parts_without_what_it_holds() -> None:
    assert mean_part({"foreground": 0.1, "hair": 0.5, "outfit": 0.7, "prop": 0.0}) == pytest.approx(0.6)
    assert math.isnan(mean_part({"foreground": 1.0, "prop": 1.0}))
