"""Masks of tokens: which patches of a reference carry the appearance. Pure functions; masks are float, 0 … 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.adapter.errors import AdapterError


def coverage(mask: Tensor, grid: int) -> Tensor:
    """Return how much of each patch a mask (…, H, W) covers: (…, g, g), the mean over its area.

    The mask has gone through exactly the picture's transform: it is square, its padding 0.
    """
    if mask.shape[-1] != mask.shape[-2]:
        raise AdapterError(f"a reference's mask must be square like its padded picture, not {tuple(mask.shape[-2:])}")
    flat = mask.reshape(-1, 1, *mask.shape[-2:]).float()
    pooled = functional.adaptive_avg_pool2d(flat, grid)
    return pooled.reshape(*mask.shape[:-2], grid, grid)


def token_mask(mask: Tensor, grid: int, threshold: float = 0.5, soft: bool = False) -> Tensor:
    """Return the tokens (…, g²) that a mask (…, H, W) chooses, row by row.

    A patch counts when its coverage reaches the threshold; if none does, the fullest one alone counts. Chosen
    patches weigh 1, or with `soft` as much as the mask's own strength there. An all-empty mask chooses none.
    """
    share = coverage(mask, grid).flatten(-2)
    peak = share.amax(-1, keepdim=True)
    strongest = mask.flatten(-2).amax(-1, keepdim=True).float()
    # A mask that is painted at half strength covers a patch wholly at 0.5: coverage counts against its own peak.
    chosen = share >= threshold * strongest.clamp_min(1e-6)
    fullest = (share == peak) & (share.cumsum(-1) > 0)
    first = fullest & (fullest.cumsum(-1) == 1)
    chosen = torch.where(chosen.any(-1, keepdim=True), chosen, first) & (peak > 0)
    if not soft:
        return chosen.float()
    return torch.where(chosen, share.clamp_min(0.0), torch.zeros_like(share))


def union(masks: Iterable[Tensor]) -> Tensor:
    """Return the strongest of several masks at every pixel: parts chosen together."""
    found = list(masks)
    if not found:
        raise AdapterError("a union of no masks was asked for")
    return torch.stack(found).amax(0)


def query_weights(region: Tensor, tokens: int, latent_size: tuple[int, int]) -> Tensor:
    """Return a region (H, W) over the picture as weights (1, Q, 1) of the Q queries of a layer.

    `latent_size` is (height, width) of the latents. A layer's grid is theirs, halved and rounded up some times.
    """
    height, width = latent_size
    while height * width > tokens and (height, width) != (1, 1):
        height, width = -(-height // 2), -(-width // 2)
    if height * width != tokens:
        raise AdapterError(f"a layer with {tokens} queries does not fit latents of {latent_size}")
    resized = functional.interpolate(region[None, None].float(), size=(height, width), mode="area")
    return resized.reshape(1, tokens, 1)


def shared(regions: Sequence[Tensor]) -> list[Tensor]:
    """Return regions (H, W) whose sum is nowhere above 1: where they overlap, each keeps its share by weight.

    Raises `AdapterError` where they are not of one size.
    """
    if len({tuple(region.shape) for region in regions}) > 1:
        raise AdapterError("regions: all must have the picture's size")
    if not regions:
        return []
    total = torch.stack(list(regions)).sum(0).clamp_min(1.0)
    return [region / total for region in regions]
