"""The sketch in the inspector: whether pictures follow it, and how closely."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from tests.app.ui.docks.fake_queue import FakeQueue

from animeadapter.protocol.request import Blob
from komawari.domain.edits import sketches
from komawari.domain.panel import Sheet, Sketch
from komawari.domain.project import find_panel
from komawari.ui.docks.inspector.dock import InspectorDock
from komawari.ui.session import Session
from komawari.ui.sketch.room import SketchRoom

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
SHEET = Sheet(Blob("c" * 64), 100, 50)


@pytest.fixture
def dock(session: Session, qtbot: Any) -> InspectorDock:
    one = InspectorDock(session, FakeQueue(session))
    qtbot.addWidget(one)
    one.resize(340, 700)
    one.show()
    session.select(UPPER)
    return one


def sketch_of(session: Session, panel: str = UPPER) -> Sketch:
    return find_panel(session.project, panel)[1].sketch


def sketch_in(session: Session, *panels: str) -> None:
    for panel in panels:
        session.edit("Sketch", lambda project, panel=panel: sketches.set_sheet(project, panel, SHEET))


def undo_names(session: Session) -> list[str]:
    return [entry.name for entry in session.document.history.entries()[0]]


def test_without_a_sketch_nothing_can_be_followed_and_it_says_what_to_do(dock, session, qtbot) -> None:
    section = dock.sketch
    assert section.follow.isHidden() and section.note.text().startswith("None yet: take the pen")
    assert not section.closeness.isVisible()
    wanted: list[str] = []
    SketchRoom.of(session).tool_wanted.connect(wanted.append)
    qtbot.mouseClick(section.pen, Qt.MouseButton.LeftButton)
    assert wanted == ["sketch_pen"]


def test_the_switch_and_the_slider_are_edits_by_name(dock, session, qtbot) -> None:
    sketch_in(session, UPPER)
    section = dock.sketch
    assert section.follow.isVisible() and section.note.isHidden()
    qtbot.keyClick(section.follow, Qt.Key.Key_Space)
    assert sketch_of(session).follow and section.closeness.isVisible()
    assert undo_names(session)[-1] == "Follow the sketch"
    assert section.closeness.value == pytest.approx(0.25)
    for value in (0.3, 0.5, 0.6):
        section.closeness.box.setValue(value)
    section.closeness.finished.emit()
    assert sketch_of(session).strength == pytest.approx(0.4)
    assert undo_names(session)[-2:] == ["Follow the sketch", "Change closeness to the sketch"]
    session.document.undo()
    assert sketch_of(session).strength == 0.75 and section.closeness.value == pytest.approx(0.25)
    qtbot.keyClick(section.follow, Qt.Key.Key_Space)
    assert not sketch_of(session).follow and undo_names(session)[-1] == "Draw without the sketch"


def test_the_slider_never_asks_for_what_the_engine_refuses(dock, session) -> None:
    sketch_in(session, UPPER)
    session.edit("Follow", lambda project: sketches.set_sketch(project, UPPER, follow=True))
    dock.sketch.closeness.box.setValue(1.0)
    assert sketch_of(session).strength == pytest.approx(0.01)
    dock.sketch.closeness.box.setValue(0.0)
    assert sketch_of(session).strength == 1.0


def test_a_sketch_that_was_cleared_can_be_left_and_says_so(dock, session) -> None:
    sketch_in(session, UPPER)
    session.edit("Follow", lambda project: sketches.set_sketch(project, UPPER, follow=True))
    session.edit("Clear", lambda project: sketches.set_sheet(project, UPPER, None))
    assert dock.sketch.follow.isVisible() and "no sketch any more" in dock.sketch.note.text()


def test_several_panels_follow_at_once_and_where_they_differ_it_is_marked(dock, session, qtbot) -> None:
    sketch_in(session, UPPER, LOWER)
    session.edit("Follow", lambda project: sketches.set_sketch(project, UPPER, follow=True))
    session.select(LOWER, UPPER)
    assert dock.sketch.follow.text().endswith("≠")
    qtbot.keyClick(dock.sketch.follow, Qt.Key.Key_Space)
    qtbot.keyClick(dock.sketch.follow, Qt.Key.Key_Space)
    assert sketch_of(session).follow and sketch_of(session, LOWER).follow
    assert dock.sketch.follow.text() == "Follow the sketch"
    assert all(one.accessibleName() for one in (dock.sketch.pen, dock.sketch.closeness.box))
