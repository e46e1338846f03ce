"""What adapter and U-Net share where references are shown: captions without what they show, figures, and sheets."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from animeadapter.control.t2i import AttachedT2I
from animeadapter.train import tokens
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes, Size
from animeadapter.train.seeds import rng
from animeadapter.train.sheets import to_uint8
from animeadapter.train.task import Batch
from animeadapter.train.tasks.diffusion import FACTOR, DiffusionTask
from animeadapter.train.tasks.referencing import Lent, Referencing
from animeadapter.train.tasks.t2i import pose_pictures

SHOWN = 4
"""Pictures of each size on a sheet."""


class RedrawingTask(DiffusionTask):
    """Base of the tasks in which an adapter learns on a U-Net, with or without a pose controller."""

    unet: Any
    referencing: Referencing | None = None
    attached: AttachedT2I | None = None
    blind = False
    """Whether errors are taken as if there were no reference."""

    @abstractmethod
    def features(self, poses: Tensor) -> list[Tensor]:
        """Return the pose controller's features of OpenPose pictures (B, 3, H, W)."""

    def lent(self) -> Referencing:
        """Return what lends references; asked for only where they are shown."""
        assert self.referencing is not None
        return self.referencing

    def clear(self) -> None:
        """Let the U-Net draw from text alone."""
        if self.referencing is not None:
            self.referencing.attached.clear()
        if self.attached is not None:
            self.attached.clear()

    # --- captions --------------------------------------------------------------------------------------

    def captions(
        self, pool: PoolFiles, numbers: NDArray[np.int64], lent: Lent, random: np.random.Generator
    ) -> list[str]:
        """Return captions in training's variety, without the tags that references stand for."""
        tags = self._remaining(pool, numbers, lent)
        return ["" if silent else self.caption(t, random) for t, silent in zip(tags, lent.silent, strict=True)]

    def _remaining(self, pool: PoolFiles, numbers: NDArray[np.int64], lent: Lent) -> list[list[str]]:
        return [
            [tag for tag in self.known_tags(pool.records[int(n)].tags) if tag not in unsaid]
            for n, unsaid in zip(numbers, lent.wordless, strict=True)
        ]

    # --- figures and sheets ----------------------------------------------------------------------------

    def errors(self, batch: Batch, timesteps: Tensor, noise: Tensor) -> Tensor:
        if self.blind:
            batch = batch | {"present": torch.zeros_like(batch["present"])}
        return super().errors(batch, timesteps, noise)

    redraws = False
    """Whether held-out samples are redrawings: other drawings shown, not a word on the character."""

    def _plain(self, numbers: NDArray[np.int64], random: np.random.Generator) -> Batch:
        """Return held-out samples with their captions whole, or, where `redraws` says so, as redrawings."""
        if not self.redraws:
            return super()._plain(numbers, random)
        lent, captions = self._asked(numbers, random)
        found = {
            "latents": self.latents[id(self.held_out)].batch(numbers),
            "ids": tokens.encode(self.tokenizer, captions),
            "weights": self._weights(self.held_out, numbers),
            **lent.batch,
        }
        return found if self.attached is None else found | {"poses": pose_pictures(self.held_out, numbers)}

    def _asked(self, numbers: NDArray[np.int64], random: np.random.Generator) -> tuple[Lent, list[str]]:
        """Return what is shown of held-out characters, and the captions that do not say who they are."""
        lent = self.lent().whole(self.held_out, numbers, random)
        return lent, [" ".join(tags) for tags in self._remaining(self.held_out, numbers, lent)]

    def error_without(self) -> float:
        """Return the held-out error of redrawings whose references are not shown."""
        self.redraws, before, self.blind = True, self.redraws, True
        found = super().validate()["error"]
        self.redraws, self.blind = before, False
        return found

    def redrawn(self, size: Size) -> list[list[Bytes]]:
        """Return rows of a sheet: references, true pictures, and what references and skeletons give without words."""
        alone = [int(n) for n in self.held_out.by_size[size] if self.held_out.records[int(n)].people == 1][:SHOWN]
        if not alone:
            return []
        numbers = np.array(alone, np.int64)
        lent, captions = self._asked(numbers, rng(self.recipe.seed, "sheet"))
        drawn: list[Bytes] = []
        for k, number in enumerate(alone):
            self.lent().show_one(lent.batch, k, (size[1] // FACTOR, size[0] // FACTOR), self.device)
            if self.attached is not None:
                poses = pose_pictures(self.held_out, numbers[k : k + 1]).to(self.device)
                self.attached.set_features(self.features(poses))
            drawn += self.draw(self.unet, [captions[k]], size, seed=number)
            self.clear()
        shown = [to_uint8(functional.avg_pool2d(picture[None], 2)[0]) for picture in lent.batch["references"]]
        return [shown, [self.truth(self.held_out, n) for n in alone], drawn]
