"""Frames: the box of a picture that is drawn has a margin, proportions that the pack knows, and sides in steps of 8."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.generate.frame import LARGEST_LAYOUT, Frame, drawn_size, frame_round, resized
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Size

SIZES = ((256, 256), (208, 312), (312, 208), (176, 352), (352, 176))
PIXELS = 256 * 256


@given(
    st.integers(16, 9000), st.integers(16, 9000), st.tuples(*[st.floats(0, 1)] * 4), st.floats(0, 4),
)  # fmt: skip
@settings(max_examples=300)
def test_a_frame_holds_the_mask_lies_in_the_picture_and_can_be_drawn(
    width: int, height: int, places: tuple[float, float, float, float], margin: float
) -> None:
    (left, right), (top, bottom) = sorted(places[:2]), sorted(places[2:])
    across, down = width - 1, height - 1
    bounds = (int(left * across), int(top * down), int(right * across) + 1, int(bottom * down) + 1)
    frame = frame_round(bounds, (width, height), margin, PIXELS, SIZES)
    assert 0 <= frame.left <= bounds[0] and bounds[2] <= frame.left + frame.width <= width
    assert 0 <= frame.top <= bounds[1] and bounds[3] <= frame.top + frame.height <= height
    for side in (frame.size.width, frame.size.height):
        assert side % 8 == 0 and 64 <= side <= 2048
    assert 0.85 * PIXELS < frame.size.width * frame.size.height < 1.15 * PIXELS
    if frame.width < width and frame.height < height:
        assert frame.distortion <= 1 + 1 / min(frame.width, frame.height), "only rounding, where there is room"
    if min(width, height) >= 64 and 0.5 <= width / height <= 2 and min(frame.width, frame.height) >= 64:
        assert frame.distortion < 1.06


def test_the_margin_is_in_lengths_of_the_bounds_and_small_regions_get_all_pixels() -> None:
    frame = frame_round((400, 400, 440, 440), (1000, 1000), 0.5, PIXELS, SIZES)
    assert (frame.left, frame.top, frame.width, frame.height) == (380, 380, 80, 80) and frame.size == Size(256, 256)
    none = frame_round((400, 400, 440, 440), (1000, 1000), 0.0, PIXELS, SIZES)
    assert (none.left, none.top, none.width, none.height) == (400, 400, 40, 40)


def test_a_thin_mask_gets_a_box_that_the_pack_can_draw() -> None:
    frame = frame_round((100, 500, 900, 510), (1000, 1000), 0.0, PIXELS, SIZES)
    assert frame.width == 800 and frame.height == 400 and frame.size == Size(352, 176)


@pytest.mark.parametrize("size", [*SIZES, (64, 64), (96, 64)])
def test_a_whole_picture_of_the_packs_own_size_is_drawn_pixel_by_pixel(size: tuple[int, int]) -> None:
    pixels = PIXELS if max(size) > 100 else 64 * 64 if size == (64, 64) else 96 * 64
    frame = frame_round((0, 0, *size), size, 0.0, pixels, SIZES)
    assert (frame.width, frame.height) == size == (frame.size.width, frame.size.height)


def test_a_pictures_proportions_are_kept_as_far_as_the_pack_knows_them() -> None:
    assert drawn_size(300, 100, PIXELS, SIZES) == Size(352, 176)
    assert drawn_size(1000, 1500, PIXELS, SIZES) == Size(208, 312)
    assert drawn_size(1000, 1500, 4 * PIXELS, SIZES) == Size(416, 624), "not the pack's own: it has too few pixels"
    assert drawn_size(120, 100, PIXELS, SIZES) == Size(280, 232)


def test_people_and_areas_are_seen_closer() -> None:
    frame = Frame((200, 100), 50, 25, 100, 50, Size(128, 64))
    pose = Pose(((0.5, 0.5), (0.25, 0.25), (0.0, 1.0), *[None] * 15))
    assert frame.pose(pose).keypoints[:4] == ((0.5, 0.5), (0.0, 0.0), (-0.5, 1.5), None)
    area = np.zeros((100, 200), np.float32)
    area[:, 100:] = 1
    seen = frame.area(area)
    assert seen.shape == (64, 128) and (seen[:, 70:] == 1).all() and (seen[:, :58] == 0).all()
    assert frame.layout == Size(256, 128)


def test_joints_far_outside_are_left_out_and_extra_points_with_them() -> None:
    frame = Frame((1000, 1000), 0, 0, 20, 20, Size(64, 64))
    hand = tuple((0.5, 0.5, 1.0) for _ in range(21))
    seen = frame.pose(Pose(((0.01, 0.01), (0.9, 0.9), *[None] * 16), None, hand))
    assert seen.keypoints[0] == (0.5, 0.5) and seen.keypoints[1] is None and seen.left_hand is None


def test_a_whole_picture_leaves_people_and_areas_as_they_are() -> None:
    frame, area = Frame.whole(Size(64, 96)), np.ones((96, 64), np.float32)
    pose = Pose(((0.5, 0.5), *[None] * 17), None, tuple((0.5, 0.5, 1.0) for _ in range(21)))
    assert frame.pose(pose) is pose and frame.area(area) is area and frame.layout == Size(64, 96)


def test_layouts_of_tiny_boxes_in_large_pictures_stay_bounded() -> None:
    layout = Frame((8000, 4000), 10, 10, 16, 16, Size(256, 256)).layout
    assert max(layout.width, layout.height) == LARGEST_LAYOUT
    tiny = Frame((8000, 4000), 7990, 3990, 10, 10, Size(64, 64))
    assert tiny.area(np.ones((layout.height, layout.width), np.float32)).shape == (64, 64)


def test_a_frame_of_a_shrunken_picture_is_the_same_box() -> None:
    small = Frame((1000, 500), 500, 250, 500, 250, Size(64, 64)).shrunk(100)
    assert (small.picture, small.left, small.top, small.width, small.height) == ((100, 50), 50, 25, 50, 25)
    speck = Frame((1000, 500), 999, 499, 1, 1, Size(64, 64)).shrunk(10)
    assert speck.width == speck.height == 1 and speck.left == 9
    frame = Frame((50, 50), 0, 0, 10, 10, Size(64, 64))
    assert frame.shrunk(100) is frame


def test_resizing_to_the_same_size_changes_no_bit() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (9, 7, 3), np.uint8)
    assert resized(pixels, (7, 9)) is pixels and resized(pixels, (14, 18)).shape == (18, 14, 3)
