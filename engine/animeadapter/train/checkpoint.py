"""Checkpoints: one safetensors file of named tensors and one JSON file that makes it valid.

The tensors are written first, the JSON that names their hash last; each is written aside, synced and put in place.
A crash at any moment leaves the checkpoints before it whole.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from safetensors.torch import load_file, save_file
from torch import Tensor

from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import file_sha256
from animeadapter.packs.weights import read_header
from animeadapter.protocol.files import FileError, read_file, write_file
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.errors import TrainError

KEPT = 2
"""How many checkpoints stay."""


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a checkpoint says beside its tensors."""

    name: str
    recipe: AnyRecipe
    fingerprint: str
    step: int
    samples: int
    seconds: float
    ema_updates: int
    renderer: str
    upstream: dict[str, str]
    """Sha256 of the frozen parts' weights that this training stands on."""
    precision: str
    threads: int
    versions: dict[str, str]
    tensors: str = ""
    """Sha256 of the tensors' file."""


Groups = Mapping[str, Mapping[str, Tensor]]
"""`module`, `ema` and `optimiser`, each with its named tensors."""


def save(folder: Path, state: State, groups: Groups) -> Path:
    """Write a checkpoint, remove all but the last `KEPT`, and return its JSON file. Raises `TrainError`."""
    stem = f"step-{state.step:09d}"
    flat = {f"{group}/{name}": value.contiguous() for group, named in groups.items() for name, value in named.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tensors = folder / f"{stem}.safetensors"
        write_tensors(tensors, flat, {"format": "pt", "recipe": state.fingerprint, "step": str(state.step)})
        path = folder / f"{stem}.json"
        sealed = msgspec.structs.replace(state, tensors=file_sha256(tensors))
        write_file(path, msgspec.json.format(msgspec.json.encode(sealed), indent=2) + b"\n")
        _prune(folder)
    except OSError as error:
        raise TrainError(f"{folder}: a checkpoint cannot be written: {error.strerror}") from None
    except FileError as error:
        raise TrainError(str(error)) from None
    return path


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file aside, sync it and put it in place."""
    aside = path.with_name(f".{path.name}.part")
    try:
        save_file(tensors, aside, metadata)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def found(folder: Path) -> list[Path]:
    """Return the JSON files of a folder's checkpoints, the oldest first."""
    return sorted(folder.glob("step-*.json"))


def read_state(path: Path) -> State:
    """Return what a checkpoint says beside its tensors. Raises `TrainError`."""
    try:
        return msgspec.json.decode(read_file(path), type=State)
    except FileError as error:
        raise TrainError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TrainError(f"{path}: is no checkpoint: {error}") from None


def load(path: Path) -> tuple[State, dict[str, dict[str, Tensor]]]:
    """Return a checkpoint, given by its JSON file: state, and group → name → tensor. Raises `TrainError`."""
    state = read_state(path)
    tensors = path.with_suffix(".safetensors")
    try:
        read_header(tensors)
        if file_sha256(tensors) != state.tensors:
            raise TrainError(f"{tensors}: is not the file that {path.name} was written for")
    except PackError as error:
        raise TrainError(str(error)) from None
    groups: dict[str, dict[str, Tensor]] = {"module": {}, "ema": {}, "optimiser": {}}
    for name, value in load_file(tensors).items():
        group, _, rest = name.partition("/")
        groups[group][rest] = value
    return state, groups


def newest(folder: Path) -> tuple[State, dict[str, dict[str, Tensor]], list[str]]:
    """Return the newest whole checkpoint of a folder, and why any newer one was passed over.

    Raises `TrainError` if there is none.
    """
    problems: list[str] = []
    for path in reversed(found(folder)):
        try:
            return *load(path), problems
        except TrainError as error:
            problems.append(str(error))
    raise TrainError("; ".join(problems) or f"{folder}: holds no checkpoint")


def _prune(folder: Path) -> None:
    """Remove old checkpoints, the JSON first, and tensors that no JSON stands for."""
    for path in found(folder)[:-KEPT]:
        path.unlink()
    valid = {path.stem for path in found(folder)}
    for path in folder.glob("step-*.safetensors"):
        if path.stem not in valid:
            path.unlink()
