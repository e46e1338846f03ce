"""A controller of poses or of lines: a T2I-Adapter (Mou et al. 2023, arXiv:2302.08453) on a frozen U-Net."""

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
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Listener
from animeadapter.train.export import halve, upstream_sha
from animeadapter.train.latent_settings import T2IRecipe
from animeadapter.train.seeds import rng
from animeadapter.train.sheets import grid, to_uint8
from animeadapter.train.task import Batch, Sheet
from animeadapter.train.tasks.diffusion import DiffusionTask, frozen, with_plain_attention
from animeadapter.train.tasks.strokes import line_pictures

SHOWN = 4


POSES = "t2i_adapter"
"""The pack's part that reads skeletons; those for lines are called by what they read."""


class T2ITask(DiffusionTask):
    """The controller alone learns: from skeletons that are known exactly, or from strokes found in the pictures."""

    recipe: T2IRecipe

    def __init__(self, recipe: T2IRecipe, cache: Path, listener: Listener) -> None:
        super().__init__(recipe, cache, listener)
        self.early = recipe.early
        self.unet = with_plain_attention(frozen(self.pack, "unet"), recipe.device)
        self.upstream["unet"] = upstream_sha(self.pack.path("unet"))
        torch.manual_seed(recipe.seed)
        self.lines = recipe.reads != "poses"
        if recipe.posed and not self.lines:
            raise TrainError("posed: goes with lines; what reads poses has them in every picture")
        widths = self.unet.config.block_out_channels
        self.controller = build_controller(widths, recipe.blocks, 1 if self.lines else 3)
        self.part = recipe.reads if self.lines else POSES
        self.modules = {self.part: self.controller}
        self.attached = AttachedT2I(self.unet)
        if self.lines and recipe.posed:
            self.poser = frozen(self.pack, POSES)
            self.upstream[POSES] = upstream_sha(self.pack.path(POSES))
            self.posing = AttachedT2I(self.unet)

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Add what the controller reads, and the skeletons that stand beside lines."""
        found, captions = super().extras(pool, numbers, random)
        if not self.lines:
            return found | {"read": pose_pictures(pool, numbers)}, captions
        found["read"] = line_pictures(pool, numbers, self.recipe.reads, random)
        if self.recipe.posed:
            shown = random.random(len(numbers)) < self.recipe.posed
            found["poses"] = pose_pictures(pool, numbers)
            found["posed"] = torch.from_numpy(shown.astype(np.float32))[:, None, None, None]
        return found, captions

    def spread(self, times: Tensor) -> Tensor:
        return 1.0 - times**self.early

    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        if "poses" in batch:
            with torch.no_grad():
                self.posing.set_features([feature * batch["posed"] for feature in self.poser(batch["poses"])])
        self.attached.set_features(self.controller(batch["read"]))
        found: Tensor = self.unet(noisy, timesteps, encoder_hidden_states=states, return_dict=False)[0]
        self.attached.clear()
        if "poses" in batch:
            self.posing.clear()
        return found

    def sheet(self) -> Sheet:
        """Return, for each size, held-out pictures, what is read of them, and what that and their captions give."""
        rows: list[list[Bytes]] = []
        for size, found in sorted(self.held_out.by_size.items()):
            numbers = found[:SHOWN]
            chosen = [int(n) for n in numbers]
            read = self._read(numbers).to(self.device)
            self.attached.set_features(self.controller(read))
            prompts = [" ".join(self.known_tags(self.held_out.records[n].tags)) for n in chosen]
            drawn = self.draw(self.unet, prompts, size)
            self.attached.clear()
            shown = [to_uint8(2 * picture.expand(3, -1, -1) - 1) for picture in read]
            rows += [[self.truth(self.held_out, n) for n in chosen], shown, drawn]
        return grid(rows)

    def _read(self, numbers: NDArray[np.int64]) -> Tensor:
        if not self.lines:
            return pose_pictures(self.held_out, numbers)
        return line_pictures(self.held_out, numbers, self.recipe.reads, rng(self.recipe.seed, "sheet"))

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        write_controller(self.controller, folder, metadata, self.part)


def build_controller(widths: Sequence[int], blocks: int = 1, channels: int = 3) -> T2IAdapter:
    """Return a fresh controller for a U-Net whose levels have these widths, with so many residual blocks a level.

    `channels`: of the pictures that it reads.
    """
    return T2IAdapter(
        in_channels=channels,
        channels=list(widths),
        num_res_blocks=blocks,
        downscale_factor=8,
        adapter_type="full_adapter",
    )


def write_controller(controller: T2IAdapter, folder: Path, metadata: Mapping[str, str], part: str = POSES) -> None:
    """Write a controller into an export, as one of a pack's parts."""
    controller.save_pretrained(folder / part, safe_serialization=True)
    halve(folder / part, metadata)


def pose_pictures(pool: PoolFiles, numbers: NDArray[np.int64]) -> Tensor:
    """Return the OpenPose pictures (n, 3, h, w) in 0 … 1 of pictures of one size."""
    size = pool.records[int(numbers[0])].size
    drawn = np.stack([draw_pose(list(pool.poses(int(n))), size) for n in numbers])
    return torch.from_numpy(np.ascontiguousarray(drawn.transpose(0, 3, 1, 2))).float() / 255
