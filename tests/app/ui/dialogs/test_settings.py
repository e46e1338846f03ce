"""Settings are shown as they are, written as they were chosen, and keys are bound without anybody losing one unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.storage.settings import read_settings
from komawari.ui.dialogs import settings
from komawari.ui.dialogs.settings import SettingsDialog
from komawari.ui.dialogs.templates import TemplatesDialog, templates
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions
from komawari.ui.window.engine import EngineWatch


@pytest.fixture
def actions(qtbot) -> Actions:
    window = QWidget()
    qtbot.addWidget(window)
    made = Actions(window)
    made.setProperty("window", window)
    made.add("one", "&One", "Ctrl+1", lambda: None, "Does one thing")
    made.add("two", "&Two", ("Ctrl+2", "F2"), lambda: None, "Does another")
    return made


@pytest.fixture
def dialog(session: Session, actions: Actions, qtbot) -> Iterator[SettingsDialog]:
    one = SettingsDialog(session, EngineWatch(session), actions)
    qtbot.addWidget(one)
    one.show()
    yield one


def press_ok(dialog: SettingsDialog, qtbot) -> None:
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_what_is_chosen_is_written(dialog: SettingsDialog, session: Session, tmp_path: Path, qtbot) -> None:
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.undo.setValue(64)
    dialog.command.setText("ssh 'my box' animeadapter serve")
    press_ok(dialog, qtbot)
    written = read_settings(tmp_path / "settings.json")
    assert (written.theme, written.undo_mebibytes) == ("dark", 64)
    assert written.engine_command == ("ssh", "my box", "animeadapter", "serve")


def test_languages_are_written_as_they_write_themselves(dialog: SettingsDialog) -> None:
    assert dialog.language.itemText(dialog.language.findData("en")) == "American English"


HERE = PackInfo("mini", "Mini, the embedded pack", "Apache-2.0", "embedded", ((256, 256),), (), "a" * 64)
MINE = PackInfo("mine", "My model", "CreativeML", "sd15", ((512, 512),), (), "b" * 64)


def test_where_other_models_belong_is_said_and_the_folder_opens(
    dialog: SettingsDialog, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    dialog.show_page("engine")
    assert not dialog.open_folder.isVisible() and "as soon as the engine is ready" in dialog.where.text()
    folder = tmp_path / "home" / "models"
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((HERE,), str(folder)))])
    engine.play()
    qtbot.waitUntil(dialog.open_folder.isVisible)
    assert str(folder) in dialog.where.text() and "pack.json" in dialog.where.text()
    opened: list[QUrl] = []
    monkeypatch.setattr(settings.QDesktopServices, "openUrl", opened.append)
    qtbot.mouseClick(dialog.open_folder, Qt.MouseButton.LeftButton)
    assert opened == [QUrl.fromLocalFile(str(folder))] and folder.is_dir()


def test_a_model_that_was_added_can_be_chosen_when_the_settings_are_opened_again(
    session: Session, engine: FakeEngine, actions: Actions, tmp_path: Path, qtbot
) -> None:
    packs = [HERE]
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList(tuple(packs), str(tmp_path)))])
    watch = EngineWatch(session)
    engine.play()
    packs.append(MINE)
    dialog = SettingsDialog(session, watch, actions)
    qtbot.addWidget(dialog)
    dialog.show()
    engine.play()
    qtbot.waitUntil(lambda: dialog.pack.count() == 2)
    assert dialog.pack.currentData() == "mini"
    dialog.pack.setCurrentIndex(dialog.pack.findData("mine"))
    press_ok(dialog, qtbot)
    assert session.settings.pack == "mine"


def test_a_folder_on_another_machine_is_named_and_not_opened(
    session: Session, engine: FakeEngine, actions: Actions, qtbot
) -> None:
    session.set_settings(engine_command=("ssh", "box", "animeadapter", "serve"))
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((HERE,), "/srv/models"))])
    dialog = SettingsDialog(session, EngineWatch(session), actions)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_page("engine")
    engine.play()
    qtbot.waitUntil(lambda: "/srv/models on the engine's machine" in dialog.where.text())
    assert not dialog.open_folder.isVisible()


def test_a_command_with_an_open_quote_is_refused(dialog: SettingsDialog, qtbot) -> None:
    dialog.command.setText("ssh 'box")
    assert "quot" in dialog.problem.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_a_key_that_is_taken_is_named_and_moves(
    dialog: SettingsDialog, actions: Actions, session: Session, qtbot
) -> None:
    dialog.show_page("keys")
    page = dialog.keys
    qtbot.keyClicks(page.search, "two")
    shown = [page.tree.topLevelItem(i) for i in range(2)]
    assert [item is not None and item.isHidden() for item in shown] == [True, False]
    page.search.clear()
    page.tree.setCurrentItem(page.tree.topLevelItem(0))
    page.keys.setKeySequence(QKeySequence("F2"))
    assert "F2" in page.problem.text() and "Two" in page.problem.text()
    qtbot.mouseClick(page.bind, Qt.MouseButton.LeftButton)
    assert actions.keys("one") == ("Ctrl+1",), "nothing is bound before OK"
    press_ok(dialog, qtbot)
    assert actions.keys("one") == ("F2",) and actions.keys("two") == ("Ctrl+2",)
    assert session.settings.window["keys"] == {"one": ["F2"], "two": ["Ctrl+2"]}


def test_keys_can_be_reset(dialog: SettingsDialog, actions: Actions, qtbot) -> None:
    page = dialog.keys
    page.keys.setKeySequence(QKeySequence())
    qtbot.mouseClick(page.bind, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.reset, Qt.MouseButton.LeftButton)
    press_ok(dialog, qtbot)
    assert actions.keys("one") == ("Ctrl+1",)


def test_a_template_is_applied_with_a_click_and_another_may_be_tried(session: Session, qtbot) -> None:
    dialog = TemplatesDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.count() == len(templates()) >= 16
    kept = session.shown_page.panels[0].id
    for name, panels in (("grid-6", 6), ("three-rows", 3)):
        item = next(dialog.list.item(i) for i in range(dialog.list.count()) if dialog.list.item(i).data(0x100) == name)
        dialog.list.scrollToItem(item)
        place = dialog.list.visualItemRect(item).center()
        qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert len(session.shown_page.panels) == panels
        assert kept in {panel.id for panel in session.shown_page.panels}
    assert dialog.isVisible()
