"""The queue's dock, driven by mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from fake_queue import FakeEntry, FakeQueue
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest

from komawari.domain.edits import panels
from komawari.ui.docks.queue import QueueDock
from komawari.ui.docks.queue_rows import EntryRow, FailedRow
from komawari.ui.session import Session

FIRST, UPPER, LOWER = (f"{number:032x}" for number in (1, 11, 12))
DRAWN = FakeEntry("a", UPPER, "Page 1, panel 1", 4, "drawing", 3, 20)
NEXT = FakeEntry("b", LOWER, "Page 1, panel 2")
LAST = FakeEntry("c", UPPER, "Page 1, panel 1", again=True)


@pytest.fixture
def dock(session: Session, queue: FakeQueue, qtbot) -> QueueDock:
    one = QueueDock(session, queue)
    qtbot.addWidget(one)
    one.resize(360, 400)
    one.show()
    return one


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_an_empty_queue_says_what_to_do(dock: QueueDock, queue: FakeQueue) -> None:
    assert dock._stack.currentIndex() == 0 and not dock.cancel_all.isEnabled()
    queue.put(NEXT)
    assert dock._stack.currentIndex() == 1 and dock.cancel_all.isEnabled()


def test_rows_say_what_is_drawn_and_what_waits(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN, NEXT, LAST)
    lines = [row.line.text() for row in dock.rows]
    assert lines == ["step 3 of 20 · 4 takes", "waiting · 1 take", "waiting · once more"]
    assert dock.rows[0].bar.value() == 3
    assert dock.state.text() == "1 being drawn, 2 waiting"


def test_a_step_leaves_the_rows_where_they_are(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN, NEXT)
    row = dock.rows[0]
    queue.step("a", 9, 20)
    assert dock.rows[0] is row and row.bar.value() == 9


def test_one_is_cancelled_or_all(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN, NEXT)
    click(dock.rows[1].cancel)
    dock.list.setCurrentRow(0)
    QTest.keyClick(dock.list, Qt.Key.Key_Delete)
    click(dock.cancel_all)
    assert queue.calls == [("cancel", "b"), ("cancel", "a"), ("cancel_all",)]


def test_entries_go_to_the_front_and_move_by_keys(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN, NEXT, LAST)
    assert not dock.rows[1].front.isVisible(), "the next one is at the front already"
    click(dock.rows[2].front)
    dock.list.setCurrentRow(2)
    QTest.keyClick(dock.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert queue.calls == [("to_front", "c"), ("move", "c", 1)]


def test_a_dragged_entry_is_moved_by_the_queue(dock: QueueDock, queue: FakeQueue, monkeypatch) -> None:
    queue.put(DRAWN, NEXT, LAST)
    dock.list.setCurrentRow(2)
    above = dock.list.visualItemRect(dock.list.item(1)).topLeft()
    keys, mime = Qt.KeyboardModifier.NoModifier, QMimeData()
    event = QDropEvent(
        QPointF(above.x() + 20, above.y() + 3), Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, keys
    )
    monkeypatch.setattr(type(event), "source", lambda _: dock.list, raising=False)
    dock.list.dropEvent(event)
    assert queue.calls == [("move", "c", 1)]
    assert [row.entry.id for row in dock.rows] == ["a", "b", "c"], "the list follows the queue alone"
    queue.put(DRAWN, LAST, NEXT)
    assert [row.entry.id for row in dock.rows] == ["a", "c", "b"]
    assert dock.list.currentRow() == 1


def test_the_preview_is_the_thumbnail(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN)
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    queue.show_preview(UPPER, image)
    shown = dock.rows[0].thumb.pixmap().toImage()
    assert shown.pixelColor(20, 20).red() > 200 and shown.pixelColor(20, 20).green() < 60


def test_what_failed_says_why_and_is_tried_again(dock: QueueDock, queue: FakeQueue) -> None:
    queue.failed.emit(LOWER, "out of memory")
    row = dock.rows[0]
    assert isinstance(row, FailedRow)
    assert (row.title.text(), row.line.text()) == ("Page 1, panel 2", "out of memory")
    click(row.retry)
    assert queue.calls == [("add", LOWER, None, False)]
    assert dock.rows == []


def test_what_failed_is_dismissed_or_goes_when_it_is_drawn_again(dock: QueueDock, queue: FakeQueue) -> None:
    queue.failed.emit(LOWER, "out of memory")
    queue.failed.emit(UPPER, "out of memory")
    click(dock.rows[1].dismiss)
    queue.put(NEXT)
    assert [type(row) for row in dock.rows] == [EntryRow]


def test_a_removed_panel_cannot_be_tried_again(dock: QueueDock, queue: FakeQueue, session: Session) -> None:
    queue.failed.emit(LOWER, "out of memory")
    session.edit("Remove", partial(panels.remove_panels, page=FIRST, panels=[LOWER]))
    assert dock.rows == []


def test_stale_panels_are_queued(dock: QueueDock, queue: FakeQueue) -> None:
    click(dock.stale)
    assert queue.calls == [("add_stale",)]


def test_a_double_click_reveals_the_panel(dock: QueueDock, queue: FakeQueue, session: Session) -> None:
    session.show_page(f"{2:032x}")
    queue.put(DRAWN, NEXT)
    dock.list.itemDoubleClicked.emit(dock.list.item(1))
    assert (session.page, session.selected) == (FIRST, (LOWER,))


def test_long_words_of_the_engine_make_no_dock_wider(dock: QueueDock, queue: FakeQueue) -> None:
    queue.put(DRAWN)
    before = dock.minimumSizeHint().width(), dock.rows[0].minimumSizeHint().width()
    queue.put(replace(DRAWN, note="the model was made for pictures of another size " * 12))
    assert (dock.minimumSizeHint().width(), dock.rows[0].minimumSizeHint().width()) == before
    assert dock.rows[0].line.text() in dock.rows[0].line.toolTip(), "all of it is in the tool tip"
