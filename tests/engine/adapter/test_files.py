"""Adapter files: what is saved comes back, and whatever else is refused with the file's name."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from animeadapter.adapter import AdapterError, AnimeAdapter, load_adapter, save_adapter
from animeadapter.protocol.errors import EngineError

Change = Callable[[dict[str, Tensor], dict[str, str]], Any]


@pytest.fixture
def adapter(unet: Any) -> AnimeAdapter:
    return AnimeAdapter.for_unet(
        unet.float(), vision_width=10, grid=4, fused=3, token_norm=True, base_model="a small one"
    )


@pytest.fixture
def path(adapter: AnimeAdapter, tmp_path: Path) -> Path:
    path = tmp_path / "mine.safetensors"
    save_adapter(adapter, path, {"renderer": "abc", "format": "something else"})
    return path


def metadata(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return file.metadata()


def changed(path: Path, change: Change) -> Path:
    """Write the file anew with other tensors or metadata."""
    tensors, words = load_file(path), metadata(path)
    change(tensors, words)
    save_file(tensors, path, words)
    return path


def configured(path: Path, **values: object) -> Path:
    """Write the file anew with other values in its config."""
    return changed(path, lambda t, words: words.update(config=json.dumps(json.loads(words["config"]) | values)))


def refused(path: Path, words: str, unet: Any = None) -> None:
    """Loading fails with one line that names the file and says what is wrong."""
    with pytest.raises(AdapterError) as caught:
        load_adapter(path, unet)
    message = str(caught.value)
    assert isinstance(caught.value, EngineError)
    assert message.startswith(f"{path}: ") and re.search(words, message) and "\n" not in message, message


# -- round trip ------------------------------------------------------------------------------------------------------


def test_an_adapter_comes_back_bit_for_bit_and_computes_the_same(adapter: AnimeAdapter, path: Path, unet: Any) -> None:
    found = load_adapter(path, unet)
    before, after = adapter.state_dict(), found.state_dict()
    assert found.config == adapter.config and list(before) == list(after)
    assert all(torch.equal(before[name], after[name]) for name in before)
    states = [torch.randn(1, 17, 10) for _ in range(3)]
    expected, again = adapter(states), found(states)
    assert all(torch.equal(expected.values[name], again.values[name]) for name in expected.values)
    assert all(weight.requires_grad for weight in found.parameters())


def test_metadata_say_format_config_base_model_and_what_the_writer_adds(path: Path) -> None:
    words = metadata(path)
    assert (words["format"], words["version"], words["base_model"]) == ("animeadapter", "1", "a small one")
    assert words["renderer"] == "abc"
    config = json.loads(words["config"])
    assert config["fused"] == 3 and config["class_token"] is False and len(config["layers"]) == 7


@pytest.mark.parametrize(
    "options", [{"scope": "up"}, {"projection_bias": False}, {"token_norm": True}, {"fused": 1, "grid": 2}]
)
def test_every_kind_of_adapter_comes_back(unet: Any, tmp_path: Path, options: dict[str, Any]) -> None:
    adapter = AnimeAdapter.for_unet(unet, vision_width=10, **options)
    save_adapter(adapter, tmp_path / "it.safetensors")
    found = load_adapter(tmp_path / "it.safetensors", unet)
    assert found.config == adapter.config and found.state_dict().keys() == adapter.state_dict().keys()


def test_the_precision_of_the_file_and_of_what_is_loaded_can_be_chosen(adapter: AnimeAdapter, tmp_path: Path) -> None:
    path = tmp_path / "half.safetensors"
    save_adapter(adapter, path, dtype=torch.float16)
    assert {t.dtype for t in load_file(path).values()} == {torch.float16}
    assert {w.dtype for w in load_adapter(path).parameters()} == {torch.float16}
    assert {w.dtype for w in load_adapter(path, dtype=torch.float32).parameters()} == {torch.float32}
    assert {w.dtype for w in adapter.parameters()} == {torch.float32}


def test_saving_replaces_the_file_makes_folders_and_leaves_nothing_aside(adapter: AnimeAdapter, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "it.safetensors"
    for _ in range(2):
        save_adapter(adapter, path)
    assert [found.name for found in path.parent.iterdir()] == ["it.safetensors"]


def test_what_cannot_be_written_is_said_and_leaves_what_was_there(adapter: AnimeAdapter, path: Path) -> None:
    data = path.read_bytes()
    for target in (path.parent, path / "it.safetensors"):
        with pytest.raises(AdapterError, match=f"^{re.escape(str(target))}: cannot be written: "):
            save_adapter(adapter, target)
    assert path.read_bytes() == data and not list(path.parent.parent.rglob("*.part"))


# -- refused ---------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_empty_or_cut_short_is_refused(path: Path) -> None:
    refused(path.with_name("none.safetensors"), "there is no such file")
    refused(path.parent, "is not a whole safetensors file")
    data = path.read_bytes()
    for length in (0, 5, 100, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        refused(path, "is not a whole safetensors file")
    path.write_bytes(data + b"more")
    refused(path, "is not a whole safetensors file")


@pytest.mark.parametrize("ending", [".bin", ".pt", ".pth", ".ckpt", ".PKL"])
def test_pickles_are_refused_by_name_and_never_opened(tmp_path: Path, ending: str) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("a pickle was read",))

    path = tmp_path / f"evil{ending}"
    path.write_bytes(pickle.dumps(Bomb()))
    refused(path, "is a pickle.*give a .safetensors file")


def test_files_of_something_else_and_of_another_version_are_refused(path: Path) -> None:
    refused(changed(path, lambda t, words: words.update(version="2")), "version 2 .*this program reads 1")
    refused(changed(path, lambda t, words: words.update(format="pt")), "is not an AnimeAdapter file")
    save_file({"lora.down.weight": torch.zeros(4, 4)}, path)
    refused(path, "is not an AnimeAdapter file")


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda t: t.pop("fusion.layer_scale"), "lacks the tensor fusion.layer_scale"),
        (lambda t: t.update(extra=torch.zeros(1)), "has the unknown tensor extra"),
        (lambda t: t.update({"fusion.bias": torch.zeros(3, 13)}), r"fusion.bias is \(3, 13\); \(3, 12\) is needed"),
        (lambda t: t.update({"fusion.bias": torch.zeros(36)}), r"fusion.bias is \(36,\); \(3, 12\) is needed"),
        (lambda t: t.update({"fusion.bias": torch.zeros(3, 12).int()}), "fusion.bias is torch.int32; floating-point"),
    ],
    ids=["lacking", "unknown", "wide", "flat", "whole numbers"],
)
def test_tensors_have_to_be_exactly_those_of_the_config(path: Path, change: Any, words: str) -> None:
    refused(changed(path, lambda tensors, _: change(tensors)), words)


@pytest.mark.parametrize(
    "values",
    [
        {"fused": 0}, {"fused": -3}, {"fused": "3"}, {"grid": 0}, {"cross_width": 10**30}, {"scope": "sideways"},
        {"unheard_of": 1}, {"layers": [{"name": "x", "channels": 0, "index": 1}]}, {"layers": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_config_that_makes_no_sense_is_refused(path: Path, values: dict[str, object]) -> None:
    refused(configured(path, **values), "its config cannot be read: .*")


def test_a_config_that_is_no_json_or_is_not_there_is_refused(path: Path) -> None:
    refused(changed(path, lambda t, words: words.update(config="{")), "its config cannot be read")
    refused(changed(path, lambda t, words: words.pop("config")), "its config cannot be read")


def test_a_config_of_other_sizes_than_the_tensors_is_refused(path: Path) -> None:
    refused(configured(path, fused=4), r"fusion.layer_scale is \(3,\); \(4,\) is needed")
    refused(configured(path, fused=3, layers=[]), "has the unknown tensor projections")


# -- other U-Nets ----------------------------------------------------------------------------------------------------


def other(**options: Any) -> UNet2DConditionModel:
    shape: dict[str, Any] = {"block_out_channels": (8, 16), "cross_attention_dim": 12, "layers_per_block": 1}
    blocks = {"down_block_types": ("CrossAttnDownBlock2D",) * 2, "up_block_types": ("CrossAttnUpBlock2D",) * 2}
    with torch.device("meta"):
        return UNet2DConditionModel(**shape | blocks | {"norm_num_groups": 4, "attention_head_dim": 2} | options)


def test_an_adapter_for_another_unet_is_refused_with_what_differs(path: Path) -> None:
    load_adapter(path, other())
    refused(path, "text states of width 12; this U-Net reads 20", other(cross_attention_dim=20))
    refused(
        path, r"down_blocks.0.*attn2 \(8 wide\);.*down_blocks.0.*attn2 \(16 wide\)", other(block_out_channels=(16, 16))
    )
    down = ("DownBlock2D", "CrossAttnDownBlock2D")
    refused(path, r"is for a U-Net with down_blocks.0\..*; here stands down_blocks.1\.", other(down_block_types=down))


def test_a_unet_with_text_states_of_several_widths_or_without_cross_attention_is_refused(path: Path) -> None:
    refused_unet = other()
    refused_unet.register_to_config(cross_attention_dim=(12, 12))
    with pytest.raises(AdapterError, match="several widths"):
        load_adapter(path, refused_unet)
    plain = other(
        down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2, mid_block_type=None
    )  # fmt: skip
    with pytest.raises(AdapterError, match=r"no cross-attention layers \(attn2\) in scope “full”"):
        load_adapter(path, plain)


# -- diffusers -------------------------------------------------------------------------------------------------------


def test_no_key_is_one_by_which_diffusers_knows_another_adapter(unet: Any, tmp_path: Path) -> None:
    for options in ({"token_norm": True}, {"scope": "up", "projection_bias": False}):
        adapter = AnimeAdapter.for_unet(unet, vision_width=10, **options)
        save_adapter(adapter, tmp_path / "it.safetensors")
        for name in load_file(tmp_path / "it.safetensors"):
            assert not re.match(r"(image_proj|ip_adapter|perceiver_resampler)\.|(proj|norm)\.weight$|proj\.\d", name)
            assert "lora" not in name and "latents" not in name


def test_diffusers_own_loader_does_not_take_the_file_for_an_ip_adapter(path: Path, unet: Any) -> None:
    pipeline = StableDiffusionPipeline(
        vae=None, text_encoder=None, tokenizer=None, unet=unet, scheduler=None, safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    before = dict(unet.attn_processors)
    with pytest.raises((KeyError, ValueError)):
        pipeline.load_ip_adapter(str(path.parent), subfolder="", weight_name=path.name, image_encoder_folder=None)
    assert unet.config.encoder_hid_dim_type is None
    assert all(unet.attn_processors[name] is before[name] for name in before)
