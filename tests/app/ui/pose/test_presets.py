"""Presets of one's own, the picker, the panel before, and what the engine will see."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from animeadapter.control.openpose_picture import draw_pose
from animeadapter.protocol.pose import Pose
from komawari.domain.edits import parameters
from komawari.domain.panel import Figure, FigurePose
from komawari.domain.posing.hidden import STANDING
from komawari.ui.pose.control_picture import control_picture
from komawari.ui.pose.desk import desk_of
from komawari.ui.pose.own import own_presets, read_presets
from komawari.ui.pose.picker import MIME, PosePicker
from komawari.ui.pose.presets import shipped_presets

UPPER, LOWER, MARI, FIRST, SECOND = (f"{number:032x}" for number in (11, 12, 90, 501, 502))
OWN = FigurePose(tuple((0.4 + a / 15, 0.4 + b / 7) if i != 4 else (0.1, 0.2) for i, (a, b) in enumerate(STANDING)))


@pytest.fixture
def desk(session):
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(FIRST, MARI, pose=OWN)))
    session.select(UPPER)
    return desk_of(session)


@pytest.fixture
def settled(qtbot, session):
    return lambda: qtbot.waitUntil(lambda: session.waiting.open == 0)


def test_an_own_preset_is_kept_for_all_projects_and_stands_as_the_figure_did(session, desk, settled) -> None:
    desk.save_preset("  Shy ")
    settled()
    (preset,) = read_presets(session.library.path.with_name("poses.json"))
    assert preset.shown_title == "Shy" and own_presets(session).all == (preset,)
    assert min(min(p) for p in preset.pose.keypoints) >= 0 and max(max(p) for p in preset.pose.keypoints) <= 1
    size = desk.pixels(desk.panel)
    ratio = lambda points, wide, high: (points[5][0] - points[2][0]) * wide / ((points[9][1] - points[8][1]) * high)  # noqa: E731
    assert ratio(preset.pose.keypoints, 2, 3) == pytest.approx(ratio(OWN.keypoints, *size), rel=1e-2)


def test_a_preset_takes_the_figures_place_and_size(session, desk) -> None:
    before = desk.space(desk.panel).spots(OWN)
    sitting = next(one for one in shipped_presets() if one.group == "sitting")
    assert desk.give(sitting)
    after = desk.space(desk.panel).spots(desk.figure.pose)
    assert after[1] == pytest.approx(before[1], abs=0.01) and after[4] != pytest.approx(before[4], abs=0.5)


def test_a_file_that_cannot_be_read_is_named_and_kept(session, desk, settled) -> None:
    path, lines = session.library.path.with_name("poses.json"), []
    session.trouble.connect(lines.append)
    path.write_text('[{"name": 5}]')
    own_presets(session).load()
    settled()
    assert "poses.json" in lines[-1] and "name" in lines[-1]
    desk.save_preset("New")
    settled()
    assert [one.title for one in read_presets(path)] == ["New"]
    assert path.with_name("poses.unread.json").read_text() == '[{"name": 5}]'


def test_the_picker_shows_own_presets_first_finds_and_picks_by_keys(qtbot, session, desk, settled) -> None:
    desk.save_preset("Zebra")
    settled()
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    picker, picked = PosePicker(own_presets(session), parent), []
    picker.picked.connect(picked.append)
    picker.show_at(parent.pos())
    settled()
    assert picker.list.count() == 1 + len(shipped_presets()) and picker.list.item(0).text() == "Zebra"
    assert (
        bytes(picker.list.mimeData([picker.list.item(0)]).data(MIME).data())
        == own_presets(session).all[0].name.encode()
    )
    QTest.keyClicks(picker.search, "zebra")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert picked == [own_presets(session).all[0]] and not picker.isVisible()
    own_presets(session).remove(picked[0].name)
    settled()
    assert read_presets(session.library.path.with_name("poses.json")) == ()


def test_every_pose_has_room_for_its_whole_name(qtbot, session) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    picker = PosePicker(own_presets(session), parent)
    picker.show_at(parent.pos())
    width = picker.list.visualItemRect(picker.list.item(0)).width() - 8
    metrics, wrap = picker.list.fontMetrics(), int(Qt.TextFlag.TextWordWrap)
    texts = [picker.list.item(i).text() for i in range(picker.list.count())]
    lines = {text: metrics.boundingRect(0, 0, width, 1000, wrap, text).height() // metrics.height() for text in texts}
    assert {text for text, count in lines.items() if count > 2} == set()
    picker.hide()


def test_what_is_typed_into_the_picker_when_it_is_shown_again_is_another_search(qtbot, session) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    picker, picked = PosePicker(own_presets(session), parent), []
    picker.picked.connect(lambda preset: picked.append(preset.name))
    for text in ("squatting", "salute"):
        picker.show_at(parent.pos())
        QTest.keyClicks(picker.search, text)
        QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert picked == ["squatting", "salute"]


def test_there_are_presets_enough_for_every_kind_of_body_language() -> None:
    groups = {one.group for one in shipped_presets()}
    assert len(shipped_presets()) >= 24
    assert groups >= {"standing", "sitting", "moving", "fighting", "lying", "gesture", "portrait"}


def test_the_panel_before_lends_its_pose_to_the_same_character(session, desk) -> None:
    other = FigurePose(tuple((0.7, 0.5) if i == 1 else None for i in range(18)))
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(SECOND, pose=other)))
    session.edit("Add", partial(parameters.add_figure, panel=LOWER, figure=Figure("9" * 32, MARI)))
    session.select(LOWER)
    assert [figure.id for figure, _ in desk.poses_before(desk.panel)] == [FIRST, SECOND]
    assert desk.take_before()
    assert session.panel.figures[0].pose.keypoints[4] == pytest.approx(OWN.keypoints[4], abs=1e-5)
    session.select(UPPER)
    assert desk.poses_before(desk.panel) == [] and not desk.take_before()


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (176, 352)])
@pytest.mark.parametrize("name", ["standing", "contrapposto", "running", "kneeling", "lying-down"])
def test_what_is_shown_is_what_the_engine_sees_but_for_soft_edges(qapp, name, size) -> None:
    near = [one.pose for one in shipped_presets() if name.split("-")[0] in one.name][:1]
    poses = [*near, shipped_presets()[-1].pose.moved(0.2, 0.1)]
    ours, theirs = _shown(poses, size), draw_pose(poses, size).astype(int)
    off = np.abs(ours - theirs).max(axis=2)
    assert off.mean() < 1.3 and (off > 60).mean() < 0.003
    moved = np.abs(np.roll(ours, 1, axis=1) - theirs).max(axis=2)
    assert off.mean() < moved.mean() / 2, "a pixel further right it would be far off"


def _shown(poses: list[Pose], size: tuple[int, int]) -> np.ndarray:
    image = control_picture(poses, size)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], image.bytesPerLine())
    return rows[:, : size[0] * 4].reshape(size[1], size[0], 4)[:, :, 2::-1].astype(int)
