"""The eyes' and the upscaler's figures are means over unseen drawings, against what is wanted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from animeadapter.evaluate import eyes as bench
from animeadapter.evaluate import upscaling as larger
from animeadapter.evaluate.rows import Row
from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import read_manifest, seal
from animeadapter.synthetic import Drawing
from animeadapter.vision.eyes import Eyes, Person
from animeadapter.vision.upscaler import Upscaler


class Knowing:
    """Says of a drawing what is true of it, with every joint `astray` to the right."""

    def __init__(self, drawing: Drawing, astray: float = 0.0) -> None:
        self.parts = drawing.parts
        self.people = tuple(Person(pose.moved(astray, 0.0), 0.9, np.zeros((2, 2), np.uint8)) for pose in drawing.poses)
        self.drawing = drawing

    def click(self, points: list, positive: list) -> np.ndarray:
        ((x, y),) = points
        part = self.drawing.parts[int(y), int(x)]
        return np.where((self.drawing.parts == part) & (self.drawing.instances == 1), 255, 0).astype(np.uint8)


def by_name(rows: list[Row]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def looking(monkeypatch: pytest.MonkeyPatch, astray: float) -> None:
    """Let the eyes know each drawing that they are shown."""
    drawn: list[Drawing] = []
    draw = bench.draw
    monkeypatch.setattr(bench, "draw", lambda *args: drawn.append(draw(*args)) or drawn[-1])
    monkeypatch.setattr(Eyes, "look", lambda self, picture: Knowing(drawn[-1], astray))


def test_whoever_knows_the_truth_is_in_order(tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking(monkeypatch, 0.0)
    done: list[tuple[int, int]] = []
    rows = by_name(bench.eyes(str(tiny_pack_master), count=6, on_picture=lambda *at: done.append(at)))
    assert done[-1] == (6, 6)
    for name in ("foreground, IoU", "mean part, IoU", "hair, IoU", "click on hair, IoU"):
        assert rows[name].found == pytest.approx(1.0)
    for who in ("one person", "two people"):
        assert rows[f"AKD, {who}"].found == rows[f"Fail, {who}"].found == 0.0
        assert rows[f"AKD, {who}"].ok and rows[f"Fail, {who}"].ok
    assert rows["foreground in the held-out style, IoU"].ok is None


def test_joints_astray_are_missed(tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking(monkeypatch, 0.06)
    rows = by_name(bench.eyes(str(tiny_pack_master), count=4))
    assert rows["AKD, one person"].found == pytest.approx(0.03, abs=0.004) and rows["AKD, one person"].ok is False


def test_eyes_that_learned_nothing_miss_everything(tiny_pack_master: Path) -> None:
    rows = bench.eyes(str(tiny_pack_master), count=5)
    assert (
        by_name(rows)["AKD, one person"].found == "nobody was found" and by_name(rows)["Fail, one person"].ok is False
    )
    assert by_name(rows)["foreground, IoU"].ok is False and rows == bench.eyes(str(tiny_pack_master), count=5)


def test_the_gain_is_over_bicubic_interpolation(tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = by_name(larger.upscaling(str(tiny_pack_master), count=2))
    assert (
        rows["above bicubic (n = 2)"].found == pytest.approx(0.0, abs=0.3) and rows["above bicubic (n = 2)"].ok is False
    )
    truths = [larger._drawn(7401, number) for number in range(2)]
    monkeypatch.setattr(
        Upscaler, "upscale", lambda self, small: truths[0] if small.shape[1] * 4 == truths[0].shape[1] else truths[1]
    )
    assert by_name(larger.upscaling(str(tiny_pack_master), count=2))["above bicubic (n = 2)"].ok is True


def test_a_pack_that_lacks_the_part_says_so(tiny_pack: Path) -> None:
    for part in ("vision", "upscaler"):
        shutil.rmtree(tiny_pack / part)
    seal(tiny_pack, read_manifest(tiny_pack))
    with pytest.raises(PackError, match="cannot see"):
        bench.eyes(str(tiny_pack), count=1)
    with pytest.raises(PackError, match="has no upscaler"):
        larger.upscaling(str(tiny_pack), count=1)
