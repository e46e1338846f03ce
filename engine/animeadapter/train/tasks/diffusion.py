"""What U-Net, pose controller and adapter share in training: latents, captions, noise, and the error in velocity.

Velocity prediction (Salimans & Ho 2022, arXiv:2202.00512) over a schedule whose last step is pure noise (Lin et al.
2023, arXiv:2305.08891), weighted by min-SNR. Everything is the stock scheduler's own arithmetic.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DDIMScheduler
from diffusers.models.attention_processor import AttnProcessor
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.adapter.processors import Branch, ImageBranchProcessor
from animeadapter.generate.batch import make_pipeline
from animeadapter.generate.decode import decode
from animeadapter.packs.load import Pack, load_pack, quiet
from animeadapter.protocol.parts import Part
from animeadapter.train import machine, tokens
from animeadapter.train.cache.latents import Latents, encoder_hash, open_latents
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, Size, foreground_of, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import upstream_sha
from animeadapter.train.latent_settings import DiffusionRecipe
from animeadapter.train.seeds import rng
from animeadapter.train.task import Batch, Losses

STEPS = 1000
"""Timesteps of the noise schedule."""
SCHEDULER: Mapping[str, Any] = {
    "num_train_timesteps": STEPS,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "timestep_spacing": "trailing",
    "clip_sample": False,
    "set_alpha_to_one": True,
    "steps_offset": 1,
}
SHOWN_STEPS, SHOWN_GUIDANCE = 20, 4.0
"""Of the pictures on sheets."""
MEASURED_AT = (0.15, 0.4, 0.65, 0.9)
"""Shares of the schedule at which the held-out error is taken."""
FACTOR = 8
"""Pixels per latent."""


class Noise:
    """The stock scheduler's arithmetic on batches of timesteps (B,)."""

    def __init__(self, gamma: float) -> None:
        self.scheduler = DDIMScheduler.from_config(dict(SCHEDULER))
        self.gamma = gamma

    def add(self, latents: Tensor, noise: Tensor, timesteps: Tensor) -> tuple[Tensor, Tensor]:
        """Return noisy latents and the velocity that the network has to name."""
        noisy = self.scheduler.add_noise(latents, noise, timesteps)
        return noisy, self.scheduler.get_velocity(latents, noise, timesteps)

    def weights(self, timesteps: Tensor) -> Tensor:
        """Return min(SNR + 1, γ) / (SNR + 1), (B,): 1 at pure noise, less where little noise is left."""
        alphas = self.scheduler.alphas_cumprod.to(timesteps.device)[timesteps]
        both = 1.0 / (1.0 - alphas).clamp_min(1e-6)  # SNR + 1
        return both.clamp_max(self.gamma) / both


class DiffusionTask(ABC):
    """Base of the three tasks; they add what conditions the U-Net, and say which modules learn."""

    modules: Mapping[str, nn.Module]

    def __init__(self, recipe: DiffusionRecipe, cache: Path, listener: Listener) -> None:
        self.recipe, self.device = recipe, torch.device(recipe.device)
        self.pack = load_pack(recipe.pack, recipe.device)
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        self.renderer = self.pool.renderer
        self.tokenizer, self.text_encoder = self.pack.part("tokenizer"), self.pack.part("text_encoder")
        self.vae = self.pack.part("vae").to(memory_format=torch.channels_last)
        self.latents: dict[int, Latents] = {}
        for pool in (self.pool, self.held_out):
            self.open_latents(pool, listener)
        self.upstream = {
            "vae": encoder_hash(self.vae),
            "text_encoder": upstream_sha(self.pack.path("text_encoder")),
        }
        self.known = None if self.pack.manifest.vocabulary is None else frozenset(self.pack.manifest.vocabulary)
        self.noise = Noise(recipe.min_snr)
        self.look_at(self.pool, self.held_out)
        self.together = recipe.batch
        torch.manual_seed(recipe.seed)

    def open_latents(self, pool: PoolFiles, listener: Listener) -> None:
        """Have a pool's latents at hand, encoding what is lacking."""
        self.latents[id(pool)] = open_latents(pool, self.vae, self._encode, listener)

    def look_at(self, pool: PoolFiles, held_out: PoolFiles) -> None:
        """Take batches from a pool, figures and sheets from a held-out one."""
        self.pool, self.held_out = pool, held_out
        self.members = {size: self._usable(numbers) for size, numbers in pool.by_size.items()}

    def _encode(self, pictures: Tensor) -> Tensor:
        """Return latents in the precision of the training: bf16 moves them by 1.5 % and is 3.7 times as fast here."""
        low = machine.precision(self.recipe.precision, self.recipe.device) == "bf16"
        ordered = pictures.to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=low):
            encoded = self.vae.encode(ordered)
        latents: Tensor = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
        return latents.float().contiguous() * self.vae.config.scaling_factor

    def _usable(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        least, most = self.recipe.least_people, self.recipe.most_people
        return np.array([n for n in numbers if least <= self.pool.records[int(n)].people <= most], np.int64)

    def on_step(self, step: int, ema: Ema) -> None:  # noqa: B027 - part of the protocol, and nothing to do here
        """Nothing changes on the way."""

    # --- batches ---------------------------------------------------------------------------------------

    def batch(self, step: int) -> Batch:
        """Return latents, captions as token ids, weights of the error, and what a task adds (`extras`)."""
        random = rng(self.recipe.seed, "batch", step)
        sizes, shares = self.pool.sizes_and_shares()
        members = self.members[sizes[int(random.choice(len(sizes), p=shares))]]
        numbers = members[random.integers(len(members), size=self.together)]
        return self._samples(self.pool, numbers, random) | {"times": stratified(len(numbers), random)}

    def _samples(self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator) -> Batch:
        extras, captions = self.extras(pool, numbers, random)
        return {
            "latents": self.latents[id(pool)].batch(numbers),
            "ids": tokens.encode(self.tokenizer, captions),
            "weights": self._weights(pool, numbers),
            **extras,
        }

    def extras(
        self, pool: PoolFiles, numbers: NDArray[np.int64], random: np.random.Generator
    ) -> tuple[Batch, list[str]]:
        """Return further tensors for these pictures, and their captions."""
        captions = [self.caption(self.known_tags(pool.records[int(n)].tags), random) for n in numbers]
        return {}, captions

    def known_tags(self, tags: Sequence[str]) -> list[str]:
        """Return those of the tags that the pack has tokens for."""
        return [tag for tag in tags if self.known is None or tag in self.known]

    def caption(self, tags: Sequence[str], random: np.random.Generator) -> str:
        """Return a caption in training's variety; now and then an empty one."""
        recipe = self.recipe
        if random.random() < recipe.text_dropped:
            return ""
        return tokens.caption(tags, random, shuffled=recipe.shuffled, commas=recipe.commas, dropped=recipe.tags_dropped)

    def _weights(self, pool: PoolFiles, numbers: NDArray[np.int64]) -> Tensor:
        """Return how much each latent's error counts, (n, 1, h, w), 1 on average in every picture."""
        recipe = self.recipe
        maps = [importance(pool.labels(int(n)), recipe.foreground_weight, recipe.face_weight) for n in numbers]
        return torch.from_numpy(np.stack(maps))[:, None]

    # --- losses ----------------------------------------------------------------------------------------

    def loss(self, batch: Batch, step: int) -> Losses:
        timesteps = (self.spread(batch["times"]) * STEPS).long().clamp(0, STEPS - 1)
        noise = torch.randn_like(batch["latents"])
        per_sample = self.errors(batch, timesteps, noise)
        return {"loss": (per_sample * self.noise.weights(timesteps)).mean(), "error": per_sample.mean().detach()}

    def spread(self, times: Tensor) -> Tensor:
        """Return shares of the schedule, (B,), from even ones."""
        return times

    def errors(self, batch: Batch, timesteps: Tensor, noise: Tensor) -> Tensor:
        """Return each sample's weighted mean squared error in velocity, (B,)."""
        noisy, velocity = self.noise.add(batch["latents"], noise, timesteps)
        with torch.no_grad():
            states = self.text_encoder(batch["ids"]).last_hidden_state
        found = self.predict(noisy, timesteps, states, batch).float()
        return ((found - velocity).square() * batch["weights"]).mean((1, 2, 3))

    @abstractmethod
    def predict(self, noisy: Tensor, timesteps: Tensor, states: Tensor, batch: Batch) -> Tensor:
        """Return the U-Net's velocity, (B, 4, h, w)."""

    # --- figures and sheets ----------------------------------------------------------------------------

    def validate(self) -> dict[str, float]:
        """Return the held-out error at fixed noise: its mean, and at each of `MEASURED_AT`."""
        found: dict[float, list[float]] = {at: [] for at in MEASURED_AT}
        for size in sorted(self.held_out.by_size):
            numbers = self.held_out.by_size[size]
            for first in range(0, len(numbers), 8):
                self._measure(numbers[first : first + 8], found)
        figures = {f"error at {at}": float(np.mean(values)) for at, values in found.items()}
        return {"error": float(np.mean(list(figures.values()))), **figures}

    def _measure(self, numbers: NDArray[np.int64], found: dict[float, list[float]]) -> None:
        random = rng(self.recipe.held_out.seed, "measured", int(numbers[0]))
        batch = {name: value.to(self.device) for name, value in self._plain(numbers, random).items()}
        generator = torch.Generator().manual_seed(int(numbers[0]))
        for at in MEASURED_AT:
            noise = torch.randn(batch["latents"].shape, generator=generator).to(self.device)
            timesteps = torch.full((len(numbers),), int(at * STEPS), device=self.device)
            found[at] += self.errors(batch, timesteps, noise).tolist()

    def _plain(self, numbers: NDArray[np.int64], random: np.random.Generator) -> Batch:
        """Return held-out samples with their captions whole and in order."""
        batch = self._samples(self.held_out, numbers, random)
        captions = [" ".join(self.known_tags(self.held_out.records[int(n)].tags)) for n in numbers]
        return batch | {"ids": tokens.encode(self.tokenizer, captions)}

    def draw(self, unet: nn.Module, prompts: Sequence[str], size: Size, seed: int = 0) -> list[Bytes]:
        """Return what a U-Net draws for some prompts at one size (width, height), through the stock pipeline."""
        parts = {"vae": self.vae, "text_encoder": self.text_encoder, "tokenizer": self.tokenizer, "unet": unet}
        with quiet():
            pipeline = make_pipeline(Bench(parts), DDIMScheduler.from_config(dict(SCHEDULER)))
            latents = pipeline(
                prompt=list(prompts), width=size[0], height=size[1], num_inference_steps=SHOWN_STEPS,
                guidance_scale=SHOWN_GUIDANCE, output_type="latent",
                generator=[torch.Generator().manual_seed(seed + k) for k in range(len(prompts))],
            ).images  # fmt: skip
        with torch.autocast(self.device.type, enabled=False):
            return list(decode(self.vae, latents.float()))

    def truth(self, pool: PoolFiles, number: int) -> Bytes:
        """Return a picture as the autoencoder gives it back: the best that a U-Net could do."""
        latents: Latents = self.latents[id(pool)]
        with torch.autocast(self.device.type, enabled=False):
            pixels: Bytes = decode(self.vae, latents.batch(np.array([number])).to(self.device))[0]
        return pixels


class Bench:
    """Parts by name, for a pipeline."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.parts = parts

    def part(self, name: str) -> Any:
        """Return a part."""
        return self.parts[name]


def stratified(count: int, random: np.random.Generator) -> Tensor:
    """Return one random share of the schedule from each of `count` equal spans, in random order, (count,)."""
    places = (random.permutation(count) + random.random(count)) / count
    return torch.from_numpy(places.astype(np.float32))


def importance(labels: Bytes, foreground: float, face: float) -> NDArray[np.float32]:
    """Return how much each latent's error counts, (h/8, w/8), 1 on average, from labels (h, w)."""
    copy = np.asarray(labels)
    raw = 1.0 + (foreground - 1) * foreground_of(copy) + (face - foreground) * (parts_of(copy) == Part.FACE)
    pooled = functional.avg_pool2d(torch.from_numpy(raw.astype(np.float32))[None, None], FACTOR)[0, 0]
    return (pooled / pooled.mean()).numpy()


def frozen(pack: Pack, part: str) -> Any:
    """Return a pack's part, in evaluation mode and without gradients."""
    return pack.part(part).eval().requires_grad_(False)


def with_plain_attention(unet: Any, device: str) -> Any:
    """Return a U-Net that multiplies queries and keys itself: on processors that trains a fifth faster.

    The fused kernel's backward pass is slow there. What is written out does not change.
    """
    if device == "cpu":
        ours, theirs = ImageBranchProcessor(Branch(training=True)), AttnProcessor()
        # Where an adapter is attached, only diffusers' own processors may be replaced.
        unet.set_attn_processor({name: ours if ".attn1." in name else theirs for name in unet.attn_processors})
    return unet
