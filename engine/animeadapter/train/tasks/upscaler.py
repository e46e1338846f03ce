"""The upscaler: taught on the renderer's own large drawings and what is left of them at a quarter of the size.

A share of the small pictures is soft and off in colour, as panels are when they come out of an autoencoder, while
the large ones stay clean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import torch

from animeadapter.metrics.similarity import psnr
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, foreground_of
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.seeds import rng
from animeadapter.train.settings import UpscalerRecipe
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import augment, pictures
from animeadapter.vision.upscaler import FACTOR, Upscaler, UpscalerConfig, UpscalerNet

SHOWN, SHOWN_SIDE = 6, 96
"""Crops on a sheet, and pixels of their sides before they are enlarged."""


class UpscalerTask:
    """Small crops and what they were."""

    def __init__(self, recipe: UpscalerRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        if min(min(record.size) for record in self.pool.records) < FACTOR * recipe.crop:
            raise TrainError(
                f"pool.shrink: pictures are smaller than a crop of {FACTOR * recipe.crop} pixels; lower it"
            )
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        torch.manual_seed(recipe.seed)
        self.net = UpscalerNet(UpscalerConfig(width=recipe.width, blocks=recipe.blocks))
        self.modules = {"upscaler": self.net}

    def on_step(self, step: int, ema: Ema) -> None:
        """Nothing changes on the way."""

    def batch(self, step: int) -> Batch:
        random = rng(self.recipe.seed, "batch", step)
        pairs = [self._pair(int(n), random) for n in random.integers(len(self.pool), size=self.recipe.batch)]
        return {
            "small": pictures.to_tensor([small for small, _ in pairs]),
            "large": pictures.to_tensor([large for _, large in pairs]),
        }

    def _pair(self, number: int, random: np.random.Generator) -> tuple[Bytes, Bytes]:
        """Return a small crop and the large one that it was made of."""
        recipe, labels = self.recipe, self.pool.labels(number)
        side = FACTOR * recipe.crop
        top, left = self._place(labels, side, bool(random.random() < recipe.figures), random)
        large = np.ascontiguousarray(self.pool.picture(number)[top : top + side, left : left + side])
        if random.random() < 0.5:
            large = np.ascontiguousarray(large[:, ::-1])
        if random.random() < 0.5:
            large = np.ascontiguousarray(large.transpose(1, 0, 2))
        small = shrunk(large)
        if random.random() < recipe.softened:
            small = augment.redrawn(small, random)
        return small, large

    @staticmethod
    def _place(labels: Bytes, side: int, figure: bool, random: np.random.Generator) -> tuple[int, int]:
        """Return top and left of a crop; for a figure one whose middle is a character's, where there is one."""
        height, width = labels.shape
        top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
        if figure:
            rows, columns = np.nonzero(foreground_of(np.asarray(labels[::16, ::16])))
            if len(rows):
                k = int(random.integers(len(rows)))
                top = int(np.clip(rows[k] * 16 - side // 2, 0, height - side))
                left = int(np.clip(columns[k] * 16 - side // 2, 0, width - side))
        return top, left

    def loss(self, batch: Batch, step: int) -> Losses:
        wrong = self.net(batch["small"]).float() - batch["large"]
        l1 = wrong.abs().mean()
        gradient = wrong.diff(dim=2).abs().mean() + wrong.diff(dim=3).abs().mean()
        return {"l1": l1, "gradient": gradient, "loss": l1 + self.recipe.gradient * gradient}

    def validate(self) -> dict[str, float]:
        """Return mean PSNR per picture, and how far it is above bicubic enlarging."""
        upscaler = Upscaler(self.net)
        ours, bicubic = zip(*(measure(upscaler, self.held_out, n) for n in range(len(self.held_out))), strict=True)
        self.net.requires_grad_(True)
        found, plain = float(np.mean(ours)), float(np.mean(bicubic))
        return {"picture": found, "bicubic": plain, "above bicubic": found - plain}

    def sheet(self) -> Sheet:
        """Return crops enlarged by bicubic interpolation, by the net, and as they were."""
        upscaler, rows = Upscaler(self.net), []
        for number in range(min(SHOWN, len(self.held_out))):
            side = FACTOR * SHOWN_SIDE
            random = rng(self.recipe.held_out.seed, "shown", number)
            labels = self.held_out.labels(number)
            top, left = self._place(labels, min(side, *labels.shape), True, random)
            large = np.ascontiguousarray(self.held_out.picture(number)[top : top + side, left : left + side])
            small = shrunk(large)
            rows.append([bicubically(small), whole(upscaler, small), large[: FACTOR * small.shape[0]]])
        self.net.requires_grad_(True)
        return grid(rows)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        net = UpscalerNet(self.net.config)
        net.load_state_dict(self.net.state_dict())
        Upscaler(net).save_pretrained(folder / "upscaler")
        halve(folder / "upscaler", metadata)


def shrunk(large: Bytes) -> Bytes:
    """Return a picture at a quarter of its sides."""
    size = (large.shape[1] // FACTOR, large.shape[0] // FACTOR)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), np.uint8)


def bicubically(small: Bytes) -> Bytes:
    """Return a picture four times as wide and high by bicubic interpolation."""
    size = (FACTOR * small.shape[1], FACTOR * small.shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def measure(upscaler: Upscaler, pool: PoolFiles, number: int) -> tuple[float, float]:
    """Return the PSNR of a shrunken and enlarged picture: the upscaler's, and bicubic interpolation's."""
    large = np.asarray(pool.picture(number))
    small = shrunk(large)
    return psnr(whole(upscaler, small), large), psnr(bicubically(small), large)


def whole(upscaler: Upscaler, small: Bytes) -> Bytes:
    """Return a picture enlarged; nothing stops it."""
    large = upscaler.upscale(small)
    assert large is not None
    return large
