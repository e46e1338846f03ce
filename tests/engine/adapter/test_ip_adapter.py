"""The baselines have the published layout of files and compute what diffusers computes from those files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from animeadapter.adapter import (
    AdapterError,
    AttachedAdapter,
    IPAdapter,
    ReferenceInput,
    load_ip_adapter,
    save_ip_adapter,
)

Kind = Literal["plain", "plus"]
PAIRS = [f"ip_adapter.{n}.to_{kind}_ip.weight" for n in (1, 3, 5, 7, 9, 11, 13) for kind in "kv"]
PLAIN = ["image_proj.proj.weight", "image_proj.proj.bias", "image_proj.norm.weight", "image_proj.norm.bias"]
RESAMPLER = ["latents", "proj_in.weight", "proj_in.bias", "proj_out.weight", "proj_out.bias",
             "norm_out.weight", "norm_out.bias"]  # fmt: skip
RESAMPLER_LAYER = ["0.norm1.weight", "0.norm1.bias", "0.norm2.weight", "0.norm2.bias", "0.to_q.weight",
                   "0.to_kv.weight", "0.to_out.weight", "1.0.weight", "1.0.bias", "1.1.weight",
                   "1.3.weight"]  # fmt: skip


def baseline(unet: Any, kind: Kind) -> IPAdapter:
    """A baseline with random weights in double precision; a Plus has two heads of 64 and four layers."""
    torch.manual_seed(2)
    adapter = IPAdapter.for_unet(unet, kind, vision_width=10, inner_width=128, heads=2)
    for name, weight in adapter.named_parameters():
        torch.nn.init.normal_(weight, mean=float("norm" in name), std=0.2)
    return adapter.double().eval()


def layout(kind: Kind) -> list[str]:
    """The names in a published file, for this U-Net's layers."""
    if kind == "plain":
        return PLAIN + PAIRS
    layers = [f"image_proj.layers.{n}.{name}" for n in range(4) for name in RESAMPLER_LAYER]
    return [f"image_proj.{name}" for name in RESAMPLER] + layers + PAIRS


def inputs(kind: Kind) -> Tensor:
    torch.manual_seed(3)
    return torch.randn(1, 10).double() if kind == "plain" else torch.randn(1, 17, 10).double()


@pytest.mark.parametrize("kind", ["plain", "plus"])
def test_the_file_has_the_published_layout(unet: Any, tmp_path: Path, kind: Kind) -> None:
    save_ip_adapter(baseline(unet, kind), tmp_path / "it.safetensors")
    found = load_file(tmp_path / "it.safetensors")
    assert sorted(found) == sorted(layout(kind))
    names = list(unet.attn_processors)
    for n in (1, 3, 5, 7, 9, 11, 13):
        assert "attn2" in names[n]
        width = unet.get_submodule(names[n].removesuffix(".processor")).to_k.weight.shape
        assert found[f"ip_adapter.{n}.to_k_ip.weight"].shape == found[f"ip_adapter.{n}.to_v_ip.weight"].shape == width


@pytest.mark.parametrize("kind", ["plain", "plus"])
def test_a_baseline_comes_back_bit_for_bit(unet: Any, tmp_path: Path, kind: Kind) -> None:
    adapter, path = baseline(unet, kind), tmp_path / "it.safetensors"
    save_ip_adapter(adapter, path)
    found = load_ip_adapter(path, unet)
    shape = ("kind", "layers", "vision_width", "cross_width", "tokens")
    assert all(getattr(found.config, name) == getattr(adapter.config, name) for name in shape)
    assert kind == "plain" or found.config == adapter.config
    before, after = adapter.state_dict(), found.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("kind", ["plain", "plus"])
def test_the_unet_draws_what_diffusers_draws_from_the_same_file(
    unet: Any, other_unet: Any, network: Any, tmp_path: Path, kind: Kind
) -> None:
    save_ip_adapter(baseline(unet, kind), tmp_path / "it.safetensors")
    adapter, seen = load_ip_adapter(tmp_path / "it.safetensors", unet), inputs(kind)
    text = network.text
    with AttachedAdapter(unet, adapter.config.layers) as attached, torch.no_grad():
        bare = unet(network.sample, 500, encoder_hidden_states=text).sample
        attached.set_references([ReferenceInput(adapter(seen))], guided=False)
        ours = unet(network.sample, 500, encoder_hidden_states=text).sample
    state: dict[str, dict[str, Tensor]] = {"image_proj": {}, "ip_adapter": {}}
    for name, tensor in load_file(tmp_path / "it.safetensors").items():
        group, rest = name.split(".", 1)
        state[group][rest] = tensor
    other_unet.load_state_dict(unet.state_dict())
    other_unet._load_ip_adapter_weights([state])
    shown = seen[None].expand(2, -1, -1) if kind == "plain" else seen[:, None].expand(2, -1, -1, -1)
    with torch.no_grad():
        theirs = other_unet(
            network.sample, 500, encoder_hidden_states=text, added_cond_kwargs={"image_embeds": [shown]}
        ).sample
    torch.testing.assert_close(ours, theirs, atol=1e-10, rtol=0)
    assert (ours - bare).abs().max() > 1e-3


def test_keys_and_values_start_from_the_unets_own(unet: Any) -> None:
    adapter = IPAdapter.for_unet(unet, "plain", vision_width=10)
    for layer, key, value in zip(
        adapter.config.layers, adapter.projections.key, adapter.projections.value, strict=True
    ):
        attention = unet.get_submodule(layer.name)
        assert torch.equal(key.weight, attention.to_k.weight.float())
        assert torch.equal(value.weight, attention.to_v.weight.float())


def test_tokens_mix_the_whole_picture_so_that_no_mask_could_choose_among_them(unet: Any) -> None:
    adapter, seen = baseline(unet, "plus"), inputs("plus")
    other = seen.clone()
    other[:, 5] += 1
    name = adapter.config.layers[0].name
    assert (adapter(seen).keys[name] != adapter(other).keys[name]).any(-1).all()


def test_the_unconditional_half_reads_a_zero_embedding_or_an_empty_picture(unet: Any) -> None:
    plain, plus = baseline(unet, "plain"), baseline(unet, "plus")
    name = plain.config.layers[0].name
    zero = plain(torch.zeros(1, 10).double())
    assert torch.equal(plain.unconditional(inputs("plain")).values[name], zero.values[name]) and zero.values[name].any()
    black = inputs("plus")
    assert torch.equal(plus.unconditional(black).values[name], plus(black).values[name])


def test_no_picture_is_zero_keys_and_values_here_too(unet: Any) -> None:
    pairs = baseline(unet, "plain")(inputs("plain").expand(2, -1), torch.tensor([False, True]))
    for tensor in (*pairs.keys.values(), *pairs.values.values()):
        assert not tensor[0].any() and tensor[1].all()


# -- refused ---------------------------------------------------------------------------------------------------------

DAMAGE: dict[str, tuple[Kind, Callable[[dict[str, Tensor]], Any], str]] = {
    "a pair lacks": ("plain", lambda t: t.pop("ip_adapter.3.to_v_ip.weight"), "lacks the tensor"),
    "a layer lacks": (
        "plain",
        lambda t: [t.pop(f"ip_adapter.3.to_{kind}_ip.weight") for kind in "kv"],
        "are not this U-Net's cross-attention layers",
    ),
    "a layer too many": (
        "plain",
        lambda t: t.update({"ip_adapter.99.to_k_ip.weight": torch.zeros(8, 12)}),
        "are not this U-Net's cross-attention layers",
    ),
    "a wrong width": (
        "plain",
        lambda t: t.update({"ip_adapter.1.to_k_ip.weight": torch.zeros(8, 13)}),
        r"is \(8, 13\); \(8, 12\) is needed",
    ),
    "a name without a dot": ("plain", lambda t: t.update(x=torch.zeros(1)), "unknown tensor x"),
    "a name without a number": (
        "plain",
        lambda t: t.update({"ip_adapter.x.to_k_ip.weight": torch.zeros(1)}),
        "unknown tensor ip_adapter.x",
    ),
    "another name": (
        "plain",
        lambda t: t.update({"ip_adapter.1.to_q_lora.weight": torch.zeros(1)}),
        "unknown tensor ip_adapter.1.to_q_lora",
    ),
    "a flat projection": (
        "plain",
        lambda t: t.update({"image_proj.proj.weight": torch.zeros(9)}),
        r"image_proj.proj.weight is \(9,\)",
    ),
    "neither of both": ("plain", lambda t: t.pop("image_proj.proj.weight"), "neither an IP-Adapter nor"),
    "flat latents": ("plus", lambda t: t.update({"image_proj.latents": torch.zeros(9)}), r"latents is \(9,\)"),
    "latents of no heads": (
        "plus",
        lambda t: t.update({"image_proj.latents": torch.zeros(1, 16, 70)}),
        "70 wide; heads of 64 do not fit",
    ),
    "no resampler input": ("plus", lambda t: t.pop("image_proj.proj_in.weight"), "lacks the tensor image_proj.proj_in"),
    "no resampler layers": (
        "plus",
        lambda t: [t.pop(name) for name in list(t) if ".layers." in name],
        "lacks the tensor image_proj.layers.0",
    ),
    "whole numbers": (
        "plain",
        lambda t: t.update({"image_proj.norm.bias": torch.zeros(12).int()}),
        "floating-point numbers are needed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_not_whole_is_refused_by_name(unet: Any, tmp_path: Path, damage: str) -> None:
    kind, change, words = DAMAGE[damage]
    path = tmp_path / "it.safetensors"
    save_ip_adapter(baseline(unet, kind), path)
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)
    with pytest.raises(AdapterError, match=words) as caught:
        load_ip_adapter(path, unet)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_cut_short_and_a_pickle_are_refused(unet: Any, tmp_path: Path) -> None:
    path = tmp_path / "it.safetensors"
    save_ip_adapter(baseline(unet, "plain"), path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(AdapterError, match=r"it.safetensors: is not a whole safetensors file"):
        load_ip_adapter(path, unet)
    with pytest.raises(AdapterError, match=r"ip-adapter_sd15.bin: is a pickle"):
        load_ip_adapter(tmp_path / "ip-adapter_sd15.bin", unet)


def test_a_plus_whose_heads_the_layout_cannot_tell_is_not_written(unet: Any, tmp_path: Path) -> None:
    adapter = IPAdapter.for_unet(unet, "plus", vision_width=10, inner_width=32, heads=2)
    with pytest.raises(AdapterError, match=r"it.safetensors: .* heads of 64, not 16"):
        save_ip_adapter(adapter, tmp_path / "it.safetensors")
    assert not list(tmp_path.iterdir())
