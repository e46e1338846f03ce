"""Latents of a pool's targets, encoded once and kept beside the pool, for one version of the encoder's weights.

References are read as pictures, so their rows are NaN: what took them for latents would be noticed at once.

<cache>/<renderer>/<pool>-<hash>/latents-<encoder>/shard-00000/256x256.latents.npy   (n, 4, h/8, w/8) float16
                                  latents-<encoder>-halved/shard-00000/128x128.latents.npy
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from animeadapter.train.cache.drawing import LATENT
from animeadapter.train.cache.pool import PoolFiles, save_array
from animeadapter.train.cache.records import Size
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Drawing, Listener

TOGETHER = 16
"""Pictures that are encoded in one batch."""
CHANNELS = 4
"""Of latents."""
Encode = Callable[[Tensor], Tensor]


class Latents:
    """The latents of a pool, read through memory maps, each by its picture's number."""

    def __init__(self, pool: PoolFiles, folder: Path) -> None:
        self.pool, self.folder = pool, folder

    def batch(self, numbers: NDArray[np.int64]) -> Tensor:
        """Return latents (n, 4, h, w) of pictures of one size."""
        rows = [self.pool.row(int(number), "latents", self.folder) for number in numbers]
        return torch.from_numpy(np.stack(rows).astype(np.float32))


def encoder_hash(vae: nn.Module) -> str:
    """Return a hash of the weights before the latents: a decoder that has learned on leaves latents as they are."""
    digest = hashlib.sha256()
    for name, value in sorted(vae.state_dict().items()):
        if name.startswith(("encoder.", "quant_conv.")):
            digest.update(f"{name} {tuple(value.shape)}\n".encode())
            digest.update(value.detach().cpu().to(torch.float16).numpy().tobytes())
    return digest.hexdigest()[:16]


def open_latents(pool: PoolFiles, vae: nn.Module, encode: Encode, listener: Listener) -> Latents:
    """Return a pool's latents, encoding what is lacking. `encode` maps pictures (n, 3, h, w) in [−1, 1] to latents.

    Raises `TrainError` if they cannot be written.
    """
    folder = pool.folder / f"latents-{encoder_hash(vae)}{pool.suffix}"
    try:
        for number, shard in enumerate(pool.shards):
            if not (folder / shard.name).is_dir():
                _encode_shard(pool, number, folder / shard.name, encode)
                done = min((number + 1) * pool.index.pool.shard, len(pool))
                what = f"latents of {pool.index.pool.name}{pool.suffix}"
                listener(Drawing(step=0, what=what, done=done, count=len(pool)))
    except OSError as error:
        raise TrainError(f"{folder}: cannot be filled: {error.strerror}") from None
    return Latents(pool, folder)


def _encode_shard(pool: PoolFiles, number: int, place: Path, encode: Encode) -> None:
    """Write the latents of one shard aside and put them in place."""
    aside = place.with_name(f".{place.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    size = pool.index.pool.shard
    records = pool.records[number * size : (number + 1) * size]
    by_size: dict[Size, list[int]] = {}
    for record in records:
        by_size.setdefault(record.size, []).append(record.number)
    for (width, height), numbers in by_size.items():
        targets = [row for row, number in enumerate(numbers) if pool.records[number].role == "target"]
        found = np.full((len(numbers), CHANNELS, height // LATENT, width // LATENT), np.nan, np.float16)
        for k in range(0, len(targets), TOGETHER):
            rows = targets[k : k + TOGETHER]
            found[rows] = _encoded(pool, [numbers[row] for row in rows], encode)
        save_array(aside / f"{width}x{height}.latents.npy", found)
    aside.replace(place)


@torch.no_grad()
def _encoded(pool: PoolFiles, numbers: list[int], encode: Encode) -> NDArray[np.float16]:
    pictures = np.stack([np.asarray(pool.picture(n)) for n in numbers]).transpose(0, 3, 1, 2)
    batch = torch.from_numpy(np.ascontiguousarray(pictures)).float().div_(127.5).sub_(1.0)
    return encode(batch).float().cpu().numpy().astype(np.float16)
