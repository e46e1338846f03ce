"""Strokes as a person might have drawn them: near the picture's own, broken, of the figure alone, or none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from animeadapter.protocol.line_picture import line_picture
from animeadapter.train.cache.records import pack_labels
from animeadapter.train.tasks.strokes import HANDS, strokes


def scene() -> tuple[np.ndarray, np.ndarray]:
    """Return a figure with an outline before a background with a frame, and its labels."""
    picture = np.full((128, 128, 3), 220, np.uint8)
    cv2.rectangle(picture, (6, 6), (120, 120), (60, 60, 90), 2)
    cv2.circle(picture, (64, 64), 30, (250, 200, 180), -1)
    cv2.circle(picture, (64, 64), 30, (40, 20, 30), 2)
    parts = np.zeros((128, 128), np.uint8)
    cv2.circle(parts, (64, 64), 31, 4, -1)
    return picture, pack_labels(parts, np.zeros_like(parts), (parts > 0).astype(np.uint8))


@pytest.mark.parametrize("kind", sorted(HANDS))
def test_hands_differ_and_all_draw_near_the_pictures_own_lines(kind: str) -> None:
    picture, labels = scene()
    own = line_picture(picture) > 0.3
    near = cv2.dilate(own.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    drawn = [strokes(picture, labels, HANDS[kind], np.random.default_rng(k)) for k in range(60)]
    assert all(one.shape == (128, 128) and one.dtype == np.float32 for one in drawn)
    assert all(one.min() >= 0 and one.max() <= 1 for one in drawn)
    some = [one for one in drawn if one.any()]
    assert 1 <= len(drawn) - len(some) <= 15, "now and then nothing is drawn"
    assert all((one[~near] > 0.3).mean() < 0.02 for one in some)
    assert len({one.tobytes() for one in some}) > 0.7 * len(some)
    frame = np.zeros_like(own)
    frame[:12], frame[-12:] = own[:12], own[-12:]
    framed = [bool((one[frame] > 0.3).mean() > 0.3) for one in some]
    assert 0.2 < np.mean(framed) < 0.8, "what is behind the figure is drawn now and then"


def test_the_same_random_numbers_draw_the_same_and_a_scribble_knows_no_grey() -> None:
    picture, labels = scene()
    for kind, hand in HANDS.items():
        one, same = (strokes(picture, labels, hand, np.random.default_rng(4)) for _ in range(2))
        assert np.array_equal(one, same)
        if kind == "scribble":
            assert set(np.unique(one)) <= {0.0, 1.0}
