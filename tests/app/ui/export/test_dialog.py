"""The export dialog, driven by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QListWidget, QProgressBar, QSpinBox
from pytestqt.qtbot import QtBot

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from komawari.domain.edits import pages
from komawari.domain.paper import PRESETS
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui import folders
from komawari.ui.dialogs.export import ExportDialog
from komawari.ui.session import Session
from komawari.ui.theme import LIGHT, themes

from .conftest import FIRST, FIRST_PAGE, SECOND, gradient

PACK = PackInfo("mini", "Mini, the embedded pack", "Apache-2.0", "embedded", ((256, 256),), (), "d" * 64)


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    # At its left edge: that is where check boxes and radio buttons have their mark.
    where = button.rect().center()
    where.setX(10)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=where)


def typed(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_an_artist_exports_all_pages(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    click(qtbot, dialog.form.all)
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    typed(qtbot, dialog.form.name, "comic")
    dialog.form.dpi.selectAll()
    qtbot.keyClicks(dialog.form.dpi, "254\t")
    assert "2 pages, 600 × 800 pixels" in dialog.amount.text()
    with qtbot.waitSignal(dialog.exporter.finished):
        click(qtbot, dialog.go)
        assert dialog.stop.isVisible()
        assert not dialog.form.isEnabled()
    assert QImage(str(tmp_path / "out/comic-01.png")).width() == 600
    assert (tmp_path / "out/comic-02.png").exists()
    assert "comic-01.png" in dialog.state.text()
    assert dialog.reveal.isVisible()
    assert dialog.form.isEnabled()
    assert not dialog.stop.isVisible()


def test_it_is_not_modal(dialog: ExportDialog) -> None:
    assert not dialog.isModal()


def test_soft_pictures_are_named_and_enter_shows_their_panel(
    qtbot: QtBot, dialog: ExportDialog, session: Session
) -> None:
    rows = [dialog.notes.soft.item(row).text() for row in range(dialog.notes.soft.count())]
    assert rows == ["Page 1, panel 1: 37 dpi", "Page 1, panel 2: 25 dpi"]
    assert "2 of 2 pictures" in dialog.notes.verdict.text()
    dialog.notes.soft.setCurrentRow(1)
    qtbot.keyClick(dialog.notes.soft, Qt.Key.Key_Return)
    assert session.selected == (SECOND,)
    assert not dialog.exporter.busy
    click(qtbot, dialog.form.enlarge)
    assert dialog.notes.soft.item(0).text() == "Page 1, panel 1: 148 dpi"


def test_pictures_that_cannot_be_read_are_named_before_anything_is_exported(
    qtbot: QtBot, dialog: ExportDialog, session: Session, damage: Callable[[str], None], add_take: Callable[..., str]
) -> None:
    damage(SECOND)
    dialog.close()
    dialog.show()
    qtbot.waitUntil(lambda: "cannot be read" in dialog.notes.verdict.text())
    rows = [dialog.notes.soft.item(row).text() for row in range(dialog.notes.soft.count())]
    assert rows == ["Page 1, panel 2: cannot be read", "Page 1, panel 1: 37 dpi"]
    assert "Choose another take there, or draw the panel anew" in dialog.notes.verdict.text()
    assert not dialog.go.isEnabled()
    dialog.notes.soft.setCurrentRow(0)
    qtbot.keyClick(dialog.notes.soft, Qt.Key.Key_Return)
    assert session.selected == (SECOND,)
    add_take(SECOND, gradient(80, 80))
    qtbot.waitUntil(lambda: dialog.go.isEnabled() and "cannot be read" not in dialog.notes.verdict.text())


def test_nothing_is_called_fine_before_all_pictures_were_looked_at(
    qtbot: QtBot, dialog: ExportDialog, damage: Callable[[str], None], add_take: Callable[..., str]
) -> None:
    dialog.close()
    for panel in (FIRST, SECOND):
        add_take(panel, gradient(210, 200 if panel == FIRST else 210))
        damage(panel)
    dialog.form.dpi.setValue(72)
    dialog.show()
    assert "fine" not in dialog.notes.verdict.text()
    qtbot.waitUntil(lambda: dialog.notes.soft.count() == 2)
    assert dialog.notes.verdict.text().startswith("2 pictures cannot be read.")
    assert "fine" not in dialog.notes.verdict.text()


def test_enlarging_is_not_offered_where_the_model_has_no_upscaler(
    qtbot: QtBot, dialog: ExportDialog, engine: FakeEngine
) -> None:
    packs = [PACK]
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList(tuple(packs)))])
    click(qtbot, dialog.form.enlarge)
    assert dialog.form.choice().enlarge, "nothing is known of the model before the engine has answered"
    engine.play()
    qtbot.waitUntil(lambda: not dialog.form.enlarge.isEnabled())
    assert dialog.form.no_enlarging.text() == "this model has no upscaler"
    assert "Mini, the embedded pack has no upscaler" in dialog.form.enlarge.toolTip()
    assert not dialog.form.enlarge.isChecked() and not dialog.form.choice().enlarge
    assert dialog.notes.soft.item(0).text() == "Page 1, panel 1: 37 dpi"


def test_what_was_wished_of_enlarging_is_remembered_for_a_model_that_can(
    qtbot: QtBot, dialog: ExportDialog, engine: FakeEngine, session: Session
) -> None:
    able = replace(PACK, name="able", parts=("unet", "upscaler"))
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK, able)))])
    click(qtbot, dialog.form.enlarge)
    engine.play()
    qtbot.waitUntil(lambda: not dialog.form.enlarge.isEnabled())
    dialog.close()
    dialog.show()
    session.set_settings(pack="able")
    assert dialog.form.enlarge.isEnabled() and dialog.form.choice().enlarge
    assert dialog.form.no_enlarging.text() == ""


@pytest.mark.parametrize("format", ["png", "pdf", "psd", "cbz", "webtoon"])
def test_what_a_format_is_can_be_read_whole_however_small_the_dialog_is(
    qtbot: QtBot, dialog: ExportDialog, format: str
) -> None:
    dialog.form.format.setCurrentIndex(dialog.form.format.findData(format))
    for size in (dialog.minimumSizeHint().expandedTo(dialog.minimumSize()), dialog.sizeHint()):
        dialog.resize(size)
        dialog.layout().activate()
        about = dialog.form.about
        room = about.fontMetrics().boundingRect(about.rect(), Qt.TextFlag.TextWordWrap, about.text())
        assert about.rect().contains(room) and about.visibleRegion().boundingRect() == about.rect()


def test_the_sample_is_exported_to_where_the_artists_pictures_are_and_a_file_beside_itself(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folders, "own_folder", lambda: str(tmp_path / "Pictures"))
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path / "elsewhere"))
    beside = ExportDialog(session)
    monkeypatch.setenv("KOMAWARI_HOME", str(session.document.path.parent))
    sample = ExportDialog(session)
    for one, folder in ((beside, tmp_path), (sample, tmp_path / "Pictures")):
        qtbot.addWidget(one)
        assert one.form.choice().folder == str(folder)
        one.exporter.close()


def test_one_panel_is_not_several(qtbot: QtBot, session: Session, add_take: Callable[..., str]) -> None:
    add_take(FIRST, gradient(1600, 800))
    one = ExportDialog(session)
    qtbot.addWidget(one)
    one.show()
    assert one.notes.verdict.text().startswith("A panel has no picture and stays empty.")
    one.exporter.close()


def test_models_are_listed_as_soon_as_the_engine_says_their_licences(
    qtbot: QtBot, dialog: ExportDialog, engine: FakeEngine
) -> None:
    assert "not known yet" in dialog.notes.models.item(0).text()
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
    engine.play()
    qtbot.waitUntil(lambda: "Apache-2.0" in dialog.notes.models.item(0).text())
    assert "elsewhere" in dialog.notes.models.item(1).text()


def test_the_models_go_into_a_text_file_beside_the_pages(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.exporter.finished):
        click(qtbot, dialog.go)
    said = (tmp_path / "out/Test-models.txt").read_text()
    assert "mini (dddddddddddd)" in said


def test_pages_that_are_not_there_cannot_be_exported(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.keyClicks(dialog.form.numbers, "1-3")
    assert dialog.form.some.isChecked()
    assert "1-3 lies outside" in dialog.notes.verdict.text()
    assert not dialog.go.isEnabled()
    qtbot.keyClick(dialog.form.numbers, Qt.Key.Key_Backspace)
    qtbot.keyClicks(dialog.form.numbers, "2")
    assert dialog.go.isEnabled()
    assert "No panel" not in dialog.notes.verdict.text()


def test_a_button_that_exports_nothing_looks_so(qtbot: QtBot, dialog: ExportDialog) -> None:
    themes().choose("light")
    assert dialog.go.grab().toImage().pixelColor(8, 8).name() == LIGHT.accent
    qtbot.keyClicks(dialog.form.numbers, "9")
    assert dialog.go.grab().toImage().pixelColor(8, 8).name() == LIGHT.line


def test_the_choice_is_remembered_for_its_project(qtbot: QtBot, dialog: ExportDialog, session: Session) -> None:
    dialog.form.format.setFocus()
    qtbot.keyClicks(dialog.form.format, "PDF")
    click(qtbot, dialog.form.bleed)
    typed(qtbot, dialog.form.name, "mine")
    dialog.close()
    again = ExportDialog(session)
    qtbot.addWidget(again)
    choice = again.form.choice()
    assert (choice.format, choice.bleed, choice.name) == ("pdf", True, "mine")
    again.exporter.close()


def test_slices_are_judged_by_their_pixels(
    qtbot: QtBot, dialog: ExportDialog, session: Session, add_take: Callable[..., str]
) -> None:
    # 600 of its pixels over 66 mm, of which a slice makes 880.
    add_take(FIRST, gradient(600, 300))
    qtbot.keyClicks(dialog.form.format, "Web")
    rows = [dialog.notes.soft.item(row).text() for row in range(dialog.notes.soft.count())]
    assert rows == ["Page 1, panel 2: enlarged 13.5 ×"]
    assert dialog.notes.verdict.text() == "1 of 2 pictures is enlarged more than 1.5 × and will look soft:"


def test_what_was_exported_is_not_said_of_another_choice(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.exporter.finished):
        click(qtbot, dialog.go)
    assert "exported" in dialog.state.text() and dialog.reveal.isVisible()
    qtbot.keyClicks(dialog.form.format, "PDF")
    assert dialog.state.text() == "" and not dialog.reveal.isVisible()


@pytest.mark.parametrize("format", ["png", "webtoon"])
def test_a_label_stays_at_its_box_however_much_room_there_is(qtbot: QtBot, dialog: ExportDialog, format: str) -> None:
    dialog.form.format.setCurrentIndex(dialog.form.format.findData(format))
    dialog.resize(dialog.width(), 900)
    dialog.layout().activate()
    title = next(one for one in dialog.notes.findChildren(QLabel) if one.buddy() is dialog.notes.models)
    assert dialog.notes.models.y() - title.geometry().bottom() < 20 > title.height() - title.sizeHint().height()


def test_slices_have_neither_dpi_nor_bleed(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.keyClicks(dialog.form.format, "Web")
    assert not dialog.form.dpi.isEnabled()
    assert not dialog.form.bleed.isEnabled()
    assert "800 pixels wide" in dialog.amount.text()


def test_stop_ends_the_export(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    click(qtbot, dialog.form.enlarge)
    with qtbot.waitSignal(dialog.exporter.stopped):
        click(qtbot, dialog.go)
        click(qtbot, dialog.stop)
    assert "nothing was exported" in dialog.state.text()
    assert dialog.go.isVisible()


def test_a_folder_that_cannot_be_written_to_is_said(
    qtbot: QtBot, dialog: ExportDialog, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    typed(qtbot, dialog.form.folder, str(tmp_path / "file"))
    troubles: list[str] = []
    session.trouble.connect(troubles.append)
    with qtbot.waitSignal(dialog.exporter.failed):
        click(qtbot, dialog.go)
    assert str(tmp_path / "file") in dialog.state.text()
    assert troubles == [], "the dialog says it; a banner behind it would only stay"
    dialog.close()
    dialog.show()
    assert dialog.state.text() == "", "what became of an export before is not said again"


def test_what_is_edited_meanwhile_is_shown(dialog: ExportDialog, session: Session) -> None:
    session.edit("Paper", lambda project: pages.set_paper(project, FIRST_PAGE, PRESETS["square"]))
    assert "4961 × 4961" in dialog.amount.text()


def test_a_dialog_that_is_closed_goes_on_exporting(
    qtbot: QtBot, dialog: ExportDialog, session: Session, tmp_path: Path
) -> None:
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    with qtbot.waitSignal(session.message, check_params_cb=lambda text: "Test-01.png" in text):
        click(qtbot, dialog.go)
        dialog.close()


def test_every_control_says_what_it_is(dialog: ExportDialog) -> None:
    for kind in (QLineEdit, QComboBox, QSpinBox, QListWidget, QProgressBar):
        for widget in dialog.findChildren(kind):
            if widget.objectName() != "qt_spinbox_lineedit":
                assert widget.accessibleName(), widget


@pytest.mark.usefixtures("source")
def test_without_pictures_it_says_so(qtbot: QtBot, session: Session, add_take: Callable[..., str]) -> None:
    session.show_page(session.project.pages[1].id)
    one = ExportDialog(session)
    qtbot.addWidget(one)
    one.show()
    assert "No panel of these pages has a picture" in one.notes.verdict.text()
    assert FIRST not in session.selected
    one.exporter.close()
