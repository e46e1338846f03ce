"""How this project's own small nets lie in a pack: `config.json` and `model.safetensors`, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from animeadapter.packs.load import read_config
from animeadapter.packs.weights import check_complete
from animeadapter.protocol.errors import EngineError

CONFIG, WEIGHTS = "config.json", "model.safetensors"
Net = TypeVar("Net", bound=nn.Module)


def load_net(folder: Path, config: type[Any], build: Callable[[Any], Net], error: type[EngineError]) -> Net:
    """Return the net of a folder, in fp32; `build` makes it from its config.

    Raises `PackError`, or `error` for a config that is none, which name the file.
    """
    raw = read_config(folder / CONFIG)
    try:
        net = build(msgspec.convert(raw, config))
    except msgspec.ValidationError as wrong:
        raise error(f"{folder / CONFIG}: {wrong}") from None
    check_complete(folder / WEIGHTS, {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()})
    net.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()})
    return net


def save_net(net: nn.Module, config: msgspec.Struct, folder: Path, dtype: torch.dtype) -> None:
    """Write config and weights into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_bytes(json.dumps(msgspec.to_builtins(config), indent=2).encode() + b"\n")
    weights = {name: tensor.to(dtype).contiguous() for name, tensor in net.state_dict().items()}
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
