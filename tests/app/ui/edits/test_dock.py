"""Local edits as the artist makes them: paint, say, borrow, redraw, and go back."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from animeadapter.protocol.pose import JOINTS
from animeadapter.protocol.request import Blob
from komawari.domain.edits import parameters, sketches
from komawari.domain.panel import FigurePose, MixerEntry, Sheet
from komawari.ui.painting import png

UPPER, MARI, YUKI = (f"{number:032x}" for number in (11, 500, 600))
LEFT = Qt.MouseButton.LeftButton


def test_a_painted_region_alone_is_drawn_anew_and_the_result_is_a_take_of_its_parent(studio: Any) -> None:
    first = studio.use_take()
    studio.paint()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    second = studio.used()
    assert (second.parent, len(studio.takes())) == (first.id, 2)
    assert studio.pixel(second, 5, 5) != "#ffffff" and studio.pixel(second, 50, 5) == "#ffffff"
    assert studio.session.document.history.undo_name == "Use take"
    studio.session.document.undo()
    assert studio.used() == first and len(studio.takes()) == 2


def test_what_is_painted_on_the_page_is_what_is_redrawn_the_last_stroke_too(studio: Any) -> None:
    studio.use_take(400, 260)
    QTest.mouseClick(studio.dock.tools.buttons["brush"], LEFT)
    assert studio.view.tool == "brush"
    studio.until(lambda: studio.room.board.surface is not None)
    panel = studio.panel()
    (left, top), (right, bottom) = panel.frame[0], panel.frame[2]
    centre = studio.view.to_view(((left + right) / 2, (top + bottom) / 2)).toPoint()
    QTest.mouseClick(studio.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, centre)
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    request = studio.requests()[-1]
    painted = png.decoded(studio.session.picture(request.edit.mask.sha256))
    assert np.array_equal(painted, studio.room.board.surface.pixels) and painted[130, 200] == 255


def test_the_sketchs_lines_are_kept_to_unless_the_region_is_let_off(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    assert not studio.dock.fields.lines.isVisible()
    ink = png.encoded(np.zeros((40, 60, 4), np.uint8))
    studio.session.document.store.put_picture(ink).result()
    sheet = Sheet(Blob.of(ink), 60, 40)
    studio.session.edit("Sketch", partial(sketches.set_sketch, panel=UPPER, sheet=sheet, lines="lineart"))
    box = studio.dock.fields.lines
    studio.until(box.isVisible)
    assert box.isChecked()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    assert studio.requests()[-1].lines.kind == "lineart"
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert studio.session.document.history.undo_name == "Keep region to the lines" and not box.isChecked()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    assert studio.requests()[-1].lines is None
    assert studio.panel().sketch.lines == "lineart"


def test_edits_stack_and_every_earlier_state_is_a_click_away(studio: Any) -> None:
    first = studio.use_take()
    studio.paint()
    for _ in range(2):
        QTest.mouseClick(studio.dock.button, LEFT)
        studio.play()
    third = studio.used()
    parent = studio.session.document.takes.get(third.parent)
    assert parent.parent == first.id and len(studio.takes()) == 3
    studio.dock.refresh()
    assert "2" in studio.dock.note.text()
    QTest.mouseClick(studio.dock.before, LEFT)
    studio.dock.refresh()
    assert studio.used() == parent
    QTest.mouseClick(studio.dock.before, LEFT)
    studio.dock.refresh()
    assert studio.used() == first and not studio.dock.before.isEnabled() and not studio.dock.again.isEnabled()


def test_other_seeds_draw_the_same_edit_in_the_same_picture(studio: Any) -> None:
    first = studio.use_take()
    studio.paint()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    studio.dock.refresh()
    QTest.mouseClick(studio.dock.again, LEFT)
    studio.play()
    one, other = studio.requests()
    assert one.edit == other.edit and one.edit.picture == first.picture and one.seeds != other.seeds
    assert [take.parent for take in studio.takes()] == [None, first.id, first.id]


def test_the_region_has_words_numbers_and_takes_of_its_own(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    fields = studio.dock.fields
    fields.tags.added.emit(("smile", "open_mouth"))
    QTest.keyClicks(fields.prompt, "a fist")
    fields.strength.box.setValue(0.4)
    fields.margin.box.setValue(1.5)
    fields.feather.box.setValue(0.25)
    fields.takes.setValue(3)
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    request = studio.requests()[-1]
    assert request.prompt == "smile, open_mouth, a fist" and len(request.seeds) == 3
    assert (request.edit.strength, request.edit.margin, request.edit.feather) == (0.4, 1.5, 0.25)
    assert len(studio.takes()) == 4 and studio.used() == studio.takes()[1]


def test_a_part_of_another_reference_is_borrowed_for_the_region_alone(studio: Any) -> None:
    _, yuki = studio.cast()
    studio.use_take()
    studio.paint()
    borrow = studio.dock.fields.borrow
    QTest.mouseClick(borrow.add, LEFT)
    studio.dock.refresh()
    (row,) = borrow.rows
    row.character.setCurrentIndex(row.character.findData(YUKI))
    row.character.activated.emit(row.character.currentIndex())
    studio.dock.refresh()
    assert studio.panel().local_edit.mixer == (MixerEntry("hair", YUKI, yuki.references[0].id),)
    assert studio.panel().figures[0].mixer == ()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    request = studio.requests()[-1]
    (hair,) = [one for one in request.references if [part.part for part in one.parts] == ["hair"]]
    assert hair.picture == yuki.references[0].picture
    assert {one.character for one in studio.used().drawn_with} == {YUKI}
    QTest.mouseClick(borrow.rows[0].remove, LEFT)
    studio.dock.refresh()
    assert studio.panel().local_edit.mixer == () and borrow.rows == []


def test_a_slider_is_one_step_of_undo(studio: Any) -> None:
    studio.use_take()
    for value in (0.9, 0.7, 0.5):
        studio.dock.fields.strength.changed.emit(value)
    studio.dock.fields.strength.finished.emit()
    assert studio.panel().local_edit.strength == 0.5
    studio.session.document.undo()
    assert studio.panel().local_edit.strength == 1.0


def test_a_mask_of_another_size_is_made_to_fit(studio: Any) -> None:
    studio.use_take(30, 20)
    studio.paint(60, 40)
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    assert studio.pixel(studio.used(), 2, 2) != "#ffffff" and studio.pixel(studio.used(), 28, 2) == "#ffffff"
    # The mask that was made for it is kept, so that the take can be drawn again.
    mask = studio.used().resolved.request.edit.mask
    assert png.decoded(studio.session.picture(mask.sha256)).shape == (20, 30)


def test_another_take_that_was_chosen_meanwhile_stays_in_use(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.settle()
    other = studio.use_take(colour="#00ff00")
    studio.play()
    assert studio.used() == other and len(studio.takes()) == 3


def test_nothing_painted_is_said_and_the_brush_taken_up(studio: Any) -> None:
    studio.use_take()
    QTest.mouseClick(studio.dock.button, LEFT)
    assert "paint over" in studio.said[-1].lower() and studio.view.tool == "brush"
    assert studio.requests() == []


def test_a_mask_that_was_emptied_is_nothing_to_redraw(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    QTest.mouseClick(studio.dock.tools.buttons["lasso"], LEFT)
    studio.until(lambda: studio.room.board.surface is not None)
    QTest.mouseClick(studio.dock.buttons.buttons["clear"], LEFT)
    QTest.mouseClick(studio.dock.button, LEFT)
    studio.play()
    assert studio.requests() == [] and "Nothing is painted" in studio.said[-1]


def test_whole_mask_buttons_change_it_by_so_many_pixels(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    studio.view.set_tool("brush")
    studio.until(lambda: studio.room.board.surface is not None)
    press = lambda name: QTest.mouseClick(studio.dock.buttons.buttons[name], LEFT)  # noqa: E731
    studio.dock.buttons.by.setValue(3)
    pixels = studio.room.board.surface.pixels
    press("grow")
    assert pixels[10, 32] == 255 and pixels[10, 33] == 0
    press("shrink")
    press("invert")
    assert pixels[10, 29] == 0 and pixels[10, 30] == 255
    press("feather")
    assert 0 < pixels[10, 30] < 255
    press("fill")
    assert pixels.min() == 255
    studio.until(lambda: studio.room.board.is_settled)
    names = [entry.name for entry in studio.session.document.history.entries()[0]]
    assert names[-5:] == ["Grow mask", "Shrink mask", "Invert mask", "Feather mask", "Fill mask"]


def test_a_final_panel_is_not_redrawn(studio: Any) -> None:
    studio.use_take()
    studio.paint()
    studio.session.edit("Final", lambda p: parameters.set_final(p, UPPER, True))
    studio.dock.refresh()
    assert not studio.dock.button.isEnabled() and "final" in studio.dock.note.text()


def test_without_a_picture_the_dock_says_what_to_do(studio: Any) -> None:
    assert studio.dock.empty.isVisible()
    studio.session.select(UPPER)
    studio.dock.refresh()
    assert studio.dock.empty.isVisible()
    studio.use_take()
    studio.dock.refresh()
    assert not studio.dock.empty.isVisible()


def test_a_figures_region_grows_round_its_skeleton_and_is_corrected_with_the_brush(studio: Any) -> None:
    studio.cast()
    studio.use_take(300, 200)
    spots = tuple((0.4 + 0.01 * joint, 0.2 + 0.03 * joint) for joint in range(len(JOINTS)))
    figure = replace(studio.panel().figures[0], pose=FigurePose(spots))
    studio.session.edit("Pose", partial(parameters.set_figure, panel=UPPER, figure=figure))
    studio.dock.refresh()
    assert [studio.dock.kind.itemText(k) for k in range(2)][1] == "Where Mari rules"
    studio.dock.kind.setCurrentIndex(1)
    studio.dock.kind.activated.emit(1)
    assert studio.view.tool == "brush" and studio.room.kind == "region"
    studio.until(lambda: studio.room.board.surface is not None)
    pixels = studio.room.board.surface.pixels
    grown = pixels.copy()
    assert grown[60, 130] == 255 and grown[190, 290] == 0
    assert studio.panel().figures[0].region.mask is None and not studio.dock.follow.isEnabled()
    QTest.mouseClick(studio.dock.buttons.buttons["invert"], LEFT)
    studio.until(lambda: studio.room.board.is_settled)
    mask = studio.panel().figures[0].region.mask
    assert np.array_equal(png.decoded(studio.session.picture(mask.sha256)), 255 - grown)
    assert studio.panel().local_edit.mask is None
    studio.dock.refresh()
    assert not studio.dock.fields.isVisible() and not studio.dock.button.isVisible()
    QTest.mouseClick(studio.dock.follow, LEFT)
    assert studio.panel().figures[0].region.mask is None
    studio.until(lambda: studio.room.board.surface is not None)
    assert np.array_equal(studio.room.board.surface.pixels, grown)


def test_a_region_is_painted_before_there_is_a_picture(studio: Any) -> None:
    studio.cast()
    studio.session.select(UPPER)
    studio.room.paint("region")
    studio.until(lambda: studio.room.board.surface is not None)
    surface = studio.room.board.surface
    (left, top), (right, bottom) = studio.panel().frame[0], studio.panel().frame[2]
    assert abs(surface.width / surface.height - (right - left) / (bottom - top)) < 0.02
    studio.dock.refresh()
    assert not studio.dock.empty.isVisible() and "No pose yet" in studio.dock.note.text()


def test_every_control_has_a_name_and_a_tip(studio: Any) -> None:
    studio.use_take()
    studio.dock.refresh()
    for button in (*studio.dock.tools.buttons.values(), *studio.dock.buttons.buttons.values()):
        assert button.accessibleName() and button.toolTip()
    for button in (studio.dock.button, studio.dock.again, studio.dock.before):
        assert button.text() and button.toolTip()
