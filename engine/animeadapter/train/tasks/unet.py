"""The U-Net, trained from nothing on latents and tags; pose controller and adapter may learn along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.adapter import save_adapter
from animeadapter.control.t2i import AttachedT2I
from animeadapter.protocol.parts import Part
from animeadapter.train.cache.halved import HalvedPool
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.latent_settings import UNetRecipe, UNetShape
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks.diffusion import FACTOR, SCHEDULER, with_plain_attention
from animeadapter.train.tasks.redrawing import SHOWN, RedrawingTask
from animeadapter.train.tasks.referencing import FILE, Referencing
from animeadapter.train.tasks.t2i import build_controller, pose_pictures, write_controller


class UNetTask(RedrawingTask):
    """All of the U-Net learns, from captions and, where the recipe says so, from skeletons and references as well."""

    recipe: UNetRecipe

    def __init__(self, recipe: UNetRecipe, cache: Path, listener: Listener) -> None:
        super().__init__(recipe, cache, listener)
        width = int(self.text_encoder.config.hidden_size)
        self.unet = with_plain_attention(build_unet(recipe.shape, width), recipe.device)
        self.modules: dict[str, nn.Module] = {"unet": self.unet}
        self.halfway = torch.empty(0)
        if recipe.parts:
            block = self.unet.up_blocks[-2]
            self.modules["parts"] = nn.Conv2d(recipe.shape.widths[1], len(Part), 1)
            block.register_forward_hook(self._remember)
        if recipe.posed:
            self.modules["t2i_adapter"] = build_controller(recipe.shape.widths)
            self.attached = AttachedT2I(self.unet)
        if recipe.reference is not None:
            self.referencing = Referencing(recipe.reference, self.pack, self.unet, recipe.seed)
            self.modules["adapter"] = self.referencing.adapter
            self.upstream |= self.referencing.upstream
        self._views = {False: (self.pool, self.held_out)}
        self.whole_step = round(recipe.halved_until * recipe.steps)
        if self.whole_step:
            self._views[True] = (HalvedPool(self.pool), HalvedPool(self.held_out))
            for pool in self._views[True]:
                self.open_latents(pool, listener)

    def on_step(self, step: int, ema: Ema) -> None:
        """Look at pictures in the size that is due."""
        halved = step < self.whole_step
        if self.pool is not self._views[halved][0]:
            self.look_at(*self._views[halved])
            self.together = self.recipe.batch * (2 if halved else 1)

    def _remember(self, block: nn.Module, inputs: object, output: Tensor) -> None:
        """Keep what leaves a block, (B, C, h, w), already as fine as the latents."""
        self.halfway = output

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Add which share of each latent is which part, where that is taught, and skeletons, where they are shown."""
        found, captions = super().extras(pool, numbers, random)
        if self.referencing is not None:
            lent = self.referencing.lend(pool, numbers, random)
            found, captions = lent.batch, self.captions(pool, numbers, lent, random)
        if self.recipe.posed:
            shown = random.random(len(numbers)) < self.recipe.posed
            found["poses"] = pose_pictures(pool, numbers)
            found["posed"] = torch.from_numpy(shown.astype(np.float32))[:, None, None, None]
        if self.recipe.parts:
            found["parts"] = torch.from_numpy(np.stack([part_shares(pool.labels(int(n))) for n in numbers]))
        return found, captions

    def loss(self, batch: Batch, step: int) -> Losses:
        losses = super().loss(batch, step)
        if self.recipe.parts:
            told = self.modules["parts"](self.halfway).float().log_softmax(1)
            losses["parts"] = -(told * batch["parts"]).sum(1).mean()
            losses["loss"] = losses["loss"] + self.recipe.parts * losses["parts"]
        return losses

    def features(self, poses: Tensor) -> list[Tensor]:
        found: list[Tensor] = self.modules["t2i_adapter"](poses)
        return found

    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        if self.referencing is not None:
            self.referencing.show(batch)
        if self.attached is not None:
            # A picture without its skeleton must look to the U-Net as if there were no controller.
            shown = batch.get("posed", torch.ones((), device=noisy.device))
            self.attached.set_features([feature * shown for feature in self.features(batch["poses"])])
        found: Tensor = self.unet(noisy, timesteps, encoder_hidden_states=states, return_dict=False)[0]
        self.clear()
        return found

    # --- figures and sheets ----------------------------------------------------------------------------

    def validate(self) -> dict[str, float]:
        """Return the held-out error, and with an adapter its share that references spare where no words tell."""
        figures = super().validate()
        if self.referencing is None:
            return figures
        self.redraws = True
        figures["redrawn"] = super().validate()["error"]
        self.redraws = False
        figures["without"] = self.error_without()
        return {**figures, "gain": 1.0 - figures["redrawn"] / figures["without"]}

    def sheet(self) -> Sheet:
        """Return, for each size, held-out pictures (through the autoencoder) above what their captions give.

        Below that, where skeletons are shown, what captions and skeletons give; and where references are shown,
        those, the true pictures, and what references and skeletons give without the character's tags.
        """
        rows: list[list[Bytes]] = []
        for size, numbers in sorted(self.held_out.by_size.items()):
            chosen = [int(n) for n in numbers[:SHOWN]]
            prompts = [" ".join(self.known_tags(self.held_out.records[n].tags)) for n in chosen]
            rows += [[self.truth(self.held_out, n) for n in chosen], self.draw(self.unet, prompts, size)]
            if self.attached is not None:
                poses = pose_pictures(self.held_out, numbers[:SHOWN]).to(self.device)
                self.attached.set_features(self.features(poses))
                rows.append(self.draw(self.unet, prompts, size))
                self.clear()
            if self.referencing is not None:
                rows += self.redrawn(size)
        return grid(rows)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        self.unet.save_pretrained(folder / "unet", safe_serialization=True)
        halve(folder / "unet", metadata)
        if self.recipe.posed:
            write_controller(self.modules["t2i_adapter"], folder, metadata)
        if self.referencing is not None:
            path = folder / "adapter" / FILE
            save_adapter(self.referencing.adapter, path, dtype=torch.float16, metadata=dict(metadata))
        DDIMScheduler.from_config(dict(SCHEDULER)).save_pretrained(folder / "scheduler")


def part_shares(labels: Bytes) -> NDArray[np.float32]:
    """Return which share of each latent's pixels is which part, (parts, h/8, w/8), from labels (h, w)."""
    found = parts_of(np.asarray(labels))
    one_hot = torch.from_numpy(np.stack([found == part for part in Part]).astype(np.float32))
    return functional.avg_pool2d(one_hot[None], FACTOR)[0].numpy()


def build_unet(shape: UNetShape, text_width: int, sample_size: int = 32) -> Any:
    """Return a fresh U-Net of a recipe's shape for text states of a width."""
    levels = len(shape.widths)
    return UNet2DConditionModel(
        sample_size=sample_size,
        in_channels=4,
        out_channels=4,
        block_out_channels=shape.widths,
        layers_per_block=shape.layers,
        norm_num_groups=shape.groups,
        cross_attention_dim=text_width,
        # diffusers reads this entry as the number of heads.
        attention_head_dim=tuple(int(np.ceil(width / shape.head)) for width in shape.widths),
        down_block_types=("CrossAttnDownBlock2D",) * levels,
        up_block_types=("CrossAttnUpBlock2D",) * levels,
    )
