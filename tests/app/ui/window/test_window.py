"""The window as a whole: menus, keys, undo by name, tools, docks, and places that are kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar, QToolBar

from animeadapter.protocol.calls import Generate, ListPacks
from animeadapter.protocol.messages import Failed
from komawari.domain.character import Character
from komawari.domain.edits import characters, pages
from komawari.domain.geometry import polygon
from komawari.domain.project import find_panel
from komawari.engine_client.fake import FakeEngine
from komawari.ui.characters.model import MIME
from komawari.ui.docks.pages import PagesDock
from komawari.ui.queue.queue import PanelQueue
from komawari.ui.session import Session
from komawari.ui.window.window import Window

FIRST, SECOND, UPPER, LOWER, YUKI = (f"{number:032x}" for number in (1, 2, 11, 12, 200))


def in_menus(window: Window) -> list[QAction]:
    def below(menu: QMenu) -> list[QAction]:
        found = []
        for action in menu.actions():
            found += below(action.menu()) if isinstance(action.menu(), QMenu) else [action]
        return found

    return [one for bar in window.menuBar().actions() for one in below(bar.menu())]


def test_everything_in_the_menus_says_what_it_does_and_no_key_is_bound_twice(window: Window) -> None:
    registered = set(window.actions)
    named = [one for one in in_menus(window) if one.objectName() in registered]
    assert len(named) > 50
    assert [one.text() for one in named if not one.statusTip()] == []
    doubles = {name: window.actions.conflicts(name, window.actions.keys(name)) for name in registered}
    assert {name: others for name, others in doubles.items() if others} == {}


def test_everything_that_can_be_done_stands_in_a_menu_or_a_bar(window: Window) -> None:
    bars = [action for bar in window.findChildren(QToolBar) for action in bar.actions()]
    assert set(window.actions) - {one.objectName() for one in [*in_menus(window), *bars]} == set()


def test_undo_and_redo_are_named_and_follow_the_keys(window: Window, session: Session, qtbot) -> None:
    session.edit("Name it", partial(pages.set_title, title="Other"))
    undo, redo = window.actions["edit.undo"], window.actions["edit.redo"]
    assert undo.text() == "&Undo Name it" and undo.isEnabled() and not redo.isEnabled()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project.title == "Test"
    assert redo.text() == "&Redo Name it" and redo.isEnabled()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert session.project.title == "Other"


def test_tools_are_chosen_by_keys_and_in_the_bar_and_the_status_bar_says_what_they_do(window: Window, qtbot) -> None:
    qtbot.keyClick(window.canvas, window.canvas.tools["knife"].key)
    assert window.canvas.tool == "knife"
    assert window.actions["tool.knife"].isChecked() and not window.actions["tool.select"].isChecked()
    assert window.status.hint.text() == window.canvas.tools["knife"].hint()
    window.actions["tool.pan"].trigger()
    assert window.canvas.tool == "pan"


def test_the_zoom_is_shown_and_set(window: Window) -> None:
    window.canvas.zoom_to(0.5)
    assert window.status.zoom.factor.text() == "50 %"
    full = next(one for one in window.status.zoom.factor.menu().actions() if one.text() == "100 %")
    full.trigger()
    assert window.canvas.camera.zoom == 1 and window.status.zoom.factor.text() == "100 %"


def test_what_is_not_possible_is_not_offered(window: Window, session: Session, qtbot) -> None:
    assert not window.actions["generate.panel"].isEnabled() and not window.actions["panel.merge"].isEnabled()
    session.select(UPPER)
    qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
    assert not window.actions["panel.merge"].isEnabled() and not window.actions["picture.copy"].isEnabled()
    session.select(UPPER, LOWER)
    qtbot.waitUntil(window.actions["panel.merge"].isEnabled)


def test_generate_and_cancel_have_their_keys(window: Window, session: Session, qtbot) -> None:
    session.select(UPPER)
    qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [entry.panel for entry in window.queue.entries] == [UPPER]
    qtbot.waitUntil(window.actions["generate.cancel"].isEnabled)
    qtbot.keyClick(window.canvas, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not window.queue.entries)


def test_keys_of_the_settings_are_used_and_their_former_ones_are_not(session: Session, qtbot) -> None:
    session.set_settings(window={"keys": {"tool.knife": ["Q"], "tool.pan": 7, "no.such": ["W"]}})
    window = Window(session, PanelQueue(session))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Q)
    assert window.canvas.tool == "knife"
    assert "(Q)" in window.actions["tool.knife"].toolTip()
    assert window.actions.keys("tool.pan") == window.actions.default_keys("tool.pan")
    window.history.release()


def test_places_of_docks_are_kept_and_broken_ones_forgotten(window: Window, session: Session, qtbot) -> None:
    window.docks["pages"].hide()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    other = Window(session, PanelQueue(session))
    qtbot.addWidget(other)
    other.show()
    assert not other.docks["pages"].isVisible() and other.docks["inspector"].isVisible()
    other.actions["window.reset"].trigger()
    assert other.docks["pages"].isVisible()
    other.history.release()
    session.set_settings(window={"docks": "no base 64", "geometry": 7})
    third = Window(session, PanelQueue(session))
    qtbot.addWidget(third)
    third.show()
    assert third.docks["pages"].isVisible() and isinstance(third.docks["pages"].widget(), PagesDock)
    third.history.release()


def test_thumbnails_are_whole_where_places_of_a_wide_window_are_put_into_a_narrow_one(
    window: Window, session: Session, qtbot
) -> None:
    window.resize(1920, 1000)
    sides = [window.docks["pages"], window.docks["inspector"]]
    window.resizeDocks(sides, [300, 600], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: window.docks["inspector"].width() > 500)
    session.set_settings(window={"docks": window.docks.state()["docks"]})
    other = Window(session, PanelQueue(session))
    qtbot.addWidget(other)
    other.resize(900, 720)
    other.show()
    pages, thumbnail = other.pages.list, other.pages.thumbnails.box.width()
    qtbot.waitUntil(lambda: pages.viewport().width() > 0)
    assert other.width() == 900 and pages.viewport().width() >= thumbnail
    assert not pages.horizontalScrollBar().isVisible() and pages.horizontalScrollBar().maximum() == 0
    other.history.release()


def test_no_bar_of_tabs_lies_where_no_docks_are(window: Window, qtbot) -> None:
    def strays() -> list[QTabBar]:
        """Bars of tabs within the window which are not at the edge of what they are tabs of."""
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window and bar.isVisible()]
        seen = [bar for bar in bars if window.rect().intersects(bar.geometry())]
        edges = {dock.geometry().bottom() + 1 for dock in window.docks.values() if not dock.visibleRegion().isEmpty()}
        return [bar for bar in seen if min(abs(bar.y() - edge) for edge in edges) > 6]

    qtbot.waitUntil(lambda: not strays())
    window.actions["window.reset"].trigger()
    qtbot.waitUntil(lambda: not strays())


def middle_of(window: Window, panel: str) -> QPoint:
    frame = next(one.frame for one in window.session.shown_page.panels if one.id == panel)
    left, top, right, bottom = polygon.bounds(frame)
    return window.canvas.to_view(((left + right) / 2, (top + bottom) / 2)).toPoint()


def click(window: Window, panel: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(window.canvas.viewport(), left, keys, middle_of(window, panel))


def in_front(window: Window, name: str) -> bool:
    return not window.docks[name].visibleRegion().isEmpty()


def bring(window: Window, name: str, qtbot) -> None:
    window.docks[name].raise_()
    qtbot.waitUntil(lambda: in_front(window, name))


def test_a_click_on_a_panel_brings_its_dock_forward_and_takes_no_focus(window: Window, session: Session, qtbot) -> None:
    bring(window, "characters", qtbot)
    window.canvas.setFocus()
    click(window, UPPER)
    qtbot.waitUntil(lambda: in_front(window, "inspector") and not in_front(window, "characters"))
    assert window.focusWidget() is window.canvas
    bring(window, "characters", qtbot)
    click(window, UPPER)
    qtbot.waitUntil(lambda: in_front(window, "inspector"))


def test_only_a_plain_click_of_the_selection_tool_brings_it_forward(window: Window, session: Session, qtbot) -> None:
    bring(window, "characters", qtbot)
    session.select(UPPER)
    click(window, LOWER, Qt.KeyboardModifier.ShiftModifier)
    assert session.selected == (UPPER, LOWER)
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    for tool in ("panel", "picture", "pose"):
        window.canvas.set_tool(tool)
        click(window, LOWER)
    qtbot.wait(1)
    assert in_front(window, "characters")


def test_a_character_that_is_dropped_on_a_panel_brings_the_panels_dock_forward(
    window: Window, session: Session, qtbot
) -> None:
    bring(window, "characters", qtbot)
    session.edit("Add", partial(characters.add_character, character=Character(YUKI, "Yuki")))
    drop(window, card_of(window, YUKI), LOWER)
    qtbot.waitUntil(lambda: in_front(window, "inspector") and not in_front(window, "characters"))
    assert session.selected == (LOWER,)


def test_who_redraws_goes_on_with_the_next_panel_there(window: Window, session: Session, qtbot) -> None:
    bring(window, "edits", qtbot)
    click(window, LOWER)
    qtbot.wait(1)
    assert session.selected == (LOWER,) and in_front(window, "edits")


def test_a_dock_that_was_closed_stays_closed(window: Window, session: Session, qtbot) -> None:
    window.docks["inspector"].hide()
    bring(window, "characters", qtbot)
    click(window, LOWER)
    qtbot.wait(1)
    assert session.selected == (LOWER,) and window.docks["inspector"].isHidden() and in_front(window, "characters")


def test_an_empty_page_says_what_to_do_next_until_it_has_panels(window: Window, session: Session, qtbot) -> None:
    assert not window.welcome.isVisible()
    session.show_page(SECOND)
    assert window.welcome.isVisible()
    window.welcome.offers[1].click()
    assert len(session.shown_page.panels) == 3 and not window.welcome.isVisible()
    assert window.actions["edit.undo"].text() == "&Undo Template Three rows"
    session.document.undo()
    assert window.welcome.isVisible()
    window.welcome.put_away()
    session.show_page(FIRST)
    session.show_page(SECOND)
    assert not window.welcome.isVisible()


def test_the_inspector_offers_the_first_character(window: Window, session: Session, qtbot, monkeypatch) -> None:
    for one in session.project.characters:
        session.edit("Remove", partial(characters.remove_character, character=one.id))
    asked: list[bool] = []
    monkeypatch.setattr(window.characters, "choose_files", lambda: asked.append(True))
    session.select(UPPER)
    button = window.inspector.cast.make_button
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.characters.isVisible(), "its dock came to the front"


def test_a_panel_that_failed_is_said_once(window: Window, session: Session, engine: FakeEngine, qtbot) -> None:
    engine.script(ListPacks, lambda job: [Failed(job.id, "failed", "no packs")])
    engine.script(Generate, lambda job: [Failed(job.id, "failed", "the moon is full")])
    session.select(LOWER)
    qtbot.waitUntil(window.actions["generate.panel"].isEnabled)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def said() -> list[str]:
        engine.play()
        return [line for line in window.banners.lines() if "the moon is full" in line]

    qtbot.waitUntil(lambda: bool(said()))
    qtbot.wait(1)
    assert said() == ["Page 1, panel 2 was not drawn: the moon is full"]


def drop(window: Window, data: QMimeData, panel: str) -> None:
    place = middle_of(window, panel)
    words = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for event in (QDragEnterEvent(place, *words), QDragMoveEvent(place, *words), QDropEvent(QPointF(place), *words)):
        QApplication.sendEvent(window.canvas.viewport(), event)
        assert event.isAccepted()


def card_of(window: Window, character: str) -> QMimeData:
    data = QMimeData()
    data.setData(MIME, character.encode())
    return data


def test_a_character_dropped_on_a_panel_is_put_into_it(window: Window, session: Session) -> None:
    session.edit("Add", partial(characters.add_character, character=Character(YUKI, "Yuki")))
    before = find_panel(session.project, LOWER)[1].figures
    drop(window, card_of(window, YUKI), LOWER)
    after = find_panel(session.project, LOWER)[1].figures
    assert [one.character for one in after][-1] == YUKI and len(after) <= len(before) + 1
    assert session.selected == (LOWER,) and session.figure == after[-1].id
    assert window.actions["edit.undo"].text() == "&Undo Put Yuki into the panel"
    drop(window, card_of(window, YUKI), LOWER)
    assert find_panel(session.project, LOWER)[1].figures == after, "nobody is there twice"


def test_a_character_of_the_library_dropped_on_a_panel_comes_into_the_project(
    window: Window, session: Session, qtbot
) -> None:
    session.library.put(Character(YUKI, "Yuki"), {})
    session.library_changed.emit()
    qtbot.waitUntil(lambda: window.characters.roster.card(YUKI) is not None)
    drop(window, card_of(window, YUKI), LOWER)
    qtbot.waitUntil(lambda: any(one.id == YUKI for one in session.project.characters))
    assert YUKI in [one.character for one in find_panel(session.project, LOWER)[1].figures]
