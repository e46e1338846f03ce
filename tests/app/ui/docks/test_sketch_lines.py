"""The sketch's lines in the inspector: what they may be followed as with a model, and how firmly."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from tests.app.ui.docks.fake_queue import FakeQueue

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from animeadapter.protocol.request import Blob
from komawari.domain.edits import parameters, sketches
from komawari.domain.panel import Settings, Sheet, Sketch
from komawari.domain.project import find_panel
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui.docks.inspector.dock import InspectorDock
from komawari.ui.queue.pictures import encoded
from komawari.ui.session import Session

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
SHEET = Sheet(Blob("c" * 64), 100, 50)
PLAIN = PackInfo("mini", "Mini", "CC0", "sd1", ((256, 256),), ("unet",), "0" * 64)
BRUSH = replace(PLAIN, name="brush", title="Brush")
ART = replace(PLAIN, name="art", title="Inks", parts=("unet", "lineart"))
BOTH = replace(PLAIN, name="both", title="Pencils", parts=("unet", "lineart", "scribble"))


@pytest.fixture
def engine() -> FakeEngine:
    one = FakeEngine()
    one.script(ListPacks, lambda job: [Finished(job.id, PackList((PLAIN, BRUSH, ART, BOTH)))])
    return one


@pytest.fixture
def unlisted(session: Session, qtbot: Any, engine: FakeEngine) -> InspectorDock:
    """A dock whose engine did not say yet which packs there are."""
    one = InspectorDock(session, FakeQueue(session))
    qtbot.addWidget(one)
    one.resize(340, 700)
    one.show()
    qtbot.waitUntil(lambda: bool(engine.submitted))
    session.select(UPPER)
    return one


@pytest.fixture
def dock(unlisted: InspectorDock, qtbot: Any, engine: FakeEngine) -> InspectorDock:
    listed(unlisted, qtbot, engine)
    return unlisted


def listed(dock: InspectorDock, qtbot: Any, engine: FakeEngine) -> None:
    """Let the engine say it."""
    engine.play()
    qtbot.waitUntil(lambda: bool(dock.context.packs.all))


def sketch_of(session: Session, panel: str = UPPER) -> Sketch:
    return find_panel(session.project, panel)[1].sketch


def change(session: Session, panel: str = UPPER, **fields: Any) -> None:
    assert session.edit("Sketch", lambda project: sketches.set_sketch(project, panel, **fields))


def model(session: Session, name: str, *panels: str) -> None:
    for panel in panels or (UPPER,):
        settings = Settings(pack=name)
        assert session.edit("Model", partial(parameters.set_parameters, panel=panel, settings=settings))


def items(box: QComboBox) -> list[str]:
    return [box.itemText(index) for index in range(box.count())]


def undo_names(session: Session) -> list[str]:
    return [entry.name for entry in session.document.history.entries()[0]]


def test_lines_are_offered_where_there_is_a_sketch_and_the_model_can_follow_some(dock, session) -> None:
    section = dock.sketch
    assert not section.lines.isVisible()
    change(session, sheet=SHEET)
    assert section.follow.isVisible() and not section.lines.isVisible(), "this model follows none"
    model(session, "both")
    assert section.lines.isVisible() and not section.firmness.isVisible()
    assert items(section.lines) == ["not followed", "as line art", "as a scribble"]
    assert section.lines.currentText() == "not followed" and section.note.isHidden()
    change(session, sheet=None)
    assert not section.lines.isVisible()
    assert section.lines.accessibleName() and section.firmness.slider.accessibleName()


def test_a_model_that_knows_one_kind_offers_that_one_alone(dock, session) -> None:
    model(session, "art")
    change(session, sheet=SHEET)
    assert dock.sketch.lines.isVisible()
    assert items(dock.sketch.lines) == ["not followed", "as line art"]


def test_lines_are_offered_as_soon_as_the_models_are_known(unlisted, session, qtbot, engine) -> None:
    model(session, "art")
    change(session, sheet=SHEET)
    assert not unlisted.sketch.lines.isVisible()
    listed(unlisted, qtbot, engine)
    qtbot.waitUntil(unlisted.sketch.lines.isVisible)
    assert items(unlisted.sketch.lines) == ["not followed", "as line art"]


def test_the_choice_is_an_edit_by_name_whichever_way_the_keys_go(dock, session, qtbot) -> None:
    model(session, "both")
    change(session, sheet=SHEET)
    section = dock.sketch
    qtbot.keyClick(section.lines, Qt.Key.Key_Down)
    assert sketch_of(session) == Sketch(SHEET, lines="lineart") and section.firmness.isVisible()
    qtbot.keyClick(section.lines, Qt.Key.Key_Down)
    assert sketch_of(session) == Sketch(SHEET, lines="scribble")
    assert undo_names(session)[-2:] == ["Follow the sketch's lines"] * 2, "each is a step of its own"
    qtbot.keyClick(section.lines, Qt.Key.Key_Home)
    assert sketch_of(session) == Sketch(SHEET) and not section.firmness.isVisible()
    assert undo_names(session)[-1] == "Draw without the sketch's lines"
    for kind, text in (("scribble", "as a scribble"), ("lineart", "as line art")):
        session.document.undo()
        assert sketch_of(session).lines == kind and section.lines.currentText() == text
    session.document.undo()
    assert sketch_of(session).lines is None and section.lines.currentText() == "not followed"


def test_the_mouse_chooses_from_the_list(dock, session, qtbot) -> None:
    model(session, "both")
    change(session, sheet=SHEET)
    box = dock.sketch.lines
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible)
    # A list that was just opened takes a release for that of the click that opened it.
    qtbot.wait(QApplication.doubleClickInterval() + 50)
    spot = view.visualRect(view.model().index(2, 0)).center()
    qtbot.mouseMove(view.viewport(), spot)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: sketch_of(session).lines is not None)
    assert sketch_of(session).lines == "scribble" and undo_names(session)[-1] == "Follow the sketch's lines"


def test_lines_and_what_pictures_begin_from_are_chosen_apart(dock, session, qtbot) -> None:
    model(session, "both")
    change(session, sheet=SHEET)
    section = dock.sketch
    qtbot.keyClick(section.lines, Qt.Key.Key_Down)
    assert not sketch_of(session).follow and not section.closeness.isVisible()
    qtbot.keyClick(section.follow, Qt.Key.Key_Space)
    assert sketch_of(session).follow and sketch_of(session).lines == "lineart"
    qtbot.keyClick(section.lines, Qt.Key.Key_Up)
    assert sketch_of(session).follow and sketch_of(session).lines is None


def test_steps_of_the_firmness_are_one_step_of_undo_until_the_field_is_left(dock, session, qtbot) -> None:
    model(session, "art")
    change(session, sheet=SHEET, lines="lineart")
    firmness, steps = dock.sketch.firmness, len(undo_names(session))
    assert firmness.value == 1.0
    for _ in range(3):
        qtbot.keyClick(firmness.box, Qt.Key.Key_Up)
    assert sketch_of(session).lines_weight == pytest.approx(1.15)
    assert undo_names(session)[steps:] == ["Change firmness of the lines"]
    qtbot.keyClick(firmness.box, Qt.Key.Key_Return)
    qtbot.keyClick(firmness.slider, Qt.Key.Key_Left)
    assert sketch_of(session).lines_weight == pytest.approx(1.1)
    assert undo_names(session)[steps:] == ["Change firmness of the lines"] * 2
    session.document.undo()
    assert sketch_of(session).lines_weight == pytest.approx(1.15) == firmness.value
    session.document.undo()
    assert sketch_of(session) == Sketch(SHEET, lines="lineart") and firmness.value == 1.0


def test_the_firmness_never_asks_for_what_the_engine_refuses(dock, session) -> None:
    model(session, "art")
    change(session, sheet=SHEET, lines="lineart")
    firmness = dock.sketch.firmness
    firmness.slider.setValue(firmness.slider.maximum())
    assert sketch_of(session).lines_weight == 2.0
    for asked, weight in ((9.0, 4.0), (-1.0, 0.0)):
        firmness.box.setValue(asked)
        assert sketch_of(session).lines_weight == weight


def test_what_the_model_cannot_follow_stays_to_be_seen_and_the_note_says_so(dock, session, qtbot) -> None:
    model(session, "art")
    change(session, sheet=SHEET, lines="scribble")
    section = dock.sketch
    assert items(section.lines) == [
        "not followed", "as line art", "as a scribble (not with this model)",
    ]  # fmt: skip
    assert section.lines.currentText() == "as a scribble (not with this model)"
    assert section.note.isVisible() and "Inks has no controller for these lines" in section.note.text()
    qtbot.keyClick(section.lines, Qt.Key.Key_Up)
    assert sketch_of(session).lines == "lineart" and section.note.isHidden()
    assert items(section.lines) == ["not followed", "as line art"]


def test_a_model_that_follows_no_lines_lets_them_go_and_offers_no_others(dock, session, qtbot) -> None:
    change(session, sheet=SHEET, lines="lineart")
    section = dock.sketch
    assert section.lines.isVisible() and "Mini has no controller for these lines" in section.note.text()
    assert items(section.lines) == ["not followed", "as line art (not with this model)"]
    qtbot.keyClick(section.lines, Qt.Key.Key_Up)
    assert sketch_of(session).lines is None
    assert not section.lines.isVisible() and section.note.isHidden()


def test_another_model_is_named_as_the_one_that_cannot_follow_the_lines(dock, session, qtbot) -> None:
    change(session, sheet=SHEET, lines="scribble")
    assert "Mini has no controller" in dock.sketch.note.text()
    model(session, "art")
    assert "Inks has no controller" in dock.sketch.note.text()
    model(session, "both")
    assert dock.sketch.note.isHidden() and dock.sketch.lines.currentText() == "as a scribble"


def test_of_two_models_that_follow_no_lines_the_panels_own_is_named(dock, session) -> None:
    change(session, sheet=SHEET, lines="scribble")
    assert "Mini has no controller" in dock.sketch.note.text()
    model(session, "brush")
    assert "Brush has no controller" in dock.sketch.note.text()


def test_the_note_comes_as_soon_as_the_models_are_known(unlisted, session, qtbot, engine) -> None:
    change(session, sheet=SHEET, lines="scribble")
    assert unlisted.sketch.note.isHidden(), "nothing is known of the model yet"
    listed(unlisted, qtbot, engine)
    qtbot.wait(50)
    assert "Mini has no controller for these lines" in unlisted.sketch.note.text()


def test_a_model_of_which_nothing_is_known_yet_is_not_said_to_lack_what_is_chosen(unlisted, session) -> None:
    change(session, sheet=SHEET, lines="scribble")
    assert unlisted.sketch.lines.currentText() == "as a scribble"


def test_lines_of_a_sketch_that_was_cleared_can_be_let_go(dock, session, qtbot) -> None:
    model(session, "both")
    change(session, sheet=SHEET, lines="lineart")
    change(session, sheet=None)
    section = dock.sketch
    assert section.lines.isVisible() and "no sketch any more" in section.note.text()
    qtbot.keyClick(section.lines, Qt.Key.Key_Up)
    assert sketch_of(session).lines is None and not section.lines.isVisible()
    assert section.note.text().startswith("None yet")


def test_several_panels_are_set_at_once_and_where_they_differ_it_is_marked(dock, session, qtbot) -> None:
    model(session, "both", UPPER, LOWER)
    change(session, sheet=SHEET, lines="lineart", lines_weight=0.5)
    change(session, LOWER, sheet=SHEET, lines="scribble")
    session.select(LOWER, UPPER)
    section = dock.sketch
    kind, firm = (label_of(dock, field) for field in (section.lines, section.firmness))
    assert (kind.text(), firm.text()) == ("Lines ≠", "Firmly ≠")
    qtbot.keyClick(section.lines, Qt.Key.Key_Down)
    assert [sketch_of(session, one).lines for one in (UPPER, LOWER)] == ["scribble"] * 2
    assert (kind.text(), firm.text()) == ("Lines", "Firmly ≠")
    section.firmness.box.setValue(0.75)
    assert [sketch_of(session, one).lines_weight for one in (UPPER, LOWER)] == [0.75] * 2
    assert firm.text() == "Firmly"


def test_among_several_panels_the_one_that_is_stuck_is_seen_whichever_was_clicked_last(dock, session, qtbot) -> None:
    change(session, sheet=SHEET, lines="lineart")
    for chosen in ((UPPER, LOWER), (LOWER, UPPER)):
        session.select(*chosen)
        assert dock.sketch.lines.isVisible(), chosen
        assert "Mini has no controller for these lines" in dock.sketch.note.text(), chosen
    session.select(UPPER, LOWER)
    dock.sketch.lines.setFocus()
    dock.sketch.lines.activated.emit(0)
    assert sketch_of(session).lines is None and dock.sketch.note.isHidden()


@pytest.mark.parametrize("kind", ["lineart", "scribble"])
def test_the_lines_that_count_are_shown_as_the_engine_reads_them(dock, session, qtbot, kind: str) -> None:
    model(session, "both")
    seen = dock.sketch.seen
    change(session, sheet=inked(session, "#202020"))
    assert seen.isHidden()
    change(session, lines=kind)
    qtbot.waitUntil(lambda: seen.isVisible() and not seen.pixmap().isNull())
    before = seen.pixmap().toImage()
    rows = [before.pixelColor(before.width() // 2, y).red() > 127 for y in range(before.height())]
    assert not rows[2] and 1 <= sum(rows) < 0.2 * before.height()
    change(session, sheet=inked(session, "#fcfcfc"))
    qtbot.waitUntil(lambda: seen.text().startswith("No lines are seen"))
    session.document.undo()
    qtbot.waitUntil(lambda: not seen.pixmap().isNull())
    assert seen.pixmap().toImage() == before
    change(session, lines=None)
    assert seen.isHidden()


def inked(session: Session, colour: str) -> Sheet:
    """Return a sheet with a line from side to side, stored in the project."""
    image = QImage(200, 200, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(QPen(QColor(colour), 5))
    painter.drawLine(0, 100, 200, 100)
    painter.end()
    data = encoded(image)
    session.document.store.put_picture(data).result()
    return Sheet(Blob.of(data), 200, 200)


def label_of(dock: InspectorDock, field: Any) -> QLabel:
    return next(one for one in dock.sketch.findChildren(QLabel) if one.buddy() is field)
