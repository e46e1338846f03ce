"""An embedding sees the character alone, all of it, and likeness is the angle between two embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from animeadapter.vision.embedding import likeness, masked_square, unit


def test_outside_of_the_mask_everything_is_white_and_nothing_is_cropped() -> None:
    picture = np.zeros((20, 40, 3), np.uint8)
    mask = np.zeros((20, 40), np.uint8)
    mask[:, 20:] = 255
    square = masked_square(picture, mask, 40)
    assert square.shape == (40, 40, 3)
    assert (square[10:30, 20:] == 0).all() and (square[:, :20] == 255).all()
    assert (square[:10] == 255).all() and (square[30:] == 255).all()


def test_a_soft_mask_mixes_with_white_and_no_mask_keeps_everything() -> None:
    picture = np.full((8, 8, 3), 55, np.uint8)
    assert (masked_square(picture, np.full((8, 8), 51, np.uint8), 8) == 215).all()
    assert (masked_square(picture, None, 8) == 55).all()


@pytest.mark.parametrize("other, expected", [((2, 0), 1), ((0, 3), 0), ((-1, 0), -1), ((1, 1), 0.5**0.5), ((0, 0), 0)])
def test_likeness_is_the_cosine(other: tuple[float, float], expected: float) -> None:
    one = np.array([1, 0], np.float32)
    assert likeness(one, np.array(other, np.float32)) == pytest.approx(expected)


def test_an_embedding_has_length_one_unless_it_is_nothing() -> None:
    assert np.linalg.norm(unit(np.array([3, 4], np.float32))) == pytest.approx(1)
    assert (unit(np.zeros(3, np.float32)) == 0).all()
