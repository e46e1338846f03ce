"""`animeadapter generate` as a person meets it; in a process of its own where that matters."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from animeadapter.protocol.openpose_json import write_openpose
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Detail
from animeadapter.protocol.result_file import read_result
from animeadapter.vision.pictures import encode_png

POSE = Pose(tuple((0.3 + 0.02 * i, 0.1 + 0.04 * i) for i in range(18)))


def pixels(path: str | Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_takes_are_written_and_each_draws_itself_again(command: Any, tmp_path: Path) -> None:
    arguments = ("generate", "-p", "1girl, smile", "--pack", "tiny", "--seed", "5", "--count", "2", "--out", "out")
    assert command(*arguments) == 0
    assert command.out.split() == ["out/seed-5.png", "out/seed-6.png"]
    assert command("generate", "out/seed-6.png", "--out", "again.png") == 0
    assert np.array_equal(pixels("again.png"), pixels("out/seed-6.png"))
    resolved, _ = read_result(Path("again.png").read_bytes(), "again.png")
    assert resolved.take == 1 and resolved.environment.batch == (5, 6)
    assert not list(tmp_path.rglob("*.part"))


def test_a_result_with_flags_is_a_new_request(command: Any) -> None:
    command("generate", "-p", "smile", "--pack", "tiny", "--seed", "5", "--steps", "2", "--out", "a.png")
    assert command("generate", "a.png", "--seed", "9", "--out", "b.png") == 0
    new = read_result(Path("b.png").read_bytes(), "b.png")[0].request
    assert new.seeds == (9,) and new.prompt == "smile" and new.sampler.steps == 2


def test_details_of_a_result_are_not_those_of_an_edit_that_it_is_drawn_again_with(command: Any) -> None:
    drawn = ("generate", "-p", "smile", "--pack", "tiny", "--seed", "5", "--steps", "2", "--detail-figures", "0.9")
    command(*drawn, "--out", "a.png")
    request = read_result(Path("a.png").read_bytes(), "a.png")[0].request
    assert request.detail == Detail(0.9, 0.0)
    Path("mask.png").write_bytes(encode_png(np.full(pixels("a.png").shape[:2], 255, np.uint8)))
    assert command("generate", "a.png", "--edit", "a.png", "--edit-mask", "mask.png", "--out", "b.png") == 0
    assert read_result(Path("b.png").read_bytes(), "b.png")[0].request.detail == Detail(0.0, 0.0)
    assert command("generate", "a.png", "--seed", "6", "--out", "c.png") == 0
    assert read_result(Path("c.png").read_bytes(), "c.png")[0].request.detail == request.detail


def test_nothing_is_written_over(command: Any) -> None:
    for _ in range(2):
        assert command("generate", "-p", "smile", "--pack", "tiny", "--seed", "1") == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["seed-1-2.png", "seed-1.png"]


def test_programs_get_one_json_object_a_line(command: Any) -> None:
    assert command("generate", "-p", "flying_saucer", "--pack", "tiny", "--seed", "1", "--json") == 0
    events = command.json()
    assert [event["event"] for event in events] == ["notice", "progress", "progress", "progress", "result"]
    assert "flying_saucer" in events[0]["message"] and events[-1]["seed"] == 1
    assert Path(events[-1]["path"]).is_file() and command.err == ""


def test_a_request_file_is_drawn_and_flags_lie_over_it(command: Any) -> None:
    request = {"prompt": "smile", "pack": "tiny", "seeds": [3, 4], "sampler": {"steps": 2}}
    Path("request.json").write_text(json.dumps(request))
    assert command("generate", "request.json", "--guidance", "2", "--out", "out") == 0
    drawn = read_result(Path("out/seed-4.png").read_bytes(), "")[0].request
    assert drawn.seeds == (3, 4) and drawn.sampler.guidance == 2 and drawn.sampler.steps == 2


def write(name: str, data: bytes | str) -> str:
    path = Path(name)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return name


def picture(width: int = 40, height: int = 32) -> bytes:
    return encode_png(np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8))


def pose_file(**changes: object) -> str:
    return json.dumps(json.loads(write_openpose([POSE], (64, 64))) | changes)


BAD_INPUT = {
    "truncated picture": (lambda: ["-r", write("mari.png", picture()[:900])], "mari.png: is damaged or cut off"),
    "text-filled picture": (lambda: ["-r", write("mari.png", "dear diary")], "mari.png: is no picture"),
    "missing picture": (lambda: ["-r", "gone.png"], "gone.png: cannot be read: No such file or directory"),
    "a folder for a picture": (lambda: ["-r", "."], ".: cannot be read: Is a directory"),
    "mask of another size": (
        lambda: ["-r", write("m.png", picture()), "--reference-mask", write("mask.png", picture(16, 16))],
        "mask.png: the mask has 16 × 16 pixels, its picture has 40 × 32",
    ),
    "mask without picture": (
        lambda: ["--reference-mask", "mask.png"],
        "--reference-mask: 'mask.png' is for references[0]; there are no references",
    ),
    "more masks than pictures": (
        lambda: ["-r", write("m.png", picture()), *["--reference-mask", "m.png"] * 2],
        "--reference-mask: 'm.png' is for references[1]; there are 1 references",
    ),
    "unknown part": (
        lambda: ["-r", write("m.png", picture()), "--part", "tail"],
        "--part: there is no part 'tail'",
    ),
    "malformed pose": (
        lambda: ["--pose", write("p.json", pose_file(people=[{"pose_keypoints_2d": [1, 2]}]))],
        "p.json: people[0].pose_keypoints_2d: holds 2 numbers",
    ),
    "pose of nobody": (lambda: ["--pose", write("p.json", pose_file(people=[]))], "p.json: people: there is nobody"),
    "pose with NaN": (
        lambda: ["--pose", write("p.json", pose_file().replace("1.0", "NaN", 1))],
        "p.json: people[0].pose_keypoints_2d[2]: nan",
    ),
    "malformed request": (lambda: [write("r.json", '{"propmt": "x"}')], "r.json: propmt: unknown field"),
    "request out of range": (lambda: [write("r.json", '{"adapter": {"scale": 9}}')], "r.json: adapter.scale"),
    "request that is no JSON": (lambda: [write("r.json", "{")], "r.json: is not JSON"),
    "picture without a request": (lambda: [write("cat.png", picture())], "cat.png: carries no request"),
    "unknown pack": (lambda: ["-p", "x", "--pack", "tyni"], "unknown pack 'tyni'; did you mean tiny"),
    "pack that is no folder": (lambda: ["-p", "x", "--pack", "./nowhere"], "nowhere: is no pack"),
    "size that is none": (lambda: ["-p", "x", "--size", "big"], "--size: 'big' is no size"),
    "size out of step": (lambda: ["-p", "x", "--size", "100x64"], "--size: width: "),
    "count out of range": (lambda: ["-p", "x", "--count", "0"], "--count: 0 is not between"),
    "seed out of range": (lambda: ["-p", "x", "--seed", "-1"], "--seed: -1 is not between"),
    "unknown scheduler": (
        lambda: ["-p", "x", "--scheduler", "fast"],
        "--scheduler: there is no 'fast'; there are ddim, euler",
    ),
    "scale out of range": (lambda: ["-p", "x", "--scale", "9"], "--scale: expected"),
    "no number": (lambda: ["-p", "x", "--guidance", "nan"], "--guidance: is not a number"),
    "an infinite share": (lambda: ["-p", "x", "--detail-heads", "inf"], "--detail-heads: is not a number"),
    "share out of range": (lambda: ["-p", "x", "--detail-figures", "1.5"], "--detail-figures: expected"),
    "details of a mask": (
        lambda: ["-p", "x", "--edit", write("m.png", picture()), "--edit-mask", "m.png", "--detail-figures", "0.5"],
        "--detail-figures: goes with no edit.mask, whose part is drawn large already; 0 or none",
    ),
    "nothing at all": (list, "nothing to draw"),
    "LoRA that is a pickle": (
        lambda: ["-p", "x", "--lora", write("style.pt", pickle.dumps({"a": 1}))],
        "style.pt: is a pickle",
    ),
    "LoRA that is a pickle by another name": (
        lambda: ["-p", "x", "--lora", write("s.safetensors", pickle.dumps({"a": 1}))],
        "s.safetensors: is a pickle",
    ),
    "LoRA that is none": (
        lambda: ["-p", "x", "--lora", write("s.safetensors", "x")],
        "s.safetensors: is no safetensors file",
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_refused_in_one_line_that_names_it(command: Any, case: str, tmp_path: Path) -> None:
    arguments, message = BAD_INPUT[case][0](), BAD_INPUT[case][1]
    if "--pack" not in arguments:
        arguments = [*arguments, "--pack", "tiny"]
    before = set(tmp_path.rglob("*"))
    assert command("generate", *arguments, "--out", "new") == 1
    lines = [line for line in command.err.splitlines() if line.startswith("animeadapter: ")]
    assert len(lines) == 1 and message in lines[0]
    assert command.out == "" and "Traceback" not in command.err
    assert set(tmp_path.rglob("*")) == before


def test_a_mistyped_option_is_one_line_too(command: Any) -> None:
    assert command("generate", "--sede", "5") == 2
    assert command.err.count("\n") == 1 and "--sede" in command.err and "--seed" in command.err


def test_a_damaged_pack_is_named(command: Any, tiny_pack: Path) -> None:
    (tiny_pack / "unet" / "config.json").write_text("{}")
    assert command("generate", "-p", "x", "--pack", tiny_pack) == 1
    assert "unet/config.json: is not the file of the manifest" in command.err
    (tiny_pack / "unet" / "pytorch_model.bin").write_bytes(pickle.dumps({}))
    assert command("generate", "-p", "x", "--pack", tiny_pack) == 1
    assert "pytorch_model.bin: is a pickle" in command.err


def environment(pack: Path) -> dict[str, str]:
    return os.environ | {"ANIMEADAPTER_PACKS": str(pack), "OMP_NUM_THREADS": "1", "COLUMNS": "100"}


def test_ctrl_c_leaves_whole_files_only(tmp_path: Path, tiny_pack_master: Path) -> None:
    code = "from animeadapter.cli import main; main()"
    arguments = ["generate", "-p", "x", "--pack", "tiny", "--count", "64", "--steps", "200", "--json", "--out", "out"]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=tmp_path, env=environment(tiny_pack_master), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("done") == 5:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and err.strip() == "animeadapter: interrupted"
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_being_told_to_end_is_an_interruption_too(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_arguments: object, **_options: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("animeadapter.cli.app.app", end)
    assert command("generate", "-p", "x") == 130
    assert command.err == "animeadapter: interrupted\n"


def test_help_comes_without_anything_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from animeadapter.cli import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    heavy = {'torch', 'diffusers', 'transformers', 'cv2', 'numpy', 'PIL', 'PySide6', 'komawari'}\n"
        "    sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )
    for arguments in (["--help"], ["generate", "--help"], ["--version"], ["bench", "--help"]):
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert ended.stderr == "" and ended.stdout


def test_help_shows_examples(command: Any) -> None:
    for name in ("generate", "demo", "synth", "train", "packs"):
        assert command(name, "--help") == 0
        assert "Examples" in command.out and f"animeadapter {name}" in command.out


def test_packs_are_listed_verified_and_sealed(command: Any, tiny_pack: Path) -> None:
    assert command("packs", "--json") == 0
    listed = {pack["name"]: pack for pack in command.json() if pack["event"] == "result"}
    assert listed["tiny"]["licence"] == "Apache-2.0" and "64x96" in listed["tiny"]["sizes"]
    assert command("packs", "verify", tiny_pack) == 0
    (tiny_pack / "vae" / "config.json").write_text("{}")
    assert command("packs", "verify", tiny_pack) == 1 and "vae/config.json" in command.err
    assert command("packs", "seal", tiny_pack) == 0 and command("packs", "verify", tiny_pack) == 0


@pytest.mark.parametrize(
    ("part", "file"),
    [
        ("unet", "diffusion_pytorch_model.safetensors"),
        ("adapter", "animeadapter.safetensors"),
        ("vision", "model.safetensors"),
        ("image_encoder", "model.safetensors"),
    ],
)
def test_a_safetensors_file_with_wrong_shapes_is_named(command: Any, tiny_pack: Path, part: str, file: str) -> None:
    path = tiny_pack / part / file
    with safe_open(path, "pt") as weights:
        metadata, name = weights.metadata(), min(weights.keys())
    tensors = load_file(path)
    save_file(tensors | {name: tensors[name].new_zeros(2, 3)}, path, metadata)
    command("packs", "seal", tiny_pack)
    assert command("generate", "-r", write("m.png", picture()), "-p", "x", "--pack", tiny_pack) == 1
    lines = [line for line in command.err.splitlines() if line.startswith("animeadapter: ")]
    assert len(lines) == 1 and f"{part}/{file}: " in lines[0] and name in lines[0]
    assert not Path("out").exists()
