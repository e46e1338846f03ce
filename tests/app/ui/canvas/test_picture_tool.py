"""The picture inside its frame. The upper panel is 100 × 50 mm, and so is its picture's shape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from komawari.domain.panel import Placement
from komawari.ui.canvas.tools import placing as picture_tool

UPPER, LOWER = (f"{number:032x}" for number in (11, 12))
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def placed(session, view, use_take, undo_names):
    """The upper panel has a picture and is worked on; returns its placement."""
    use_take(UPPER)
    session.select(UPPER)
    view.set_tool("picture")
    return lambda: session.shown_page.panels[0].placement


def test_a_double_click_enters_and_enter_leaves(session, view, hand, use_take) -> None:
    use_take(UPPER)
    hints = []
    view.hint.connect(hints.append)
    hand.double_click((50, 30))
    assert view.tool == "picture" and session.selected == (UPPER,) and "Drag moves the picture" in hints[-1]
    hand.key(Qt.Key.Key_Return)
    assert view.tool == "select"
    hand.double_click((50, 30))
    hand.key(Qt.Key.Key_Escape)
    assert view.tool == "select"


def test_an_empty_panel_says_so(session, view, hand, undo_names) -> None:
    session.select(UPPER)
    view.set_tool("picture")
    assert "no picture yet" in view.tools["picture"].hint()
    hand.drag((50, 30), (60, 40))
    hand.wheel((50, 30))
    assert undo_names() == []


def test_a_drag_moves_the_picture_in_one_undo_step(session, hand, placed, undo_names) -> None:
    hand.drag((50, 30), (60, 50), (67, 44))
    assert (placed().dx, placed().dy) == pytest.approx((17, 14), abs=0.5)
    assert undo_names()[-1] == "Move picture" and len(undo_names()) == 2
    session.document.undo()
    assert placed() == Placement()


def test_the_pictures_sides_snap_to_the_frame(hand, placed) -> None:
    hand.drag((50, 30), (60, 50), (51, 44))
    assert placed().dx == 0 and placed().dy == pytest.approx(14, abs=0.5)
    hand.drag((50, 30), (52, 30), modifiers=ALT)
    assert placed().dx == pytest.approx(2, abs=0.5)


def test_a_picture_holds_on_to_covering_its_frame(view, hand, placed) -> None:
    hand.wheel((60, 35), turns=3)
    pixel = 1 / view.camera.scale
    rect = view.tools["picture"].rect()
    off = 10 - rect.left()
    hand.drag((50, 30), (55, 30), (50 + off + 15 * pixel, 30), modifiers=SHIFT)
    assert view.tools["picture"].rect().left() == pytest.approx(10, abs=1e-6)
    hand.drag((50, 30), (45, 30), (50 + 15 * pixel, 30), modifiers=ALT)
    assert view.tools["picture"].rect().left() == pytest.approx(10 + 15 * pixel, abs=pixel), "Alt lets it go"
    hand.drag((50, 30), (60, 30), (70, 30), modifiers=SHIFT)
    assert view.tools["picture"].rect().left() > 20, "who pulls further has it so"


def test_a_corner_holds_on_to_covering_the_frame(view, hand, placed) -> None:
    hand.wheel((10, 10), turns=4)
    pixel = 1 / view.camera.scale
    right, bottom = view.tools["picture"].rect().right(), view.tools["picture"].rect().bottom()
    hand.drag((right, bottom), (115, 62.5), (110 - 17 * pixel, 60 - 8.5 * pixel))
    assert (placed().scale, placed().dx, placed().dy) == pytest.approx((1, 0, 0), abs=1e-6)
    hand.drag((110, 60), (100, 55), (80, 45))
    assert placed().scale == pytest.approx(0.7, abs=0.02)


def test_escape_gives_a_drag_up_and_stays_in_the_tool(view, hand, placed, undo_names) -> None:
    hand.press((50, 30))
    hand.move((70, 40))
    assert view.tools["picture"].panel.placement.dx > 0
    hand.key(Qt.Key.Key_Escape)
    assert placed() == Placement() and view.tool == "picture" and undo_names() == ["Use"]


def test_a_corner_scales_against_the_opposite_one(view, hand, placed) -> None:
    hand.drag((110, 60), (135, 60), (160, 85))
    assert placed().scale == pytest.approx(1.5, abs=0.02)
    rect = view.tools["picture"].rect()
    assert (rect.left(), rect.top()) == pytest.approx((10, 10), abs=0.01)


def test_alt_scales_around_the_centre(view, hand, placed) -> None:
    hand.drag((110, 60), (120, 60), (135, 72.5), modifiers=ALT)
    assert placed().scale == pytest.approx(1.5, abs=0.03) and (placed().dx, placed().dy) == pytest.approx((0, 0))


def test_the_wheel_scales_around_the_hand_and_turns_in_a_row_are_one_step(view, hand, placed, undo_names) -> None:
    zoom = view.camera.zoom
    for _ in range(4):
        hand.wheel((30, 20))
    assert placed().scale == pytest.approx(picture_tool.STEP**4) and view.camera.zoom == zoom
    rect = view.tools["picture"].rect()
    assert (30 - rect.left()) / rect.width() == pytest.approx(0.2, abs=0.01)
    assert undo_names() == ["Use", "Scale picture"]
    hand.wheel((30, 20), modifiers=CTRL)
    assert view.camera.zoom > zoom


def test_a_pause_ends_the_wheels_step(view, hand, placed, undo_names, qtbot) -> None:
    view._pause.setInterval(1)
    hand.wheel((30, 20))
    qtbot.waitUntil(lambda: not view._pause.isActive())
    hand.wheel((30, 20))
    assert undo_names() == ["Use", "Scale picture", "Scale picture"]


def test_scaling_ends_where_pictures_can_be_scaled_no_further(hand, placed) -> None:
    hand.wheel((30, 20), turns=200)
    assert placed().scale == picture_tool.MOST
    hand.wheel((30, 20), turns=-400)
    assert placed().scale == picture_tool.LEAST


def test_flips_and_fits(session, view, hand, placed, undo_names) -> None:
    hand.key(Qt.Key.Key_H, SHIFT)
    assert placed() == Placement(flip_x=True)
    hand.key(Qt.Key.Key_H, SHIFT | CTRL)
    hand.drag((50, 30), (80, 70))
    hand.key(Qt.Key.Key_F, SHIFT)
    assert placed() == Placement(flip_x=True, flip_y=True)
    assert undo_names()[1:] == ["Flip picture", "Flip picture", "Move picture", "Fit picture"]


def test_arrows_nudge_the_picture_not_the_panel(session, hand, placed) -> None:
    frame = session.shown_page.panels[0].frame
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Down, SHIFT)
    hand.key(Qt.Key.Key_Left, ALT)
    assert (placed().dx, placed().dy) == pytest.approx((0.9, 10)) and session.shown_page.panels[0].frame == frame


def test_a_click_goes_to_another_panel_and_beside_them_leaves(session, view, hand, placed) -> None:
    hand.click((50, 90))
    assert session.selected == (LOWER,) and view.tool == "picture"
    hand.click((150, 200))
    assert view.tool == "select"


def test_cursors_tell_corners_from_the_picture(view, hand, placed) -> None:
    hand.hover((110, 60))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeFDiagCursor
    hand.hover((110, 10))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeBDiagCursor
    view.flip_view()
    hand.hover((110, 10))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeFDiagCursor
    hand.hover((150, 200))
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_what_the_frame_hides_is_shown_faintly(view, hand, placed, qtbot) -> None:
    view.grab()
    qtbot.waitUntil(lambda: not view.is_unsettled)
    hand.drag((50, 30), (50, 200))
    shown = view.grab().toImage().pixelColor(hand.at((60, 190)))
    view.set_tool("select")
    plain = view.grab().toImage().pixelColor(hand.at((60, 190)))
    assert plain.name() == "#ffffff" and shown.name() != "#ffffff"
