"""Sketching on the page: pen, eraser, tablet; what becomes of strokes in the document, its undo and its file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from komawari.document.document import Document
from komawari.domain.edits import panels, sketches
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Placement
from komawari.ui.docks.page_thumbnails import PageThumbnails
from komawari.ui.painting import png
from komawari.ui.sketch.settings import Layer, read, written

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
RED = (0xC0, 0x20, 0x40)
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def test_a_stroke_is_painted_at_once_and_becomes_a_named_edit_with_a_lossless_file(desk: Any) -> None:
    desk.take_up()
    assert desk.pixels.shape == (591, 1181, 4), "300 dpi of 100 × 50 mm"
    desk.drag((300, 300), (600, 300))
    assert tuple(desk.pixels[300, 450]) == (*RED, 255) and not desk.pixels[350, 450].any()
    desk.settle()
    assert desk.undo_names()[-1] == "Sketch"
    assert (desk.sheet().width, desk.sheet().height) == (1181, 591) and desk.sheet().placement == Placement()
    assert np.array_equal(desk.stored(), desk.pixels)


def test_undo_and_redo_bring_strokes_back_pixel_by_pixel(desk: Any) -> None:
    desk.take_up()
    states = [desk.pixels.copy()]
    for y in (100, 300, 500):
        desk.drag((100, y), (1000, y))
        desk.settle()
        states.append(desk.pixels.copy())
    for state in reversed(states[:-1]):
        desk.session.document.undo()
        assert np.array_equal(desk.pixels, state)
    assert desk.panel().sketch.sheet is None
    for state in states[1:]:
        desk.session.document.redo()
        assert np.array_equal(desk.pixels, state) and np.array_equal(desk.stored(), state)


def test_the_pens_pressure_is_its_size_and_its_other_end_erases(desk: Any) -> None:
    desk.take_up()
    desk.pen((300, 100), (900, 100), pressure=1.0)
    desk.pen((300, 300), (900, 300), pressure=0.3)
    strong, weak = (int((desk.pixels[row - 20 : row + 20, 600, 3] > 127).sum()) for row in (100, 300))
    assert strong == pytest.approx(20, abs=2) and weak == pytest.approx(6, abs=2)
    desk.room.set_brush(size=60.0)
    desk.pen((600, 100), (900, 100), eraser=True)
    assert not desk.pixels[100, 700].any() and desk.pixels[100, 400, 3] == 255
    desk.settle()
    assert desk.undo_names()[-3:] == ["Sketch", "Sketch", "Erase sketch"]


def test_the_eraser_takes_away_and_so_does_alt(desk: Any) -> None:
    desk.take_up()
    desk.drag((100, 300), (1000, 300))
    desk.room.set_brush(size=80.0)
    desk.drag((200, 300), (300, 300), modifiers=ALT)
    desk.view.set_tool("sketch_eraser")
    desk.drag((500, 300), (600, 300))
    desk.settle()
    assert not desk.pixels[300, 250].any() and not desk.pixels[300, 550].any() and desk.pixels[300, 400, 3] == 255
    assert desk.undo_names()[-2:] == ["Erase sketch", "Erase sketch"]


def test_shift_and_a_click_draw_a_straight_line_on_the_same_sheet_only(desk: Any) -> None:
    desk.take_up()
    desk.drag((100, 300), (110, 300))
    desk.drag((900, 300), modifiers=SHIFT)
    assert desk.pixels[300, 500, 3] == 255
    desk.settle()
    desk.session.select(LOWER)
    desk.ready()
    desk.drag((900, 300), modifiers=SHIFT)
    assert not desk.pixels[300, 500].any() and desk.pixels[300, 900].any()


def test_a_stroke_is_on_the_screen_with_its_colour_and_its_opacity(desk: Any) -> None:
    desk.take_up()
    assert desk.colour_at((600, 300)).name() == "#ffffff", "a panel in which one sketches is paper"
    desk.drag((300, 300), (900, 300))
    assert desk.colour_at((600, 300)).name() == "#c02040"
    desk.room.set_layer(opacity=0.5)
    half = desk.colour_at((600, 300))
    assert half.red() == pytest.approx((0xC0 + 255) / 2, abs=2) and half.blue() == pytest.approx(159, abs=2)
    desk.room.set_layer(shown=False)
    assert desk.colour_at((600, 100)).name() != "#c02040" and desk.colour_at((600, 300)).name() != "#c02040"


def test_the_sketch_stays_on_the_screen_when_the_pen_is_put_away(desk: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (900, 300))
    place = desk.at((600, 300)).toPoint()
    desk.settle()
    desk.view.set_tool("select")
    desk.session.select(LOWER)
    desk.qtbot.waitUntil(lambda: not desk.view.is_unsettled)
    assert desk.shown().pixelColor(place).name() == "#c02040"


def test_an_empty_panel_is_a_placeholder_again_when_nothing_was_sketched(desk: Any) -> None:
    desk.view.zoom_by(1.1)  # A fitted page would make room for the bar.
    desk.view.settle()
    before = desk.shown()
    desk.take_up()
    desk.view.set_tool("select")
    desk.session.select()
    assert desk.shown() == before


def test_a_click_in_another_panel_goes_on_there(desk: Any) -> None:
    desk.take_up()
    there = desk.view.to_view((50, 90)).toPoint()
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    assert desk.session.selected == (LOWER,)
    desk.ready()
    desk.drag((300, 300), (600, 300))
    desk.settle()
    assert desk.panel(UPPER).sketch.sheet is None and desk.sheet(LOWER).width == 1181


def test_without_a_panel_the_hint_says_what_to_do(desk: Any) -> None:
    said: list[str] = []
    desk.view.hint.connect(said.append)
    desk.session.select()
    desk.view.set_tool("sketch_pen")
    assert said[-1] == "Click the panel in which you want to paint."


def test_the_keys_take_the_tools_and_change_the_pen_in_the_hand(desk: Any) -> None:
    desk.session.select(UPPER)
    QTest.keyClick(desk.view, Qt.Key.Key_S)
    assert desk.view.tool == "sketch_pen"
    masks = desk.view.tools["brush"].room.brush
    QTest.keyClick(desk.view, Qt.Key.Key_BracketRight)
    assert desk.room.brush.size == 24 and desk.view.tools["brush"].room.brush == masks
    QTest.keyClick(desk.view, Qt.Key.Key_S, SHIFT)
    assert desk.view.tool == "sketch_eraser"
    QTest.keyClick(desk.view, Qt.Key.Key_T, SHIFT)
    assert desk.view.tool == "sketch_move"
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert desk.view.tool == "select" and not desk.hand.bar.isVisible()


def test_the_bar_shows_and_changes_tool_pen_and_layer(desk: Any) -> None:
    desk.take_up()
    bar = desk.hand.bar
    assert bar.isVisible() and bar.tools["sketch_pen"].isChecked()
    assert [bar.size_box.value(), bar.strength.value(), bar.layer.value()] == [20, 100, 100]
    bar.size_box.setValue(33)
    bar.strength.setValue(40)
    bar.layer.setValue(70)
    bar.colour.picked.emit("#123456")
    assert (desk.room.brush.size, desk.room.brush.opacity) == (33.0, 0.4)
    assert desk.room.layer == Layer(True, 0.7, "#123456")
    bar.eye.click()
    assert not desk.room.layer.shown
    bar.tools["sketch_eraser"].click()
    assert desk.view.tool == "sketch_eraser" and bar.tools["sketch_eraser"].isChecked() and desk.room.layer.shown
    assert all(box.accessibleName() for box in (bar.size_box, bar.strength, bar.layer, bar.colour, bar.eye))
    assert not bar.buttons["sketch.clear"].isEnabled() and bar.buttons["sketch.import"].isEnabled()


def test_clearing_is_one_step_and_comes_back(desk: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (600, 300))
    # The stroke is on its way still: it must not come behind the clearing.
    desk.hand.bar.buttons["sketch.clear"].setEnabled(True)
    desk.hand.bar.buttons["sketch.clear"].click()
    assert desk.panel().sketch.sheet is None and not desk.pixels.any()
    assert desk.undo_names()[-2:] == ["Sketch", "Clear sketch"]
    desk.session.document.undo()
    assert np.array_equal(desk.stored(), desk.pixels) and desk.pixels.any()


def test_a_sketch_that_was_moved_grows_to_be_drawn_on_everywhere(desk: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (600, 300))
    desk.settle()
    before, drawn = desk.sheet(), desk.pixels.copy()
    moved = replace(before.placement, dx=20.0, dy=0.0)
    desk.session.edit("Move", lambda p: sketches.place_sheet(p, UPPER, moved))
    desk.ready()
    assert desk.pixels.shape[1] > 1181 and desk.sheet().width == 1181, "the document has it with the first stroke"
    gap = desk.pixels.shape[1] - 1181
    assert gap == 237 and np.array_equal(desk.pixels[:, gap:], drawn)
    desk.drag((50, 100), (150, 100))
    desk.settle()
    assert desk.sheet().width == 1181 + gap and np.array_equal(desk.stored(), desk.pixels)
    desk.session.document.undo()
    assert desk.sheet() == replace(before, placement=moved)
    assert np.array_equal(desk.pixels[:, gap:], drawn) and not desk.pixels[:, :gap].any()
    desk.session.document.redo()
    assert desk.pixels[100, 100, 3] == 255


def test_a_frame_that_changes_under_the_pen_takes_the_sketch_along(desk: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (600, 300))
    desk.settle()
    drawn = desk.pixels.copy()
    desk.session.edit("Frame", lambda p: panels.set_frame(p, UPPER, rectangle((10, 10, 90, 50))))
    desk.ready()
    assert np.array_equal(desk.pixels, drawn)
    desk.drag((300, 400), (600, 400))
    desk.settle()
    assert np.array_equal(desk.stored(), desk.pixels)


def test_a_sheet_that_can_grow_no_further_says_where_it_ends(desk: Any) -> None:
    said: list[str] = []
    desk.view.hint.connect(said.append)
    desk.take_up()
    desk.drag((300, 300), (600, 300))
    desk.settle()
    small = replace(desk.sheet().placement, scale=0.1)
    desk.session.edit("Small", lambda p: sketches.place_sheet(p, UPPER, small))
    desk.ready()
    assert desk.pixels.shape[1] == 4096
    desk.drag((-900, 300), (-800, 300))
    assert said[-1].startswith("The sheet ends here")
    desk.drag((100, 300), (200, 300))
    desk.settle()
    assert desk.stored().shape == desk.pixels.shape and np.array_equal(desk.stored(), desk.pixels)


def test_the_screen_outlives_the_sheet_that_it_showed(desk: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (900, 300))
    place = desk.at((600, 300)).toPoint()
    assert desk.shown().pixelColor(place).name() == "#c02040"
    desk.view.set_tool("select")
    desk.session.select(LOWER)
    desk.room.board.aim(None, (0, 0))
    for _ in range(3):
        np.full((591, 1181, 4), 7, np.uint8)
        assert desk.shown().pixelColor(place).name() == "#c02040"


def test_what_was_sketched_is_there_when_the_project_is_opened_again(desk: Any, tmp_path: Any) -> None:
    desk.take_up()
    desk.drag((300, 300), (900, 300))
    desk.settle()
    desk.session.document.store.save_copy(tmp_path / "copy.komawari").result()
    document = Document(tmp_path / "copy.komawari")
    panel = document.project.pages[0].panels[0]
    assert panel.sketch == desk.panel().sketch
    assert np.array_equal(png.decoded_ink(document.store.picture(panel.sketch.sheet.picture.sha256)), desk.pixels)
    document.close()


def test_escape_gives_the_stroke_up(desk: Any) -> None:
    desk.take_up()
    place = desk.at((300, 300)).toPoint()
    QTest.mousePress(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.tool.move(desk.view.pointer(desk.at((600, 300)), Qt.KeyboardModifier.NoModifier))
    assert desk.pixels.any()
    QTest.keyClick(desk.view, Qt.Key.Key_Escape)
    assert not desk.pixels.any() and desk.undo_names() == []


def test_thumbnails_are_painted_by_the_same_code(desk: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QSize

    desk.take_up()
    desk.room.set_brush(size=200.0)
    desk.drag((100, 300), (1000, 300))
    desk.settle()
    thumbnails = PageThumbnails(desk.session, QSize(200, 280))
    page = desk.session.shown_page

    def colour() -> str:
        pixmap = thumbnails.get(page)
        QTest.qWait(1)
        scale = 200 / page.paper.width
        return "" if pixmap is None else pixmap.toImage().pixelColor(QPointF(60 * scale, 35 * scale).toPoint()).name()

    qtbot.waitUntil(lambda: colour() == "#c02040")
    desk.room.set_layer(shown=False)
    qtbot.waitUntil(lambda: colour() not in ("", "#c02040"))


def test_pen_and_layer_are_remembered_and_bad_settings_left_out(desk: Any) -> None:
    desk.room.set_brush(size=31.0)
    desk.room.set_layer(opacity=0.4, colour="#0000ff")
    desk.session.closing.emit()
    kept = desk.session.settings.window["sketches"]
    assert read(kept) == (desk.room.brush, desk.room.layer) == read(written(*read(kept)))
    pen, layer = read({"pen": {"size": -5, "hardness": "x"}, "layer": {"colour": "url(x)", "opacity": 7, "shown": 1}})
    assert pen.size == 1.0 and layer == Layer(opacity=1.0)
