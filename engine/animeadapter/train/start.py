"""What a training may begin with instead of fresh weights: another run, or the parts of a pack or an export."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

from animeadapter.packs.errors import PackError
from animeadapter.packs.weights import read_header
from animeadapter.train import checkpoint
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError


def begin(ema: Ema, folder: Path) -> None:
    """Copy weights into an average's modules and begin the average with them.

    A run's averages have to fit every module. A pack or an export has parts alone: modules that are thrown away
    after training (heads) keep their fresh weights. Raises `TrainError`, which names what does not fit.
    """
    given = _run(folder) if (folder / "checkpoints").is_dir() else _parts(folder, ema)
    covered = {name.partition("/")[0] for name in given}
    for name, value in ema.weights():
        if name.partition("/")[0] not in covered:
            continue
        found = given.get(name)
        if found is None or found.shape != value.shape:
            raise TrainError(f"start: {folder} has no weights that fit {name}")
        value.data.copy_(found)
    ema.restart()


def _run(folder: Path) -> dict[str, Tensor]:
    return checkpoint.newest(folder / "checkpoints")[1]["ema"]


def _parts(folder: Path, ema: Ema) -> dict[str, Tensor]:
    """Return `module/parameter` → weights of those modules that a folder has a part for."""
    found: dict[str, Tensor] = {}
    for name, module in ema.modules.items():
        files = sorted((folder / name).glob("*.safetensors"))
        if not files:
            continue
        try:
            read_header(files[0])
        except PackError as error:
            raise TrainError(f"start: {error}") from None
        wanted = {key for key, _ in module.named_parameters()}
        for key, value in load_file(files[0]).items():
            inner = key if key in wanted else f"net.{key}"  # an autoencoder's net lies in a module of our own
            found[f"{name}/{inner}"] = value.float()
    if not found:
        raise TrainError(f"start: {folder} is neither a run nor a pack with {', '.join(ema.modules)}")
    return found
