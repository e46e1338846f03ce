"""Painting on the page: brush, eraser, pen; what becomes of strokes in the document, its undo and its file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from komawari.document.document import Document
from komawari.domain.edits import panels
from komawari.domain.panel import Placement
from komawari.storage.errors import FullError
from komawari.ui.painting import png

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def test_a_stroke_is_painted_at_once_and_becomes_a_named_edit_with_a_grey_file(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((100, 100), (200, 100))
    assert easel.pixels[100, 150] == 255 and easel.pixels[100, 230] == 0 and easel.pixels[130, 150] == 0
    easel.settle()
    assert easel.undo_names()[-1] == "Paint mask"
    assert np.array_equal(easel.stored(), easel.pixels)


def test_undo_and_redo_bring_strokes_back_pixel_by_pixel(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    states = [easel.pixels.copy()]
    for y in (50, 100, 150):
        easel.drag((50, y), (350, y))
        easel.settle()
        states.append(easel.pixels.copy())
    for state in reversed(states[:-1]):
        easel.session.document.undo()
        assert np.array_equal(easel.pixels, state)
    assert easel.stored() is None
    for state in states[1:]:
        easel.session.document.redo()
        assert np.array_equal(easel.pixels, state) and np.array_equal(easel.stored(), state)


def test_undo_right_after_a_stroke_takes_that_stroke_back(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((50, 50), (350, 50))
    easel.settle()
    first = easel.pixels.copy()
    easel.drag((50, 150), (350, 150))
    easel.session.document.undo()
    assert np.array_equal(easel.pixels, first) and np.array_equal(easel.stored(), first)
    assert easel.session.document.history.redo_name == "Paint mask"


def test_another_stroke_after_undo_goes_on_from_there(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((50, 50), (350, 50))
    easel.settle()
    easel.session.document.undo()
    easel.drag((50, 150), (350, 150))
    easel.settle()
    assert easel.pixels[50].max() == 0 and easel.pixels[150, 200] == 255
    assert np.array_equal(easel.stored(), easel.pixels)


def test_strokes_that_were_forgotten_are_undone_by_reading_files(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.room.board._steps.budget = 0
    states = []
    for y in (50, 100, 150):
        easel.drag((50, y), (350, y))
        easel.settle()
        states.append(easel.pixels.copy())
    easel.session.document.undo()
    easel.session.document.undo()
    easel.ready()
    assert np.array_equal(easel.pixels, states[0])
    easel.drag((200, 100), (200, 190))
    easel.settle()
    assert np.array_equal(easel.stored(), easel.pixels)


def test_a_killed_editor_has_lost_no_stroke_that_was_settled(easel: Any, tmp_path: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((50, 50), (350, 50))
    easel.settle()
    copied = tmp_path / "copy.komawari"
    db = easel.session.document.path
    for suffix in ("", "-wal", "-shm"):
        source = db.with_name(db.name + suffix)
        if source.exists():
            copied.with_name(copied.name + suffix).write_bytes(source.read_bytes())
    document = unlocked(copied)
    mask = document.project.pages[0].panels[0].local_edit.mask
    assert mask is not None
    assert np.array_equal(png.decoded(document.store.picture(mask.sha256)), easel.pixels)
    document.close(discard=True)


def unlocked(path: Path) -> Document:
    """Open a copy of a file that this very process holds."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM holder")
    db.commit()
    db.close()
    return Document(path)


def test_closing_right_after_a_stroke_keeps_it(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((50, 50), (350, 50))
    easel.session.closing.emit()
    assert np.array_equal(easel.stored(), easel.pixels)


def test_the_eraser_alt_and_the_pens_other_end_take_away(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.key(Qt.Key.Key_V, SHIFT)
    assert easel.pixels.min() == 255
    easel.drag((100, 50), (300, 50), modifiers=ALT)
    easel.pen((100, 100), (300, 100), eraser=True)
    easel.key(Qt.Key.Key_E)
    assert easel.view.tool == "eraser"
    easel.drag((100, 150), (300, 150))
    assert [easel.pixels[y, 200] for y in (50, 75, 100, 125, 150)] == [0, 255, 0, 255, 0]
    easel.settle()
    assert easel.undo_names()[-4:] == ["Invert mask", "Erase mask", "Erase mask", "Erase mask"]


def test_a_pens_pressure_is_the_strokes_width_or_strength(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.pen((50, 50), (350, 50), pressure=0.5)
    easel.pen((50, 150), (350, 150))
    width = [int((easel.pixels[rows, 200] > 0).sum()) for rows in (slice(0, 100), slice(100, 200))]
    assert abs(width[0] - 10) <= 2 and abs(width[1] - 20) <= 2
    easel.room.set_brush(pressure_size=False, pressure_opacity=True)
    easel.pen((50, 100), (350, 100), pressure=0.5)
    assert easel.pixels[100, 200] == 128 and (easel.pixels[80:120, 200] > 0).sum() > 16


def test_shift_draws_a_straight_line_from_the_last_stroke(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.click((50, 50))
    easel.click((350, 150), modifiers=SHIFT)
    assert easel.pixels[100, 200] == 255


def test_keys_and_the_wheel_resize_the_brush(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.key(Qt.Key.Key_BracketRight)
    assert easel.room.brush.size == 24
    easel.key(Qt.Key.Key_BracketLeft)
    easel.key(Qt.Key.Key_BracketLeft)
    assert easel.room.brush.size < 20
    zoom, size = easel.view.camera.zoom, easel.room.brush.size
    there = easel.at((200, 100))
    for modifiers in (CTRL, Qt.KeyboardModifier.NoModifier):
        event = QWheelEvent(
            there, there, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(easel.view.viewport(), event)
        if modifiers == CTRL:
            assert easel.room.brush.size > size and easel.view.camera.zoom == zoom
    assert easel.view.camera.zoom > zoom


def test_a_moved_flipped_and_turned_picture_is_painted_where_it_is_seen(easel: Any) -> None:
    easel.use_take()
    placement = Placement(dx=4, dy=-3, scale=1.5, flip_x=True, flip_y=True)
    easel.session.edit("Place", lambda p: panels.place_picture(p, UPPER, placement))
    easel.view.rotate_by(30)
    easel.view.flip_view()
    easel.take_up()
    easel.drag((200, 90), (240, 110))
    assert easel.pixels[90, 200] == 255 and easel.pixels[110, 240] == 255
    rows, columns = np.nonzero(easel.pixels)
    assert (rows.min(), columns.min()) >= (78, 188) and (rows.max(), columns.max()) <= (122, 252)


def test_the_mask_is_shown_over_the_picture_in_its_colour(easel: Any) -> None:
    easel.use_take(colour="#ffffff")
    easel.take_up()
    easel.room.set_overlay(colour="#ff0000", opacity=1.0)
    easel.drag((150, 100), (250, 100))
    QTest.qWait(1)
    shown = easel.view.viewport().grab().toImage()
    ratio = shown.devicePixelRatio()
    inside, outside = (shown.pixelColor((easel.at(spot) * ratio).toPoint()) for spot in ((180, 100), (180, 160)))
    assert (inside.red(), inside.green()) == (255, 0) and outside.green() > 200


def test_esc_gives_a_stroke_up(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.mouse(QEvent.Type.MouseButtonPress, (100, 100))
    easel.mouse(QEvent.Type.MouseMove, (200, 100))
    assert easel.pixels.any()
    easel.key(Qt.Key.Key_Escape)
    assert not easel.pixels.any() and easel.view.tool == "brush"
    easel.mouse(QEvent.Type.MouseButtonRelease, (200, 100))
    assert not easel.pixels.any() and easel.room.board.is_settled
    easel.key(Qt.Key.Key_Escape)
    assert easel.view.tool == "select"


def test_a_panel_without_a_picture_says_what_to_do(easel: Any) -> None:
    hints: list[str] = []
    easel.view.hint.connect(hints.append)
    easel.session.select(UPPER)
    easel.view.set_tool("brush")
    assert easel.room.board.surface is None
    QTest.mouseClick(easel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     easel.view.to_view((50, 40)).toPoint())  # fmt: skip
    assert "no picture yet" in hints[-1]


def test_clicking_another_panel_paints_in_that_one_from_then_on(easel: Any) -> None:
    easel.use_take()
    easel.use_take(LOWER, 300, 300)
    easel.take_up()
    easel.drag((100, 100), (200, 100))
    QTest.mouseClick(easel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     easel.view.to_view((50, 90)).toPoint())  # fmt: skip
    easel.ready()
    assert easel.session.selected == (LOWER,) and easel.pixels.shape == (300, 300) and not easel.pixels.any()
    easel.drag((150, 150), (160, 150))
    easel.settle()
    assert easel.stored(LOWER) is not None and easel.stored(UPPER)[100, 150] == 255
    easel.session.select(UPPER)
    easel.ready()
    assert easel.pixels[100, 150] == 255


def test_a_mask_fits_itself_to_a_take_of_another_size(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.drag((100, 100), (300, 100))
    easel.settle()
    easel.use_take(width=800, height=400)
    easel.ready()
    assert easel.pixels.shape == (400, 800) and easel.pixels[200, 400] == 255 and easel.pixels[20, 20] == 0
    easel.drag((100, 300), (200, 300))
    easel.settle()
    assert easel.stored().shape == (400, 800)


def test_a_panel_that_goes_takes_its_mask_out_of_the_hand(easel: Any) -> None:
    easel.use_take()
    easel.take_up()
    easel.mouse(QEvent.Type.MouseButtonPress, (100, 100))
    easel.session.edit("Remove", lambda p: panels.remove_panels(p, easel.session.page, [UPPER]))
    assert easel.room.board.surface is None
    QTest.mouseRelease(easel.view.viewport(), Qt.MouseButton.LeftButton)
    easel.session.document.undo()
    easel.session.select(UPPER)
    easel.ready()
    easel.drag((100, 100), (200, 100))
    easel.settle()
    assert easel.stored() is not None


def test_what_is_painted_while_the_disk_is_full_stays_and_is_stored_with_the_next_stroke(
    easel: Any, monkeypatch: Any
) -> None:
    easel.use_take()
    easel.take_up()
    troubles: list[str] = []
    easel.session.trouble.connect(troubles.append)
    store = easel.session.document.store
    real = store.put_picture

    def full(data: bytes) -> Future[str]:
        failed: Future[str] = Future()
        failed.set_exception(FullError("the disk is full"))
        return failed

    monkeypatch.setattr(store, "put_picture", full)
    easel.drag((50, 50), (350, 50))
    easel.settle()
    assert troubles and easel.pixels[50, 200] == 255 and easel.stored() is None
    monkeypatch.setattr(store, "put_picture", real)
    easel.drag((50, 150), (350, 150))
    easel.settle()
    assert easel.stored()[50, 200] == 255 and easel.stored()[150, 200] == 255


def test_the_brush_is_remembered(easel: Any, session: Any) -> None:
    easel.room.set_brush(size=77.0)
    easel.room.set_overlay(opacity=0.25)
    easel.room._write()
    kept = session.settings.window["masks"]
    assert kept["brush"]["size"] == 77.0 and kept["overlay"]["opacity"] == 0.25
