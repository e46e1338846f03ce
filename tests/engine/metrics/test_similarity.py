"""PSNR counts the mask alone, and says nothing of an empty one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from animeadapter.metrics.similarity import psnr


def test_the_mask_alone_is_counted() -> None:
    one, other = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 3), np.uint8)
    other[0] = 255
    mask = np.zeros((4, 4), bool)
    mask[0] = True
    assert psnr(one, other, mask) == pytest.approx(0.0)
    assert psnr(one, other) == pytest.approx(10 * np.log10(4))


def test_a_difference_of_one_grey_level_is_48_decibels_either_way_round() -> None:
    one, other = np.full((2, 2, 3), 7, np.uint8), np.full((2, 2, 3), 8, np.uint8)
    assert psnr(one, other) == psnr(other, one) == pytest.approx(48.13, abs=0.01)


def test_an_empty_mask_is_not_a_number_and_equal_pictures_are_far_above() -> None:
    picture = np.full((2, 2, 3), 7, np.uint8)
    assert math.isnan(psnr(picture, picture, np.zeros((2, 2), bool)))
    assert psnr(picture, picture) > 100
