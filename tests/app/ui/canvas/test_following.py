"""The canvas follows the document, the takes and the queue, and holds no more pixels than it shows."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QRectF
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QImage, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.character import design_sha
from komawari.domain.edits import characters, pages, panels, parameters
from komawari.domain.edits.changing import on_panel
from komawari.domain.project import new_project
from komawari.domain.takes import DrawnWith
from komawari.storage.store import Store
from komawari.ui.canvas.badges import chips_of, takes_chip
from komawari.ui.canvas.view import CanvasView
from komawari.ui.theme import DARK, LIGHT

FIRST, SECOND, UPPER, LOWER = (f"{number:032x}" for number in (1, 2, 11, 12))


def colour(view, hand, place) -> str:
    return view.grab().toImage().pixelColor(hand.at(place)).name()


def settle(view, qtbot) -> None:
    view.grab()
    qtbot.waitUntil(lambda: not view.is_unsettled)


def test_a_take_in_use_is_seen(view, hand, use_take, qtbot) -> None:
    assert colour(view, hand, (20, 55)) == "#eef1f5"
    use_take(UPPER, colour="#3060c0")
    settle(view, qtbot)
    assert colour(view, hand, (60, 35)) == "#3060c0"


def test_undo_and_redo_are_seen(session, view, hand, use_take, qtbot) -> None:
    use_take(UPPER, colour="#3060c0")
    settle(view, qtbot)
    session.document.undo()
    assert colour(view, hand, (20, 55)) == "#eef1f5"
    session.document.redo()
    assert colour(view, hand, (60, 35)) == "#3060c0"


def test_only_what_an_edit_changes_is_painted_anew(session, view) -> None:
    upper, lower = view.page_scene.panel_item(UPPER), view.page_scene.panel_item(LOWER)
    painted = []
    for item in (upper, lower):
        item.update = partial(painted.append, item)
    session.edit("Border", partial(panels.set_border, page=FIRST, panels=[UPPER], width=3.0))
    assert painted == [upper]
    session.edit("Notes", partial(pages.set_notes, page=SECOND, notes="elsewhere"))
    assert painted == [upper]


def test_panels_come_and_go_and_lie_in_the_order_of_painting(session, view) -> None:
    new = new_id()
    session.edit("Draw", partial(panels.draw_panel, page=FIRST, panel=new, frame=((20, 20), (90, 20), (90, 90))))
    items = [view.page_scene.panel_item(one) for one in (UPPER, LOWER, new)]
    assert [item.zValue() for item in items] == [0, 1, 2]
    session.select(new)
    view.setFocus()
    next(one for one in view.commands if one.name == "panel.back").do()
    assert [item.zValue() for item in items] == [1, 2, 0]
    session.edit("Remove", partial(panels.remove_panels, page=FIRST, panels=[UPPER]))
    assert view.page_scene.panel_item(UPPER) is None and len(view.page_scene.items()) == 3


def test_another_reading_direction_numbers_anew(session, view) -> None:
    session.edit("Cut", partial(panels.split_panel, panel=UPPER, line=((60, 0), (60, 100)), new=new_id()))
    assert view.page_scene.numbers[UPPER] == 1
    session.edit("Reading", partial(pages.set_reading, reading="rtl"))
    assert view.page_scene.numbers[UPPER] == 2


def test_previews_are_shown_in_the_panel_with_their_progress(view, hand, queue, qtbot) -> None:
    image = QImage(32, 16, QImage.Format.Format_RGB32)
    image.fill(QColor("#208040"))
    queue.previews[UPPER], queue.steps[UPPER] = image, (4, 8)
    queue.preview.emit(UPPER, image)
    queue.changed.emit()
    assert colour(view, hand, (20, 55)) == "#208040"
    assert view.statuses[UPPER].progress == (4, 8) and not view.statuses[UPPER].empty
    assert view.picture_size(view.preview.page.panels[0]) == (32, 16)
    queue.previews.clear(), queue.steps.clear()
    queue.preview.emit(UPPER, QImage())
    queue.changed.emit()
    assert colour(view, hand, (20, 55)) == "#eef1f5" and view.statuses[UPPER].progress is None


def test_marks_tell_takes_final_and_stale(session, view, use_take) -> None:
    mari = session.project.characters[0]
    assert chips_of(view.statuses[UPPER]) == []
    use_take(UPPER, drawn_with=(DrawnWith(mari.id, 1, "0" * 64),))
    assert [text for text, _ in chips_of(view.statuses[UPPER])] == ["↻ Older design"]
    use_take(UPPER)
    assert [text for text, _ in chips_of(view.statuses[UPPER])] == ["▤ 2"]
    session.edit("Final", lambda p: on_panel(p, UPPER, lambda old: replace(old, final=True)))
    assert [text for text, _ in chips_of(view.statuses[UPPER])] == ["▤ 2", "✓ Final"]


def test_an_edited_design_marks_its_panels_at_once(session, view, use_take) -> None:
    mari = session.project.characters[0]
    use_take(UPPER, drawn_with=(DrawnWith(mari.id, 1, design_sha(mari)),))
    assert not view.statuses[UPPER].stale
    session.edit("Tags", partial(characters.set_character, character=replace(mari, tags=("red hair",))))
    assert view.statuses[UPPER].stale


def test_the_chip_of_takes_is_found_under_the_hand(view, use_take) -> None:
    use_take(UPPER)
    use_take(UPPER)
    panel = view.session.shown_page.panels[0]
    chip = takes_chip(view.viewportTransform(), panel, view.statuses[UPPER])
    assert isinstance(chip, QRectF) and view.takes_chip_at(chip.center().toPoint()) == UPPER
    assert view.takes_chip_at(QPoint(5, 5)) is None
    view.set_marks(False)
    assert view.takes_chip_at(chip.center().toPoint()) is None


def test_pages_that_are_not_shown_hold_no_large_pictures(session, view, use_take, qtbot) -> None:
    use_take(UPPER, 1400, 700)
    view.zoom_to(1.0)
    view.show_panel(UPPER)
    settle(view, qtbot)
    assert session.images.bytes >= 1400 * 700 * 4
    session.show_page(SECOND)
    assert session.images.bytes <= 2 * 512 * 256 * 4


def test_a_zoom_asks_for_pictures_as_large_as_they_are_shown(session, view, use_take, qtbot) -> None:
    use_take(UPPER, 3000, 1500)
    settle(view, qtbot)
    assert {side for _, side in session.images._held} == {512}
    view.zoom_to(1.0)
    view.show_panel(UPPER)
    settle(view, qtbot)
    assert {side for _, side in session.images._held} == {512, 0}


def test_another_document_is_shown_when_it_is_opened(session, view, tmp_path) -> None:
    path = tmp_path / "other.komawari"
    Store.create(path, new_project("Other"))
    before, other = session.document, Document(path)
    session.open(other)
    assert view.page_scene.numbers == {} and view.page_scene.panel_item(UPPER) is None
    session.open(before)
    assert view.page_scene.panel_item(UPPER) is not None
    other.close()


def test_guides_and_marks_can_be_hidden(view, hand) -> None:
    lined = colour(view, hand, (50, 0))
    view.set_guides(False)
    assert colour(view, hand, (50, 0)) == "#ffffff" != lined


@pytest.mark.parametrize(("window", "theme"), [("#202020", DARK), ("#f0f0f0", LIGHT)])
def test_the_pasteboard_is_that_of_the_theme(view, window, theme) -> None:
    palette = view.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    view.setPalette(palette)
    assert view.grab().toImage().pixelColor(3, 3).name() == theme.pasteboard


def test_a_tool_tip_tells_what_a_panel_is(session, view, hand, use_take, monkeypatch) -> None:
    use_take(UPPER, 100, 50)
    shown = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *_: shown.append(text))
    place = hand.at((50, 30))
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place)))
    assert "Panel 1" in shown[0] and "100 × 50 px" in shown[0] and "25 dpi" in shown[0]
    place = hand.at((150, 200))
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place)))
    assert shown[1] == ""


def test_screen_readers_hear_what_is_selected(session, view) -> None:
    assert view.accessibleName() and view.accessibleDescription() == "2 panels, none selected"
    session.select(LOWER)
    assert view.accessibleDescription() == "Panel 2 of 2 selected"


def test_an_empty_page_says_what_to_do(session, view, hand) -> None:
    session.show_page(SECOND)
    image = view.grab().toImage()
    centre = hand.at((91, 125))
    found = {image.pixelColor(centre.x() + dx, centre.y() + dy).name() for dx in range(-60, 60) for dy in range(-8, 8)}
    assert len(found) > 1


def test_it_works_without_a_queue(session, qtbot) -> None:
    view = CanvasView(session)
    view.resize(300, 300)
    view.show()
    assert not view.grab().isNull() and view.statuses[UPPER].progress is None
    session.edit("Prompt", lambda p: parameters.set_parameters(p, UPPER, prompt="rain"))
    view.close()
    view.deleteLater()


def test_the_zoom_is_painted_well_after_a_moment(view, qtbot) -> None:
    view.zoom_by(1.3)
    item = view.page_scene.panel_item(UPPER)
    assert not item.options.smooth
    qtbot.waitUntil(lambda: item.options.smooth)
    assert item.cacheMode() == item.CacheMode.DeviceCoordinateCache


def test_a_right_click_selects_and_asks_for_a_menu(session, view, hand) -> None:
    asked = []
    view.menu_wanted.connect(lambda place, panel: asked.append((place, panel)))
    for place in ((50, 90), (150, 200)):
        there = hand.at(place)
        on_screen = view.viewport().mapToGlobal(there)
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, there, on_screen))
    assert [panel for _, panel in asked] == [LOWER, ""] and session.selected == (LOWER,)
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(view.viewport(), key)
    assert asked[-1][1] == LOWER
