"""The pose controller: a T2I-Adapter (Mou et al. 2023, arXiv:2302.08453) on a frozen U-Net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import T2IAdapter
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.control.openpose_picture import draw_pose
from animeadapter.control.t2i import AttachedT2I
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes
from animeadapter.train.events import Listener
from animeadapter.train.export import halve, upstream_sha
from animeadapter.train.settings import T2IRecipe
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Sheet
from animeadapter.train.tasks.diffusion import DiffusionTask, frozen, with_plain_attention

SHOWN = 4


class T2ITask(DiffusionTask):
    """The controller alone learns, from skeletons that are known exactly."""

    def __init__(self, recipe: T2IRecipe, cache: Path, listener: Listener) -> None:
        super().__init__(recipe, cache, listener)
        self.early = recipe.early
        self.unet = with_plain_attention(frozen(self.pack, "unet"), recipe.device)
        self.upstream["unet"] = upstream_sha(self.pack.path("unet"))
        torch.manual_seed(recipe.seed)
        self.controller = build_controller(self.unet.config.block_out_channels, recipe.blocks)
        self.modules = {"t2i_adapter": self.controller}
        self.attached = AttachedT2I(self.unet)

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Add the skeletons' pictures."""
        _, captions = super().extras(pool, numbers, random)
        return {"poses": pose_pictures(pool, numbers)}, captions

    def spread(self, times: Tensor) -> Tensor:
        return 1.0 - times**self.early

    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        self.attached.set_features(self.controller(batch["poses"]))
        found: Tensor = self.unet(noisy, timesteps, encoder_hidden_states=states, return_dict=False)[0]
        self.attached.clear()
        return found

    def sheet(self) -> Sheet:
        """Return, for each size, held-out pictures, their skeletons, and what caption and skeleton give."""
        rows: list[list[Bytes]] = []
        for size, found in sorted(self.held_out.by_size.items()):
            numbers = found[:SHOWN]
            chosen = [int(n) for n in numbers]
            poses = pose_pictures(self.held_out, numbers).to(self.device)
            self.attached.set_features(self.controller(poses))
            prompts = [" ".join(self.known_tags(self.held_out.records[n].tags)) for n in chosen]
            drawn = self.draw(self.unet, prompts, size)
            self.attached.clear()
            skeletons = [draw_pose(list(self.held_out.poses(n)), size) for n in chosen]
            rows += [[self.truth(self.held_out, n) for n in chosen], skeletons, drawn]
        return grid(rows)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        write_controller(self.controller, folder, metadata)


def build_controller(widths: Sequence[int], blocks: int = 1) -> T2IAdapter:
    """Return a fresh controller for a U-Net whose levels have these widths, with so many residual blocks a level."""
    return T2IAdapter(
        in_channels=3,
        channels=list(widths),
        num_res_blocks=blocks,
        downscale_factor=8,
        adapter_type="full_adapter",
    )


def write_controller(controller: T2IAdapter, folder: Path, metadata: Mapping[str, str]) -> None:
    """Write a controller into an export."""
    controller.save_pretrained(folder / "t2i_adapter", safe_serialization=True)
    halve(folder / "t2i_adapter", metadata)


def pose_pictures(pool: PoolFiles, numbers: NDArray[np.int64]) -> Tensor:
    """Return the OpenPose pictures (n, 3, h, w) in 0 … 1 of pictures of one size."""
    size = pool.records[int(numbers[0])].size
    drawn = np.stack([draw_pose(list(pool.poses(int(n))), size) for n in numbers])
    return torch.from_numpy(np.ascontiguousarray(drawn.transpose(0, 3, 1, 2))).float() / 255
