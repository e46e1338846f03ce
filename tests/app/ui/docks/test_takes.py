"""The strip of takes, driven by mouse and keys."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from fake_queue import FakeEntry, FakeQueue
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QEvent, QIODevice, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from animeadapter.protocol.png import is_png
from animeadapter.protocol.request import Blob, Environment, GenerateRequest, Reference, ResolvedRequest
from animeadapter.protocol.result_file import read_result
from komawari.domain.edits import characters, parameters
from komawari.domain.panel import Figure
from komawari.domain.takes import Take, drawn_with
from komawari.ui.docks.takes import TakesDock
from komawari.ui.session import Session

UPPER, LOWER, MARI = (f"{number:032x}" for number in (11, 12, 90))


def png(colour: str, width: int = 40, height: int = 60) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def resolved(seed: int) -> ResolvedRequest:
    environment = Environment("cpu", "a processor", "float32", 1, (seed,), "0" * 64, {})
    return ResolvedRequest(GenerateRequest(prompt="smile", seeds=(seed,)), 0, environment)


def add(session: Session, colour: str, seed: int | None = None, panel: str = UPPER, **more) -> Take:
    made = None if seed is None else resolved(seed)
    take = session.document.takes.add(panel, png(colour), (40, 60), made, **more).result()
    session.document.takes.adopt(take)
    return take


def use(session: Session, take: Take) -> None:
    session.edit("Use", partial(parameters.use_take, panel=take.panel, take=take))


@pytest.fixture
def takes(session: Session) -> list[Take]:
    return [add(session, "red", 1), add(session, "green", 2), add(session, "blue")]


@pytest.fixture
def dock(session: Session, queue: FakeQueue, takes: list[Take], qtbot) -> TakesDock:
    one = TakesDock(session, queue)
    qtbot.addWidget(one)
    one.resize(600, 200)
    one.show()
    session.select(UPPER)
    return one


def choose(dock: TakesDock, *rows: int) -> None:
    """Click on cards, the further ones with Ctrl."""
    for number, row in enumerate(rows):
        at = dock.strip.visualRect(dock.model.index(row)).center()
        keys = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(dock.strip.viewport(), Qt.MouseButton.LeftButton, keys, at)


def used(session: Session) -> str | None:
    return session.shown_page.panels[0].take


def heard(signal) -> list:
    said: list = []
    signal.connect(said.append)
    return said


def test_without_panel_or_takes_it_says_what_to_do(dock: TakesDock, session: Session) -> None:
    assert dock._stack.currentWidget() is dock.strip
    session.select(LOWER)
    assert dock._stack.currentIndex() == 1
    session.select()
    assert dock._stack.currentIndex() == 0


def test_enter_uses_a_take_and_undo_takes_none_away(dock: TakesDock, session: Session, takes: list[Take]) -> None:
    choose(dock, 0)
    QTest.keyClick(dock.strip, Qt.Key.Key_Right)
    QTest.keyClick(dock.strip, Qt.Key.Key_Return)
    assert used(session) == takes[1].id
    assert dock.model.describe(dock.model.cards[1]) == "Take 2, in use"
    session.document.undo()
    assert used(session) is None and len(dock.model.cards) == 3


def test_the_enter_of_the_number_pad_uses_a_take_too(dock: TakesDock, session: Session, takes: list[Take]) -> None:
    choose(dock, 1)
    QTest.keyClick(dock.strip, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert used(session) == takes[1].id


def test_the_take_in_use_is_chosen_when_its_panel_is_selected(
    dock: TakesDock, session: Session, takes: list[Take]
) -> None:
    use(session, takes[1])
    for others in ((LOWER,), ()):
        session.select(*others)
        session.select(UPPER)
        assert dock.chosen == [takes[1]]


def test_a_double_click_shows_a_take_large_and_keys_use_it(
    dock: TakesDock, session: Session, takes: list[Take], qtbot
) -> None:
    at = dock.strip.visualRect(dock.model.index(1)).center()
    QTest.mouseClick(dock.strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(dock.strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    window = dock.compare_window
    assert window.isVisible() and not window.isModal() and len(window.panes) == 1
    qtbot.waitUntil(lambda: window.panes[0].image is not None)
    assert QColor(window.panes[0].image.pixel(5, 5)).name() == QColor("green").name()
    assert used(session) is None, "showing a take does not use it"
    QTest.keyClick(window, Qt.Key.Key_1)
    assert used(session) == takes[1].id
    assert window.buttons[0].text() == "In use"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_takes_stand_side_by_side_and_zoom_together(dock: TakesDock, session: Session, qtbot) -> None:
    choose(dock, 0, 2)
    QTest.keyClick(dock.strip, Qt.Key.Key_Space)
    window = dock.compare_window
    assert "1, 3" in window.windowTitle() and len(window.panes) == 2
    qtbot.waitUntil(lambda: all(pane.image is not None for pane in window.panes))
    before = window.panes[1]._place().width()
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QWheelEvent

    at = QPointF(20, 20)
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    wheel = QWheelEvent(at, at, QPoint(), QPoint(0, 480), none, Qt.KeyboardModifier.NoModifier, phase, False)
    window.panes[0].wheelEvent(wheel)
    assert window.panes[1]._place().width() > 1.5 * before


def test_keys_of_the_strip_do_not_quarrel_with_the_windows(
    dock: TakesDock, session: Session, takes: list[Take], qtbot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(dock)
    window.addAction("Remove panel", QKeySequence("Delete"), lambda: pytest.fail("the window took the key"))
    window.show()
    choose(dock, 0)
    dock.strip.setFocus()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(dock.strip, override)
    assert override.isAccepted()
    QTest.keyClick(dock.strip, Qt.Key.Key_Delete)
    assert [card.take for card in dock.model.cards] == takes[1:]
    dock.setParent(None)


def test_the_take_in_use_is_never_thrown_away(dock: TakesDock, session: Session, takes: list[Take]) -> None:
    use(session, takes[0])
    said = heard(session.told)
    choose(dock, 0, 1)
    QTest.keyClick(dock.strip, Qt.Key.Key_Delete)
    assert [card.take for card in dock.model.cards] == [takes[0], takes[2]]
    assert "in use stays" in said[0]
    assert session.document.takes.get(takes[1].id).trashed_at is not None


def test_delete_on_the_take_in_use_says_why_it_stays(dock: TakesDock, session: Session, takes: list[Take]) -> None:
    use(session, takes[0])
    said = heard(session.message)
    choose(dock, 0)
    QTest.keyClick(dock.strip, Qt.Key.Key_Delete)
    assert [card.take for card in dock.model.cards] == takes
    assert said == ["A take in use stays; let its panel use another one first."]


def test_reproduce_and_vary_are_for_drawn_takes(dock: TakesDock, queue: FakeQueue, takes: list[Take]) -> None:
    choose(dock, 2)
    assert not dock.actions_.reproduce.isEnabled()
    choose(dock, 0)
    dock.actions_.reproduce.trigger()
    dock.actions_.vary.trigger()
    assert queue.calls == [("reproduce", takes[0].id), ("vary", takes[0].id)]


def test_takes_of_an_older_design_are_marked(dock: TakesDock, session: Session) -> None:
    session.edit("x", partial(parameters.add_figure, panel=UPPER, figure=Figure(f"{500:032x}", MARI)))
    mari = session.project.characters[0]
    add(session, "white", 3, drawn_with=drawn_with(session.shown_page.panels[0], {MARI: mari}))
    assert dock.model.cards[3].stale == ()
    session.edit("x", partial(characters.set_character, character=replace(mari, prompt="red scarf")))
    assert dock.model.cards[3].stale == ("Mari",)
    assert "stale" in dock.model.describe(dock.model.cards[3])


def test_what_is_drawn_stands_at_the_end(dock: TakesDock, queue: FakeQueue) -> None:
    queue.put(FakeEntry("a", LOWER, state="drawing"))
    assert len(dock.model.cards) == 3
    queue.put(FakeEntry("b", UPPER, state="drawing", step=5, steps=20))
    image = QImage(8, 12, QImage.Format.Format_RGB32)
    queue.show_preview(UPPER, image)
    last = dock.model.cards[3]
    assert (last.take, last.share, last.image) == (None, 0.25, image)
    queue.put()
    assert len(dock.model.cards) == 3


def test_a_picture_that_cannot_be_written_stands_there_with_a_mark_until_it_is(
    dock: TakesDock, queue: FakeQueue, session: Session, qtbot
) -> None:
    data = png("black")
    sha = Blob.of(data).sha256
    session.unwritten_files[sha] = data
    queue.unwritten = {UPPER: (sha,)}
    queue.put()
    qtbot.waitUntil(lambda: dock.model.cards[3].image is not None)
    index = dock.model.index(3)
    assert dock.model.cards[3].image.pixelColor(1, 1) == QColor("black")
    assert dock.model.describe(dock.model.cards[3]) == "Not saved yet"
    assert "kept" in str(dock.model.data(index, Qt.ItemDataRole.ToolTipRole))
    choose(dock, 3)
    assert dock.chosen == [] and not dock.actions_.use.isEnabled()
    queue.unwritten = {}
    queue.put()
    assert len(dock.model.cards) == 3


def test_the_header_says_how_many_are_chosen_and_forgets_it_with_the_panel(dock: TakesDock, session: Session) -> None:
    for others in ((), (LOWER,)):
        session.select(UPPER)
        choose(dock, 0, 1, 2)
        assert dock.note.text() == "3 chosen"
        session.select(*others)
        assert dock.note.text() == "" and not dock.actions_.trash.isEnabled()


def test_the_header_says_nothing_any_more_when_what_was_chosen_is_thrown_away(dock: TakesDock) -> None:
    choose(dock, 0, 1, 2)
    QTest.keyClick(dock.strip, Qt.Key.Key_Delete)
    assert dock.model.cards == [] and dock.note.text() == ""


def test_a_new_take_leaves_the_choice_alone(dock: TakesDock, session: Session, takes: list[Take]) -> None:
    choose(dock, 1)
    add(session, "white", 4)
    assert len(dock.model.cards) == 4 and dock.chosen == [takes[1]]


def test_a_copied_take_is_png_pixels_and_file(dock: TakesDock, qtbot) -> None:
    QGuiApplication.clipboard().setText("before")
    choose(dock, 0)
    QTest.keyClick(dock.strip, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().mimeData().hasUrls())
    mime = QGuiApplication.clipboard().mimeData()
    assert QColor(mime.imageData().pixel(1, 1)).name() == QColor("red").name()
    assert is_png(Path(mime.urls()[0].toLocalFile()).read_bytes())


def test_a_take_is_dragged_out_as_png(dock: TakesDock) -> None:
    choose(dock, 0, 1)
    mime = dock.model.mimeData(dock.strip.selectedIndexes())
    assert is_png(bytes(mime.data("image/png").data()))
    names = [Path(url.toLocalFile()).name for url in mime.urls()]
    assert len(names) == 2 and names[0].startswith("page 1 take 1")
    assert all(Path(url.toLocalFile()).exists() for url in mime.urls())


def test_a_saved_take_carries_its_request(
    dock: TakesDock, session: Session, takes: list[Take], tmp_path, qtbot
) -> None:
    said = heard(session.message)
    dock.save(takes[1], tmp_path / "take.png")
    qtbot.waitUntil(lambda: bool(said))
    found, files = read_result((tmp_path / "take.png").read_bytes(), "take.png")
    assert found.request.seeds == (2,) and files == {}


def test_a_saved_take_carries_the_files_of_its_request_so_far_as_they_are_there(
    dock: TakesDock, session: Session, takes: list[Take], tmp_path, qtbot
) -> None:
    said, reference = heard(session.message), png("green")
    session.document.store.put_picture(reference).result()
    assert takes[1].resolved is not None
    resolved = replace(
        takes[1].resolved,
        request=replace(
            takes[1].resolved.request, references=(Reference(Blob.of(reference)), Reference(Blob.of(b"lost")))
        ),
    )
    dock.save(replace(takes[1], resolved=resolved), tmp_path / "take.png")
    qtbot.waitUntil(lambda: bool(said))
    found, files = read_result((tmp_path / "take.png").read_bytes(), "take.png")
    assert found == resolved and files == {Blob.of(reference).sha256: reference}


def test_a_take_that_cannot_be_written_is_said(
    dock: TakesDock, session: Session, takes: list[Take], tmp_path, qtbot
) -> None:
    said = heard(session.trouble)
    (tmp_path / "a file").write_text("no folder")
    dock.save(takes[1], tmp_path / "a file" / "take.png")
    qtbot.waitUntil(lambda: bool(said))
    assert "take.png" in said[0]


def test_pictures_that_are_dropped_or_pasted_become_takes(dock: TakesDock, queue: FakeQueue, tmp_path, qtbot) -> None:
    path = tmp_path / "drawn elsewhere.png"
    path.write_bytes(png("black"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    keys = Qt.KeyboardModifier.NoModifier
    dock.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, keys))
    qtbot.waitUntil(lambda: len(queue.calls) == 1)
    assert queue.calls[0] == ("paste", UPPER, path.read_bytes(), True)
    QGuiApplication.clipboard().setImage(QImage.fromData(png("white")))
    QTest.keyClick(dock.strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(queue.calls) == 2)
    assert is_png(queue.calls[1][2])


def test_a_take_becomes_a_character(dock: TakesDock, session: Session, qtbot) -> None:
    choose(dock, 0)
    dock.actions_.reference.aboutToShow.emit()
    texts = [action.text() for action in dock.actions_.reference.actions() if action.text()]
    assert texts == ["A new character", "Mari"]
    dock.actions_.reference.actions()[0].trigger()
    deadline = time.monotonic() + 5
    qtbot.waitUntil(lambda: len(session.project.characters) == 2 or time.monotonic() > deadline)
    assert len(session.project.characters) == 2
