"""A set on the disk: every drawing with its mask, parts, pose and tags, and the same files from the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from animeadapter.protocol.openpose_json import read_openpose
from animeadapter.synthetic import BUCKETS, Part, Shot, draw, version
from animeadapter.synthetic.command import PART_COLOURS, caption, sample, synth
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.sheet import contact_sheet
from animeadapter.synthetic.vocabulary import danbooru_tags

COUNT, SEED = 5, 21
KINDS = ("png", "mask.png", "parts.png", "pose.json")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of one drawing of each aspect; tests must not change it."""
    out = tmp_path_factory.mktemp("sets") / "deep" / "set"
    assert synth(COUNT, SEED, out) == out / "sheet.png"
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_set_is_whole(written: Path) -> None:
    names = {f"{number:05d}.{kind}" for number in range(COUNT) for kind in KINDS}
    assert set(contents(written)) == names | {"index.jsonl", "dataset.json", "sheet.png"}
    meta = json.loads((written / "dataset.json").read_text())
    assert meta == {
        "renderer": version(), "seed": SEED, "count": COUNT, "parts": {part.name.lower(): int(part) for part in Part},
    }  # fmt: skip


def test_files_hold_the_drawing_and_the_truth_about_it(written: Path) -> None:
    for number, size in enumerate(BUCKETS):
        drawing, stem = sample(SEED, number), f"{number:05d}"
        with Image.open(written / f"{stem}.png") as picture:
            assert picture.size == size and picture.info["renderer"] == version()
            assert np.array_equal(np.asarray(picture), drawing.image)
        assert np.array_equal(np.asarray(Image.open(written / f"{stem}.mask.png")), drawing.foreground)
        with Image.open(written / f"{stem}.parts.png") as parts:
            assert parts.mode == "P" and np.array_equal(np.asarray(parts), drawing.parts)
            assert parts.getpalette()[: 3 * len(PART_COLOURS)] == [c for colour in PART_COLOURS for c in colour]
        pose_file = read_openpose((written / f"{stem}.pose.json").read_text())
        assert pose_file.canvas == size and len(pose_file.poses) == len(drawing.poses)
        for read, told in zip(pose_file.poses, drawing.poses, strict=True):
            for one, other in zip(read.keypoints, told.keypoints, strict=True):
                assert (one is None) == (other is None)
                assert one is None or other is None or one == pytest.approx(other, abs=2e-3)


def test_every_part_has_a_colour_of_its_own() -> None:
    assert len(set(PART_COLOURS)) == len(PART_COLOURS) == len(Part)


def test_the_index_tells_size_and_tags_of_each_drawing(written: Path) -> None:
    rows = [json.loads(line) for line in (written / "index.jsonl").read_text().splitlines()]
    assert [row["name"] for row in rows] == [f"{number:05d}" for number in range(COUNT)]
    for number, row in enumerate(rows):
        drawing = sample(SEED, number)
        assert (row["width"], row["height"]) == BUCKETS[number] and row["renderer"] == version()
        assert tuple(row["tags"]) == caption(drawing) and set(row["tags"]) <= danbooru_tags()
        assert [tuple(tags) for tags in row["identity_tags"]] == list(drawing.identity_tags)
        assert [tuple(tags) for tags in row["act_tags"]] == list(drawing.act_tags)
        assert tuple(row["shot_tags"]) == drawing.shot_tags
        parts = (*row["shot_tags"], *(t for tags in (*row["identity_tags"], *row["act_tags"]) for t in tags))
        assert set(parts) <= set(row["tags"])


def test_the_contact_sheet_shows_them_all(written: Path) -> None:
    sheet = np.asarray(Image.open(written / "sheet.png"))
    assert sheet.shape == (6 + 256 + 6, COUNT * (256 + 6) + 6, 3)
    square = sample(SEED, 0).image
    assert np.array_equal(sheet[6 : 6 + 256, 6 : 6 + 256], square)
    for number in range(COUNT):
        left = 6 + number * 262
        assert (sheet[6:262, left : left + 256] != 255).any()


def test_the_same_seed_writes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        synth(2, seed, tmp_path / name, (64, 64))
    one, same, other = (contents(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert {name for name in one if one[name] == other[name]} == set()


def test_a_longer_set_begins_with_the_shorter_one(tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    synth(1, 9, tmp_path / "short", (64, 48))
    synth(3, 9, tmp_path / "long", (64, 48), on_picture=lambda done, total: reports.append((done, total)))
    short, long = contents(tmp_path / "short"), contents(tmp_path / "long")
    assert all(short[f"00000.{kind}"] == long[f"00000.{kind}"] for kind in KINDS)
    assert long["index.jsonl"].startswith(short["index.jsonl"])
    assert reports == [(1, 3), (2, 3), (3, 3)]
    assert np.asarray(Image.open(tmp_path / "long" / "00002.png")).shape == (48, 64, 3)


def test_some_pictures_show_two_people_but_never_in_a_tall_panel() -> None:
    wide = [sample(1, index, (64, 64)) for index in range(24)]
    tall = [sample(1, index, (48, 72)) for index in range(12)]
    assert {len(drawing.poses) for drawing in wide} == {1, 2} and {len(drawing.poses) for drawing in tall} == {1}
    assert all(len(d.identity_tags) == len(d.act_tags) == len(d.poses) for d in wide)


def test_a_caption_runs_from_who_to_where(still: Callable[..., Shot], plain_who: Identity) -> None:
    tags = caption(draw([plain_who], still(), (48, 64)))
    order = ["1girl", "solo", "brown_hair", "green_eyes", "blue_dress", "standing", "smile", "full_body",
             "white_background", "anime_coloring"]  # fmt: skip
    places = [tags.index(tag) for tag in order]
    assert places == sorted(places) and len(set(tags)) == len(tags)


def test_a_contact_sheet_fits_each_picture_into_its_cell() -> None:
    red, blue = (
        np.full((*size, 3), colour, np.uint8) for size, colour in (((20, 40), (255, 0, 0)), ((90, 30), (0, 0, 255)))
    )
    sheet = contact_sheet([red, blue, red], columns=2, cell=(40, 30), gap=2)
    assert sheet.shape == (2 * 32 + 2, 2 * 42 + 2, 3)
    reds, blues = (sheet == (255, 0, 0)).all(2), (sheet == (0, 0, 255)).all(2)
    assert reds.sum() == 2 * 40 * 20 and blues.sum() == 10 * 30
    assert reds[2 + 5 : 2 + 25, 2:42].all() and blues[2:32, 44 + 15 : 44 + 25].all() and not reds[34:, 44:].any()
