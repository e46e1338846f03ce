"""Adapter files: safetensors with string metadata, written aside and then put in place; read strictly.

No key is called `proj.weight`, `norm.weight` or `proj.N.*`: diffusers' own loader tells other adapters by those.
IP-Adapter files have the layout that is common for them: `image_proj.*`, `ip_adapter.N.to_{k,v}_ip.weight`.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from animeadapter.adapter.errors import AdapterError
from animeadapter.adapter.ip_adapter import IPAdapter
from animeadapter.adapter.layers import UNet, cross_layers, cross_width
from animeadapter.adapter.model import AdapterConfig, AnimeAdapter

FORMAT, VERSION = "animeadapter", "1"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
HEAD_WIDTH = 64
"""Width of a head in an IP-Adapter Plus; its files do not say it."""
_PAIR = re.compile(r"ip_adapter\.([0-9]{1,5})\.to_([kv])_ip\.weight")
_DEPTH = re.compile(r"image_proj\.layers\.([0-9]{1,5})\..+")


def save_adapter(
    adapter: AnimeAdapter,
    path: Path,
    metadata: Mapping[str, str] | None = None,
    dtype: torch.dtype | None = None,
) -> None:
    """Write an adapter's weights, in `dtype` if given. `metadata` says where they come from (renderer, recipe …)."""
    words = dict(metadata or {})
    words |= {
        "format": FORMAT,
        "version": VERSION,
        "config": msgspec.json.encode(adapter.config).decode(),
        "base_model": adapter.config.base_model,
    }
    tensors = {k: v.detach().to("cpu", dtype or v.dtype).contiguous() for k, v in adapter.state_dict().items()}
    _write(path, save(tensors, words))


def load_adapter(path: Path, unet: UNet | None = None, dtype: torch.dtype | None = None) -> AnimeAdapter:
    """Return the adapter in a file; with a U-Net given, on its device and checked to fit it.

    Raises `AdapterError` naming the file and the tensor or layer that is wrong.
    """
    tensors, words = read_tensors(path)
    if words.get("format") != FORMAT:
        raise AdapterError(f"{path}: is not an AnimeAdapter file (its metadata lack format={FORMAT})")
    if words.get("version") != VERSION:
        raise AdapterError(f"{path}: has version {words.get('version')} of the format; this program reads {VERSION}")
    try:
        config = msgspec.json.decode(words.get("config", ""), type=AdapterConfig)
    except msgspec.DecodeError as error:
        raise AdapterError(f"{path}: its config cannot be read: {error}") from None
    with torch.device("meta"):
        adapter = AnimeAdapter(config)
    _fill(adapter, tensors, path)
    if unet is not None:
        check_fit(config, unet, path)
        adapter.to(next(unet.parameters()).device)
    return adapter.to(dtype) if dtype else adapter


def check_fit(config: AdapterConfig, unet: UNet, path: Path) -> None:
    """Raise `AdapterError` if an adapter was made for another U-Net."""
    if (width := cross_width(unet)) != config.cross_width:
        raise AdapterError(f"{path}: is for text states of width {config.cross_width}; this U-Net reads {width}")
    here = cross_layers(unet, config.scope)
    if here == config.layers:
        return
    for theirs, ours in zip(config.layers, here, strict=False):
        if theirs != ours:
            raise AdapterError(
                f"{path}: is for a U-Net with {theirs.name} ({theirs.channels} wide);"
                f" here stands {ours.name} ({ours.channels} wide)"
            )
    raise AdapterError(f"{path}: is for a U-Net with {len(config.layers)} cross-attention layers; this has {len(here)}")


def save_ip_adapter(adapter: IPAdapter, path: Path) -> None:
    """Write a baseline in the common layout. Raises `AdapterError` for one that the layout cannot describe."""
    config = adapter.config
    if config.kind == "plus" and config.inner_width != config.heads * HEAD_WIDTH:
        raise AdapterError(
            f"{path}: an IP-Adapter Plus file holds heads of {HEAD_WIDTH}, not {config.inner_width / config.heads:g}"
        )
    tensors = {f"image_proj.{k}": v for k, v in adapter.image_proj.state_dict().items()}
    for layer, key, value in zip(config.layers, adapter.projections.key, adapter.projections.value, strict=True):
        tensors[f"ip_adapter.{layer.index}.to_k_ip.weight"] = key.weight
        tensors[f"ip_adapter.{layer.index}.to_v_ip.weight"] = value.weight
    _write(path, save({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, {"format": "pt"}))


def load_ip_adapter(path: Path, unet: UNet) -> IPAdapter:
    """Return the IP-Adapter or IP-Adapter Plus in a file, on the U-Net's device. Raises `AdapterError`."""
    tensors, _ = read_tensors(path)
    adapter = _ip_adapter_like(tensors, unet, path)
    places = {layer.index: place for place, layer in enumerate(adapter.config.layers)}
    state: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if pair := _PAIR.fullmatch(name):
            kind = "key" if pair[2] == "k" else "value"
            state[f"projections.{kind}.{places[int(pair[1])]}.weight"] = tensor
        elif name.startswith("image_proj."):
            state[name] = tensor
        else:
            raise AdapterError(f"{path}: has the unknown tensor {name}")
    _fill(adapter, state, path)
    return adapter.to(next(unet.parameters()).device)


def _ip_adapter_like(tensors: Mapping[str, Tensor], unet: UNet, path: Path) -> IPAdapter:
    """Return a weightless baseline of the shape that a file's tensors have."""
    width = cross_width(unet)
    indices = {int(pair[1]) for name in tensors if (pair := _PAIR.fullmatch(name))}
    if indices != {layer.index for layer in cross_layers(unet)}:
        raise AdapterError(f"{path}: its layers (ip_adapter.N) are not this U-Net's cross-attention layers")
    with torch.device("meta"):
        if "image_proj.proj.weight" in tensors:
            rows, columns = _shape(tensors, "image_proj.proj.weight", 2, path)
            return IPAdapter.for_unet(_on_meta(unet), "plain", vision_width=columns, tokens=rows // width)
        if "image_proj.latents" in tensors:
            _, tokens, inner = _shape(tensors, "image_proj.latents", 3, path)
            _, columns = _shape(tensors, "image_proj.proj_in.weight", 2, path)
            depth = len({found[1] for name in tensors if (found := _DEPTH.fullmatch(name))})
            if inner == 0 or inner % HEAD_WIDTH:
                raise AdapterError(f"{path}: image_proj.latents is {inner} wide; heads of {HEAD_WIDTH} do not fit")
            return IPAdapter.for_unet(
                _on_meta(unet),
                "plus",
                vision_width=columns,
                tokens=tokens,
                inner_width=inner,
                heads=inner // HEAD_WIDTH,
                depth=max(depth, 1),
            )
    raise AdapterError(f"{path}: is neither an IP-Adapter nor an IP-Adapter Plus file")


def _shape(tensors: Mapping[str, Tensor], name: str, dimensions: int, path: Path) -> tuple[int, ...]:
    """Return a tensor's shape, which must have so many dimensions. Raises `AdapterError`."""
    if name not in tensors:
        raise AdapterError(f"{path}: lacks the tensor {name}")
    shape = tuple(tensors[name].shape)
    if len(shape) != dimensions:
        raise AdapterError(f"{path}: {name} is {shape}; {dimensions} dimensions are needed")
    return shape


def _on_meta(unet: UNet) -> UNet:
    """Return a weightless U-Net of the same configuration."""
    with torch.device("meta"):
        return type(unet).from_config(unet.config)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return a safetensors file's tensors and metadata. Raises `AdapterError`; pickles are refused by name."""
    if path.suffix.lower() in PICKLES:
        raise AdapterError(f"{path}: is a pickle, which can run any program; give a .safetensors file")
    try:
        with safe_open(str(path), framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, dict(file.metadata() or {})
    except FileNotFoundError:
        raise AdapterError(f"{path}: there is no such file") from None
    except (SafetensorError, OSError) as error:
        raise AdapterError(f"{path}: is not a whole safetensors file ({error})") from None


def _fill(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Give a weightless module its tensors, each of exactly the shape that it needs."""
    wanted = module.state_dict()
    for name, place in wanted.items():
        if name not in tensors:
            raise AdapterError(f"{path}: lacks the tensor {name}")
        if tensors[name].shape != place.shape:
            raise AdapterError(f"{path}: {name} is {tuple(tensors[name].shape)}; {tuple(place.shape)} is needed")
        if not tensors[name].is_floating_point():
            raise AdapterError(f"{path}: {name} is {tensors[name].dtype}; floating-point numbers are needed")
    unknown = sorted(set(tensors) - set(wanted))
    if unknown:
        raise AdapterError(f"{path}: has the unknown tensor {unknown[0]}")
    module.load_state_dict(dict(tensors), strict=True, assign=True)


def _write(path: Path, data: bytes) -> None:
    """Write a file aside, sync it, and put it in place."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise AdapterError(f"{path}: cannot be written: {error.strerror}") from None
