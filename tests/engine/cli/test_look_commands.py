"""Segment, pose and upscale: what they write, in the picture's own size, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from animeadapter.protocol.openpose_json import read_openpose
from animeadapter.vision import eyes
from animeadapter.vision.people import Found


@pytest.fixture
def picture() -> Path:
    """A picture of 90 × 70 in the present folder."""
    path = Path("mari.png")
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (70, 90, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def two_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two people be found, the second without a nose."""
    joints = tuple((10.0 + k, 20.0 + k) for k in range(18))
    found = [Found((20.0, 20.0), joints, 0.9), Found((50.0, 20.0), (None, *joints[1:]), 0.6)]
    monkeypatch.setattr(eyes, "find_people", lambda seen: found)


def read(path: str | Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_segment_writes_masks_as_large_as_the_picture(command: Any, picture: Path, two_people: None) -> None:
    assert command("segment", picture, "--pack", "tiny", "--out", "found", "--json") == 0
    result = command.json()[-1]
    assert {"foreground", "parts", "person-1", "person-2"} <= result["masks"].keys() and result["people"] == 2
    for name, path in result["masks"].items():
        mask = read(path)
        assert mask.shape == ((70, 90, 3) if name == "parts" else (70, 90))
        assert name == "parts" or set(np.unique(mask)) <= {0, 255}
    parts = sum(
        read(path) > 0
        for name, path in result["masks"].items()
        if name not in ("foreground", "parts") and "person" not in name
    )
    assert np.array_equal(parts > 0, read(result["masks"]["foreground"]) > 0)


def test_clicks_give_one_mask(command: Any, picture: Path) -> None:
    assert (
        command(
            "segment", picture, "--click", "10,20", "--not", "80,60", "--box", "0,0,50,50", "--pack", "tiny", "--json"
        )
        == 0
    )
    masks = command.json()[-1]["masks"]
    assert list(masks) == ["click"] and read(masks["click"]).shape == (70, 90)


def test_pose_writes_what_others_read(command: Any, picture: Path, two_people: None) -> None:
    assert command("pose", picture, "--pack", "tiny", "--preview", "seen.png", "--json") == 0
    result = command.json()[-1]
    assert result["joints"] == [18, 17] and result["scores"] == [0.9, 0.6]
    poses = read_openpose(Path("mari.pose.json").read_bytes()).poses
    assert [sum(p is not None for p in pose.keypoints) for pose in poses] == [18, 17]
    seen = read("seen.png")
    assert seen.shape == (70, 90, 3) and seen.any()


def test_nobody_found_is_said_and_nothing_written(command: Any, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyes, "find_people", lambda seen: [])
    assert command("pose", picture, "--pack", "tiny") == 1
    assert "mari.png: nobody was found in it" in command.err and not Path("mari.pose.json").exists()


def test_upscale_writes_four_times_as_much(command: Any, picture: Path) -> None:
    assert command("upscale", picture, "--pack", "tiny", "--json") == 0
    assert (command.json()[-1]["width"], command.json()[-1]["height"]) == (360, 280)
    assert read("mari-4x.png").shape == (280, 360, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("segment", "gone.png"), "gone.png: cannot be read"),
        (("segment", "mari.png", "--click", "10"), "--click: '10' is no X,Y in pixels"),
        (("segment", "mari.png", "--click", "a,b"), "--click: 'a,b' is no X,Y in pixels"),
        (("segment", "mari.png", "--click", "90,10"), "(90, 10) is outside the picture of 90 × 70 pixels"),
        (("segment", "mari.png", "--box", "1,2,3"), "--box: '1,2,3' is no LEFT,TOP,RIGHT,BOTTOM"),
        (("pose", "notes.png"), "notes.png: is no picture that can be read (it holds text)"),
        (("upscale", "mari.png", "--pack", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_line(command: Any, picture: Path, arguments: tuple[str, ...], message: str) -> None:
    Path("notes.png").write_text("these are notes and no picture")
    rest = () if "--pack" in arguments else ("--pack", "tiny")
    assert command(*arguments, *rest) == 1
    assert message in command.err and len(command.err.strip().splitlines()) == 1


def test_a_pack_without_eyes_or_upscaler_says_so(command: Any, picture: Path, tiny_pack: Path) -> None:
    import shutil

    from animeadapter.packs.manifest import read_manifest, seal

    for part in ("vision", "upscaler"):
        shutil.rmtree(tiny_pack / part)
    seal(tiny_pack, read_manifest(tiny_pack))
    assert command("segment", picture, "--pack", tiny_pack) == 1 and "has no vision part" in command.err
    assert command("upscale", picture, "--pack", tiny_pack) == 1 and "has no upscaler" in command.err
