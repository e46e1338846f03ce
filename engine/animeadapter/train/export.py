"""Exports: the part's own fp16 folders and `training.json`, which says what they were made of."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from animeadapter.packs.load import quiet
from animeadapter.packs.manifest import file_sha256
from animeadapter.protocol.files import write_file
from animeadapter.train.checkpoint import State, write_tensors
from animeadapter.train.errors import TrainError
from animeadapter.train.task import Task

PROVENANCE = "training.json"


def write_export(folder: Path, task: Task, state: State, figures: Mapping[str, float]) -> None:
    """Write a part beside its old export and then put it in its place. Raises `TrainError`."""
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    metadata = {
        "renderer": state.renderer,
        "recipe": state.fingerprint,
        "step": str(state.step),
        "samples": str(state.samples),
    }
    try:
        with quiet():
            task.export(aside, metadata)
        told = {"figures": dict(figures), **msgspec.to_builtins(state)}
        write_file(aside / PROVENANCE, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
        shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)
    except OSError as error:
        raise TrainError(f"{folder}: cannot be written: {error.strerror}") from None


def halve(folder: Path, metadata: Mapping[str, str]) -> None:
    """Turn every safetensors file under a folder to fp16 and add to its metadata."""
    for path in sorted(folder.rglob("*.safetensors")):
        with safe_open(path, "pt") as file:
            old = dict(file.metadata() or {})
        tensors = {
            name: (value.to(torch.float16) if value.is_floating_point() else value).contiguous()
            for name, value in load_file(path).items()
        }
        for name, value in tensors.items():
            if value.is_floating_point() and not bool(torch.isfinite(value).all()):
                raise TrainError(f"{path.name}: {name} does not fit into fp16")
        write_tensors(path, tensors, {**old, **metadata})


def upstream_sha(folder: Path) -> str:
    """Return the hash of an exported part's weights, or raise `TrainError` if there are none."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise TrainError(f"{folder}: holds no weights; train and export that part first")
    return "-".join(file_sha256(path)[:16] for path in files)
