"""IP-Adapter and IP-Adapter Plus behind the same interface: the baselines.

Both turn a picture into a few tokens that mix all patches, so no mask can choose among them.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.adapter.attention import join_heads, split_heads
from animeadapter.adapter.kv import KeysValues, Projections
from animeadapter.adapter.layers import Layer, UNet, attention_modules, cross_layers, cross_width


class IPAdapterConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`plain` reads the encoder's projected embedding, `plus` its last hidden state but one."""

    kind: Literal["plain", "plus"]
    layers: tuple[Layer, ...]
    vision_width: int
    """Of the projected embedding (plain) or of the hidden states (plus)."""
    cross_width: int
    tokens: int
    depth: int = 4
    heads: int = 12
    inner_width: int = 768


class EmbeddingTokens(nn.Module):
    """One embedding (B, d_v) as a few tokens (B, T, d)."""

    def __init__(self, vision_width: int, cross_width: int, tokens: int) -> None:
        super().__init__()
        self.shape = (tokens, cross_width)
        self.proj = nn.Linear(vision_width, tokens * cross_width)
        self.norm = nn.LayerNorm(cross_width)

    def forward(self, embedding: Tensor) -> Tensor:
        found: Tensor = self.norm(self.proj(embedding).view(-1, *self.shape))
        return found


class LatentAttention(nn.Module):
    """Learned tokens look at the picture's tokens and at each other."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_kv = nn.Linear(width, 2 * width, bias=False)
        self.to_out = nn.Linear(width, width, bias=False)

    def forward(self, picture: Tensor, latents: Tensor) -> Tensor:
        latents = self.norm2(latents)
        key, value = self.to_kv(torch.cat([self.norm1(picture), latents], dim=1)).chunk(2, dim=-1)
        query = self.to_q(latents)
        query, key, value = (split_heads(t, self.heads) for t in (query, key, value))
        found: Tensor = self.to_out(join_heads(functional.scaled_dot_product_attention(query, key, value)))
        return found


class ResamplerLayer(nn.ModuleList):
    """Attention, then a feed-forward network; a list, so that its weights are called 0 and 1 as in the common files."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__([LatentAttention(width, heads), _feed_forward(width)])

    def forward(self, states: Tensor, latents: Tensor) -> Tensor:
        attention, feed_forward = self
        latents = latents + attention(states, latents)
        found: Tensor = latents + feed_forward(latents)
        return found


class Resampler(nn.Module):
    """The encoder's states (B, M, d_v) gathered into T tokens (B, T, d)."""

    def __init__(self, config: IPAdapterConfig) -> None:
        super().__init__()
        width = config.inner_width
        self.latents = nn.Parameter(torch.randn(1, config.tokens, width) / math.sqrt(width))
        self.proj_in = nn.Linear(config.vision_width, width)
        self.proj_out = nn.Linear(width, config.cross_width)
        self.norm_out = nn.LayerNorm(config.cross_width)
        self.layers = nn.ModuleList(ResamplerLayer(width, config.heads) for _ in range(config.depth))

    def forward(self, states: Tensor) -> Tensor:
        states = self.proj_in(states)
        latents = self.latents.expand(states.shape[0], -1, -1)
        for layer in self.layers:
            latents = layer(states, latents)
        found: Tensor = self.norm_out(self.proj_out(latents))
        return found


def _feed_forward(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(width), nn.Linear(width, 4 * width, bias=False), nn.GELU(), nn.Linear(4 * width, width, bias=False)
    )


class IPAdapter(nn.Module):
    """Either baseline. `forward` gives keys and values as AnimeAdapter's does."""

    def __init__(self, config: IPAdapterConfig) -> None:
        super().__init__()
        self.config = config
        self.image_proj: nn.Module
        if config.kind == "plain":
            self.image_proj = EmbeddingTokens(config.vision_width, config.cross_width, config.tokens)
        else:
            self.image_proj = Resampler(config)
        self.projections = Projections(config.layers, config.cross_width)

    @classmethod
    def for_unet(
        cls,
        unet: UNet,
        kind: Literal["plain", "plus"],
        *,
        vision_width: int,
        tokens: int | None = None,
        inner_width: int = 768,
        heads: int = 12,
        depth: int = 4,
    ) -> IPAdapter:
        """Return a baseline that fits a U-Net, on its device; K and V start from the U-Net's own."""
        config = IPAdapterConfig(
            kind=kind,
            layers=cross_layers(unet),
            vision_width=vision_width,
            cross_width=cross_width(unet),
            tokens=tokens or (4 if kind == "plain" else 16),
            depth=depth,
            heads=heads,
            inner_width=inner_width,
        )
        device = next(unet.parameters()).device
        with torch.device(device):
            adapter = cls(config)
        if device.type != "meta":
            adapter.projections.start_from(attention_modules(unet))
        return adapter

    def forward(self, states: Tensor, present: Tensor | None = None) -> KeysValues:
        """Return keys and values of embeddings (B, d_v) (plain) or hidden states (B, M, d_v) (plus)."""
        pairs: KeysValues = self.projections(self.image_proj(states))
        return pairs if present is None else pairs.where(present)

    def unconditional(self, states: Tensor) -> KeysValues:
        """Return what the unconditional half reads: plain, a zero embedding; plus, the states of a black picture."""
        return self(torch.zeros_like(states) if self.config.kind == "plain" else states)
