"""Roughs that come in from files, drops and the clipboard, and sketches that are moved in their frames."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.app.ui.sketch.conftest import file_of, rough

from komawari.domain.panel import Placement
from komawari.ui.sketch.commands import sketch_commands

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
NONE = Qt.KeyboardModifier.NoModifier


def dropped(desk: Any, data: QMimeData, place=(50, 30)) -> None:
    words = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE)
    spot, viewport = desk.view.to_view(place), desk.view.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(spot.toPoint(), *words))
    QApplication.sendEvent(viewport, QDragMoveEvent(spot.toPoint(), *words))
    QApplication.sendEvent(viewport, QDropEvent(spot, *words))


def sketched(desk: Any, qtbot: Any, panel: str = UPPER) -> np.ndarray:
    qtbot.waitUntil(lambda: desk.panel(panel).sketch.sheet is not None)
    return desk.stored(panel)


def test_a_rough_is_fitted_whole_into_the_panel_and_its_paper_is_transparent(desk, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "rough.png"
    path.write_bytes(file_of(rough(200, 200)))
    desk.session.select(UPPER)
    desk.hand.roughs.read(path)
    made = sketched(desk, qtbot)
    assert made.shape == (591, 1181, 4) and desk.sheet().placement == Placement()
    assert desk.undo_names()[-1] == "Import a rough"
    rows, columns = np.flatnonzero(made[..., 3].any(1)), np.flatnonzero(made[..., 3].any(0))
    assert rows[0] == pytest.approx(591 / 4, abs=4) and rows[-1] == pytest.approx(591 * 3 / 4, abs=4)
    assert columns[0] == pytest.approx(1181 / 2 - 591 / 4, abs=4)
    assert not made[290, 590].any(), "white is no ink"
    desk.session.document.undo()
    assert desk.panel().sketch.sheet is None


def test_a_picture_with_transparency_of_its_own_keeps_its_whites(desk, qtbot) -> None:
    image = rough(200, 200, "#00000000", "white")
    desk.hand.roughs.take(UPPER, lambda: file_of(image))
    made = sketched(desk, qtbot)
    assert made[made[..., 3] > 100][:, :3].min() > 250


def test_what_is_dropped_while_one_sketches_is_the_sketch(desk, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "rough.jpg"
    path.write_bytes(file_of(rough(400, 100), "JPEG"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    desk.take_up(panel=LOWER)
    dropped(desk, data)
    assert sketched(desk, qtbot)[..., 3].any() and desk.session.selected == (UPPER,)
    desk.view.set_tool("select")
    assert not desk.view.drops.takes(data), "without a queue there is nobody who takes pictures"


def test_the_clipboards_picture_is_pasted_as_sketch_into_the_open_sheet(desk, qtbot) -> None:
    QGuiApplication.clipboard().setImage(rough(200, 100))
    desk.take_up()
    desk.drag((300, 300), (600, 300))
    before = desk.pixels.copy()
    said: list[str] = []
    desk.session.message.connect(said.append)
    commands = {one.name: one for one in sketch_commands(desk.hand)}
    commands["sketch.paste"].do()
    qtbot.waitUntil(lambda: desk.undo_names()[-1] == "Import a rough")
    qtbot.waitUntil(lambda: desk.room.board.surface is not None and np.array_equal(desk.pixels, desk.stored()))
    assert said[-1].startswith("The rough has taken the place of the sketch")
    desk.session.document.undo()
    qtbot.waitUntil(lambda: desk.room.board.surface is not None and np.array_equal(desk.pixels, before))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (lambda: b"", "no picture that can be read"),
        (lambda: b"no picture", "no picture that can be read"),
        (lambda: file_of(rough(200, 200))[:300], "damaged or cut off"),
        (lambda: file_of(rough(4, 4)), "too few"),
        (lambda: file_of(rough(200, 200, "white", "white")), "nothing on it but white paper"),
        (Path("/nowhere/rough.png"), "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_sketch_is_said_and_changes_nothing(desk, qtbot, source, why: str) -> None:
    said: list[str] = []
    desk.session.trouble.connect(said.append)
    desk.hand.roughs.take(UPPER, source)
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("The picture cannot be a sketch: ") and why in said[0]
    assert desk.panel().sketch.sheet is None and desk.undo_names() == []


def test_without_a_panel_or_a_picture_it_is_said_what_is_missing(desk) -> None:
    said: list[str] = []
    desk.session.message.connect(said.append)
    QGuiApplication.clipboard().clear()
    desk.session.select(UPPER)
    commands = {one.name: one for one in sketch_commands(desk.hand)}
    commands["sketch.paste"].do()
    desk.session.select()
    desk.hand.roughs.read(Path("rough.png"))
    commands["sketch.clear"].do()
    assert said == [
        "There is no picture in the clipboard",
        "Select the panel whose sketch it is to be",
        "There is no sketch in this panel",
    ]
    assert not any(commands[name].enabled() for name in ("sketch.import", "sketch.clear", "sketch.flip"))


@pytest.fixture
def moved(desk, qtbot) -> Any:
    """A desk with a rough in the upper panel, and the tool that moves it in the hand."""
    desk.hand.roughs.take(UPPER, lambda: file_of(rough(400, 200)))
    sketched(desk, qtbot)
    desk.session.select(UPPER)
    desk.view.set_tool("sketch_move")
    return desk


def drag(desk: Any, *places, modifiers=NONE) -> None:
    spots = [desk.view.to_view(place).toPoint() for place in places]
    viewport = desk.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, modifiers, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(viewport, spot)
        desk.view.tools[desk.view.tool].move(desk.view.pointer(QPointF(spot), modifiers))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, modifiers, spots[-1])


def test_a_drag_moves_the_sketch_and_leaves_the_picture(moved: Any) -> None:
    drag(moved, (50, 30), (60, 30), (70, 42), modifiers=Qt.KeyboardModifier.AltModifier)
    place = moved.sheet().placement
    assert (place.dx, place.dy) == (pytest.approx(20, abs=0.3), pytest.approx(12, abs=0.3))
    assert moved.undo_names()[-1] == "Move sketch" and moved.panel().placement == Placement()


def test_corner_wheel_and_arrows_scale_and_move_it(moved: Any) -> None:
    drag(moved, (110, 60), (100, 55), (60, 35), modifiers=NONE)
    assert moved.sheet().placement.scale == pytest.approx(0.5, abs=0.02)
    assert moved.undo_names()[-1] == "Scale sketch"
    there = moved.view.to_view((30, 20))
    event = QWheelEvent(
        there, QPointF(moved.view.viewport().mapToGlobal(there.toPoint())), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(moved.view.viewport(), event)
    assert moved.sheet().placement.scale == pytest.approx(0.525, abs=0.02)
    moved.session.end_gesture()
    before = moved.sheet().placement
    QTest.keyClick(moved.view, Qt.Key.Key_Right)
    assert moved.sheet().placement.dx == pytest.approx(before.dx + 1)


def test_flipping_and_fitting_are_steps_of_their_own(moved: Any) -> None:
    commands = {one.name: one for one in sketch_commands(moved.hand)}
    drag(moved, (50, 30), (60, 30), (70, 42))
    commands["sketch.flip"].do()
    assert moved.sheet().placement.flip_x
    commands["sketch.fit"].do()
    assert moved.sheet().placement == Placement(flip_x=True)
    assert moved.undo_names()[-2:] == ["Flip sketch", "Fit sketch"]


def test_one_draws_on_a_flipped_sketch_where_the_hand_is(moved: Any) -> None:
    commands = {one.name: one for one in sketch_commands(moved.hand)}
    commands["sketch.flip"].do()
    moved.take_up()
    moved.drag((100, 300), (200, 300))
    assert moved.pixels[300, 150, 3] == 255
    spot = moved.view.viewportTransform().inverted()[0].map(moved.at((150, 300)))
    assert spot.x() > 60, "left in the sheet is right on the page"
    moved.settle()


def test_an_empty_panel_has_nothing_to_be_moved_and_says_so(desk: Any) -> None:
    said: list[str] = []
    desk.view.hint.connect(said.append)
    desk.session.select(UPPER)
    desk.view.set_tool("sketch_move")
    assert said[-1].startswith("Nothing is sketched in this panel yet")
    drag(desk, (50, 30), (60, 30))
    assert desk.undo_names() == []
