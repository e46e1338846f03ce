"""Papers: presets and one's own lengths in three units; what a new project begins with; paper of pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from komawari.domain.paper import PRESETS, Paper
from komawari.domain.project import Gutters, Project
from komawari.ui.dialogs.new_project import NewProjectDialog
from komawari.ui.dialogs.paper import PaperDialog
from komawari.ui.dialogs.paper_form import PaperForm
from komawari.ui.session import Session


def choose(form: PaperForm, preset: str, qtbot) -> None:
    """Choose a preset as a hand does: what is chosen is activated."""
    form.preset.setCurrentIndex(form.preset.findData(preset))
    form.preset.activated.emit(form.preset.currentIndex())


def choose_unit(form: PaperForm, unit: str) -> None:
    form.unit.setCurrentText(unit)
    form.unit.activated.emit(form.unit.currentIndex())


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_comes_out_as_it_went_in(qtbot, name: str) -> None:
    form = PaperForm(PRESETS["a4"])
    qtbot.addWidget(form)
    choose(form, name, qtbot)
    assert form.paper() is PRESETS[name]


def test_lengths_stay_as_they_are_on_paper_when_the_unit_changes(qtbot) -> None:
    form = PaperForm(PRESETS["b5_manga"])
    qtbot.addWidget(form)
    choose_unit(form, "in")
    assert form.fields["width"].value() == pytest.approx(182 / 25.4, abs=1e-4)
    choose_unit(form, "px")
    assert form.fields["width"].value() == pytest.approx(4299, abs=1)
    assert form.preset.currentData() == ""
    choose_unit(form, "mm")
    assert form.paper().width == pytest.approx(182, abs=0.05)


def test_pixels_stay_as_they_are_when_the_resolution_changes(qtbot) -> None:
    form = PaperForm(PRESETS["webtoon"])
    qtbot.addWidget(form)
    form.dpi.setValue(192)
    assert form.fields["width"].value() == 800
    assert form.paper().pixels() == (800, 1280)


def test_a_paper_that_cannot_be_is_explained_and_not_taken(qtbot) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.paper.fields["safe"].setValue(100)
    assert "safe" in dialog.paper.problem.text() and not dialog.create_button.isEnabled()
    dialog.accept()
    assert dialog.isVisible()
    dialog.paper.fields["safe"].setValue(10)
    assert dialog.create_button.isEnabled() and not dialog.paper.problem.isVisible()


def test_a_new_project_is_as_it_was_asked_for(qtbot) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    made: list[Project] = []
    dialog.made.connect(made.append)
    qtbot.keyClicks(dialog.title, "Night bus")
    choose(dialog.paper, "us_comic", qtbot)
    dialog.rows.setValue(4)
    dialog.columns.setValue(2)
    dialog.border.setValue(1.5)
    qtbot.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    (project,) = made
    assert (project.title, project.reading, project.paper) == ("Night bus", "ltr", PRESETS["us_comic"])
    assert (project.gutters, project.border) == (Gutters(4, 2), 1.5)
    assert [page.paper for page in project.pages] == [PRESETS["us_comic"]]


def test_own_lengths_with_a_resolution_make_a_paper(qtbot) -> None:
    form = PaperForm(PRESETS["b5_manga"])
    qtbot.addWidget(form)
    form.dpi.setValue(350)
    for name, value in {"width": 150, "height": 200, "bleed": 5, "safe": 12}.items():
        form.fields[name].setValue(value)
    assert form.paper() == Paper(150, 200, 5, 12, 350, "mm")


def test_paper_is_changed_for_a_page_or_for_all_and_the_new_ones_as_one_edit(session: Session, qtbot) -> None:
    for every, papers in ((False, ["a4", "b5_manga"]), (True, ["a4", "a4"])):
        dialog = PaperDialog(session)
        qtbot.addWidget(dialog)
        dialog.show()
        choose(dialog.form, "a4", qtbot)
        dialog.every_page.setChecked(every)
        dialog.default.setChecked(every)
        qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
        assert [page.paper for page in session.project.pages] == [PRESETS[name] for name in papers]
        assert session.project.paper == PRESETS["a4" if every else "b5_manga"]
        session.document.undo()
        assert session.project.pages[0].paper == PRESETS["b5_manga"]


def test_the_fields_of_a_new_project_stand_in_one_line(qtbot) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    fields = (dialog.title, dialog.reading, dialog.paper.preset, dialog.paper.dpi, dialog.paper.fields["width"])
    assert len({field.mapTo(dialog, field.rect().topLeft()).x() for field in fields}) == 1
