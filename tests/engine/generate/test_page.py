"""A page shows every panel whole and undistorted, in rows that fill the width."""

from __future__ import annotations

import numpy as np

from animeadapter.generate.page import PageStyle, compose_page

STYLE = PageStyle(width=800, margin=20, gutter=10, frame=2, caption=12)


def flat(width: int, height: int, value: int) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def extent(page: np.ndarray, value: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what has a colour."""
    rows, columns = np.nonzero((page == value).all(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_panels_keep_their_proportions_and_rows_end_together() -> None:
    rows = [[flat(352, 176, 60), flat(256, 256, 90)], [flat(176, 352, 120), flat(312, 208, 150), flat(208, 312, 180)]]
    page = compose_page(flat(208, 312, 210), rows, style=STYLE)
    assert page.shape[1] == 800
    for value, ratio in ((60, 2), (90, 1), (120, 0.5), (150, 1.5), (180, 2 / 3), (210, 2 / 3)):
        left, top, right, bottom = extent(page, value)
        assert abs((right - left) / (bottom - top) - ratio) < 0.05 * ratio + 0.02
    assert abs(extent(page, 90)[2] - extent(page, 180)[2]) <= 1
    assert extent(page, 60)[3] < extent(page, 120)[1] and extent(page, 60)[3] == extent(page, 90)[3]
    assert extent(page, 210)[2] < extent(page, 60)[0]
    top, bottom = extent(page, 210)[1], extent(page, 210)[3]
    assert abs((top - extent(page, 60)[1]) - (extent(page, 120)[3] - bottom)) <= 2, "the reference is half way down"


def test_frames_are_black_gutters_white_and_nothing_is_cut_off() -> None:
    page = compose_page(flat(64, 64, 100), [[flat(64, 64, 140)]], "a caption", STYLE)
    left, top, right, bottom = extent(page, 140)
    assert (page[top - 1, left:right] == STYLE.ink).all() and (page[bottom + 1, left:right] == STYLE.ink).all()
    assert (page[:, : STYLE.margin] == 255).all() and (page[-STYLE.margin :] == 255).all()
    assert bottom + 2 + STYLE.margin <= page.shape[0]
    below = page[extent(page, 100)[3] + 4 : -STYLE.margin, STYLE.margin : left - 12]
    assert (below < 128).any()
