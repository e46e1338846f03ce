"""References in training: which drawing of a character is shown, what it lends, and the adapter that reads it.

Two ways: the paper's, where the reference is the target picture itself, and another picture of the same character
in another manner, pose and place, from which nothing but the character can be learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.adapter import AnimeAdapter, AttachedAdapter, KeysValues, ReferenceInput
from animeadapter.adapter.layers import UNet
from animeadapter.adapter.masks import token_mask
from animeadapter.packs.load import Pack
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes
from animeadapter.train.export import upstream_sha
from animeadapter.train.latent_settings import Reference
from animeadapter.train.seeds import rng
from animeadapter.train.task import Batch
from animeadapter.train.tasks import augment, pictures
from animeadapter.train.tasks.borrowing import Loan, borrow
from animeadapter.train.tasks.diffusion import frozen
from animeadapter.vision.pictures import to_square

FILE = "animeadapter.safetensors"


@dataclass(frozen=True)
class Lent:
    """What references give to a batch."""

    batch: Batch
    """`references` (n, 3, s, s) in [−1, 1], `masks` (n, N), `present` (n,): false where there is no reference."""
    wordless: tuple[frozenset[str], ...]
    """For each sample the tags that its caption does without."""
    silent: tuple[bool, ...]
    """Which samples have no caption at all."""


class Referencing:
    """The adapter on a U-Net, the frozen image encoder before it, and the choice of references."""

    def __init__(self, settings: Reference, pack: Pack, unet: UNet, seed: int) -> None:
        self.settings = settings
        self.image_encoder = frozen(pack, "image_encoder")
        self.upstream = {"image_encoder": upstream_sha(pack.path("image_encoder"))}
        vision = self.image_encoder.config
        self.side, self.cells = int(vision.image_size), int(vision.image_size // vision.patch_size)
        torch.manual_seed(seed)
        self.adapter = AnimeAdapter.for_unet(
            unet, vision_width=vision.hidden_size, grid=self.cells, fused=settings.fused, scope=settings.scope,
            token_norm=settings.token_norm, base_model=pack.manifest.name,
        )  # fmt: skip
        self.attached = AttachedAdapter(unet, self.adapter.config.layers)

    # --- what is shown ---------------------------------------------------------------------------------

    def lend(self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator) -> Lent:
        """Return references for some targets. A picture of two has none: it would be unclear whose it is."""
        settings = self.settings
        chosen = [int(n) if settings.pair == "same" else self.other(pool, int(n), random) for n in numbers]
        loans = [
            borrow(pool.index.pool, pool.records[int(n)], pool.whole.labels(other), settings.partial, random)
            for n, other in zip(numbers, chosen, strict=True)
        ]
        dice = random.random(len(numbers))
        alone = np.array([pool.records[int(n)].people == 1 for n in numbers])
        present = alone & (dice >= settings.picture_dropped + settings.both_dropped)
        silent = (settings.picture_dropped <= dice) & (dice < settings.picture_dropped + settings.both_dropped)
        wordless = [
            loan.tags if there and random.random() < settings.identity_dropped else frozenset()
            for loan, there in zip(loans, present, strict=True)
        ]
        batch = self.conditions(pool, chosen, loans, present, random)
        return Lent(batch, tuple(wordless), tuple(silent.tolist()))

    def conditions(
        self,
        pool: PoolFiles,
        chosen: Sequence[int],
        loans: Sequence[Loan],
        present: Sequence[bool] | NDArray[np.bool_],
        random: np.random.Generator,
    ) -> Batch:
        """Return the tensors of chosen references and of what is borrowed from them."""
        squares = [self._square(pool.whole, other, loan, random) for other, loan in zip(chosen, loans, strict=True)]
        return {
            "references": pictures.to_tensor([picture for picture, _ in squares]),
            "masks": token_mask(torch.from_numpy(np.stack([mask for _, mask in squares])), self.cells),
            "present": torch.tensor(np.asarray(present, bool)),
        }

    def whole(self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator) -> Lent:
        """Return other drawings as whole references, and captions that say nothing of the character; for figures."""
        loans = [entire(pool, int(n)) for n in numbers]
        chosen = [self.other(pool, int(n), random) for n in numbers]
        present = [pool.records[int(n)].people == 1 for n in numbers]
        batch = self.conditions(pool, chosen, loans, present, random)
        return Lent(batch, tuple(loan.tags for loan in loans), (False,) * len(numbers))

    def other(self, pool: PoolFiles, number: int, random: np.random.Generator) -> int:
        """Return the number of another drawing of a target's character; of the target itself if there is none."""
        identity = pool.records[number].identity
        others = [n for n in (*pool.references.get(identity, ()), *pool.by_identity[identity]) if n != number]
        alone = [int(n) for n in others if pool.records[int(n)].people == 1]
        return alone[int(random.integers(len(alone)))] if alone else number

    def _square(
        self, pool: PoolFiles, number: int, loan: Loan, random: np.random.Generator
    ) -> tuple[Bytes, NDArray[np.float32]]:
        """Return a reference in the encoder's square, and its mask there, through the same transform."""
        picture = np.asarray(pool.picture(number))
        if random.random() < self.settings.recoded:
            picture = augment.recoded(picture, random)
        mask = loan.mask(pool.labels(number)) if self.settings.masked else np.ones(picture.shape[:2], np.float32)
        return to_square(picture, self.side)[0], to_square(mask, self.side, fill=0)[0]

    # --- the network -----------------------------------------------------------------------------------

    def pairs(self, references: Tensor, present: Tensor | None = None) -> KeysValues:
        """Return keys and values of references (B, 3, s, s). Those that are not present are not looked at."""
        looked_at = torch.ones(len(references), dtype=torch.bool, device=references.device)
        if present is not None and bool(present.any()):
            looked_at = present
        with torch.no_grad():
            layers = self.image_encoder(references[looked_at], output_hidden_states=True).hidden_states
        states = [spread(layer, looked_at) for layer in layers[-self.settings.fused :]]
        found: KeysValues = self.adapter(states, present)
        return found

    def show(self, batch: Batch) -> None:
        """Let the U-Net's next call read a batch's references, as in training (eq. 5)."""
        self.attached.set_training(self.pairs(batch["references"], batch["present"]), batch["masks"])

    def show_one(self, batch: Batch, k: int, latent_size: tuple[int, int], device: torch.device) -> None:
        """Let the next drawing read the k-th reference of a batch, as a pipeline does (eq. 6)."""
        pairs = self.pairs(batch["references"][k : k + 1].to(device))
        reference = ReferenceInput(pairs=pairs, mask=batch["masks"][k : k + 1].to(device))
        self.attached.set_references([reference], guided=True, latent_size=latent_size)


def entire(pool: PoolFiles, number: int) -> Loan:
    """Return the loan of a whole character."""
    return borrow(pool.index.pool, pool.records[number], pool.labels(number), 0.0, rng(0, "whole"))


def spread(states: Tensor, present: Tensor) -> Tensor:
    """Return states (n, N, d) of those present in their places among all, (B, N, d), with zeros between."""
    found = states.new_zeros((len(present), *states.shape[1:]))
    found[present] = states
    return found
