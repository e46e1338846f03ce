"""The autoencoder, trained from nothing: L1, squared, finite-difference and colour error, heavier on faces and eyes.

The latents are kept near mean 0 and variance 1 by a small penalty, and the decoder must bear some noise on them, so
that nearby latents mean nearby pictures. In the last phase the encoder is frozen, what is left of mean and variance
is folded into the weights, and the decoder alone goes on learning. A training that begins with a frozen encoder leaves
it, and so every latent that others stand on, as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.metrics.similarity import psnr
from animeadapter.train.cache.pool import open_pool
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.seeds import rng
from animeadapter.train.settings import VaeRecipe
from animeadapter.train.sheets import grid, to_uint8
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import pictures
from animeadapter.train.tasks.autoencoders import FACTOR, LATENT_CHANNELS, build_autoencoder

MEASURED = 256
"""Pictures over which the latents' moments are taken before they are folded in."""
FIRST_MEASURED = 16
"""The same before the first step."""


class VaeTask:
    """Crops at first, some whole pictures later, the decoder alone at last."""

    def __init__(self, recipe: VaeRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        torch.manual_seed(recipe.seed)
        self.net = build_autoencoder(recipe.shape)
        self.readout = nn.Conv2d(LATENT_CHANNELS, 3, 1)
        self.modules = {"vae": self.net, "readout": self.readout}
        self.freeze_step = round(recipe.freeze_from * recipe.steps)
        self.whole_step = round(recipe.whole_from * recipe.steps)

    def on_step(self, step: int, ema: Ema) -> None:
        """Freeze the encoder when its time has come; at that very step, fold in what normalises its latents."""
        if step == 0 and not self.recipe.start:
            # Fresh encoders give latents that drown in the noise; fresh decoders expect others than those.
            self.net.give(*self.moments(self.pool.records[:FIRST_MEASURED]))
            ema.restart()
        if step == self.freeze_step and step > 0:
            ema.store()
            self.net.fold(*self.moments(self.pool.records[: MEASURED * 2 : 2]))
            ema.restart()
        if step >= self.freeze_step:
            self.net.freeze_encoder()

    @torch.no_grad()
    def moments(self, records: list) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation, (4,) each, of the latents of some pictures."""
        count, total, squares = 0, torch.zeros(4, dtype=torch.double), torch.zeros(4, dtype=torch.double)
        for record in records:
            z = self.net.encode(self._on_device([self.pool.picture(record.number)])).double().cpu()
            count += z[0, 0].numel()
            total += z.sum((0, 2, 3))
            squares += z.square().sum((0, 2, 3))
        mean = total / count
        std = (squares / count - mean.square()).sqrt()
        return mean.float().to(self.recipe.device), std.float().to(self.recipe.device)

    def _on_device(self, some: list) -> Tensor:
        layout = torch.channels_last if self.recipe.channels_last else torch.contiguous_format
        return pictures.to_tensor(some).to(self.recipe.device).contiguous(memory_format=layout)

    def batch(self, step: int) -> Batch:
        recipe, random = self.recipe, rng(self.recipe.seed, "batch", step)
        if step >= self.whole_step and random.random() < recipe.whole_share:
            chosen = self.pool.choose(random, recipe.whole_batch)
            pairs = [(self.pool.picture(n), self.pool.labels(n)) for n in chosen]
        else:
            chosen = random.integers(len(self.pool), size=recipe.batch)
            faces = random.random(recipe.batch) < recipe.face_crops
            pairs = [
                pictures.crop(self.pool, int(n), recipe.crop, random, bool(f))
                for n, f in zip(chosen, faces, strict=True)
            ]
        flips = random.random(len(pairs)) < 0.5
        pairs = [(p[:, ::-1], m[:, ::-1]) if f else (p, m) for (p, m), f in zip(pairs, flips, strict=True)]
        return {
            "pictures": self._on_device([p for p, _ in pairs]),
            "weights": pictures.weights([m for _, m in pairs], recipe.face_weight, recipe.eye_weight),
        }

    def loss(self, batch: Batch, step: int) -> Losses:
        recipe, target, weight = self.recipe, batch["pictures"], batch["weights"]
        with torch.set_grad_enabled(step < self.freeze_step):
            latents = self.net.encode(target).float()
        noisy = latents + recipe.latent_noise * torch.randn_like(latents)
        drawn = self.net.decode(noisy).float()
        with torch.autocast(target.device.type, enabled=False):
            losses = reconstruction(drawn, target, weight)
            colours = functional.avg_pool2d(target, FACTOR)
            losses["colour"] = (functional.avg_pool2d(drawn, FACTOR) - colours).abs().mean()
            losses["readout"] = (self.readout(latents) - colours).abs().mean()
            losses["moments"] = moment_penalty(latents)
            losses["loss"] = (
                recipe.l1 * losses["l1"]
                + recipe.mse * losses["mse"]
                + recipe.gradient * losses["gradient"]
                + recipe.colour * losses["colour"]
                + recipe.readout * losses["readout"]
                + recipe.moments * losses["moments"]
            )
        return losses

    def validate(self) -> dict[str, float]:
        """Return mean PSNR per picture over picture, foreground and face; by framing and by size, too."""
        found: dict[str, list[float]] = {}
        sums, astray = torch.zeros(2, LATENT_CHANNELS), 0.0
        for record in self.held_out.records:
            picture = np.asarray(self.held_out.picture(record.number))
            target = self._on_device([picture])
            latents = self.net.encode(target).float()
            drawn = self.net.decode(latents).float()[0]
            astray += float((self.readout(latents).float() - functional.avg_pool2d(target, FACTOR)).abs().mean())
            sums += torch.stack([latents.mean((0, 2, 3)), latents.square().mean((0, 2, 3))]).cpu()
            for name, mask in pictures.regions(self.held_out.labels(record.number)).items():
                value = psnr(to_uint8(drawn), picture, mask)
                if not math.isnan(value):
                    size = f"{record.size[0]}x{record.size[1]}"
                    for key in (name, f"{name} {record.framing}", f"{name} {size}"):
                        found.setdefault(key, []).append(value)
        mean, square = sums / len(self.held_out)
        spread = {"latent mean": float(mean.abs().max()), "latent std": float((square - mean**2).sqrt().mean())}
        spread["colour astray"] = astray / len(self.held_out)
        return {key: float(np.mean(values)) for key, values in sorted(found.items(), key=_overall_first)} | spread

    def sheet(self) -> Sheet:
        """Return held-out pictures, what the net makes of them, and five times the difference."""
        columns: list[list] = []
        for record in self.held_out.records[:6]:
            target = self._on_device([self.held_out.picture(record.number)])
            drawn = self.net.decode(self.net.encode(target).float()).float()
            wrong = (5 * (drawn - target).abs() - 1).clamp(-1, 1)
            columns.append([to_uint8(value[0]) for value in (target, drawn, wrong)])
        return grid([list(row) for row in zip(*columns, strict=True)])

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        self.net.save(folder / "vae")
        halve(folder / "vae", metadata)


def reconstruction(drawn: Tensor, target: Tensor, weight: Tensor) -> Losses:
    """Return weighted means of absolute, squared and finite-difference error; (n, 3, h, w), (n, 1, h, w)."""
    wrong = drawn - target
    down, right = wrong.diff(dim=2), wrong.diff(dim=3)
    total = weight.sum() * target.shape[1]
    return {
        "l1": (wrong.abs() * weight).sum() / total,
        "mse": (wrong.square() * weight).sum() / total,
        "gradient": ((down.abs() * weight[:, :, 1:]).sum() + (right.abs() * weight[:, :, :, 1:]).sum()) / total,
    }


def moment_penalty(latents: Tensor) -> Tensor:
    """Return how far channels are from mean 0 and variance 1: the mean of mean² + (log variance)²."""
    variance, mean = torch.var_mean(latents, dim=(0, 2, 3))
    return (mean.square() + variance.clamp_min(1e-6).log().square()).mean()


def _overall_first(item: tuple[str, list[float]]) -> tuple[bool, str]:
    return " " in item[0], item[0]
