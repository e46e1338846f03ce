"""Zoom, pan, rotation, mirror."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.domain.edits import pages
from komawari.domain.paper import INCH, PRESETS
from komawari.ui.floating import FloatingBar

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SPOT = (60.0, 40.0)


def where(view, spot=SPOT) -> tuple[float, float]:
    return view.to_view(spot).toTuple()


def test_a_page_is_fitted_at_first_and_remains_so_when_the_window_grows(view) -> None:
    left, top = where(view, (-3, -3))
    right, bottom = where(view, (185, 260))
    assert left > 0 and top == pytest.approx(24, abs=2) and bottom == pytest.approx(900 - 24, abs=2)
    assert (left + right) / 2 == pytest.approx(400, abs=2)
    view.resize(900, 1200)
    assert where(view, (0, 260))[1] == pytest.approx(1200 - 24, abs=3)


def test_the_wheel_zooms_at_the_cursor(view, hand) -> None:
    told = []
    view.zoom_changed.connect(told.append)
    place, zoom = where(view), view.camera.zoom
    hand.wheel(SPOT, 3)
    assert view.camera.zoom == pytest.approx(zoom * 1.25**3) and told[-1] == view.camera.zoom
    assert where(view) == pytest.approx(place, abs=1.5)
    hand.wheel(SPOT, -5, CTRL)
    assert view.camera.zoom == pytest.approx(zoom / 1.25**2)
    assert where(view) == pytest.approx(place, abs=2.5)


def test_zoom_has_ends(view) -> None:
    view.zoom_to(1000)
    assert view.camera.zoom == 32
    view.zoom_to(0)
    assert view.camera.zoom == 0.01


def test_a_hundred_percent_is_a_pixel_of_print_on_a_pixel_of_the_screen(view, hand) -> None:
    hand.key(Qt.Key.Key_1, CTRL)
    assert view.camera.zoom == 1
    assert where(view, (INCH, 0))[0] - where(view, (0, 0))[0] == pytest.approx(600 / view.devicePixelRatioF())
    hand.key(Qt.Key.Key_0, CTRL)
    assert view.camera.is_fitted


def test_actual_size_is_that_of_paper(view, hand) -> None:
    hand.key(Qt.Key.Key_2, CTRL)
    wide = where(view, (INCH, 0))[0] - where(view, (0, 0))[0]
    assert wide == pytest.approx(view.screen().physicalDotsPerInch(), rel=0.01)


def test_a_panel_is_fitted(session, view, hand) -> None:
    session.select(f"{12:032x}")
    hand.key(Qt.Key.Key_3, CTRL)
    (left, top), (right, bottom) = where(view, (10, 65)), where(view, (110, 115))
    assert (left, right) == pytest.approx((24, 776), abs=2) and 0 < top < bottom < 900
    assert not view.camera.is_fitted


@pytest.mark.parametrize("tool", ["pose", "sketch_pen"])
def test_a_fitted_page_is_not_under_a_tools_bar(view, hand, tool) -> None:
    view.resize(800, 700)
    view.set_tool(tool)
    bar = next(one for one in view.findChildren(FloatingBar) if one.isVisible())
    assert where(view, (0, -3))[1] > bar.geometry().bottom()
    place, zoom = where(view), view.camera.zoom
    view.set_tool("select")
    assert (where(view), view.camera.zoom) == (place, zoom), "it stays, for the next time"
    hand.key(Qt.Key.Key_0, CTRL)
    assert view.camera.zoom > zoom
    view.zoom_by(3)
    place = where(view)
    view.set_tool(tool)
    assert where(view) == place, "what is looked at closely is not fitted"


def test_edits_leave_the_view_alone(session, view, hand) -> None:
    told = []
    view.settle()
    view.camera.changed.connect(lambda: told.append(1))
    session.select(f"{12:032x}")
    hand.key(Qt.Key.Key_Right)
    assert told == [] and view.page_scene.panel_item(f"{12:032x}").options.smooth


@pytest.mark.parametrize("how", ["space", "middle", "hand"])
def test_the_page_is_moved_about(view, hand, session, how) -> None:
    before = session.project
    view.zoom_by(2)
    x, y = where(view)
    if how == "space":
        QTest.keyPress(view, Qt.Key.Key_Space)
        assert view.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
        hand.drag(SPOT, (70, 60))
        QTest.keyRelease(view, Qt.Key.Key_Space)
        assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    elif how == "middle":
        hand.drag(SPOT, (70, 60), button=Qt.MouseButton.MiddleButton)
    else:
        hand.key(Qt.Key.Key_H)
        hand.drag(SPOT, (70, 60))
    scale = view.camera.scale
    assert where(view) == pytest.approx((x + 10 * scale, y + 20 * scale), abs=4)
    assert session.project is before and session.selected == ()


def test_a_touchpad_scrolls_and_shift_scrolls_sideways(view, hand) -> None:
    view.zoom_by(2)
    zoom, (x, y) = view.camera.zoom, where(view)
    hand.wheel(SPOT, 0.1, pixels=QPoint(-12, 30), phase=Qt.ScrollPhase.ScrollUpdate)
    assert where(view) == pytest.approx((x - 12, y + 30), abs=1) and view.camera.zoom == zoom
    hand.wheel(SPOT, 1, SHIFT)
    assert where(view) == pytest.approx((x - 12 + 60, y + 30), abs=1) and view.camera.zoom == zoom


def test_pinching_zooms_and_two_fingers_turn(view) -> None:
    zoom = view.camera.zoom
    device = QPointingDevice.primaryPointingDevice()
    for kind, value in ((Qt.NativeGestureType.ZoomNativeGesture, 0.5), (Qt.NativeGestureType.RotateNativeGesture, 20)):
        place = QPointF(300, 300)
        event = QNativeGestureEvent(kind, device, 2, place, place, place, value, QPointF())
        QApplication.sendEvent(view.viewport(), event)
    assert view.camera.zoom == pytest.approx(zoom * 1.5) and view.camera.rotation == pytest.approx(20)


def test_keys_turn_mirror_and_reset(view, hand) -> None:
    hand.key(Qt.Key.Key_6)
    assert view.camera.rotation == 15
    (x, y), (u, v) = where(view, (0, 0)), where(view, (100, 0))
    assert (v - y) / (u - x) == pytest.approx(0.268, abs=0.01), "the page's right side went down"
    hand.key(Qt.Key.Key_M)
    assert where(view, (0, 0))[0] > where(view, (100, 0))[0] and view.camera.flipped
    hand.key(Qt.Key.Key_5)
    assert (view.camera.rotation, view.camera.flipped, view.camera.is_fitted) == (0, False, True)
    hand.key(Qt.Key.Key_4)
    assert view.camera.rotation == -15


def test_mirroring_a_turned_view_mirrors_what_is_seen(view) -> None:
    view.rotate_by(30)
    middle = view.viewport().rect().center().x()
    x, y = where(view, (20, 200))
    view.flip_view()
    assert where(view, (20, 200)) == pytest.approx((2 * middle - x, y), abs=3)


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_Space])
def test_the_canvas_is_turned_by_hand(view, hand, key) -> None:
    modifiers = SHIFT if key == Qt.Key.Key_Space else Qt.KeyboardModifier.NoModifier
    centre = view.to_page(QPointF(view.viewport().rect().center()))
    QTest.keyPress(view, key, modifiers)
    hand.drag((centre[0] + 80, centre[1]), (centre[0] + 60, centre[1] + 60), modifiers=modifiers)
    QTest.keyRelease(view, key)
    assert view.camera.rotation == pytest.approx(45, abs=2)
    view.reset_view()
    QTest.keyPress(view, key, modifiers)
    hand.drag((centre[0] + 80, centre[1]), (centre[0] + 80, centre[1] + 1.5), modifiers=modifiers)
    QTest.keyRelease(view, key)
    assert view.camera.rotation == 0, "nearly upright is upright"


def test_tools_work_on_a_turned_and_mirrored_canvas(session, view, hand) -> None:
    view.rotate_by(100)
    view.flip_view()
    hand.click((50, 90))
    assert session.selected == (f"{12:032x}",)
    before = session.shown_page.panels[1].frame[0]
    hand.drag((50, 90), (70, 140))
    after = session.shown_page.panels[1].frame[0]
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((20, 50), abs=3)


def test_the_page_cannot_be_lost(view) -> None:
    view.camera.pan(QPoint(100_000, 100_000))
    page, seen = view.mapFromScene(0, 0), view.viewport().rect()
    assert page.x() <= seen.right() and page.y() <= seen.bottom()


def test_a_page_of_the_same_size_keeps_the_view_and_another_is_fitted(session, view) -> None:
    view.zoom_to(0.4)
    second = session.project.pages[1].id
    session.show_page(second)
    assert view.camera.zoom == 0.4
    session.edit("Paper", partial(pages.set_paper, page=second, paper=PRESETS["webtoon"]))
    assert view.camera.is_fitted and view.camera.paper == PRESETS["webtoon"]


def test_losing_the_focus_lets_go_of_space(view, hand) -> None:
    QTest.keyPress(view, Qt.Key.Key_Space)
    view.navigation.forget()
    assert view.navigation.cursor is None
