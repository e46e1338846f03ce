"""Poses from files and pictures, and into files: every dialect, hands and faces untouched, who is whose."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from animeadapter.protocol.calls import DetectPose, FoundPerson, FoundPoses
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob
from komawari.domain.edits import parameters
from komawari.domain.edits.changing import on_panel
from komawari.domain.panel import Figure, FigurePose
from komawari.domain.posing.hidden import STANDING
from komawari.engine_client.client import Finished
from komawari.ui.pose.asking import dialects
from komawari.ui.pose.exchange import exchange_of

UPPER, MARI, FIRST, SECOND = (f"{number:032x}" for number in (11, 90, 501, 502))


def pose(x: float, **extras) -> Pose:
    return Pose(tuple((round(x + a / 20, 6), round(0.3 + b / 5, 6)) for a, b in STANDING), **extras)


HAND = tuple((0.2 + k / 100, 0.4 + k / 200, 1.0 if k % 3 else 0.0) for k in range(21))
FACE = tuple((0.3 + k / 500, 0.2 + k / 400, 0.87) for k in range(70))


@pytest.fixture
def exchange(session):
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(FIRST, MARI)))
    session.select(UPPER)
    return exchange_of(session)


@pytest.fixture
def settled(qtbot, session):
    """Wait until all that was begun off the window's thread is told."""
    return lambda: qtbot.waitUntil(lambda: session.waiting.open == 0)


@pytest.fixture
def answered(qtbot, exchange):
    """Wait until the engine's answer has come."""
    return lambda: qtbot.waitUntil(lambda: not exchange.is_busy)


def said(session) -> list[str]:
    lines: list[str] = []
    session.trouble.connect(lines.append)
    session.message.connect(lines.append)
    return lines


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFCC8844)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def poses_of(session) -> list:
    return [one.pose for one in session.panel.figures]


@pytest.mark.parametrize("dialect", dialects().values())
def test_poses_survive_a_file_of_every_dialect(session, exchange, settled, tmp_path: Path, dialect) -> None:
    extras = {} if dialect == "keypoints" else {"face": FACE, "right_hand": HAND}
    for figure, x in ((FIRST, 0.3), (SECOND, 0.7)):
        if figure == SECOND:
            session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(SECOND)))
        exchange.desk.set_pose(UPPER, figure, FigurePose.of(pose(x, **extras)), "Pose")
    before = poses_of(session)
    exchange.write(tmp_path / "people.json", dialect)
    settled()
    for figure in (FIRST, SECOND):
        exchange.desk.set_pose(UPPER, figure, None, "Remove")
    exchange.read(tmp_path / "people.json")
    settled()
    for old, new in zip(before, poses_of(session), strict=True):
        assert [p is None for p in new.keypoints] == [p is None for p in old.keypoints]
        for name in ("keypoints", "face", "left_hand", "right_hand"):
            a, b = getattr(old, name), getattr(new, name)
            assert (a is None) == (b is None)
            assert all(p == pytest.approx(q, abs=1e-6) for p, q in zip(a or (), b or (), strict=True))


def test_what_a_format_has_no_room_for_is_said(session, exchange, settled, tmp_path: Path) -> None:
    exchange.desk.set_pose(UPPER, FIRST, FigurePose.of(pose(0.4, left_hand=HAND)), "Pose")
    lines = said(session)
    exchange.write(tmp_path / "old.json", "keypoints")
    settled()
    assert "without hands and faces" in lines[-1]
    exchange.desk.set_pose(UPPER, FIRST, FigurePose.of(pose(0.99)), "Pose")
    exchange.write(tmp_path / "fractions.json", "normalised")
    settled()
    assert "outside the canvas" in lines[-1] and not (tmp_path / "fractions.json").exists()


def test_a_file_of_another_canvas_is_fitted_in_whole(session, exchange, settled, tmp_path: Path) -> None:
    size = exchange.desk.pixels(session.panel)
    body = [value for x, y in pose(0.5).keypoints for value in (x * 100, y * 400, 1)]
    (tmp_path / "tall.json").write_text(json.dumps(
        {"canvas_width": 100, "canvas_height": 400, "people": [{"pose_keypoints_2d": body}]}
    ))  # fmt: skip
    exchange.read(tmp_path / "tall.json")
    settled()
    new = poses_of(session)[0].keypoints
    assert new[1] == pytest.approx((0.5, 0.3), abs=1e-5)
    wide = (new[5][0] - new[2][0]) * size[0] / ((new[9][1] - new[8][1]) * size[1])
    old = pose(0.5).keypoints
    assert wide == pytest.approx((old[5][0] - old[2][0]) * 100 / ((old[9][1] - old[8][1]) * 400), rel=1e-3)


@pytest.mark.parametrize(
    ("text", "named"),
    [("{", "JSON"), ('{"people": [{}]}', "people[0].pose_keypoints_2d"), ('{"people": []}', "nobody"), (None, "read")],
)
def test_a_bad_file_is_named_with_its_field_and_changes_nothing(
    session, exchange, settled, tmp_path: Path, text, named
) -> None:
    path, before, lines = tmp_path / "bad.json", session.project, said(session)
    if text is not None:
        path.write_text(text)
    exchange.read(path)
    settled()
    assert "bad.json" in lines[-1] and named in lines[-1] and session.project is before


def answer(engine, *people: Pose) -> None:
    mask = png(8, 8)
    found = tuple(FoundPerson(one, 0.9, Blob.of(mask)) for one in people)
    engine.script(DetectPose, lambda job: [Finished(job.id, FoundPoses(found), {Blob.of(mask).sha256: mask})])


def test_one_person_in_a_picture_is_the_figure_at_hand(
    session, engine, exchange, settled, answered, tmp_path: Path
) -> None:
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=Figure(SECOND)))
    session.choose_figure(SECOND)
    answer(engine, pose(0.5))
    (tmp_path / "photo.png").write_bytes(png(200, 400))
    exchange.find_in_file(tmp_path / "photo.png")
    assert exchange.is_busy
    settled()
    engine.play()
    settled()
    answered()
    first, second = poses_of(session)
    assert first is None and second.keypoints[1] == pytest.approx((0.5, 0.3), abs=1e-5) and not exchange.is_busy
    asked = [job.call.picture for job in engine.submitted if isinstance(job.call, DetectPose)]
    assert asked == [Blob.of(png(200, 400))]
    assert session.document.history.undo_name == "Detect poses"


def test_several_go_from_left_to_right_and_those_left_over_are_new(
    session, engine, exchange, settled, answered, tmp_path: Path
) -> None:
    exchange.desk.set_pose(UPPER, FIRST, FigurePose.of(pose(0.6)), "Pose")
    second = Figure(SECOND, pose=FigurePose.of(pose(0.2)))
    session.edit("Add", partial(parameters.add_figure, panel=UPPER, figure=second))
    size = exchange.desk.pixels(session.panel)
    (tmp_path / "three.png").write_bytes(png(*size))
    answer(engine, pose(0.8), pose(0.1), pose(0.45))
    exchange.find_in_file(tmp_path / "three.png")
    settled()
    engine.play()
    settled()
    answered()
    assert [one.id for one in session.panel.figures][:2] == [FIRST, SECOND] and len(session.panel.figures) == 3
    assert [one.keypoints[1][0] for one in poses_of(session)] == pytest.approx([0.45, 0.1, 0.8], abs=1e-3)
    assert session.panel.figures[0].character == MARI


def test_people_of_the_panels_picture_are_posed_where_they_are_seen(
    session, engine, exchange, settled, answered
) -> None:
    data = png(120, 120)  # It is cropped by its frame, which is twice as wide as high.
    take = session.document.takes.add(UPPER, data, (120, 120)).result()
    session.document.takes.adopt(take)
    session.edit("Use", lambda p: on_panel(p, UPPER, lambda old: _with_take(old, take.id)))
    answer(engine, pose(0.5))
    exchange.find_in_take()
    settled()
    engine.play()
    settled()
    answered()
    space = exchange.desk.space(session.panel)
    # The picture is as wide as the frame (100 mm) and as high, its middle in the frame's.
    assert space.spots(poses_of(session)[0])[1] == pytest.approx((60, 35 - 50 + 30), abs=0.1)


def _with_take(panel, take):
    from msgspec.structs import replace

    return replace(panel, take=take)


def test_nobody_found_failures_and_giving_up_are_said_and_change_nothing(
    session, engine, exchange, settled, answered, tmp_path: Path
) -> None:
    lines, before = said(session), session.project
    (tmp_path / "empty.png").write_bytes(png(64, 64))
    answer(engine)
    exchange.find_in_file(tmp_path / "empty.png")
    settled()
    engine.play()
    settled()
    answered()
    assert "Nobody was found" in lines[-1]
    engine.script(DetectPose, lambda job: [Failed(job.id, "failed", "no eyes")])
    exchange.find_in_file(tmp_path / "empty.png")
    settled()
    engine.play()
    settled()
    answered()
    assert "no eyes" in lines[-1] and not exchange.is_busy
    exchange.find_in_file(tmp_path / "empty.png")
    settled()
    exchange.cancel()
    assert not exchange.is_busy and session.project is before
    (tmp_path / "no.png").write_bytes(b"no picture")
    exchange.find_in_file(tmp_path / "no.png")
    settled()
    assert "no.png" in lines[-1] and not exchange.is_busy
