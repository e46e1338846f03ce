"""Panel, knife, merge."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from komawari.domain.edits import panels
from komawari.domain.geometry.polygon import bounds
from komawari.domain.panel import Panel
from komawari.domain.project import find_panel
from komawari.ui.render.transforms import picture_rect

UPPER, LOWER = (f"{number:032x}" for number in (11, 12))
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def panel_of(session, panel: str) -> Panel:
    return find_panel(session.project, panel)[1]


def test_a_panel_is_drawn_by_a_drag_and_is_selected(session, view, hand, undo_names) -> None:
    hand.key(Qt.Key.Key_F)
    assert view.tool == "panel" and view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    hand.drag((120.7, 140), (160, 200))
    new = session.shown_page.panels[-1]
    assert bounds(new.frame) == pytest.approx((120.7, 140, 160, 200), abs=2.5)
    assert session.selected == (new.id,) and new.border == session.project.border
    assert undo_names() == ["Draw panel"]


def test_drawing_snaps_to_the_safe_area_and_a_gutter_below_other_panels(session, view, hand) -> None:
    view.set_tool("panel")
    hand.drag((10.8, 120.9), (171.3, 246.4))
    assert bounds(session.shown_page.panels[-1].frame) == pytest.approx((10, 120, 172, 247))


def test_shift_draws_a_square_and_alt_from_the_centre(session, view, hand) -> None:
    view.set_tool("panel")
    hand.drag((40, 150), (75, 165), modifiers=SHIFT)
    left, top, right, bottom = bounds(session.shown_page.panels[-1].frame)
    assert right - left == pytest.approx(bottom - top) and right - left == pytest.approx(35, abs=2)
    hand.drag((130, 180), (150, 190), modifiers=ALT)
    left, top, right, bottom = bounds(session.shown_page.panels[-1].frame)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((130, 180), abs=2)


def test_a_slip_of_the_hand_draws_nothing_and_says_what_to_do(session, view, hand, undo_names) -> None:
    view.set_tool("panel")
    said = []
    view.hint.connect(said.append)
    hand.click((150, 150))
    hand.drag((150, 150), (152, 151))
    assert undo_names() == [] and len(session.shown_page.panels) == 2 and "Drag" in said[0]


def test_escape_gives_up_drawing(session, view, hand, undo_names) -> None:
    view.set_tool("panel")
    hand.press((40, 150))
    hand.move((90, 200))
    assert len(view.preview.page.panels) == 3
    hand.key(Qt.Key.Key_Escape)
    hand.release((90, 200))
    assert undo_names() == [] and len(view.preview.page.panels) == 2 and view.tool == "panel"


def test_the_knife_shows_its_cut_and_makes_it(session, view, hand, undo_names) -> None:
    hand.key(Qt.Key.Key_K)
    hand.press((60, 5))
    hand.move((64, 40))
    hand.move((65, 63))
    assert len(view.preview.page.panels) == 3 and len(session.shown_page.panels) == 2
    hand.release((65, 63))
    assert len(session.shown_page.panels) == 3 and undo_names() == ["Cut panel"]
    frames = panels.frames_of(session.shown_page)
    other = next(one for one in frames if one not in (UPPER, LOWER))
    assert bounds(frames[UPPER])[2] < bounds(frames[other])[2], "what is read first keeps the panel"
    assert len(frames[UPPER]) == len(frames[other]) == 4


def test_the_picture_stays_under_the_knife(session, view, hand, use_take) -> None:
    use_take(UPPER, 100, 60)
    paper, size = session.shown_page.paper, (100, 60)
    before = picture_rect(panel_of(session, UPPER), paper, size)
    view.set_tool("knife")
    hand.drag((45, 5), (45, 63), modifiers=SHIFT)
    kept = panel_of(session, UPPER)
    assert bounds(kept.frame) == pytest.approx((10, 10, 43.5, 60), abs=0.5)
    after = picture_rect(kept, paper, size)
    assert after.getRect() == pytest.approx(before.getRect(), abs=1e-6), "nothing moved on the page"


def test_shift_keeps_a_cut_straight_with_the_projects_gutter(session, view, hand) -> None:
    view.set_tool("knife")
    hand.drag((60, 5), (64, 62), modifiers=SHIFT)
    frames = panels.frames_of(session.shown_page)
    other = next(one for one in frames if one not in (UPPER, LOWER))
    left, right = bounds(frames[UPPER]), bounds(frames[other])
    assert right[0] - left[2] == pytest.approx(session.project.gutters.columns)
    assert (left[2] + right[0]) / 2 == pytest.approx(60, abs=0.35)


def test_one_stroke_cuts_all_panels_that_it_goes_through(session, view, hand, undo_names) -> None:
    view.set_tool("knife")
    hand.drag((60, 5), (62, 125))
    assert len(session.shown_page.panels) == 4 and undo_names() == ["Cut panel"]
    session.document.undo()
    assert len(session.shown_page.panels) == 2


def test_a_stroke_inside_of_a_panel_cuts_it_through(session, view, hand) -> None:
    view.set_tool("knife")
    hand.drag((30, 35), (90, 36))
    assert len(session.shown_page.panels) == 3


def test_a_stroke_beside_all_panels_says_so(session, view, hand, undo_names) -> None:
    view.set_tool("knife")
    said = []
    view.hint.connect(said.append)
    hand.drag((130, 150), (160, 200))
    assert undo_names() == [] and "through a panel" in said[-1]


def test_escape_gives_a_cut_up(session, view, hand, undo_names) -> None:
    view.set_tool("knife")
    hand.press((60, 5))
    hand.move((64, 63))
    hand.key(Qt.Key.Key_Escape)
    assert len(view.preview.page.panels) == 2
    hand.release((64, 63))
    assert undo_names() == []


def test_two_panels_become_one(session, view, hand, undo_names) -> None:
    session.select(LOWER, UPPER)
    hand.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert [panel.id for panel in session.shown_page.panels] == [UPPER]
    assert bounds(session.shown_page.panels[0].frame) == pytest.approx((10, 10, 110, 115))
    assert session.selected == (UPPER,) and undo_names() == ["Merge panels"]


def test_one_panel_alone_is_not_merged(session, view, undo_names) -> None:
    said = []
    view.hint.connect(said.append)
    session.select(UPPER)
    assert not view.merge_selected()
    assert "two panels" in said[0] and undo_names() == []
