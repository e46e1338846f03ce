"""Demo, synth, train and bench: what they leave on the disk, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from animeadapter.cli.panels import ROWS, sample_reference, setting
from animeadapter.evaluate import counts as counting
from animeadapter.evaluate.rows import at_most, exactly
from animeadapter.protocol.openpose_json import read_openpose
from animeadapter.protocol.result_file import read_result
from animeadapter.synthetic.vocabulary import danbooru_tags
from animeadapter.vision.pictures import encode_png


def test_the_demo_draws_a_page_of_one_character(command: Any) -> None:
    assert command("demo", "--pack", "tiny", "--out", "demo", "--json") == 0
    result = command.json()[-1]
    assert result["event"] == "result" and Path(result["page"]).is_file()
    panels = sorted(Path("demo").glob("panel-*.png"))
    assert len(panels) == result["panels"] == sum(map(len, ROWS)) >= 8
    requests = [read_result(path.read_bytes(), path.name)[0].request for path in panels]
    assert all(request.references == requests[0].references for request in requests)
    assert len({request.prompt for request in requests}) == len({request.poses for request in requests}) == len(panels)
    assert len({(request.size.width, request.size.height) for request in requests}) >= 4
    page = np.asarray(Image.open("demo/page.png"))
    assert page.shape[1] > 1000 and len(np.unique(page.reshape(-1, 3), axis=0)) > 1000


def test_the_demo_takes_anyones_character(command: Any) -> None:
    Path("mine.png").write_bytes(encode_png(sample_reference().image))
    assert command("demo", "-r", "mine.png", "--pack", "tiny", "--out", "demo", "--tags", "1boy") == 0
    carried = read_result(Path("demo/panel-1.png").read_bytes(), "")
    assert carried[0].request.prompt.startswith("1boy, ") and Path("mine.png").read_bytes() in carried[1].values()
    assert not Path("demo/reference.png").exists()
    assert command("demo", "-r", "gone.png", "--pack", "tiny") == 1 and "gone.png: cannot be read" in command.err


def test_the_panels_ask_for_no_identity() -> None:
    asked = [setting(panel, number) for number, panel in enumerate(p for row in ROWS for p in row)]
    worn = {"hair", "skirt", "dress", "shirt", "shoes", "hat", "glasses"}
    for one in asked:
        tags = one.prompt.split(", ")
        assert set(tags) <= danbooru_tags()
        assert not worn & {word for tag in tags for word in tag.split("_")}
        assert sum(point is not None for point in one.pose.keypoints) >= 4


def test_synth_writes_a_whole_set_or_nothing(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("synth", "--count", "3", "--seed", "4", "--out", "set", "--json") == 0
    index = [json.loads(line) for line in Path("set/index.jsonl").read_text().splitlines()]
    assert len(index) == 3 and Path("set/sheet.png").is_file()
    for row in index:
        shape = np.asarray(Image.open(f"set/{row['name']}.png")).shape
        assert shape == (row["height"], row["width"], 3)
        assert np.asarray(Image.open(f"set/{row['name']}.mask.png")).shape == shape[:2]
        assert read_openpose(Path(f"set/{row['name']}.pose.json").read_text()).poses
    assert command("synth", "--count", "1", "--out", "set") == 1 and "--out: set is there already" in command.err

    def interrupted(count: int, seed: int, out: Path, *_: object) -> None:
        (out / "00000.png").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr("animeadapter.synthetic.command.synth", interrupted)
    assert command("synth", "--out", "other") == 130
    assert sorted(path.name for path in Path().iterdir()) == ["set"]


def test_synth_refuses_a_size_in_one_line(command: Any) -> None:
    assert command("synth", "--size", "huge") == 1 and "--size: 'huge' is no size" in command.err


def test_train_lists_its_recipes_and_refuses_unknown_ones(command: Any) -> None:
    assert command("train", "--json") == 0
    assert all(row["recipe"] and row["summary"] for row in command.json())
    assert command("train", "nonsense") == 1 and "nonsense" in command.err and command.err.count("\n") == 1


def test_bench_prints_rows_and_fails_when_one_is_missed(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [exactly("weights", 7, 7), at_most("error", 0.5, 1.0)]
    monkeypatch.setattr(counting, "counts", lambda: rows)
    assert command("bench", "counts") == 0
    assert "weights" in command.out and command.out.count("ok") == 2
    rows.append(exactly("more weights", 7, 8))
    assert command("bench", "counts", "--json") == 1
    assert [row["ok"] for row in command.json() if row["event"] == "result"] == [True, True, False]


def test_speed_compares_a_picture_with_and_without_its_conditions(command: Any) -> None:
    command("bench", "speed", "--pack", "tiny", "--repeats", "1", "--json", "--device", "cpu", "--threads", "1")
    names = [row["name"] for row in command.json() if row["event"] == "result"]
    assert [name.split(" (")[0] for name in names] == [
        "bare pipeline", "with pose", "with reference", "with both", "with both and the pack's details",
        "with pose / bare pipeline", "with reference / bare pipeline",
        "with both and the pack's details / bare pipeline", "with both / bare pipeline",
    ]  # fmt: skip


def test_the_pipes_bench_adds_what_mutants_did(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("animeadapter.evaluate.pipe.pipe", lambda pack, **_: [exactly(f"kills with {pack}", 0, 0)])
    monkeypatch.setattr("animeadapter.evaluate.fuzz.fuzz", lambda count, seed, on_step: [exactly("mutants", count, 9)])
    assert command("bench", "pipe", "--examples", "9", "--json") == 0
    assert [row["name"] for row in command.json() if row["event"] == "result"] == ["kills with mini", "mutants"]
    assert command("bench", "pipe", "--examples", "0") == 0 and "mutants" not in command.out
