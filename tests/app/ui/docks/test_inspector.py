"""The panel inspector, driven by mouse and keys."""

from __future__ import annotations

from functools import partial

import pytest
from fake_queue import FakeEntry, FakeQueue
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest

from animeadapter.protocol.request import Blob, Detail, Size
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters, parameters
from komawari.domain.panel import Figure
from komawari.domain.project import find_character, find_panel
from komawari.engine_client.fake import FakeEngine
from komawari.ui.docks.inspector.dock import InspectorDock
from komawari.ui.session import Session
from komawari.ui.theme import themes

UPPER, LOWER, MARI, YUKI, FIRST, SECOND = (f"{number:032x}" for number in (11, 12, 90, 200, 500, 501))


@pytest.fixture
def dock(session: Session, queue: FakeQueue, engine: FakeEngine, qtbot) -> InspectorDock:
    yuki = Character(YUKI, "Yuki", references=(CharacterReference(f"{201:032x}", Blob("d" * 64)),))
    session.edit("Add", partial(characters.add_character, character=yuki))
    one = InspectorDock(session, queue)
    qtbot.addWidget(one)
    one.resize(340, 900)
    one.show()
    qtbot.waitUntil(lambda: bool(engine.submitted))
    engine.play()
    qtbot.waitUntil(lambda: bool(one.context.packs.all))
    for fold in one.folds.values():
        fold.open()
    session.select(UPPER)
    return one


def panel(session: Session, name: str = UPPER):
    return find_panel(session.project, name)[1]


def choose(box, text: str) -> None:
    """Choose an item as a person does: open with the keyboard and press Enter on it."""
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def click(widget, pos: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=pos or QPoint())


def test_what_is_opened_below_the_fold_comes_into_view(dock: InspectorDock, qtbot) -> None:
    more, viewport = dock.folds["more"], dock._scroll.viewport()
    more.open(False)
    dock.resize(340, 500)
    qtbot.waitUntil(lambda: viewport.height() < 500 and dock._scroll.verticalScrollBar().value() == 0)
    QTest.mouseClick(more.head, Qt.MouseButton.LeftButton)
    prompt = dock.folds["texts"]
    qtbot.waitUntil(lambda: viewport.rect().contains(prompt.head.mapTo(viewport, prompt.head.rect().bottomRight())))
    assert more.head.mapTo(viewport, QPoint()).y() >= 0, "its own heading is still seen"


def test_the_dock_is_as_wide_with_a_panel_as_without(dock: InspectorDock, session: Session) -> None:
    widths = (dock.sizeHint().width(), dock.minimumSizeHint().width())
    session.select()
    assert (dock.sizeHint().width(), dock.minimumSizeHint().width()) == widths


def undo_names(session: Session) -> list[str]:
    done, _ = session.document.history.entries()
    return [entry.name for entry in done]


def test_without_a_panel_it_says_what_to_do(session: Session, queue: FakeQueue, qtbot) -> None:
    one = InspectorDock(session, queue)
    qtbot.addWidget(one)
    one.show()
    assert one._stack.currentIndex() == 0
    session.select(UPPER)
    assert one._stack.currentIndex() == 1 and one.foot.button.isVisible()


def test_choosing_a_character_puts_somebody_into_the_panel(dock: InspectorDock, session: Session) -> None:
    choose(dock.cast.box, "Mari")
    assert [figure.character for figure in panel(session).figures] == [MARI]
    assert undo_names(session)[-1] == "Choose character"
    session.document.undo()
    assert panel(session).figures == ()
    assert dock.cast.box.currentText() == "Nobody in particular"


def test_another_character_forgets_the_references_of_the_one_before(dock: InspectorDock, session: Session) -> None:
    figure = Figure(FIRST, MARI, references=(f"{91:032x}",))
    session.edit("x", partial(parameters.add_figure, panel=UPPER, figure=figure))
    choose(dock.cast.box, "Yuki")
    assert panel(session).figures[0].character == YUKI
    assert panel(session).figures[0].references == ()


def test_figures_are_added_chosen_and_removed(dock: InspectorDock, session: Session) -> None:
    choose(dock.cast.box, "Mari")
    click(dock.cast.add_button)
    choose(dock.cast.box, "Yuki")
    assert [figure.character for figure in panel(session).figures] == [MARI, YUKI]
    first = dock.cast.chips.itemAt(0).widget()
    assert "Mari" in first.text()
    click(first)
    assert dock.cast.box.currentText() == "Mari"
    click(dock.cast.remove_button)
    assert [figure.character for figure in panel(session).figures] == [YUKI]


def test_characters_of_one_name_are_numbered_where_one_is_chosen(dock: InspectorDock, session: Session) -> None:
    session.edit("Rename", lambda p: characters.set_character(p, replace(find_character(p, YUKI), name="Mari")))
    assert [dock.cast.box.itemText(i) for i in range(3)] == ["Nobody in particular", "Mari (1 of 2)", "Mari (2 of 2)"]
    choose(dock.cast.box, "Mari (2 of 2)")
    assert [figure.character for figure in panel(session).figures] == [YUKI]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_pose_is_an_empty_place_with_an_outline_and_not_a_black_box(dock: InspectorDock, theme: str) -> None:
    themes().choose(theme)
    dock.refresh()
    assert dock.pose.name.text() == "No pose"
    image = dock.pose.button.icon().pixmap(dock.pose.button.iconSize()).toImage()
    ground = QColor(themes().colours.base)
    shades = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    opaque = [one for one in shades if one.alpha() == 255]
    assert opaque and sum(one == ground for one in opaque) > len(opaque) / 2, "the ground is the theme's own"
    assert any(abs(one.lightness() - ground.lightness()) > 80 for one in opaque), "and something is seen on it"


def test_a_field_of_one_line_has_no_bar_beside_it(dock: InspectorDock) -> None:
    dock.folds["more"].open()
    dock.folds["texts"].open()
    field = dock.texts.negative
    assert not field.verticalScrollBar().isVisible()
    field.setPlainText("\n".join("many lines" for _ in range(30)))
    QTest.qWait(0)
    assert field.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAsNeeded


def test_a_pose_preset_is_searched_and_put_on_the_figure(dock: InspectorDock, session: Session) -> None:
    click(dock.pose.button)
    picker = dock.pose.picker
    QTest.keyClicks(picker.search, "from behind")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    pose = panel(session).figures[0].pose
    assert pose is not None and dock.pose.name.text() == "From behind"
    assert pose.keypoints[0] is None
    click(dock.pose.mirror)
    mirrored = panel(session).figures[0].pose
    assert mirrored != pose
    assert dock.pose.name.text() == "From behind"
    click(dock.pose.none)
    assert panel(session).figures[0].pose is None


def test_a_presets_tags_are_offered_and_not_forced(dock: InspectorDock, session: Session) -> None:
    click(dock.pose.button)
    QTest.keyClicks(dock.pose.picker.search, "from behind")
    QTest.keyClick(dock.pose.picker.search, Qt.Key.Key_Return)
    assert "from_behind" not in panel(session).tags
    assert dock.pose.offer.isVisible() and dock.pose.offer.text() == "Add: from behind"
    click(dock.pose.offer)
    assert panel(session).tags[-1] == "from_behind" and undo_names(session)[-1] == "Add tags of the pose"
    assert not dock.pose.offer.isVisible(), "nothing is left to offer"


def test_a_pose_of_one_of_two_figures_stands_in_its_half(dock: InspectorDock, session: Session) -> None:
    for name in (FIRST, SECOND):
        session.edit("x", partial(parameters.add_figure, panel=UPPER, figure=Figure(name)))
    session.choose_figure(SECOND)
    click(dock.pose.name)
    QTest.keyClick(dock.pose.picker.search, Qt.Key.Key_Return)
    pose = panel(session).figures[1].pose
    assert pose is not None and panel(session).figures[0].pose is None
    assert all(0.5 <= point[0] <= 1 for point in pose.keypoints if point)


def test_tags_are_typed_and_taken_away(dock: InspectorDock, session: Session) -> None:
    QTest.keyClicks(dock.tags.editor.line, "smile,Running,forest,")
    assert panel(session).tags == ("smile", "running", "forest")
    unknown = [chip.entry.tag for chip in dock.tags.editor.chips if not chip.entry.known]
    assert unknown == ["forest"]
    smile = dock.tags.editor.chips[0]
    QTest.keyClick(smile, Qt.Key.Key_Delete)
    assert panel(session).tags == ("running", "forest")


def test_a_tag_that_was_typed_and_not_entered_is_the_panels_that_it_was_typed_for(
    dock: InspectorDock, session: Session
) -> None:
    QTest.keyClicks(dock.tags.editor.line, "smile")
    session.select(LOWER)
    assert panel(session, UPPER).tags == ("smile",)
    assert panel(session, LOWER).tags == () and dock.tags.editor.line.text() == ""
    QTest.keyClicks(dock.tags.editor.line, "running")
    session.document.settling()  # as drawing, saving and undoing begin
    assert panel(session, LOWER).tags == ("running",)


def test_a_tag_typed_for_one_figure_stays_with_it(dock: InspectorDock, session: Session) -> None:
    for name in (FIRST, SECOND):
        session.edit("x", partial(parameters.add_figure, panel=UPPER, figure=Figure(name)))
    session.choose_figure(FIRST)
    QTest.keyClicks(dock.region.tags.line, "smile")
    session.choose_figure(SECOND)
    assert [figure.region.tags for figure in panel(session).figures] == [("smile",), ()]


def test_several_panels_are_changed_together(dock: InspectorDock, session: Session) -> None:
    session.edit("x", partial(parameters.set_parameters, panel=LOWER, tags=("forest", "smile")))
    session.edit("x", partial(parameters.set_parameters, panel=UPPER, tags=("smile",)))
    session.select(UPPER, LOWER)
    assert dock.several.isVisible() and "≠" in dock.tags.label.text()
    assert [chip.entry.tag for chip in dock.tags.editor.chips] == ["smile"]
    before = len(undo_names(session))
    QTest.keyClicks(dock.tags.editor.line, "running,")
    assert panel(session).tags == ("smile", "running")
    assert panel(session, LOWER).tags == ("forest", "smile", "running")
    assert len(undo_names(session)) == before + 1


def test_typing_a_prompt_is_one_step_until_the_field_is_left(dock: InspectorDock, session: Session) -> None:
    before = len(undo_names(session))
    QTest.keyClicks(dock.texts.prompt, "She waves")
    assert panel(session).prompt == "She waves"
    dock.texts.prompt.left.emit()
    QTest.keyClicks(dock.texts.prompt, "!")
    assert undo_names(session)[before:] == ["Change prompt", "Change prompt"]
    session.document.undo()
    assert dock.texts.prompt.toPlainText() == "She waves"


def test_an_empty_negative_prompt_is_the_packs_own(dock: InspectorDock, session: Session) -> None:
    QTest.keyClicks(dock.texts.negative, "hat")
    assert panel(session).negative_prompt == "hat"
    for _ in "hat":
        QTest.keyClick(dock.texts.negative, Qt.Key.Key_Backspace)
    assert panel(session).negative_prompt is None


def test_dragging_a_slider_is_one_step(dock: InspectorDock, session: Session) -> None:
    before = len(undo_names(session))
    slider = dock.sampling.weight.slider
    slider.setSliderDown(True)
    for value in (110, 130, 150):
        slider.setValue(value)
    slider.setSliderDown(False)
    assert panel(session).settings.controller.weight == 1.5
    assert len(undo_names(session)) == before + 1
    slider.setValue(60)
    assert len(undo_names(session)) == before + 2


def test_seed_lock_and_dice(dock: InspectorDock, session: Session) -> None:
    seed = dock.sampling.seed
    seed.box.selectAll()
    QTest.keyClicks(seed.box, "4294967295")
    assert panel(session).seed == 2**32 - 1
    click(seed.dice)
    rolled = panel(session).seed
    assert rolled != 2**32 - 1
    click(seed.lock)
    assert panel(session).seed_locked and not seed.dice.isEnabled()


def test_sampler_values_may_be_left_to_the_model(dock: InspectorDock, session: Session) -> None:
    steps = dock.sampling.steps
    assert steps.text() == "model's own"
    steps.selectAll()
    QTest.keyClicks(steps, "30")
    choose(dock.sampling.scheduler, "euler ancestral")
    sampler = panel(session).settings.sampler
    assert (sampler.steps, sampler.scheduler) == (30, "euler_ancestral")
    steps.setValue(steps.minimum())
    assert panel(session).settings.sampler.steps is None


def test_figures_and_heads_are_drawn_again_as_the_model_advises_or_as_is_said(
    dock: InspectorDock, session: Session
) -> None:
    figures, heads = dock.sampling.figures, dock.sampling.heads
    assert (figures.text(), heads.text()) == ("model's own", "model's own")
    figures.selectAll()
    QTest.keyClicks(figures, "0.7")
    heads.selectAll()
    QTest.keyClicks(heads, "0")
    assert panel(session).settings.detail == Detail(0.7, 0.0)
    assert dock.sampling.figures.toolTip().startswith("Draws each figure")
    figures.setValue(figures.minimum())
    assert panel(session).settings.detail == Detail(None, 0.0)
    heads.setValue(0.03)
    heads.stepDown()
    assert heads.text() == "model's own" and panel(session).settings.detail == Detail()


def test_the_size_follows_the_frame_or_is_fixed(dock: InspectorDock, session: Session) -> None:
    field = dock.sampling.size_field
    assert "352 × 176 px" in field.note.text() and "dpi" in field.note.text()
    choose(field.box, "256 × 256")
    assert panel(session).settings.size == Size(256, 256)
    choose(field.box, "Other …")
    field.width_box.selectAll()
    QTest.keyClicks(field.width_box, "333")
    QTest.keyClick(field.width_box, Qt.Key.Key_Return)
    assert panel(session).settings.size == Size(336, 256)
    choose(field.box, "From the frame")
    assert panel(session).settings.size is None


def test_takes_and_final_show_on_the_button(dock: InspectorDock, session: Session, queue: FakeQueue) -> None:
    dock.sampling.takes.setValue(4)
    assert dock.foot.button.text() == "Generate 4 takes"
    click(dock.foot.button)
    assert queue.calls == [("add", UPPER, None, False)]
    click(dock.sampling.final, QPoint(8, dock.sampling.final.height() // 2))
    assert panel(session).final and "Final" in dock.foot.button.text()


def test_progress_is_shown_and_stopped(dock: InspectorDock, queue: FakeQueue) -> None:
    queue.put(FakeEntry("other", LOWER, state="drawing"), FakeEntry("mine", UPPER))
    assert "number 2" in dock.foot.state.text()
    queue.step("mine", 7, 20)
    assert "step 7 of 20" in dock.foot.state.text() and dock.foot.bar.value() == 7
    click(dock.foot.cancel)
    assert queue.calls == [("cancel_panel", UPPER)]
    queue.put()
    assert not dock.foot.cancel.isVisible()


def test_parts_are_borrowed_from_others(dock: InspectorDock, session: Session) -> None:
    choose(dock.cast.box, "Mari")
    click(dock.mixer.add)
    entry = panel(session).figures[0].mixer[0]
    assert (entry.part, entry.character) == ("hair", YUKI)
    choose(dock.mixer.rows[0].part, "Outfit")
    choose(dock.mixer.rows[0].character, "Mari")
    row = dock.mixer.rows[0]
    before = len(undo_names(session))
    row.scale.slider.setSliderDown(True)
    for value in (90, 70):
        row.scale.slider.setValue(value)
    row.scale.slider.setSliderDown(False)
    assert dock.mixer.rows[0] is row, "a slider that is dragged stays"
    entry = panel(session).figures[0].mixer[0]
    assert (entry.part, entry.character, entry.reference, entry.scale) == ("outfit", MARI, f"{91:032x}", 0.7)
    assert len(undo_names(session)) == before + 1
    click(row.remove)
    assert panel(session).figures[0].mixer == ()


def test_the_last_reference_that_counts_stays(dock: InspectorDock, session: Session) -> None:
    choose(dock.cast.box, "Mari")
    said: list[str] = []
    session.message.connect(said.append)
    click(dock.mixer.references.itemAt(0).widget())
    assert panel(session).figures[0].references == ()
    assert "has to count" in said[0]


def test_a_region_has_words_and_weights_of_its_own(dock: InspectorDock, session: Session) -> None:
    choose(dock.cast.box, "Mari")
    QTest.keyClicks(dock.region.tags.line, "smile,")
    QTest.keyClicks(dock.region.prompt, "a red scarf")
    dock.region.weight.slider.setValue(140)
    region = panel(session).figures[0].region
    assert (region.tags, region.prompt, region.weight) == (("smile",), "a red scarf", 1.4)
    assert panel(session).tags == ()


def test_styles_are_saved_applied_and_forgotten(dock: InspectorDock, session: Session) -> None:
    dock.sampling.guidance.setValue(7)
    QTest.keyClicks(dock.tags.editor.line, "monochrome,smile,")
    QTest.keyClicks(dock.styles.box.lineEdit(), "Noir")
    click(dock.styles.save)
    style = session.project.styles[0]
    assert (style.name, style.tags, style.settings.sampler.guidance) == ("Noir", ("monochrome",), 7)
    session.select(LOWER)
    click(dock.styles.use)
    assert panel(session, LOWER).settings.sampler.guidance == 7
    assert panel(session, LOWER).tags == ("monochrome",)
    click(dock.styles.remove)
    assert session.project.styles == ()


def test_likeness_is_shown_for_the_take_in_use_alone(
    dock: InspectorDock, session: Session, queue: FakeQueue, qtbot
) -> None:
    choose(dock.cast.box, "Mari")
    takes = [session.document.takes.add(UPPER, bytes([n]), (2, 3)).result() for n in (1, 2)]
    for take in takes:
        session.document.takes.adopt(take)
    session.edit("Use", partial(parameters.use_take, panel=UPPER, take=takes[0]))
    ((asked, late),) = queue.asked
    queue.asked.clear()
    assert asked == takes[0]
    assert "not calibrated" in dock.likeness.toolTip()
    session.edit("Use", partial(parameters.use_take, panel=UPPER, take=takes[1]))
    queue.answer({MARI: 0.25})
    late({MARI: 0.9})
    bar, text = dock.likeness.rows[MARI]
    assert (bar.value, text.text()) == (0.25, "0.25")


def test_a_request_goes_through_the_clipboard_and_back(dock: InspectorDock, session: Session, qtbot) -> None:
    QTest.keyClicks(dock.tags.editor.line, "smile,running,")
    dock.sampling.takes.setValue(3)
    dock.requests.copy()
    assert '"seeds"' in QGuiApplication.clipboard().text()
    session.select(LOWER)
    dock.requests.paste()
    qtbot.waitUntil(lambda: panel(session, LOWER).takes == 3)
    assert panel(session, LOWER).tags == ("smile", "running")
    assert undo_names(session)[-1] == "Open request"


def test_a_request_file_is_written_and_read(dock: InspectorDock, session: Session, tmp_path, qtbot) -> None:
    QTest.keyClicks(dock.texts.prompt, "A quiet street at night, seen from a window.")
    path = tmp_path / "panel.json"
    said: list[str] = []
    session.message.connect(said.append)
    dock.requests.save(path)
    qtbot.waitUntil(lambda: bool(said))
    session.select(LOWER)
    dock.requests.open(path)
    qtbot.waitUntil(lambda: "quiet street" in panel(session, LOWER).prompt)


def test_a_clipboard_without_a_request_is_said(dock: InspectorDock, session: Session, qtbot) -> None:
    said: list[str] = []
    session.trouble.connect(said.append)
    QGuiApplication.clipboard().setText("hello")
    dock.requests.paste()
    qtbot.waitUntil(lambda: bool(said))
    assert "JSON" in said[0]


def test_open_folds_are_remembered(dock: InspectorDock, session: Session, queue: FakeQueue, qtbot) -> None:
    click(dock.folds["sampling"].head)
    other = InspectorDock(session, queue)
    qtbot.addWidget(other)
    assert other.folds["more"].is_open and not other.folds["sampling"].is_open


def test_only_what_changed_is_filled_again(dock: InspectorDock, session: Session, monkeypatch) -> None:
    filled: list[str] = []
    for section in dock.sections:
        name, fill = type(section).__name__, section.fill
        monkeypatch.setattr(section, "fill", lambda p, name=name, fill=fill: (filled.append(name), fill(p)))
    QTest.keyClicks(dock.tags.editor.line, "smile,")
    # The pose's section offers the tags of its preset that the panel does not have yet.
    assert sorted(filled) == ["PoseSection", "TagSection"]
    session.edit("x", partial(parameters.set_parameters, panel=LOWER, prompt="elsewhere"))
    assert len(filled) == 2


def test_every_control_has_a_name(dock: InspectorDock) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QPlainTextEdit, QSlider

    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QPlainTextEdit, QSlider):
        for widget in dock.findChildren(kind):
            if widget.isVisible() and not widget.objectName().startswith("qt_"):
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or text, widget
