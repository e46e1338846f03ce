"""Between picture, page and view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Panel, Placement
from komawari.domain.paper import PRESETS
from komawari.ui.render import transforms

PAPER = PRESETS["b5_manga"]
UNIT = st.floats(-0.5, 1.5)


def panel(placement: Placement = Placement(), frame=(20.0, 30.0, 120.0, 80.0)) -> Panel:
    return Panel("0" * 32, rectangle(frame), placement=placement)


def test_a_picture_of_the_boxes_proportions_covers_it_exactly() -> None:
    rect = transforms.picture_rect(panel(), PAPER, (400, 200))
    assert (rect.left(), rect.top(), rect.right(), rect.bottom()) == pytest.approx((20, 30, 120, 80))


def test_another_picture_covers_it_from_the_middle() -> None:
    rect = transforms.picture_rect(panel(), PAPER, (300, 300))
    assert (rect.left(), rect.width(), rect.height(), rect.center().y()) == pytest.approx((20, 100, 100, 55))


def test_without_a_picture_the_box_is_what_poses_lie_on() -> None:
    rect = transforms.picture_rect(panel(), PAPER)
    assert (rect.left(), rect.top(), rect.right(), rect.bottom()) == pytest.approx((20, 30, 120, 80))


def test_a_frame_at_the_trim_has_its_picture_out_to_the_bleed() -> None:
    rect = transforms.picture_rect(panel(frame=(0.0, 0.0, 182.0, 50.0)), PAPER, (188, 53))
    assert (rect.left(), rect.top(), rect.right(), rect.bottom()) == pytest.approx((-3, -3, 185, 50))


def test_flips_mirror_the_picture_where_it_lies() -> None:
    flipped = panel(Placement(flip_x=True))
    assert transforms.on_page(flipped, PAPER, (0, 0), (400, 200)) == pytest.approx((120, 30))
    flipped = panel(Placement(flip_y=True))
    assert transforms.on_page(flipped, PAPER, (0, 0), (400, 200)) == pytest.approx((20, 80))


def test_a_moved_and_scaled_picture_is_where_it_was_put() -> None:
    placed = panel(Placement(dx=5, dy=-2, scale=2))
    assert transforms.on_page(placed, PAPER, (0.5, 0.5), (400, 200)) == pytest.approx((75, 53))
    assert transforms.on_page(placed, PAPER, (0, 0), (400, 200)) == pytest.approx((-25, 3))


@given(UNIT, UNIT, st.floats(-40, 40), st.floats(0.1, 8), st.booleans(), st.booleans())
def test_points_of_the_picture_come_back_from_the_page(x, y, dx, scale, flip_x, flip_y) -> None:
    placed = panel(Placement(dx=dx, scale=scale, flip_x=flip_x, flip_y=flip_y))
    spot = transforms.on_page(placed, PAPER, (x, y), (300, 500))
    assert transforms.in_picture(placed, PAPER, spot, (300, 500)) == pytest.approx((x, y), abs=1e-6)


def test_a_view_that_is_turned_and_mirrored_is_followed() -> None:
    view = QTransform().translate(300, 40).scale(-4, 4).rotate(30)
    both = transforms.picture_to_view(panel(Placement(flip_x=True)), PAPER, view, (400, 200))
    assert both.map(QPointF(1, 0)).toTuple() == pytest.approx(view.map(QPointF(20, 30)).toTuple())
    assert transforms.scale_of(view) == pytest.approx(4)
