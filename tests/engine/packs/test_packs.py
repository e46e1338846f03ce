"""Packs are found by name, verified to the byte, loaded offline by their own libraries, and nothing unsafe
gets in."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from animeadapter.packs.errors import PackError
from animeadapter.packs.find import find_pack, list_packs, user_folder
from animeadapter.packs.load import Pack, load_pack, verify
from animeadapter.packs.manifest import NAME, file_sha256, read_manifest, seal
from animeadapter.packs.weights import read_header

PARTS = ("unet", "vae", "text_encoder", "image_encoder", "t2i_adapter")


@pytest.fixture(autouse=True)
def only_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep packs that this machine happens to have out of the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ANIMEADAPTER_PACKS", raising=False)


def reseal(folder: Path) -> None:
    seal(folder, read_manifest(folder))


def damage(file: Path, **changes: torch.Tensor) -> None:
    save_file(load_file(file) | changes, file, metadata={"format": "pt"})


def test_every_part_loads_in_single_precision_and_frozen(tiny_pack_master: Path) -> None:
    pack = load_pack(tiny_pack_master)
    for name in PARTS:
        part = pack.part(name)
        assert not part.training and part is pack.part(name)
        assert {p.dtype for p in part.parameters()} == {torch.float32}
        assert not any(p.requires_grad for p in part.parameters())
    tokens = pack.part("tokenizer")("1girl, smile", padding="max_length", truncation=True).input_ids
    assert len(tokens) == 77


def test_the_folder_is_one_that_stock_pipelines_load(tiny_pack_master: Path) -> None:
    from diffusers import StableDiffusionPipeline

    stock = StableDiffusionPipeline.from_pretrained(tiny_pack_master, local_files_only=True)
    ours = load_pack(tiny_pack_master).part("unet").state_dict()
    assert all(torch.equal(tensor, ours[name]) for name, tensor in stock.unet.state_dict().items())


def test_loading_asks_nobody(tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("something wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    pack = load_pack(tiny_pack_master)
    for name in (*PARTS, "tokenizer"):
        pack.part(name)


def test_memory_is_told_from_the_heads_alone(tiny_pack_master: Path) -> None:
    pack = load_pack(tiny_pack_master)
    memory = pack.memory()
    for name in PARTS:
        assert memory[name] == 4 * sum(tensor.numel() for tensor in pack.part(name).state_dict().values())


def test_packs_are_found_by_name_path_and_variable(
    tiny_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_pack(tiny_pack) == find_pack(str(tiny_pack)) == tiny_pack
    monkeypatch.setenv("ANIMEADAPTER_PACKS", str(tiny_pack.parent))
    assert find_pack("tiny") == tiny_pack
    monkeypatch.setenv("ANIMEADAPTER_PACKS", str(tiny_pack))
    assert list_packs()["tiny"] == tiny_pack
    monkeypatch.delenv("ANIMEADAPTER_PACKS")
    assert user_folder().is_relative_to(tmp_path)
    own = Path(shutil.copytree(tiny_pack, user_folder() / "renamed"))
    assert find_pack("tiny") == own


def test_an_unknown_pack_is_answered_with_the_nearest(tiny_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANIMEADAPTER_PACKS", str(tiny_pack))
    with pytest.raises(PackError, match=r"unknown pack 'tyni'; did you mean tiny"):
        find_pack("tyni")
    with pytest.raises(PackError, match=r"unknown pack .qqqqqq.; there are: .*tiny"):
        find_pack("qqqqqq")
    with pytest.raises(PackError, match="nowhere: is no pack"):
        find_pack("./nowhere")


def test_a_changed_missing_or_foreign_file_is_named(tiny_pack: Path) -> None:
    manifest = read_manifest(tiny_pack)
    verify(tiny_pack, manifest)
    config = tiny_pack / "unet" / "config.json"
    text = config.read_text()
    config.write_text(text + " ")
    with pytest.raises(PackError, match=r"unet/config\.json: is not the file of the manifest"):
        Pack(tiny_pack).part("unet")
    config.unlink()
    with pytest.raises(PackError, match=r"unet/config\.json: is missing"):
        verify(tiny_pack, manifest)
    config.write_text(text)
    (tiny_pack / "unet" / "notes.txt").write_text("mine")
    with pytest.raises(PackError, match=r"unet/notes\.txt: does not belong"):
        Pack(tiny_pack).part("unet")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "x.ckpt", "x.PT", "x.pkl"])
def test_a_pickle_is_refused_by_name_and_never_opened(tiny_pack: Path, name: str) -> None:
    (tiny_pack / "unet" / name).write_bytes(b"\x80\x04.")
    for action in (lambda: Pack(tiny_pack).part("unet"), lambda: reseal(tiny_pack)):
        with pytest.raises(PackError, match=rf"unet/{name}: is a pickle"):
            action()
    with pytest.raises(PackError, match="is a pickle"):
        read_header(tiny_pack / "unet" / name)


@pytest.mark.parametrize(
    ("part", "file", "tensor"),
    [
        ("unet", "diffusion_pytorch_model.safetensors", "conv_in.weight"),
        ("vae", "diffusion_pytorch_model.safetensors", "decoder.layers.0.bias"),
        ("text_encoder", "model.safetensors", "embeddings.token_embedding.weight"),
        ("image_encoder", "model.safetensors", "visual_projection.weight"),
    ],
)
def test_wrong_shapes_and_missing_tensors_name_file_and_tensor(
    tiny_pack: Path, part: str, file: str, tensor: str
) -> None:
    path = tiny_pack / part / file
    weights = load_file(path)
    damage(path, **{tensor: torch.zeros(3, 5)})
    reseal(tiny_pack)
    with pytest.raises(PackError, match=rf"{file}: {tensor} has the shape 3×5, its config says"):
        Pack(tiny_pack).part(part)
    save_file({k: v for k, v in weights.items() if k != tensor}, path, metadata={"format": "pt"})
    reseal(tiny_pack)
    with pytest.raises(PackError, match=rf"{file}: lacks {tensor}"):
        Pack(tiny_pack).part(part)


def test_weights_that_are_cut_or_something_else_are_refused(tiny_pack: Path) -> None:
    path = tiny_pack / "vae" / "diffusion_pytorch_model.safetensors"
    whole = path.read_bytes()
    for content in (whole[:-100], whole[:60], b"", b"PK\x03\x04" + whole, b"\x80\x02}q\x00." * 40):
        path.write_bytes(content)
        reseal(tiny_pack)
        with pytest.raises(PackError, match=r"vae/diffusion_pytorch_model\.safetensors: ") as caught:
            Pack(tiny_pack).part("vae")
        assert "\n" not in str(caught.value)


def test_a_config_cannot_name_a_class_of_its_own_choice(tiny_pack: Path) -> None:
    config = tiny_pack / "unet" / "config.json"
    config.write_text(config.read_text().replace("UNet2DConditionModel", "os.system"))
    reseal(tiny_pack)
    with pytest.raises(PackError, match=r"unet/config\.json: unet cannot be a os\.system"):
        Pack(tiny_pack).part("unet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "surprise: unknown field"),
        ({"family": "gpt"}, "family: "),
        ({"sizes": [[100, 64]]}, r"sizes\[0\]\[0\]: "),
        ({"files": {"../evil": "0" * 64}}, "files: "),
        ({"calibration": {"steps": 0}}, r"calibration\.steps: "),
        ({"name": "a/b"}, "name: "),
    ],
)
def test_a_malformed_manifest_names_the_field(tiny_pack: Path, change: dict, message: str) -> None:
    raw = json.loads((tiny_pack / NAME).read_text())
    (tiny_pack / NAME).write_text(json.dumps(raw | change))
    with pytest.raises(PackError, match=rf"pack\.json: {message}"):
        Pack(tiny_pack)


def test_sealing_tells_packs_apart_by_their_files(tiny_pack: Path) -> None:
    before = read_manifest(tiny_pack)
    assert before.files["unet/config.json"] == file_sha256(tiny_pack / "unet" / "config.json")
    config = tiny_pack / "unet" / "config.json"
    config.write_text(config.read_text() + "\n")
    reseal(tiny_pack)
    after = read_manifest(tiny_pack)
    assert after.sha256 != before.sha256 and after.vocabulary == before.vocabulary


def test_a_part_that_a_pack_lacks_is_named(tiny_pack: Path) -> None:
    shutil.rmtree(tiny_pack / "t2i_adapter")
    reseal(tiny_pack)
    with pytest.raises(PackError, match="pack tiny: has no t2i_adapter"):
        Pack(tiny_pack).part("t2i_adapter")


def test_a_header_that_is_as_long_as_a_pickles_first_bytes_say_is_read(tmp_path: Path) -> None:
    head = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.ljust(0x0480)
    (tmp_path / "a.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + bytes(4))
    assert read_header(tmp_path / "a.safetensors").shapes == {"a": (1,)}
