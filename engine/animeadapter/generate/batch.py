"""One batch of takes through a stock diffusers pipeline, up to its finished latents: from noise, or from a picture."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from animeadapter.generate.decode import Foresight
from animeadapter.generate.resolve import spoken
from animeadapter.generate.schedulers import make_scheduler
from animeadapter.packs.load import Pack
from animeadapter.protocol.request import GenerateRequest, Size

OnStep = Callable[[int, Tensor], None]
"""Called after a step with its number from 1 and the latents as they are predicted to end."""


class Parts(Protocol):
    """Whatever has a model's parts by name, as a `Pack` has."""

    def part(self, name: str) -> Any:
        """Return a part."""


@dataclass(frozen=True)
class Start:
    """What an edit begins from."""

    latents: Tensor
    """Of the picture, (1, channels, height / 8, width / 8), the same for every take; or of each take's own."""
    strength: float
    mask: Tensor | None = None
    """(1, 1, height, width), 1 where it is drawn anew, in whole cells of 8 × 8 pixels; None: everywhere."""


def draw(
    pack: Pack,
    request: GenerateRequest,
    size: Size,
    seeds: tuple[int, ...],
    on_step: OnStep,
    stop: threading.Event,
    start: Start | None = None,
) -> Tensor | None:
    """Return latents (len(seeds), channels, height / 8, width / 8) of a resolved request; None if stopped.

    The pipeline and its scheduler are made for this batch and thrown away after it: no state survives.
    """
    scheduler = make_scheduler(str(request.sampler.scheduler), pack.scheduler_config())
    foresight = Foresight(scheduler)
    pipeline = make_pipeline(pack, scheduler, pipeline_name(start))

    def step_ended(pipe: Any, index: int, _timestep: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        latents = foresight.latents
        on_step(index + 1, tensors["latents"] if latents is None else latents)
        if stop.is_set():
            pipe._interrupt = True
        return {}

    asked = {**_asked(pack, request, seeds), **_begun(start, size, len(seeds))}
    latents: Tensor = pipeline(**asked, callback_on_step_end=step_ended, output_type="latent").images
    return None if stop.is_set() else latents


def _asked(pack: Pack, request: GenerateRequest, seeds: tuple[int, ...]) -> dict[str, Any]:
    """Return what every pipeline is told, wherever it begins."""
    return {
        "prompt": spoken(request.prompt, pack.manifest),
        "negative_prompt": spoken(request.negative_prompt or "", pack.manifest),
        "num_images_per_prompt": len(seeds),
        "generator": [torch.Generator("cpu").manual_seed(seed) for seed in seeds],
        "num_inference_steps": request.sampler.steps,
        "guidance_scale": request.sampler.guidance,
        "eta": request.sampler.eta,
    }


def pipeline_name(start: Start | None) -> str:
    """Return which stock pipeline draws: from noise, from a picture, or within a mask."""
    if start is None:
        return "StableDiffusionPipeline"
    return "StableDiffusionImg2ImgPipeline" if start.mask is None else "StableDiffusionInpaintPipeline"


def _begun(start: Start | None, size: Size, takes: int) -> dict[str, Any]:
    """Return what a pipeline is told of where it begins.

    Latents instead of the picture: they are encoded once, at full precision, whatever the batch.
    """
    if start is None:
        return {"width": size.width, "height": size.height}
    latents = start.latents if len(start.latents) == takes else start.latents.repeat(takes, 1, 1, 1)
    picture = {"image": latents, "strength": start.strength}
    if start.mask is None:
        return picture
    # Only U-Nets with nine channels read what is left of the picture; it is given so that the pipeline encodes none.
    rest = {"mask_image": start.mask, "masked_image_latents": start.latents}
    return {**picture, **rest, "width": size.width, "height": size.height}


@torch.no_grad()
def encode_text(pack: Pack, text: str) -> Tensor:
    """Return a text's states, (1, tokens, width), as the pipelines compute those of a prompt."""
    pipeline = make_pipeline(pack, make_scheduler("ddim", pack.scheduler_config()))
    states: Tensor = pipeline.encode_prompt(text, pack.device, 1, False)[0]
    return states


def make_pipeline(pack: Parts, scheduler: Any, name: str = "StableDiffusionPipeline") -> Any:
    """Return a stock pipeline of diffusers around parts; it shares them, and keeps nothing of its own."""
    import diffusers

    pipeline = getattr(diffusers, name)(
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
