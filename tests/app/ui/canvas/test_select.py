"""The select tool. Page 1 has panels 11 and 12, 100 × 50 mm each, one above the other with a gutter of 5 mm."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from komawari.domain.edits import panels
from komawari.domain.geometry.polygon import bounds

UPPER, LOWER = (f"{number:032x}" for number in (11, 12))
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
NEAR = 0.35
"""Millimetres that a pixel takes, and a little more."""


def box(session, panel: str):
    return bounds(panels.frames_of(session.shown_page)[panel])


def test_a_click_selects_and_beside_all_panels_it_selects_nothing(session, hand) -> None:
    hand.click((50, 30))
    assert session.selected == (UPPER,)
    hand.click((50, 90))
    assert session.selected == (LOWER,)
    hand.click((150, 200))
    assert session.selected == ()


def test_shift_adds_and_takes_away(session, hand) -> None:
    hand.click((50, 30))
    hand.click((50, 90), SHIFT)
    assert session.selected == (UPPER, LOWER)
    hand.click((50, 30), SHIFT)
    assert session.selected == (LOWER,)


def test_a_click_on_one_of_several_selects_it_alone(session, hand) -> None:
    session.select(UPPER, LOWER)
    hand.click((50, 90))
    assert session.selected == (LOWER,)


def test_a_rubber_band_selects_what_it_touches(session, hand, undo_names) -> None:
    hand.drag((150, 5), (90, 80))
    assert set(session.selected) == {UPPER, LOWER}
    hand.drag((150, 20), (100, 40))
    assert session.selected == (UPPER,)
    hand.drag((150, 80), (100, 100), modifiers=SHIFT)
    assert session.selected == (UPPER, LOWER)
    assert undo_names() == []


def test_a_drag_moves_the_panel_in_one_undo_step(session, hand, undo_names) -> None:
    hand.drag((50, 30), (70, 150), (93, 163))
    left, top, *_ = box(session, UPPER)
    assert (left, top) == pytest.approx((53, 143), abs=2.5)
    assert undo_names() == ["Move panel"]
    assert session.selected == (UPPER,)
    session.document.undo()
    assert box(session, UPPER) == (10, 10, 110, 60)


def test_a_drag_snaps_to_guides_and_shows_the_line(session, view, hand) -> None:
    hand.press((50, 30))
    hand.move((60, 160))
    hand.move((50.9, 160))
    assert view.tools["select"].drag.snap.xs[0] == 10
    hand.release((50.9, 160))
    assert box(session, UPPER)[0] == pytest.approx(10)


def test_centres_snap_to_the_middle_of_the_page(session, hand) -> None:
    hand.drag((60, 35), (91.6, 180))
    left, _, right, _ = box(session, UPPER)
    assert (left + right) / 2 == pytest.approx(91)


def test_alt_pressed_during_a_drag_lets_nothing_snap(session, view, hand) -> None:
    hand.press((50, 30))
    hand.move((60, 160))
    hand.move((51, 160), ALT)
    hand.release((51, 160), ALT)
    assert box(session, UPPER)[0] == pytest.approx(11, abs=NEAR) and box(session, UPPER)[0] != 10


def test_shift_keeps_a_drag_straight(session, hand) -> None:
    session.select(UPPER)
    hand.press((50, 30))
    hand.move((58, 130), SHIFT)
    hand.release((58, 130), SHIFT)
    assert box(session, UPPER)[0] == 10 and box(session, UPPER)[1] == pytest.approx(110, abs=2.5)


def test_escape_gives_a_drag_up_without_a_trace(session, view, hand, undo_names) -> None:
    before = session.project
    hand.press((50, 30))
    hand.move((90, 160))
    assert view.preview.page.panels[0].frame != session.shown_page.panels[0].frame
    hand.key(Qt.Key.Key_Escape)
    hand.release((90, 160))
    assert session.project is before and undo_names() == [] and not view.preview.is_on
    assert view.page_scene.panel_item(UPPER).shown is session.shown_page.panels[0]


def test_several_panels_move_together(session, hand, undo_names) -> None:
    session.select(UPPER, LOWER)
    hand.drag((50, 90), (80, 140))
    assert box(session, LOWER)[1] - box(session, UPPER)[3] == pytest.approx(5)
    assert box(session, UPPER)[0] == pytest.approx(40, abs=2.5) and undo_names() == ["Move panel"]


def test_ctrl_drag_copies(session, hand, undo_names) -> None:
    hand.drag((50, 30), (60, 200), modifiers=CTRL)
    assert len(session.shown_page.panels) == 3 and box(session, UPPER) == (10, 10, 110, 60)
    copy = session.shown_page.panels[2]
    assert session.selected == (copy.id,) and bounds(copy.frame)[1] == pytest.approx(180, abs=2.5)
    assert undo_names() == ["Copy panel"]


def test_an_edge_moves_with_the_one_across_the_gutter(session, hand, undo_names) -> None:
    session.select(UPPER)
    hand.drag((60, 60), (60, 70), (60, 77))
    assert box(session, UPPER)[3] == pytest.approx(77, abs=NEAR)
    assert box(session, LOWER)[1] == pytest.approx(box(session, UPPER)[3] + 5)
    assert undo_names() == ["Move edge"]


def test_alt_moves_an_edge_alone(session, hand) -> None:
    session.select(UPPER)
    hand.drag((60, 60), (60, 50), (60, 43), modifiers=ALT)
    assert box(session, UPPER)[3] == pytest.approx(43, abs=NEAR) and box(session, LOWER)[1] == 65


def test_an_edge_snaps_to_the_safe_area(session, hand) -> None:
    session.select(UPPER)
    hand.drag((110, 35), (150, 35), (171, 35))
    assert box(session, UPPER)[2] == pytest.approx(172)


def test_an_edge_that_cannot_go_further_stays_where_it_could(session, view, hand, undo_names) -> None:
    said = []
    view.hint.connect(said.append)
    session.select(UPPER)
    hand.drag((110, 35), (60, 35), (2, 35), modifiers=ALT)
    assert box(session, UPPER)[0] == 10 and 10 < box(session, UPPER)[2] < 110
    assert any("cannot move that far" in text or "thin" in text for text in said)
    assert undo_names() == ["Move edge"]


def test_a_rectangles_corner_sizes_it(session, hand, undo_names) -> None:
    session.select(LOWER)
    hand.drag((110, 115), (140, 150), (141.5, 152.3))
    left, top, right, bottom = box(session, LOWER)
    assert (left, top) == (10, 65) and (right, bottom) == pytest.approx((141.5, 152.3), abs=2.5)
    assert len(session.shown_page.panels[1].frame) == 4 and undo_names() == ["Resize panel"]


def test_ctrl_slants_a_rectangle_by_its_corner_and_then_corners_move_freely(session, hand, undo_names) -> None:
    session.select(LOWER)
    hand.drag((110, 115), (125, 130), modifiers=CTRL)
    frame = session.shown_page.panels[1].frame
    assert frame[2] == pytest.approx((125, 130), abs=2.5) and frame[1] == (110, 65) and frame[3] == (10, 115)
    hand.drag(frame[2], (118, 140))
    assert session.shown_page.panels[1].frame[2] == pytest.approx((118, 140), abs=2.5)
    assert undo_names() == ["Move corner"] * 2


def test_a_corner_that_would_turn_the_frame_inside_out_is_refused(session, hand) -> None:
    session.select(LOWER)
    hand.drag((110, 115), (60, 100), (-5, 60), modifiers=CTRL)
    frame = session.shown_page.panels[1].frame
    assert frame[2][0] > 10 and len(frame) == 4


def test_hovering_an_edge_shows_what_moves_with_it(session, view, hand) -> None:
    hand.hover((60, 60))
    assert {panel for panel, _ in view.tools["select"]._together} == {UPPER, LOWER}
    assert view.viewport().cursor().shape() == Qt.CursorShape.SplitVCursor
    hand.hover((60, 60), ALT)
    assert {panel for panel, _ in view.tools["select"]._together} == {UPPER}
    hand.hover((110, 35))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor
    hand.hover((50, 35))
    assert view.viewport().cursor().shape() == Qt.CursorShape.SizeAllCursor
    hand.hover((150, 200))
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_an_edit_from_elsewhere_during_a_drag_is_kept(session, hand, undo_names) -> None:
    hand.press((50, 30))
    hand.move((90, 160))
    session.edit("Border", partial(panels.set_border, page=session.page, panels=[UPPER], width=2.0))
    hand.move((91, 161))
    hand.release((91, 161))
    panel = session.shown_page.panels[0]
    assert panel.border == 2.0 and bounds(panel.frame)[1] > 100 and undo_names() == ["Border", "Move panel"]


def test_a_panel_that_is_undone_during_its_drag_ends_it(session, view, hand) -> None:
    frame = ((20, 150), (80, 150), (80, 200))
    session.edit("Draw", partial(panels.draw_panel, page=session.page, panel="f" * 32, frame=frame))
    hand.press((70, 165))
    hand.move((90, 180))
    session.document.undo()
    assert not view.preview.is_on
    hand.release((90, 180))
    assert len(session.shown_page.panels) == 2


def test_a_drag_that_leaves_the_view_takes_the_page_along(session, view, hand) -> None:
    view.zoom_to(0.3)
    view.centerOn(100, 60)
    start, outside = hand.at((60, 35)), QPoint(view.viewport().width() + 60, hand.at((60, 35)).y())
    before = bounds(panels.frames_of(session.shown_page)[UPPER])
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for place in (start + QPoint(20, 0), outside):
        hand._move(place, Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton)
    assert view.scrolling.is_on
    there, middle = view.to_page(QPointF(outside)), view.page_area().center().x()
    for _ in range(10):
        view.scrolling.step()
    assert view.page_area().center().x() > middle, "the page came nearer"
    hand._move(start + QPoint(20, 0), Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton)
    assert not view.scrolling.is_on, "the hand is back"
    hand._move(outside, Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, outside)
    assert not view.scrolling.is_on
    moved = bounds(panels.frames_of(session.shown_page)[UPPER])[0] - before[0]
    assert moved > there[0] - 60 + 1, "further than the view reached when the hand left it"


def test_a_slanted_edge_clings_to_others_of_its_slant_and_a_gutter_beside_them(session, view, hand) -> None:
    upper, lower = ((10, 10), (60, 10), (50, 60), (10, 60)), ((72, 65), (110, 65), (110, 115), (62, 115))
    for panel, frame in ((UPPER, upper), (LOWER, lower)):
        session.edit("Slant", partial(panels.set_frame, panel=panel, frame=frame))
    hand.drag((55, 35), (77.6, 35))
    assert panels.frames_of(session.shown_page)[UPPER][1] == pytest.approx((83, 10), abs=1e-6), "in one line"
    gutter = session.project.gutters.columns * (26**0.5 / 5)
    hand.drag((78, 35), (78 - gutter + 0.4, 35))
    assert panels.frames_of(session.shown_page)[UPPER][1] == pytest.approx((83 - gutter, 10), abs=1e-6)
