"""Between latents and pixels: finished pictures at full precision, previews small and cheap."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.generate.events import Pixels

PREVIEW_SHRINK = 2
SMALLEST_PREVIEW = 8
"""Latents per side below which a preview is not shrunk further."""


@torch.no_grad()
def decode(vae: Any, latents: Tensor) -> Pixels:
    """Return pictures, uint8 (B, height, width, 3) RGB, of latents (B, channels, height / 8, width / 8)."""
    pictures = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor).sample.float()
    scaled = ((pictures / 2 + 0.5).clamp(0, 1) * 255).round()
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()


@torch.no_grad()
def encode(vae: Any, picture: Pixels) -> Tensor:
    """Return the latents, (1, channels, height / 8, width / 8), of a picture, uint8 (height, width, 3) RGB.

    Those of an AutoencoderTiny, or the mode of an AutoencoderKL's distribution: no chance takes part.
    """
    batch = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None].float() / 127.5 - 1
    encoded = vae.encode(batch.to(vae.device, vae.dtype))
    latents: Tensor = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    return latents.float() * vae.config.scaling_factor


def preview(vae: Any, latents: Tensor) -> Pixels:
    """Return pictures of half the width and height, decoded from shrunken latents at a quarter of the
    cost."""
    if min(latents.shape[-2:]) >= PREVIEW_SHRINK * SMALLEST_PREVIEW:
        latents = functional.avg_pool2d(latents.float(), PREVIEW_SHRINK)
    return decode(vae, torch.nan_to_num(latents))


class Foresight:
    """Remembers, at each step of a scheduler, what the finished latents would be by its present
    prediction."""

    def __init__(self, scheduler: Any) -> None:
        self.latents: Tensor | None = None
        step = scheduler.step

        @functools.wraps(step)
        def watched(*args: Any, **kwargs: Any) -> Any:
            result = step(*args, **kwargs)
            history = [output for output in getattr(scheduler, "model_outputs", ()) if output is not None]
            if isinstance(result, tuple) and len(result) > 1:
                self.latents = result[1]
            elif history:
                self.latents = history[-1]
            return result

        scheduler.step = watched


def finite(pictures: Tensor) -> bool:
    """Return whether latents hold numbers only."""
    return bool(np.isfinite(pictures.float().cpu().numpy()).all())
