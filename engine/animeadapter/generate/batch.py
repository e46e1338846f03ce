"""One batch of takes through a stock diffusers pipeline, up to its finished latents."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch import Tensor

from animeadapter.generate.decode import Foresight
from animeadapter.generate.resolve import spoken
from animeadapter.generate.schedulers import make_scheduler
from animeadapter.packs.load import Pack
from animeadapter.protocol.request import GenerateRequest

OnStep = Callable[[int, Tensor], None]
"""Called after a step with its number from 1 and the latents as they are predicted to end."""


class Parts(Protocol):
    """Whatever has a model's parts by name, as a `Pack` has."""

    def part(self, name: str) -> Any:
        """Return a part."""


def draw(
    pack: Pack, request: GenerateRequest, seeds: tuple[int, ...], on_step: OnStep, stop: threading.Event
) -> Tensor | None:
    """Return latents (len(seeds), channels, height / 8, width / 8) of a resolved request; None if stopped.

    The pipeline and its scheduler are made for this batch and thrown away after it: no state survives.
    """
    scheduler = make_scheduler(str(request.sampler.scheduler), pack.scheduler_config())
    foresight = Foresight(scheduler)
    pipeline = make_pipeline(pack, scheduler)

    def step_ended(pipe: Any, index: int, _timestep: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        latents = foresight.latents
        on_step(index + 1, tensors["latents"] if latents is None else latents)
        if stop.is_set():
            pipe._interrupt = True
        return {}

    sampler, size = request.sampler, request.size
    latents: Tensor = pipeline(
        prompt=spoken(request.prompt, pack.manifest),
        negative_prompt=spoken(request.negative_prompt or "", pack.manifest),
        num_images_per_prompt=len(seeds),
        generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        width=size and size.width,
        height=size and size.height,
        num_inference_steps=sampler.steps,
        guidance_scale=sampler.guidance,
        eta=sampler.eta,
        callback_on_step_end=step_ended,
        output_type="latent",
    ).images
    return None if stop.is_set() else latents


def make_pipeline(pack: Parts, scheduler: Any) -> Any:
    """Return a stock pipeline around parts; it shares them, and keeps nothing of its own."""
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline(
        vae=pack.part("vae"),
        text_encoder=pack.part("text_encoder"),
        tokenizer=pack.part("tokenizer"),
        unet=pack.part("unet"),
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
