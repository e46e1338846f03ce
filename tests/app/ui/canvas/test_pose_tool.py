"""Figures on the panel, posed by mouse and keys."""

from __future__ import annotations

import math
from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QKeyEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from animeadapter.protocol.pose import COLOURS, LIMBS
from komawari.domain.edits import panels, parameters
from komawari.domain.panel import Figure, FigurePose, Placement
from komawari.domain.posing.hidden import STANDING
from komawari.ui.pose.picker import MIME
from komawari.ui.pose.presets import shipped_presets

UPPER, LOWER, MARI, FIRST, SECOND = (f"{number:032x}" for number in (11, 12, 90, 501, 502))
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


def standing(x: float, y: float = 0.33, size: float = 0.2) -> FigurePose:
    """Somebody on a canvas twice as wide as high."""
    return FigurePose(tuple((round(x + a * size / 2, 6), round(y + b * size, 6)) for a, b in STANDING))


def raised(pose: FigurePose) -> FigurePose:
    """The same with the right hand up."""
    points = pose.keypoints
    return FigurePose((*points[:4], (points[4][0] - 0.05, points[4][1] - 0.3), *points[5:]))


@pytest.fixture
def tool(session, view):
    """Two people in the upper panel, the first one Mari; the pose tool in the hand, the panel as large as possible."""
    for figure in (Figure(FIRST, MARI, pose=standing(0.3)), Figure(SECOND, pose=standing(0.7))):
        session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=figure))
    session.document.history.clear()
    session.select(UPPER)
    view.set_tool("pose")
    view.fit_panel()
    return view.tools["pose"]


@pytest.fixture
def spots(tool):
    """The joints of a figure on the page, as the document has them."""

    def find(figure: str = FIRST):
        panel = tool.desk.panel
        pose = next(one.pose for one in panel.figures if one.id == figure)
        return tool.desk.space(panel).spots(pose)

    return find


def lengths(spots) -> dict:
    return {(a, b): math.dist(spots[a], spots[b]) for a, b in LIMBS if spots[a] and spots[b]}


def middle(a, b):
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def right_click(view, hand, place) -> list:
    asked: list = []
    view.menu_wanted.connect(lambda *_: asked.append(place))
    at = hand.at(place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    return asked


def test_a_joint_is_dragged_alone_as_one_step(session, view, tool, hand, spots, undo_names) -> None:
    before = spots()
    hand.drag(before[7], (before[7][0] + 6, before[7][1] - 8), (before[7][0] + 9, before[7][1] - 3))
    after = spots()
    assert after[7] == pytest.approx((before[7][0] + 9, before[7][1] - 3), abs=0.3)
    assert [i for i in range(18) if after[i] != before[i]] == [7] and undo_names() == ["Move joint"]
    session.document.undo()
    assert spots() == before


def test_the_figure_is_seen_to_move_before_the_document_does_and_escape_gives_up(view, tool, hand, spots, undo_names):
    before = spots()
    hand.press(before[4])
    hand.move((before[4][0] - 5, before[4][1] - 5))
    assert tool.scene.figure(FIRST).spots[4] == pytest.approx((before[4][0] - 5, before[4][1] - 5), abs=0.3)
    assert spots() == before
    hand.key(Qt.Key.Key_Escape)
    assert tool.scene.figure(FIRST).spots == before and view.tool == "pose"
    hand.release((before[4][0] - 9, before[4][1]))
    assert spots() == before and undo_names() == []


def test_a_bone_takes_its_limb_along_with_all_lengths(view, tool, hand, spots, undo_names) -> None:
    before = spots()
    at = middle(before[9], before[10])
    hand.drag(at, (at[0] - 6, at[1] - 4))
    after = spots()
    assert lengths(after) == pytest.approx(lengths(before), abs=0.01) and undo_names() == ["Move limb"]
    assert after[8] == before[8] and after[9] != before[9] and after[10] != before[10]
    assert math.dist(middle(after[9], after[10]), (at[0] - 6, at[1] - 4)) < 0.4, "the shin stays in the hand"


def test_ctrl_and_the_option_keep_a_joints_bones(view, tool, hand, spots) -> None:
    before = spots()
    hand.drag(before[4], (before[4][0] - 4, before[4][1] - 6), modifiers=CTRL)
    assert lengths(spots()) == pytest.approx(lengths(before), abs=0.01) and spots()[3] != before[3]
    tool.desk.set_options(keep_lengths=True)
    now = spots()
    hand.drag(now[7], (now[7][0] + 4, now[7][1] - 6))
    assert lengths(spots()) == pytest.approx(lengths(before), abs=0.01) and spots()[6] != now[6]
    hand.drag(spots()[7], (now[7][0] + 30, now[7][1] + 3), modifiers=CTRL)
    assert lengths(spots())[(6, 7)] > lengths(before)[(6, 7)] * 1.5, "Ctrl does the contrary"


def test_limits_hold_a_joint_back_where_they_are_asked_for(view, tool, hand, spots) -> None:
    before = spots()
    tool.desk.set_options(limits=True)
    hand.drag(before[4], (before[4][0] - 12, before[4][1] + 12))
    trunk = math.dist(before[1], middle(before[8], before[11]))
    assert lengths(spots())[(3, 4)] == pytest.approx(0.66 * trunk, rel=0.01)


def test_shift_moves_the_whole_figure_and_so_does_its_name(view, tool, hand, spots, undo_names) -> None:
    before = spots()
    hand.drag(before[4], (before[4][0] + 5, before[4][1] + 3), modifiers=SHIFT)
    for a, b in zip(before, spots()):
        assert b == pytest.approx((a[0] + 5, a[1] + 3), abs=0.3)
    assert undo_names() == ["Move figure"]
    room = pose_name_room(tool, view, FIRST)
    hand.drag(room, (room[0] + 4, room[1]))
    assert spots()[0][0] - before[0][0] == pytest.approx(9, abs=0.5)


def pose_name_room(tool, view, figure):
    from komawari.ui.canvas.tools.pose_hits import name_room

    room = name_room(tool.scene.figure(figure), view.viewportTransform(), tool.scene.pixel)
    return view.to_page(room.center())


def test_handles_scale_and_turn(view, tool, hand, spots, undo_names) -> None:
    from komawari.ui.canvas.tools.pose_hits import box_round, knob_of

    before = spots()
    left, top, right, bottom = box_round(tool.scene.figure(FIRST), tool.scene.pixel)
    wide, high = right - left, bottom - top
    hand.drag((right, bottom), (right + wide * 0.2, bottom + high * 0.2))
    assert lengths(spots()) == pytest.approx({k: v * 1.2 for k, v in lengths(before).items()}, rel=0.03)
    now = spots()
    box = box_round(tool.scene.figure(FIRST), tool.scene.pixel)
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    hand.drag(knob_of(box, tool.scene.pixel), (centre[0] + 40, centre[1] + 2), modifiers=CTRL)
    assert lengths(spots()) == pytest.approx(lengths(now), abs=0.02)
    for a, b in zip(now, spots()):
        away = (a[0] - centre[0], a[1] - centre[1])
        assert b == pytest.approx((centre[0] - away[1], centre[1] + away[0]), abs=0.05)
    assert undo_names() == ["Scale figure", "Turn figure"]


def test_the_right_button_hides_a_joint_and_shows_it_where_it_was(view, tool, hand, spots, undo_names) -> None:
    before = spots()
    assert right_click(view, hand, before[10]) == [] and spots()[10] is None
    assert right_click(view, hand, before[10]) == [] and spots()[10] == pytest.approx(before[10], abs=1e-3)
    right_click(view, hand, before[4])
    hand.double_click(before[4])
    assert spots()[4] == pytest.approx(before[4], abs=1e-3)
    assert undo_names() == ["Hide joint", "Show joint", "Hide joint", "Show joint"]
    assert right_click(view, hand, (12, 58)) == [(12, 58)], "beside joints the panel's menu comes"


def test_the_last_joint_stays(session, view, tool, hand, spots) -> None:
    lonely = FigurePose(tuple((0.3, 0.3) if i == 1 else None for i in range(18)))
    tool.desk.set_pose(UPPER, FIRST, lonely, "Hide")
    said = []
    view.hint.connect(said.append)
    right_click(view, hand, spots()[1])
    assert spots()[1] is not None and "last joint" in said[-1]


def test_a_click_picks_a_figure_and_another_panel(session, view, tool, hand, spots) -> None:
    hand.click(spots(SECOND)[3])
    assert session.figure == SECOND and tool.scene.figure().figure == SECOND and tool.scene.joint == 3
    hand.click(middle(spots(FIRST)[9], spots(FIRST)[10]))
    assert session.figure == FIRST and tool.scene.joint is None
    view.fit()
    hand.click((60, 90))
    assert session.selected == (LOWER,) and view.tool == "pose" and tool.scene.figures() == []


def test_delete_removes_the_pose_and_not_the_panel(session, view, tool, hand, undo_names) -> None:
    key = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
    key.ignore()
    QApplication.sendEvent(view, key)
    assert key.isAccepted(), "a window's shortcut of the same key keeps away"
    hand.key(Qt.Key.Key_Delete)
    figures = session.panel.figures
    assert [one.id for one in figures] == [FIRST, SECOND] and figures[0].pose is None and figures[1].pose is not None
    assert undo_names() == ["Remove pose"]


def test_arrows_nudge_the_figure_or_the_chosen_joint(session, view, tool, hand, spots, undo_names) -> None:
    before = spots()
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Right)
    assert spots()[13] == pytest.approx((before[13][0] + 2, before[13][1]), abs=1e-3) and undo_names() == [
        "Move figure"
    ]
    hand.key(Qt.Key.Key_Period)
    hand.key(Qt.Key.Key_Comma)
    assert tool.scene.joint == 17
    hand.key(Qt.Key.Key_Up, SHIFT)
    assert spots()[17][1] == pytest.approx(before[17][1] - 10, abs=1e-3)
    assert spots()[16] == pytest.approx((before[16][0] + 2, before[16][1]), abs=1e-3)
    hand.key(Qt.Key.Key_H)
    assert spots()[17] is None
    hand.key(Qt.Key.Key_H)
    assert spots()[17] is not None
    hand.key(Qt.Key.Key_Escape)
    assert tool.scene.joint is None and view.tool == "pose"
    hand.key(Qt.Key.Key_Escape)
    assert view.tool == "select"


@pytest.mark.parametrize(
    "placement", [Placement(), Placement(4, -3, 1.3, flip_x=True), Placement(0, 2, 0.8, False, True)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_joints_go_where_the_hand_goes_however_picture_and_canvas_lie(
    session, view, tool, hand, spots, placement, turned
) -> None:
    session.edit("Place", partial(panels.place_picture, panel=UPPER, placement=placement))
    if turned:
        view.rotate_by(35)
        view.flip_view()
    before = spots()
    hand.drag(before[7], (before[7][0] + 5, before[7][1] - 4))
    assert spots()[7] == pytest.approx((before[7][0] + 5, before[7][1] - 4), abs=0.35)
    now = spots()
    at = middle(now[3], now[4])
    hand.drag(at, (at[0] + 2, at[1] - 3))
    assert lengths(spots()) == pytest.approx(lengths(now), abs=0.01) and spots()[4] != now[4]


def test_joints_are_hit_eight_pixels_off_at_any_zoom(view, tool, hand, spots) -> None:
    for zoom in (0.02, 0.3, 4.0):
        view.zoom_to(zoom)
        view.camera.pan_to(QPointF(*spots()[13]), view.viewport().rect().center())
        place = view.to_view(spots()[13]).toPoint() + QPoint(3, 7)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert tool.scene.joint in ((13, 12, 10, 9) if zoom == 0.02 else (13,))


class Painted(QObject):
    """What of a viewport is painted."""

    def __init__(self, viewport) -> None:
        super().__init__()
        self.region = QRegion()
        viewport.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.region = self.region.united(event.region())
        return False


def test_a_drag_paints_nothing_but_the_figures_surroundings(view, tool, hand, spots) -> None:
    view.fit()
    view.settle()
    QApplication.processEvents()
    hand.press(spots()[4])
    hand.move((spots()[4][0] - 3, spots()[4][1]))
    QApplication.processEvents()
    painted = Painted(view.viewport())
    for step in range(4):
        hand.move((spots()[4][0] - 3 - step, spots()[4][1] - step))
        QApplication.processEvents()
    assert not painted.region.isEmpty()
    for place in ((60, 110), (60, 75), (150, 30), (150, 200)):
        assert not painted.region.contains(view.to_view(place).toPoint()), "all else stays as it is"
    hand.release(spots()[4])


def test_the_bar_comes_with_the_tool_and_does_what_it_says(session, view, tool, spots, undo_names) -> None:
    tool.desk.set_pose(UPPER, FIRST, raised(standing(0.3)), "Raise")
    bar, before = tool.bar, spots()
    assert bar.isVisible()
    assert all(button.accessibleName() and button.toolTip() for button in bar.buttons.values())
    bar.buttons["pose.mirror"].click()
    left, right = min(x for x, _ in before), max(x for x, _ in before)
    assert spots()[4][0] == pytest.approx(left + right - before[7][0], abs=1e-3)
    bar.buttons["pose.control"].click()
    bar.buttons["pose.lengths"].click()
    assert tool.desk.options.control and tool.desk.options.keep_lengths
    tool.desk.set_options(control=False)
    assert not bar.buttons["pose.control"].isChecked()
    session.select(LOWER)
    assert not bar.buttons["pose.mirror"].isEnabled() and bar.buttons["pose.add"].isEnabled()
    view.set_tool("select")
    assert not bar.isVisible() and undo_names() == ["Raise", "Mirror pose"]


def test_somebody_new_comes_from_a_preset(session, view, tool, hand) -> None:
    session.select(LOWER)
    view.fit()
    hand.double_click((60, 90))
    picker = tool.bar.asking.picker
    assert picker.isVisible()
    picker.search.setText("standing")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    figure = session.panel.figures[0]
    box = tool.scene.figure(figure.id).spots
    assert session.figure == figure.id and not picker.isVisible()
    assert (min(x for x, _ in box) + max(x for x, _ in box)) / 2 == pytest.approx(60, abs=1)


def test_a_preset_is_dropped_where_somebody_shall_stand(session, view, tool, hand) -> None:
    data = QMimeData()
    data.setData(MIME, QByteArray(shipped_presets()[0].name.encode()))
    event = QDropEvent(
        QPointF(hand.at((80, 40))), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    view.set_tool("select")
    view.dropEvent(event)
    new = session.panel.figures[-1]
    assert len(session.panel.figures) == 3 and session.figure == new.id and view.tool == "pose"
    xs = [spot[0] for spot in tool.scene.figure(new.id).spots]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(80, abs=1)


def test_the_control_picture_lies_over_the_panel(view, tool, spots) -> None:
    tool.desk.set_options(control=True)
    tool.scene.hovered = None
    image = view.viewport().grab().toImage()
    for joint in (4, 7, 10):
        at = view.to_view(spots(SECOND)[joint]).toPoint() * image.devicePixelRatio()
        colour = image.pixelColor(at)
        assert max(abs(a - b) for a, b in zip((colour.red(), colour.green(), colour.blue()), COLOURS[joint])) < 60
    at = view.to_view((15, 55)).toPoint() * image.devicePixelRatio()
    assert image.pixelColor(at).lightness() == 0


def test_each_is_in_their_characters_colour_and_says_their_name(session, tool) -> None:
    first, second = tool.scene.figure(FIRST), tool.scene.figure(SECOND)
    assert first.name == "1  Mari" and second.name.startswith("2") and first.colour != second.colour


def test_the_region_follows_the_skeleton(tool, spots) -> None:
    from komawari.ui.canvas.tools.pose_paint import region_image

    canvas = QRectF(10, 10, 100, 50)
    image = region_image(tool.scene.figure(FIRST), canvas)

    def tinted(spot) -> bool:
        x, y = (spot[0] - 10) / 100 * image.width(), (spot[1] - 10) / 50 * image.height()
        return image.pixelColor(int(x), int(y)).alpha() > 0

    assert all(map(tinted, spots(FIRST))) and not any(map(tinted, spots(SECOND)))


def test_a_hand_of_the_pose_goes_with_its_wrist(session, view, tool, hand, spots) -> None:
    points = tuple((0.35 + k / 1000, 0.5, 1.0) for k in range(21))
    tool.desk.set_pose(UPPER, FIRST, replace(standing(0.3), left_hand=points), "Hand")
    hand.drag(spots()[7], (spots()[7][0] + 6, spots()[7][1]))
    new = session.panel.figures[0].pose.left_hand
    assert new != points and [c for *_, c in new] == [c for *_, c in points]


def test_a_panel_that_is_fitted_in_lies_below_the_tools_bar(view, tool) -> None:
    view.resize(1200, 400)
    view.fit_panel()
    panel = view.page_scene.panel_item(UPPER).shown
    upper = min(view.to_view(corner).y() for corner in panel.frame)
    lower = max(view.to_view(corner).y() for corner in panel.frame)
    assert tool.bar.isVisible() and upper > tool.bar.geometry().bottom()
    assert lower < view.viewport().height()
