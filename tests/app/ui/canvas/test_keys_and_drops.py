"""The keyboard, and what is dropped on panels or dragged out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from komawari.domain.geometry.polygon import bounds
from komawari.storage.errors import StorageError
from komawari.ui.canvas.view import CanvasView

UPPER, LOWER = (f"{number:032x}" for number in (11, 12))
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def test_arrows_nudge_and_a_row_of_them_is_one_undo_step(session, hand, undo_names) -> None:
    session.select(UPPER, LOWER)
    for key, modifiers in ((Qt.Key.Key_Right, None), (Qt.Key.Key_Down, SHIFT), (Qt.Key.Key_Left, ALT)):
        hand.key(key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert session.shown_page.panels[0].frame[0] == pytest.approx((10.9, 20))
    assert undo_names() == ["Move panel"]


def test_arrows_go_where_they_point_on_a_mirrored_canvas(session, view, hand) -> None:
    view.flip_view()
    session.select(UPPER)
    hand.key(Qt.Key.Key_Right)
    assert session.shown_page.panels[0].frame[0][0] == pytest.approx(9)


def test_after_a_pause_a_nudge_is_a_step_of_its_own(session, view, hand, undo_names, qtbot) -> None:
    session.select(UPPER)
    view._pause.setInterval(1)
    for _ in range(2):
        hand.key(Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: not view._pause.isActive())
    assert undo_names() == ["Move panel"] * 2


def test_arrows_scroll_where_nothing_is_selected(session, view, hand, undo_names) -> None:
    view.zoom_to(0.5)
    before = view.to_view((50, 50))
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Right)
    moved = view.to_view((50, 50)) - before
    assert moved.toTuple() == pytest.approx((-40, -40), abs=1) and undo_names() == []


def test_enter_and_escape_go_in_and_out(session, view, hand, use_take) -> None:
    use_take(UPPER)
    session.select(UPPER)
    hand.key(Qt.Key.Key_Return)
    assert view.tool == "picture"
    hand.key(Qt.Key.Key_Escape)
    assert view.tool == "select" and session.selected == (UPPER,)
    hand.key(Qt.Key.Key_Escape)
    assert session.selected == ()
    view.set_tool("knife")
    hand.key(Qt.Key.Key_Escape)
    assert view.tool == "select"


def test_delete_duplicate_and_select_all(session, hand, undo_names) -> None:
    session.select(UPPER)
    hand.key(Qt.Key.Key_D, CTRL)
    assert len(session.shown_page.panels) == 3 and session.selected == (session.shown_page.panels[2].id,)
    assert bounds(session.shown_page.panels[2].frame)[:2] == pytest.approx((15, 15))
    hand.key(Qt.Key.Key_Delete)
    assert len(session.shown_page.panels) == 2 and session.selected == ()
    hand.key(Qt.Key.Key_A, CTRL)
    assert session.selected == (LOWER, UPPER)
    assert undo_names() == ["Duplicate panel", "Remove panel"]
    session.select()
    hand.key(Qt.Key.Key_Delete)
    assert len(session.shown_page.panels) == 2


def test_keys_choose_tools_and_tell(view, hand) -> None:
    told, hints = [], []
    view.tool_changed.connect(told.append)
    view.hint.connect(hints.append)
    for key in (Qt.Key.Key_F, Qt.Key.Key_K, Qt.Key.Key_T, Qt.Key.Key_H, Qt.Key.Key_V):
        hand.key(key)
    assert told == ["panel", "knife", "picture", "pan", "select"] and len(set(hints)) == 5
    assert {"select", "panel", "knife", "picture", "pose", "pan"} <= set(view.tools)
    assert all(tool.title() and tool.hint() for tool in view.tools.values())
    names = [command.name for command in view.commands]
    assert len(set(names)) == len(names)


def test_a_window_can_take_the_keys_over(view, hand) -> None:
    view.own_keys = False
    hand.key(Qt.Key.Key_K)
    assert view.tool == "select"
    next(command for command in view.commands if command.name == "tool.knife").do()
    assert view.tool == "knife"


def test_tab_goes_through_panels_as_they_are_read_and_then_on(session, queue, qtbot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    field, view = QLineEdit(), CanvasView(session, queue)
    layout.addWidget(view)
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert session.selected == (UPPER,)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert session.selected == (LOWER,)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert session.selected == (LOWER,) and window.focusWidget() is field
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Backtab, SHIFT)
    assert session.selected == (UPPER,)


def test_tab_brings_a_panel_into_view(session, view, hand) -> None:
    view.zoom_to(1.0)
    view.centerOn(150, 220)
    hand.key(Qt.Key.Key_Tab)
    assert view.page_area().intersects(view.page_scene.panel_item(UPPER).boundingRect())


def drop(view, data: QMimeData, place: QPoint) -> bool:
    """Drop something; return whether it was taken."""
    words = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place, *words)
    QApplication.sendEvent(view.viewport(), enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(place, *words)
    QApplication.sendEvent(view.viewport(), move)
    if not move.isAccepted():
        return False
    event = QDropEvent(QPointF(place), *words)
    QApplication.sendEvent(view.viewport(), event)
    return event.isAccepted()


def test_files_dropped_on_a_panel_become_its_takes(session, view, hand, queue, png, tmp_path: Path, qtbot) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path, shade in zip(paths, ("#102030", "#405060")):
        path.write_bytes(png(colour=shade))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert drop(view, data, hand.at((50, 90)))
    qtbot.waitUntil(lambda: len(queue.pasted) == 2)
    assert queue.pasted == [(LOWER, paths[0].read_bytes(), True), (LOWER, paths[1].read_bytes(), False)]
    assert session.selected == (LOWER,) and view.drops.target is None


def test_a_picture_of_another_program_is_taken(view, hand, queue, png, qtbot) -> None:
    data = QMimeData()
    data.setImageData(QImage.fromData(png()))
    assert drop(view, data, hand.at((50, 30)))
    qtbot.waitUntil(lambda: len(queue.pasted) == 1)
    panel, found, use = queue.pasted[0]
    assert panel == UPPER and use and QImage.fromData(found).width() == 100


@pytest.mark.parametrize("content", [b"no picture at all", None])
def test_what_is_no_picture_is_said_by_name(session, view, hand, queue, tmp_path: Path, qtbot, content) -> None:
    path = tmp_path / "notes.png"
    if content is not None:
        path.write_bytes(content)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(session.trouble) as told:
        drop(view, data, hand.at((50, 30)))
    assert "notes.png" in told.args[0] and queue.pasted == []


def test_nothing_is_taken_beside_panels_without_a_queue_or_of_text(session, view, hand, queue, png) -> None:
    data = QMimeData()
    data.setImageData(QImage.fromData(png()))
    assert not drop(view, data, hand.at((150, 200)))
    words = QMimeData()
    words.setText("hello")
    assert not drop(view, words, hand.at((50, 30)))
    view.queue = None
    assert not drop(view, data, hand.at((50, 30)))


def test_other_parts_can_have_their_own_things_dropped(view, hand) -> None:
    taken = []
    view.drops.takers["application/x-thing"] = lambda panel, data: taken.append(panel)
    data = QMimeData()
    data.setData("application/x-thing", b"1")
    assert drop(view, data, hand.at((50, 30))) and taken == [UPPER]


def test_a_picture_is_dragged_out_as_png(session, view, use_take, hand, monkeypatch) -> None:
    assert view.drops.mime(UPPER) is None
    take = use_take(UPPER, colour="#3060c0")
    data = view.drops.mime(UPPER)
    assert bytes(data.data("image/png").data()) == session.picture(take.picture.sha256)
    assert data.imageData().pixelColor(3, 3).name() == "#3060c0"
    path = Path(data.urls()[0].toLocalFile())
    assert path.suffix == ".png" and path.read_bytes() == session.picture(take.picture.sha256)
    out = []
    monkeypatch.setattr(view.drops, "drag_out", out.append)
    hand.drag((50, 30), (90, 90), modifiers=ALT)
    assert out == [UPPER] and bounds(session.shown_page.panels[0].frame) == (10, 10, 110, 60)
    view.drops.close()
    assert not path.exists()


def test_a_picture_that_cannot_be_read_any_more_is_said(session, view, use_take, monkeypatch) -> None:
    use_take(UPPER)
    told = []
    session.trouble.connect(told.append)

    def lost(sha: str) -> bytes:
        raise StorageError("project.komawari: a picture is lost")

    monkeypatch.setattr(session, "picture", lost)
    view.drops.drag_out(UPPER)
    assert told == ["project.komawari: a picture is lost"]
