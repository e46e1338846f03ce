"""References with parts, regions and edits on the command line: the same request as a file would say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from animeadapter.cli.flag_pictures import PictureFlags, edit_of, lines_of, references_of, regions_of
from animeadapter.cli.numbered import numbered, once_each
from animeadapter.cli.options import OptionError
from animeadapter.protocol.openpose_json import write_openpose
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob, GenerateRequest, Lines, PartMask, Reference, Region, Size
from animeadapter.protocol.result_file import read_result
from animeadapter.vision.pictures import encode_png

POSES = [Pose(tuple((x + 0.01 * i, 0.1 + 0.04 * i) for i in range(18))) for x in (0.1, 0.6)]


def write(name: str, width: int = 48, height: int = 32, seed: int = 0, channels: int = 3) -> str:
    pixels = np.random.default_rng(seed).integers(1, 255, (height, width, channels), np.uint8)
    Path(name).write_bytes(encode_png(pixels[..., 0] if channels == 1 else pixels))
    return name


def request_of(name: str) -> GenerateRequest:
    return read_result(Path(name).read_bytes(), name)[0].request


def blob(name: str) -> Blob:
    return Blob.of(Path(name).read_bytes())


def pixels(name: str) -> np.ndarray:
    return np.asarray(Image.open(name))


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# -- numbers ---------------------------------------------------------------------------------------------------------


def test_a_value_is_for_each_in_turn_or_for_the_numbered_one() -> None:
    assert numbered("--part", ["hair", "2:face", "outfit"], 3, "references") == [
        (0, "hair"),
        (2, "face"),
        (1, "outfit"),
    ]
    assert once_each("--region-prompt", ["1:1girl, :3"], 2, "regions") == {1: "1girl, :3"}
    assert once_each("--region-prompt", [":3, smile"], 1, "regions") == {0: ":3, smile"}
    with pytest.raises(OptionError, match=r"--part: '3:hair' is for references\[3\]; there are 2 references"):
        numbered("--part", ["3:hair"], 2, "references")
    with pytest.raises(OptionError, match=r"--region-prompt: is given twice for regions\[0\]"):
        once_each("--region-prompt", ["a", "0:b"], 1, "regions")


# -- references ------------------------------------------------------------------------------------------------------


def test_each_reference_has_its_own_mask_parts_and_scale() -> None:
    blobs: dict[str, bytes] = {}
    flags = PictureFlags(
        [Path(write("a.png", seed=1)), Path(write("b.png", seed=2))], [f"1:{write('m.png', channels=1)}"],
        ["1:hair=0.5,face", "1:outfit", "0:skin"], ["0:0.25"],
    )  # fmt: skip
    one, other = references_of(GenerateRequest(), flags, blobs)
    assert one == Reference(blob("a.png"), None, (PartMask("skin"),), 0.25)
    parts = (PartMask("hair", scale=0.5), PartMask("face"), PartMask("outfit"))
    assert other == Reference(blob("b.png"), blob("m.png"), parts)
    assert set(blobs) == {blob(name).sha256 for name in ("a.png", "b.png", "m.png")}


def test_flags_lie_over_the_references_of_a_request() -> None:
    blobs = {blob(write("a.png")).sha256: Path("a.png").read_bytes()}
    base = GenerateRequest(references=(Reference(blob("a.png")),))
    assert references_of(base, PictureFlags(), blobs) == base.references
    (changed,) = references_of(base, PictureFlags(parts=["hair"], scales=["0.5"]), blobs)
    assert changed == Reference(blob("a.png"), None, (PartMask("hair"),), 0.5)


# -- regions ---------------------------------------------------------------------------------------------------------


def test_regions_are_masks_or_figures_with_prompts_references_and_weights() -> None:
    flags = PictureFlags(
        regions=[write("left.png", channels=1), "figure:1"], region_prompts=["1:1girl, angry"],
        region_references=["0", "0,1"], region_weights=["1:2.5"],
    )  # fmt: skip
    left, grown = regions_of(GenerateRequest(), flags, {})
    assert left == Region(blob("left.png"), references=(0,))
    assert grown == Region(figure=1, prompt="1girl, angry", references=(0, 1), weight=2.5)
    again = PictureFlags(region_weights=["0:0.5"])
    assert regions_of(GenerateRequest(regions=(left, grown)), again, {})[0].weight == 0.5


def test_two_characters_are_drawn_from_flags_and_from_the_file_alike(command: Any) -> None:
    Path("two.json").write_text(write_openpose(POSES, (64, 64)))
    arguments = [
        "-r", write("mari.png", seed=1), "-r", write("yuki.png", seed=2), "--pose", "two.json",
        "--pose-reference", "1:0", "--region", write("left.png", 64, 64, channels=1), "--region-reference", "1",
        "--region-prompt", "blue_hair", "--seed", "3", "--steps", "2", "--size", "64x64", "--pack", "tiny",
    ]  # fmt: skip
    assert command("generate", *arguments, "--reference-scale", "1:0.5", "--out", "flags.png") == 0
    drawn = request_of("flags.png")
    assert drawn.regions == (Region(blob("left.png"), prompt="blue_hair", references=(1,)),)
    assert [figure.references for figure in drawn.poses] == [(), (0,)] and drawn.references[1].scale == 0.5
    file = {
        "references": [{"picture": {"path": "mari.png"}}, {"picture": {"path": "yuki.png"}, "scale": 0.5}],
        "regions": [{"mask": {"path": "left.png"}, "prompt": "blue_hair", "references": [1]}],
        "poses": [
            {"pose": {"keypoints": figure.pose.keypoints}, "references": figure.references} for figure in drawn.poses
        ],
        "seeds": [3], "sampler": {"steps": 2}, "size": {"width": 64, "height": 64}, "pack": "tiny",
    }  # fmt: skip
    Path("request.json").write_text(json.dumps(file))
    assert command("generate", "request.json", "--out", "file.png") == 0
    assert request_of("file.png") == drawn and np.array_equal(pixels("file.png"), pixels("flags.png"))


# -- edits -----------------------------------------------------------------------------------------------------------


def test_an_edit_keeps_what_lies_outside_its_mask_and_draws_itself_again(command: Any) -> None:
    write("panel.png", 120, 80)
    mask = np.zeros((80, 120), np.uint8)
    mask[20:60, 30:70] = 255
    Path("mask.png").write_bytes(encode_png(mask))
    arguments = ("--edit", "panel.png", "--edit-mask", "mask.png", "--strength", "0.7", "-p", "1girl, smile")
    more = ("-r", write("mari.png", seed=4), "--part", "hair=2", "--edit-margin", "1", "--edit-feather", "0.2")
    masked = ("--reference-mask", write("white.png", channels=1), "--pack", "tiny", "--seed", "5", "--out", "new.png")
    # The tiny pack's eyes are random: what they take for hair may be nothing.
    code = command("generate", *arguments, *more, *masked)
    if code:
        assert "references[0].parts: there is no hair" in command.err
        assert command("generate", *arguments, *more[:2], *more[4:], *masked) == 0
    new, old = pixels("new.png"), pixels("panel.png")
    assert new.shape == old.shape and np.array_equal(new[mask == 0], old[mask == 0])
    assert not np.array_equal(new[mask > 0], old[mask > 0])
    edit = request_of("new.png").edit
    assert edit is not None and (edit.strength, edit.margin, edit.feather) == (0.7, 1.0, 0.2)
    assert command("generate", "new.png", "--out", "again.png") == 0
    assert np.array_equal(pixels("again.png"), new)


def test_image_to_image_needs_no_mask(command: Any) -> None:
    write("panel.png", 100, 150)
    arguments = ("--edit", "panel.png", "--strength", "0.5", "--steps", "4", "--pack", "tiny", "--out", "new.png")
    assert command("generate", *arguments, "--json") == 0
    assert pixels("new.png").shape == (150, 100, 3)
    assert sum(event["event"] == "progress" for event in command.json()) == 2


def test_people_of_a_pose_file_stand_in_the_picture_that_is_edited(command: Any) -> None:
    Path("two.json").write_text(write_openpose(POSES, (200, 100)))
    write("panel.png", 200, 100)
    assert command("generate", "--edit", "panel.png", "--pose", "two.json", "--pack", "tiny", "--out", "new.png") == 0
    assert request_of("new.png").poses[1].pose.keypoints[0] == pytest.approx((0.6, 0.1), abs=1e-3)


def test_flags_lie_over_the_lines_of_a_request() -> None:
    blobs: dict[str, bytes] = {}
    base = lines_of(GenerateRequest(), PictureFlags(lines=Path(write("a.png"))), blobs)
    assert base == Lines(blob("a.png")) and blobs[base.picture.sha256] == Path("a.png").read_bytes()
    changed = lines_of(GenerateRequest(lines=base), PictureFlags(lines_kind="scribble", lines_weight=0.5), blobs)
    assert changed == Lines(blob("a.png"), "scribble", 0.5)
    assert lines_of(GenerateRequest(lines=base), PictureFlags(), {}) == base
    assert lines_of(GenerateRequest(), PictureFlags(), {}) is None
    for flags in (PictureFlags(lines_kind="lineart"), PictureFlags(lines_weight=1.0)):
        with pytest.raises(OptionError, match=r"--lines-kind, --lines-weight: belong to --lines"):
            lines_of(GenerateRequest(), flags, {})


def test_a_drawing_says_which_size_the_picture_has(command: Any) -> None:
    ink = np.full((60, 40, 3), 255, np.uint8)
    ink[20:22, 5:36] = 0
    Path("rough.png").write_bytes(encode_png(ink))
    assert command("generate", "--lines", "rough.png", "--pack", "tiny", "--seed", "3", "--out", "new.png") == 0
    found = request_of("new.png")
    assert found.lines == Lines(blob("rough.png")) and found.size == Size(64, 96)
    assert command("generate", "new.png", "--out", "again.png") == 0
    assert np.array_equal(pixels("again.png"), pixels("new.png"))
    assert command("generate", "new.png", "--lines-weight", "0", "--out", "bare.png") == 0
    assert not np.array_equal(pixels("bare.png"), pixels("new.png"))
    assert command("generate", "new.png", "--size", "96x64", "--out", "wide.png") == 0
    assert request_of("wide.png").lines is None
    over = ("--edit", "new.png", "--lines", "rough.png", "--strength", "0.7", "--pack", "tiny", "--out", "over.png")
    assert command("generate", *over) == 0
    assert command("generate", "over.png", "--strength", "1", "--out", "more.png") == 0
    assert request_of("more.png").lines == found.lines, "the same picture keeps its drawing"
    write("other.png", 96, 64)
    assert command("generate", "over.png", "--edit", "other.png", "--out", "else.png") == 0
    assert request_of("else.png").lines is None


def test_flags_lie_over_the_edit_of_a_request() -> None:
    blobs: dict[str, bytes] = {}
    base = edit_of(GenerateRequest(), PictureFlags(edit=Path(write("a.png"))), blobs)
    request = GenerateRequest(edit=base)
    masked = edit_of(request, PictureFlags(edit_mask=Path(write("m.png", channels=1)), strength=0.25), blobs)
    assert base is not None and masked is not None and base.mask is None
    assert masked.mask == blob("m.png") and masked.strength == 0.25 and masked.picture == base.picture
    assert edit_of(GenerateRequest(), PictureFlags(), {}) is None


BAD_INPUT = {
    "region of no file": (lambda: ["--region", "gone.png"], "gone.png: cannot be read"),
    "region of a missing figure": (lambda: ["--region", "figure:0"], "regions[0].figure: there is no poses[0]"),
    "region of a missing reference": (
        lambda: ["--region", write("m.png", channels=1), "--region-reference", "2"],
        "regions[0].references[0]: there is no references[2]",
    ),
    "prompt of a missing region": (lambda: ["--region-prompt", "x"], "--region-prompt: 'x' is for regions[0]"),
    "region of other proportions": (
        lambda: ["--region", write("m.png", 64, 20, channels=1), "--region-prompt", "x"],
        "regions[0].mask: has 64 × 20 pixels, which are not the proportions of its picture, 64 × 64",
    ),
    "references that are no numbers": (
        lambda: ["--region", write("m.png", channels=1), "--region-reference", "a"],
        "--region-reference: 'a' is no list of numbers",
    ),
    "scale that is no number": (
        lambda: ["-r", write("m.png"), "--reference-scale", "much"],
        "--reference-scale: 'much' is no number",
    ),
    "scale out of range": (lambda: ["-r", write("m.png"), "--reference-scale", "9"], "references[0].scale: "),
    "scale that is NaN": (lambda: ["-r", write("m.png"), "--reference-scale", "nan"], "references[0].scale: "),
    "no part at all": (lambda: ["-r", write("m.png"), "--part", ","], "--part: ',' names no part"),
    "mask without an edit": (lambda: ["--edit-mask", "m.png"], "--edit-mask, --edit-margin"),
    "edit mask of another size": (
        lambda: ["--edit", write("a.png"), "--edit-mask", write("m.png", 32, 32, channels=1)],
        "m.png: the mask has 32 × 32 pixels, its picture has 48 × 32",
    ),
    "strength out of range": (lambda: ["--edit", write("a.png"), "--strength", "2"], "--strength: "),
    "strength of no step": (
        lambda: ["--edit", write("a.png"), "--strength", "0.1"],
        "edit.strength: 0.1 of 3 steps leaves none to draw",
    ),
    "lines of other proportions": (
        lambda: ["--lines", write("l.png", 64, 20), "--size", "64x64"],
        "lines.picture: has 64 × 20 pixels, which are not the proportions of its picture, 64 × 64",
    ),
    "kind of lines that there is none of": (
        lambda: ["--lines", write("l.png", 64, 64), "--lines-kind", "ink"],
        "--lines-kind: there is no 'ink'; there are lineart, scribble",
    ),
    "weight of lines out of range": (
        lambda: ["--lines", write("l.png", 64, 64), "--lines-weight", "5"],
        "--lines-weight: expected",
    ),
    "weight without lines": (lambda: ["--lines-weight", "1"], "--lines-kind, --lines-weight: belong to --lines"),
    "pose reference without a pose": (lambda: ["--pose-reference", "0"], "--pose-reference: '0' is for poses[0]"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_in_one_line_that_names_it(command: Any, case: str) -> None:
    make, message = BAD_INPUT[case]
    assert command("generate", *make(), "--pack", "tiny", "--out", "new") == 1
    lines = [line for line in command.err.splitlines() if line.startswith("animeadapter: ")]
    assert len(lines) == 1 and message in lines[0] and "Traceback" not in command.err
    assert not Path("new").exists()


def test_an_empty_edit_mask_is_refused_and_an_empty_reference_mask_is_told(command: Any) -> None:
    Path("empty.png").write_bytes(encode_png(np.zeros((32, 48), np.uint8)))
    arguments = ("--edit", write("a.png"), "--edit-mask", "empty.png", "--pack", "tiny", "--out", "new.png")
    assert command("generate", *arguments) == 1 and "edit.mask: is empty; paint white" in command.err
    masked = ("-r", "a.png", "--reference-mask", "empty.png", "-p", "smile", "--pack", "tiny", "--out", "new.png")
    assert command("generate", *masked) == 0 and "note: references[0].mask: is empty" in command.err
