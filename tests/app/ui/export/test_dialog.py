"""The export dialog, driven by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QListWidget, QProgressBar, QSpinBox
from pytestqt.qtbot import QtBot

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from komawari.domain.edits import pages
from komawari.domain.paper import PRESETS
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui.dialogs.export import ExportDialog
from komawari.ui.export.source import Source
from komawari.ui.session import Session

from .conftest import FIRST, FIRST_PAGE, SECOND

PACK = PackInfo("mini", "Mini, the embedded pack", "Apache-2.0", "embedded", ((256, 256),), (), "d" * 64)


@pytest.fixture
def dialog(qtbot: QtBot, session: Session, source: Source) -> Iterator[ExportDialog]:
    one = ExportDialog(session)
    qtbot.addWidget(one)
    one.show()
    yield one
    one.exporter.close()


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
