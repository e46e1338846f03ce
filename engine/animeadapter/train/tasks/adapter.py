"""AnimeAdapter, trained on a frozen U-Net with a frozen pose controller, so that appearance and pose come apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.adapter import save_adapter
from animeadapter.control.t2i import AttachedT2I
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes
from animeadapter.train.events import Listener
from animeadapter.train.export import upstream_sha
from animeadapter.train.latent_settings import AdapterRecipe
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Sheet
from animeadapter.train.tasks.diffusion import frozen, with_plain_attention
from animeadapter.train.tasks.redrawing import RedrawingTask
from animeadapter.train.tasks.referencing import FILE, Referencing
from animeadapter.train.tasks.t2i import pose_pictures


class AdapterTask(RedrawingTask):
    """The adapter alone learns; all its figures are of redrawings."""

    recipe: AdapterRecipe
    redraws = True

    def __init__(self, recipe: AdapterRecipe, cache: Path, listener: Listener) -> None:
        super().__init__(recipe, cache, listener)
        self.unet = with_plain_attention(frozen(self.pack, "unet"), recipe.device)
        self.referencing = Referencing(recipe.reference, self.pack, self.unet, recipe.seed)
        self.upstream |= {"unet": upstream_sha(self.pack.path("unet")), **self.referencing.upstream}
        self.modules = {"adapter": self.referencing.adapter}
        if recipe.controller:
            self.controller = frozen(self.pack, "t2i_adapter")
            self.upstream["t2i_adapter"] = upstream_sha(self.pack.path("t2i_adapter"))
            self.attached = AttachedT2I(self.unet)

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Add references, their masks, whether they count, and the skeletons."""
        lent = self.lent().lend(pool, numbers, random)
        batch = lent.batch if self.attached is None else lent.batch | {"poses": pose_pictures(pool, numbers)}
        return batch, self.captions(pool, numbers, lent, random)

    @torch.no_grad()
    def features(self, poses: Tensor) -> list[Tensor]:
        found: list[Tensor] = self.controller(poses)
        return found

    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        self.lent().show(batch)
        if self.attached is not None:
            self.attached.set_features(self.features(batch["poses"]))
        found: Tensor = self.unet(noisy, timesteps, encoder_hidden_states=states, return_dict=False)[0]
        self.clear()
        return found

    def validate(self) -> dict[str, float]:
        """Return the held-out error with references, without them, and how much less it is with them."""
        with_references, without = super().validate(), self.error_without()
        return {**with_references, "without": without, "gain": 1.0 - with_references["error"] / without}

    def sheet(self) -> Sheet:
        """Return, for each size, references, true pictures, and what reference and pose give without identity tags."""
        rows: list[list[Bytes]] = []
        for size in sorted(self.held_out.by_size):
            rows += self.redrawn(size)
        return grid(rows)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        save_adapter(self.lent().adapter, folder / "adapter" / FILE, dtype=torch.float16, metadata=dict(metadata))
