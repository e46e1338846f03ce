"""AnimeAdapter, trained on a frozen U-Net with a frozen pose controller, so that appearance and pose come apart.

Two ways: the paper's, where the reference is the target picture itself, and another picture of the same character
in another manner, pose and place, from which nothing but the character can be learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from animeadapter.adapter import AnimeAdapter, AttachedAdapter, KeysValues, ReferenceInput, save_adapter
from animeadapter.adapter.masks import token_mask
from animeadapter.control.t2i import AttachedT2I
from animeadapter.train import tokens
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.cache.records import Bytes
from animeadapter.train.events import Listener
from animeadapter.train.export import upstream_sha
from animeadapter.train.seeds import rng
from animeadapter.train.settings import AdapterRecipe
from animeadapter.train.sheets import grid, to_uint8
from animeadapter.train.task import Batch, Sheet
from animeadapter.train.tasks import augment, pictures
from animeadapter.train.tasks.borrowing import Loan, borrow
from animeadapter.train.tasks.diffusion import FACTOR, DiffusionTask, frozen, with_plain_attention
from animeadapter.train.tasks.t2i import pose_pictures
from animeadapter.vision.pictures import to_square

SHOWN = 4
FILE = "animeadapter.safetensors"


class AdapterTask(DiffusionTask):
    """The adapter alone learns."""

    recipe: AdapterRecipe

    def __init__(self, recipe: AdapterRecipe, cache: Path, listener: Listener) -> None:
        super().__init__(recipe, cache, listener)
        self.recipe = recipe
        self.unet = with_plain_attention(frozen(self.pack, "unet"), recipe.device)
        self.image_encoder = frozen(self.pack, "image_encoder")
        self.upstream |= {part: upstream_sha(self.pack.path(part)) for part in ("unet", "image_encoder")}
        vision = self.image_encoder.config
        self.side, self.cells = int(vision.image_size), int(vision.image_size // vision.patch_size)
        torch.manual_seed(recipe.seed)
        self.adapter = AnimeAdapter.for_unet(
            self.unet, vision_width=vision.hidden_size, grid=self.cells, fused=recipe.fused, scope=recipe.scope,
            token_norm=recipe.token_norm, base_model=self.pack.manifest.name,
        )  # fmt: skip
        self.modules = {"adapter": self.adapter}
        self.attached = AttachedAdapter(self.unet, self.adapter.config.layers)
        self.posed: AttachedT2I | None = None
        if recipe.controller:
            self.controller = frozen(self.pack, "t2i_adapter")
            self.upstream["t2i_adapter"] = upstream_sha(self.pack.path("t2i_adapter"))
            self.posed = AttachedT2I(self.unet)

    # --- batches ---------------------------------------------------------------------------------------

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Add references, their masks, whether they count, and the skeletons."""
        same = self.recipe.pair == "same"
        chosen = [int(n) if same else self._other(pool, int(n), random) for n in numbers]
        loans = [
            borrow(pool.index.pool, pool.records[int(n)], pool.labels(other), self.recipe.partial, random)
            for n, other in zip(numbers, chosen, strict=True)
        ]
        samples = [self._sample(pool, int(n), loan, random) for n, loan in zip(numbers, loans, strict=True)]
        present = [counts for _, counts in samples]
        return self._conditions(pool, numbers, chosen, loans, present, random), [caption for caption, _ in samples]

    def _conditions(
        self,
        pool: PoolFiles,
        numbers: NDArray[np.int64],
        chosen: list[int],
        loans: list[Loan],
        present: list[bool],
        random: np.random.Generator,
    ) -> Batch:
        """Return the tensors of chosen references, of what is borrowed from them, and of the skeletons."""
        squares = [self._square(pool, other, loan, random) for other, loan in zip(chosen, loans, strict=True)]
        batch = {
            "references": pictures.to_tensor([picture for picture, _ in squares]),
            "masks": token_mask(torch.from_numpy(np.stack([mask for _, mask in squares])), self.cells),
            "present": torch.tensor(present),
        }
        return batch if self.posed is None else batch | {"poses": pose_pictures(pool, numbers)}

    def _other(self, pool: PoolFiles, number: int, random: np.random.Generator) -> int:
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
        if random.random() < self.recipe.recoded:
            picture = augment.recoded(picture, random)
        mask = loan.mask(pool.labels(number)) if self.recipe.masked else np.ones(picture.shape[:2], np.float32)
        return to_square(picture, self.side)[0], to_square(mask, self.side, fill=0)[0]

    def _sample(self, pool: PoolFiles, number: int, loan: Loan, random: np.random.Generator) -> tuple[str, bool]:
        """Return a caption, and whether the reference counts."""
        recipe, dice = self.recipe, random.random()
        tags = self.known_tags(pool.records[number].tags)
        present = not dice < recipe.picture_dropped + recipe.both_dropped
        if present and random.random() < recipe.identity_dropped:
            tags = [tag for tag in tags if tag not in loan.tags]
        if recipe.picture_dropped <= dice < recipe.picture_dropped + recipe.both_dropped:
            return "", False
        return self.caption(tags, random), present

    # --- the network -----------------------------------------------------------------------------------

    def pairs(self, references: Tensor, present: Tensor | None = None) -> KeysValues:
        """Return keys and values of references (B, 3, s, s)."""
        with torch.no_grad():
            states = self.image_encoder(references, output_hidden_states=True).hidden_states
        found: KeysValues = self.adapter(states, present)
        return found

    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        self.attached.set_training(self.pairs(batch["references"], batch["present"]), batch["masks"])
        if self.posed is not None:
            with torch.no_grad():
                self.posed.set_features(self.controller(batch["poses"]))
        found: Tensor = self.unet(noisy, timesteps, encoder_hidden_states=states, return_dict=False)[0]
        self._clear()
        return found

    def _clear(self) -> None:
        self.attached.clear()
        if self.posed is not None:
            self.posed.clear()

    # --- figures and sheets ----------------------------------------------------------------------------

    def _plain(self, numbers: NDArray[np.int64], random: np.random.Generator) -> Batch:
        """Return held-out samples: other drawings as whole references, captions that say nothing of the character."""
        pool = self.held_out
        chosen = [self._other(pool, int(n), random) for n in numbers]
        loans = [self._whole(int(n)) for n in numbers]
        captions = [self._without(int(n)) for n in numbers]
        return {
            "latents": self.latents[id(pool)].batch(numbers),
            "ids": tokens.encode(self.tokenizer, captions),
            "weights": self._weights(pool, numbers),
            **self._conditions(pool, numbers, chosen, loans, [True] * len(numbers), random),
        }

    def _whole(self, number: int) -> Loan:
        """Return the loan of a whole held-out character."""
        pool = self.held_out
        return borrow(pool.index.pool, pool.records[number], pool.labels(number), 0.0, rng(0, "whole"))

    def _without(self, number: int) -> str:
        """Return a held-out picture's caption without the character's tags."""
        shown = self._whole(number).tags
        return " ".join(tag for tag in self.known_tags(self.held_out.records[number].tags) if tag not in shown)

    def validate(self) -> dict[str, float]:
        """Return the held-out error with references, without them, and how much less it is with them."""
        with_references = super().validate()
        self.blind = True
        without = super().validate()["error"]
        self.blind = False
        gain = 1.0 - with_references["error"] / without
        return {**with_references, "without": without, "gain": gain}

    blind = False
    """Whether errors are taken as if there were no reference."""

    def errors(self, batch: Batch, timesteps: Tensor, noise: Tensor) -> Tensor:
        if self.blind:
            batch = batch | {"present": torch.zeros_like(batch["present"])}
        return super().errors(batch, timesteps, noise)

    def sheet(self) -> Sheet:
        """Return, for each size, references, true pictures, and what reference and pose give without identity tags."""
        rows: list[list[Bytes]] = []
        for size, found in sorted(self.held_out.by_size.items()):
            single = [int(n) for n in found if self.held_out.records[int(n)].people == 1][:SHOWN]
            if not single:
                continue
            numbers = np.array(single, np.int64)
            batch = self._plain(numbers, rng(self.recipe.seed, "sheet"))
            drawn = self._redrawn(numbers, batch, size)
            shown = [pictures_to_bytes(picture) for picture in batch["references"]]
            rows += [shown, [self.truth(self.held_out, n) for n in single], drawn]
        return grid(rows)

    def _redrawn(self, numbers: NDArray[np.int64], batch: Batch, size: tuple[int, int]) -> list[Bytes]:
        """Return what references, poses and captions without identity tags give."""
        drawn: list[Bytes] = []
        for k, number in enumerate(numbers):
            pairs = self.pairs(batch["references"][k : k + 1].to(self.device))
            reference = ReferenceInput(pairs=pairs, mask=batch["masks"][k : k + 1].to(self.device))
            latent_size = (size[1] // FACTOR, size[0] // FACTOR)
            self.attached.set_references([reference], guided=True, latent_size=latent_size)
            if self.posed is not None:
                self.posed.set_features(self.controller(batch["poses"][k : k + 1].to(self.device)))
            drawn += self.draw(self.unet, [self._without(int(number))], size, seed=int(number))
            self._clear()
        return drawn

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        save_adapter(self.adapter, folder / "adapter" / FILE, dtype=torch.float16, metadata=dict(metadata))


def pictures_to_bytes(picture: Tensor) -> Bytes:
    """Return (3, s, s) in [−1, 1] as a small (s/2, s/2, 3) picture for a sheet."""
    return to_uint8(functional.avg_pool2d(picture[None], 2)[0])
