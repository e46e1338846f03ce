"""The table of all prompts, driven by mouse and keys."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from komawari.domain.edits import panels, parameters
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Figure, FigureRegion
from komawari.domain.project import find_panel
from komawari.ui.dialogs.prompt_table import TEXT
from komawari.ui.dialogs.prompts import PromptsDialog
from komawari.ui.session import Session

SECOND, UPPER, LOWER, FAR, MARI, FIGURE = (f"{number:032x}" for number in (2, 11, 12, 13, 90, 500))


@pytest.fixture
def dialog(session: Session, qtbot) -> PromptsDialog:
    values = {
        UPPER: {"prompt": "A night at the river. Nightfall.", "tags": ("night", "smile")},
        LOWER: {"prompt": "He runs.", "negative_prompt": "night"},
    }
    for panel, fields in values.items():
        session.edit("x", partial(parameters.set_parameters, panel=panel, **fields))
    figure = Figure(FIGURE, MARI, region=FigureRegion(tags=("red_scarf",)))
    session.edit("x", partial(parameters.add_figure, panel=LOWER, figure=figure))
    session.edit("x", partial(panels.draw_panel, page=SECOND, panel=FAR, frame=rectangle((10, 10, 60, 60))))
    session.edit("x", partial(parameters.set_parameters, panel=FAR, prompt="Night again"))
    one = PromptsDialog(session)
    qtbot.addWidget(one)
    one.show()
    return one


def panel(session: Session, name: str):
    return find_panel(session.project, name)[1]


def shown(dialog: PromptsDialog) -> list[tuple[str, str, str]]:
    model = dialog.model
    return [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]


def edit(dialog: PromptsDialog, row: int) -> QLineEdit:
    dialog.table.setCurrentIndex(dialog.model.index(row, TEXT))
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    return next(one for one in dialog.table.viewport().findChildren(QLineEdit) if one.isVisible())


def enter(dialog: PromptsDialog, editor: QLineEdit, qtbot) -> None:
    """End an editor by Enter; the table takes its text over a moment later."""
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.table.state() == dialog.table.State.NoState)


def test_all_texts_of_a_page_stand_in_reading_order(dialog: PromptsDialog) -> None:
    assert shown(dialog) == [
        ("1 · 1", "prompt", "A night at the river. Nightfall."),
        ("1 · 1", "tags", "night, smile"),
        ("1 · 1", "not wanted", ""),
        ("1 · 2", "prompt", "He runs."),
        ("1 · 2", "tags", ""),
        ("1 · 2", "not wanted", "night"),
        ("1 · 2", "tags of Mari", "red_scarf"),
    ]


def test_all_pages_may_be_shown_and_the_shown_page_is_followed(dialog: PromptsDialog, session: Session) -> None:
    session.show_page(SECOND)
    assert [row[0] for row in shown(dialog)] == ["2 · 1"] * 3
    QTest.keyClick(dialog.scope, Qt.Key.Key_Down)
    dialog.scope.activated.emit(dialog.scope.currentIndex())
    assert dialog.model.rowCount() == 10


def test_a_text_is_changed_in_its_cell_and_undone(dialog: PromptsDialog, session: Session, qtbot) -> None:
    editor = edit(dialog, 3)
    editor.selectAll()
    QTest.keyClicks(editor, "He walks.")
    enter(dialog, editor, qtbot)
    assert panel(session, LOWER).prompt == "He walks."
    session.document.undo()
    assert panel(session, LOWER).prompt == "He runs."
    assert shown(dialog)[3][2] == "He runs."


def test_tags_are_cut_at_their_commas(dialog: PromptsDialog, session: Session, qtbot) -> None:
    editor = edit(dialog, 1)
    editor.end(False)
    QTest.keyClicks(editor, ", forest,, smile")
    enter(dialog, editor, qtbot)
    assert panel(session, UPPER).tags == ("night", "smile", "forest")


def test_a_figures_text_is_changed_too(dialog: PromptsDialog, session: Session, qtbot) -> None:
    editor = edit(dialog, 6)
    editor.selectAll()
    QTest.keyClicks(editor, "blue_scarf, hat")
    enter(dialog, editor, qtbot)
    assert panel(session, LOWER).figures[0].region.tags == ("blue_scarf", "hat")


def test_lines_of_a_prompt_survive_a_look_into_the_cell(dialog: PromptsDialog, session: Session, qtbot) -> None:
    session.edit("x", partial(parameters.set_parameters, panel=LOWER, prompt="one\ntwo"))
    editor = edit(dialog, 3)
    enter(dialog, editor, qtbot)
    assert panel(session, LOWER).prompt == "one\ntwo"


def test_places_are_counted_by_case_and_words(dialog: PromptsDialog) -> None:
    QTest.keyClicks(dialog.sought, "night")
    assert dialog.count.text() == "4 places"
    dialog.match_case.click()
    assert dialog.count.text() == "3 places"
    dialog.match_case.click()
    dialog.whole_words.click()
    assert dialog.count.text() == "3 places"
    dialog.sought.clear()
    assert dialog.count.text() == "" and not dialog.replace.isEnabled()


def test_enter_goes_from_place_to_place(dialog: PromptsDialog) -> None:
    dialog.sought.setFocus()
    QTest.keyClicks(dialog.sought, "night")
    rows = []
    for keys in (Qt.KeyboardModifier.NoModifier,) * 4 + (Qt.KeyboardModifier.ShiftModifier,):
        QTest.keyClick(dialog.sought, Qt.Key.Key_Return, keys)
        rows.append(dialog.table.currentIndex().row())
    assert rows == [0, 1, 5, 0, 5]


def test_all_are_replaced_in_one_step_on_the_shown_pages_alone(dialog: PromptsDialog, session: Session) -> None:
    said: list[str] = []
    session.message.connect(said.append)
    QTest.keyClicks(dialog.sought, "night")
    dialog.whole_words.click()
    QTest.keyClicks(dialog.by, "evening")
    QTest.mouseClick(dialog.replace, Qt.MouseButton.LeftButton)
    assert panel(session, UPPER).prompt == "A evening at the river. Nightfall."
    assert panel(session, UPPER).tags == ("evening", "smile")
    assert panel(session, LOWER).negative_prompt == "evening"
    assert panel(session, FAR).prompt == "Night again"
    assert "3 places" in said[0] and dialog.count.text() == "0 places"
    session.document.undo()
    assert panel(session, UPPER).tags == ("night", "smile")


def test_a_double_click_reveals_panel_and_figure(dialog: PromptsDialog, session: Session) -> None:
    session.show_page(SECOND)
    dialog.scope.setCurrentIndex(1)
    dialog.scope.activated.emit(1)
    dialog.table.doubleClicked.emit(dialog.model.index(6, 0))
    assert (session.selected, session.figure) == ((LOWER,), FIGURE)


def test_the_table_blocks_nothing(dialog: PromptsDialog) -> None:
    assert not dialog.isModal()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
