"""The net that finds the character in a picture, and which pixels are hair, face, skin, outfit, accessory, prop.

Taught on drawings in every style but the held-out one, recoloured, recoded and reframed, since it must serve
drawings from elsewhere; measured on unseen characters, and on the held-out style as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from animeadapter.protocol.parts import Part
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.seeds import rng
from animeadapter.train.settings import SegmenterRecipe
from animeadapter.train.sheets import grid, to_uint8
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import augment, pictures
from animeadapter.vision.segmenter import SegmentationNet, Segmenter, SegmenterConfig

PART_COLOURS = np.array(
    [(245, 245, 245), (120, 80, 200), (250, 200, 170), (240, 150, 120), (70, 130, 220), (240, 190, 40), (80, 180, 90)],
    np.uint8,
)  # fmt: skip
REFRAMED = 0.35
"""Share of pictures of which only a part is shown."""
RECODED = 0.35


class SegmenterTask:
    """Foreground and parts, pixel by pixel."""

    def __init__(self, recipe: SegmenterRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        self.strangers = open_pool(cache, recipe.strangers, listener)
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        torch.manual_seed(recipe.seed)
        self.net = SegmentationNet(SegmenterConfig(side=recipe.side, widths=recipe.widths))
        self.modules = {"segmenter": self.net}

    def on_step(self, step: int, ema: Ema) -> None:
        """Nothing changes on the way."""

    def batch(self, step: int) -> Batch:
        recipe, random = self.recipe, rng(self.recipe.seed, "batch", step)
        windows = bool(random.random() < recipe.window_share)
        count = recipe.batch * (recipe.side // recipe.window) ** 2 if windows else recipe.batch
        pairs = [self._sample(int(number), random) for number in random.integers(len(self.pool), size=count)]
        if windows:
            pairs = [window(picture, parts, recipe.window, random) for picture, parts in pairs]
        return {
            "pictures": pictures.to_tensor([picture for picture, _ in pairs]),
            "parts": torch.from_numpy(np.stack([parts for _, parts in pairs])).long(),
        }

    def _sample(self, number: int, random: np.random.Generator) -> tuple[Bytes, Bytes]:
        """Return an altered picture and its parts, both in the square."""
        picture, labels = np.asarray(self.pool.picture(number)), np.asarray(self.pool.labels(number))
        if random.random() < REFRAMED:
            picture, labels = augment.reframed(picture, labels, random, 0.5)
        if random.random() < self.recipe.colour_jitter:
            picture = augment.recoloured(picture, random)
        if random.random() < RECODED:
            picture = augment.recoded(picture, random)
        if self.recipe.flip and random.random() < 0.5:
            picture, labels = augment.flipped(picture), augment.flipped(labels)
        return pictures.in_square(np.ascontiguousarray(picture), parts_of(labels), self.recipe.side)

    def loss(self, batch: Batch, step: int) -> Losses:
        logits = self.net(batch["pictures"]).float()
        losses = segmentation_loss(logits, batch["parts"], self.recipe.edge_weight)
        losses["loss"] = losses["foreground"] + losses["dice"] + losses["parts"]
        return losses

    def validate(self) -> dict[str, float]:
        """Return mean intersection over union of the foreground, and of the parts, seen and held-out style."""
        figures: dict[str, float] = {}
        for name, pool in (("", self.held_out), (" strange style", self.strangers)):
            found: dict[str, list[float]] = {}
            for number in range(len(pool)):
                self._measure(pool, number, found)
            figures |= {f"{key}{name}": float(np.mean(values)) for key, values in sorted(found.items())}
        return figures

    def _measure(self, pool: PoolFiles, number: int, found: dict[str, list[float]]) -> None:
        guess, truth = self._guess(pool, number)
        found.setdefault("foreground", []).append(iou(guess > 0, truth > 0))
        for part in list(Part)[1:]:
            if (truth == part).sum() >= 64:
                found.setdefault(part.name.lower(), []).append(iou(guess == part, truth == part))

    def _guess(self, pool: PoolFiles, number: int) -> tuple[Bytes, Bytes]:
        """Return guessed and true parts of a picture, in the square."""
        picture, truth = pictures.in_square(
            np.asarray(pool.picture(number)), parts_of(np.asarray(pool.labels(number))), self.recipe.side
        )
        logits = self.net(pictures.to_tensor([picture]).to(self.recipe.device))[0].float().cpu()
        return parts_from(logits), truth

    def sheet(self) -> Sheet:
        """Return pictures of both held-out kinds, guessed and true parts below."""
        columns = []
        for pool, count in ((self.held_out, 4), (self.strangers, 3)):
            for number in range(min(count, len(pool))):
                picture, _ = pictures.in_square(np.asarray(pool.picture(number)), pool.labels(number), self.recipe.side)
                guess, truth = self._guess(pool, number)
                shown = to_uint8(pictures.to_tensor([picture])[0])
                columns.append([shown, PART_COLOURS[guess], PART_COLOURS[truth]])
        return grid([list(row) for row in zip(*columns, strict=True)])

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        net = SegmentationNet(self.net.config)
        net.load_state_dict(self.net.state_dict())
        Segmenter(net).save_pretrained(folder / "segmenter")
        halve(folder / "segmenter", metadata)


def window(picture: Bytes, parts: Bytes, side: int, random: np.random.Generator) -> tuple[Bytes, Bytes]:
    """Return a random window of a square and of its labels."""
    top, left = (int(random.integers(parts.shape[0] - side + 1)) for _ in range(2))
    return picture[top : top + side, left : left + side], parts[top : top + side, left : left + side]


def segmentation_loss(logits: Tensor, parts: Tensor, edge_weight: float) -> Losses:
    """Return binary cross-entropy (heavier at edges) and Dice of the foreground, and cross-entropy of the parts.

    logits (B, 1 + parts, h, w): the foreground, then one per part; parts (B, h, w).
    """
    truth = (parts != Part.BACKGROUND).float()[:, None]
    near = functional.max_pool2d(truth, 5, 1, 2) + functional.max_pool2d(-truth, 5, 1, 2)
    weight = 1.0 + edge_weight * near
    entropy = functional.binary_cross_entropy_with_logits(logits[:, :1], truth, weight)
    chance = logits[:, :1].sigmoid()
    both = (chance * truth).sum((1, 2, 3))
    dice = 1.0 - (2 * both + 1) / (chance.sum((1, 2, 3)) + truth.sum((1, 2, 3)) + 1)
    return {
        "foreground": entropy,
        "dice": dice.mean(),
        "parts": functional.cross_entropy(logits[:, 1:], parts),
    }


def parts_from(logits: Tensor) -> Bytes:
    """Return the parts (h, w) that logits (1 + parts, h, w) stand for, as `Segmenter.parts` does."""
    labels = 1 + logits[2:].argmax(0)
    return torch.where(logits[0] > 0, labels, 0).to(torch.uint8).numpy()


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return intersection over union of two masks; 1 if both are empty."""
    union = int((one | other).sum())
    return float((one & other).sum() / union) if union else 1.0
