"""No export replaces files, which may be lettered by now, before the artist has said so in the dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from komawari.ui.dialogs.export import ExportDialog

from .test_dialog import click, typed


def exported(qtbot: QtBot, dialog: ExportDialog, button: QAbstractButton) -> None:
    with qtbot.waitSignal(dialog.exporter.finished):
        click(qtbot, button)


def test_files_that_are_there_are_asked_about_before_they_are_replaced(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    qtbot.keyClicks(dialog.form.format, "Layered")
    click(qtbot, dialog.form.all)
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    exported(qtbot, dialog, dialog.go)
    lettered = tmp_path / "out/Test-01.psd"
    lettered.write_bytes(b"lettering")
    click(qtbot, dialog.go)
    question = dialog.question
    assert question.isVisible() and question.text.text() == "Test-01.psd and Test-02.psd exist there already."
    assert not dialog.go.isVisible() and not dialog.exporter.busy
    click(qtbot, question.cancel)
    assert not question.isVisible() and dialog.go.isVisible() and lettered.read_bytes() == b"lettering"
    click(qtbot, dialog.go)
    exported(qtbot, dialog, question.replace)
    assert lettered.read_bytes() != b"lettering" and not question.isVisible() and dialog.go.isVisible()


def test_another_name_is_proposed_that_replaces_nothing(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in ("Test-01.png", "Test 2-01.png"):
        (tmp_path / "out" / name).write_bytes(b"old")
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    click(qtbot, dialog.go)
    assert dialog.question.text.text() == "Test-01.png exists there already."
    qtbot.keyClick(dialog.question.rename, Qt.Key.Key_Space)
    assert dialog.form.name.text() == dialog.form.name.selectedText() == "Test 3"
    exported(qtbot, dialog, dialog.go)
    assert (tmp_path / "out/Test-01.png").read_bytes() == b"old" and (tmp_path / "out/Test 3-01.png").exists()


def test_a_question_ends_with_escape_and_with_another_choice(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    (tmp_path / "Test-01.png").write_bytes(b"old")
    typed(qtbot, dialog.form.folder, str(tmp_path))
    click(qtbot, dialog.go)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible() and not dialog.question.isVisible() and dialog.go.isVisible()
    click(qtbot, dialog.go)
    typed(qtbot, dialog.form.name, "other")
    assert not dialog.question.isVisible() and dialog.go.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_text_about_models_is_replaced_without_a_question(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    typed(qtbot, dialog.form.folder, str(tmp_path / "out"))
    exported(qtbot, dialog, dialog.go)
    qtbot.keyClicks(dialog.form.format, "Web")
    exported(qtbot, dialog, dialog.go)
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "Test-01.png", "Test-models.txt", "Test-slice-01.png"
    ]  # fmt: skip
