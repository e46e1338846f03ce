"""Attention processors that add the image branch to a layer's text attention: Z' = Attn(Q, K, V) + Σ_r s_r A_r (eq. 4).

Where regions have texts of their own, Attn(Q, K, V) is (1 − Σ_t u_t) Attn(global) + Σ_t u_t Attn(text t), each with its
own softmax; u_t is region t over the queries, less what the global text keeps there.

They are plain objects; what they add lies in one `Branch` per layer, which the attached adapter fills and clears.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.adapter.attention import attend, inference_attention, join_heads, split_heads, training_attention
from animeadapter.adapter.masks import query_weights


@dataclass(frozen=True)
class Source:
    """One reference's share in one layer."""

    key: Tensor
    """(B or 1, N, C)."""
    value: Tensor
    """(B or 1, N, C); at inference mask and scales are folded in."""
    mask: Tensor | None = None
    """Training: the foreground tokens (B, N), eq. 5. Inference: None."""
    bias: Tensor | None = None
    """Inference: log β on background keys, (B or 1, 1, 1, N)."""
    region: Tensor | None = None
    """Where in the picture this reference speaks, (H, W), 0 … 1; None is everywhere."""


@dataclass(frozen=True)
class Text:
    """A text that takes the place of the global one in a part of the picture."""

    states: Tensor
    """(1, M, d), as the text encoder gives them."""
    region: Tensor
    """How much of the attention it takes, (H, W) over the picture, 0 … 1; all texts' sum is nowhere above 1."""


@dataclass
class Branch:
    """What one layer reads in the coming calls besides the pipeline's own text."""

    texts: list[Text] = field(default_factory=list)
    """Of the conditional half alone."""
    sources: list[Source] = field(default_factory=list)
    unconditional: list[Source] = field(default_factory=list)
    """Sources of the unconditional half; AnimeAdapter has none there, IP-Adapter reads an empty picture."""
    guided: bool = False
    """Whether the first half of every batch is the unconditional one."""
    training: bool = False
    latent_size: tuple[int, int] | None = None
    """Height and width of the latents; needed for regions alone."""


class ImageBranchProcessor:
    """Scaled dot-product attention with an image branch; without sources it computes exactly what diffusers' does."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Tensor:
        residual = hidden_states
        if attn.spatial_norm is not None:
            hidden_states = attn.spatial_norm(hidden_states, temb)
        shape = hidden_states.shape
        if len(shape) == 4:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        # Called as a module, so that a LoRA on to_q takes part.
        query = split_heads(attn.to_q(hidden_states), attn.heads)
        if attn.norm_q is not None:
            query = attn.norm_q(query)
        text = self._text(attn, query, hidden_states, encoder_hidden_states, attention_mask)
        mixed = join_heads(text).to(query.dtype)
        mixed = self._add_pictures(self._place_texts(attn, mixed, query), query)
        mixed = attn.to_out[1](attn.to_out[0](mixed))
        if len(shape) == 4:
            mixed = mixed.transpose(-1, -2).reshape(shape)
        if attn.residual_connection:
            mixed = mixed + residual
        return mixed / attn.rescale_output_factor

    def _text(
        self, attn: Any, query: Tensor, hidden_states: Tensor, states: Tensor | None, attention_mask: Tensor | None
    ) -> Tensor:
        """Return the layer's own attention, (B, h, M, d_h)."""
        if states is None:
            states = hidden_states
        elif attn.norm_cross:
            states = attn.norm_encoder_hidden_states(states)
        key, value = split_heads(attn.to_k(states), attn.heads), split_heads(attn.to_v(states), attn.heads)
        if attn.norm_k is not None:
            key = attn.norm_k(key)
        if attention_mask is not None:
            batch, count = states.shape[:2]
            attention_mask = attn.prepare_attention_mask(attention_mask, count, batch)
            attention_mask = attention_mask.view(batch, attn.heads, -1, attention_mask.shape[-1])
        if self.branch.training and attention_mask is None:
            return attend(query, key, value)
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask)

    def _place_texts(self, attn: Any, mixed: Tensor, query: Tensor) -> Tensor:
        """Return (B, M, C) in which regions attend to texts of their own, the unconditional half as it was."""
        if not self.branch.texts:
            return mixed
        first = mixed.shape[0] // 2 if self.branch.guided else 0
        query, own = query[first:], mixed[first:]
        total, left = torch.zeros_like(own), torch.ones((), dtype=own.dtype, device=own.device)
        for text in self.branch.texts:
            share = self._weights(text.region, query.shape[2]).to(own.dtype)
            states = text.states.expand(query.shape[0], -1, -1)
            found = join_heads(self._text(attn, query, states, states, None))
            total, left = total + share * found.to(own.dtype), left - share
        return torch.cat([mixed[:first], total + left * own])

    def _weights(self, region: Tensor, queries: int) -> Tensor:
        """Return a region as weights (1, Q, 1) of this layer's queries."""
        assert self.branch.latent_size is not None
        return query_weights(region, queries, self.branch.latent_size)

    def _add_pictures(self, mixed: Tensor, query: Tensor) -> Tensor:
        """Return (B, M, C) with every source's attention added to the rows that it speaks to."""
        branch = self.branch
        if not branch.sources:
            return mixed
        if not branch.guided:
            return mixed + self._sum(branch.sources, query)
        half = mixed.shape[0] // 2
        conditional = mixed[half:] + self._sum(branch.sources, query[half:])
        blank = mixed[:half]
        if branch.unconditional:
            blank = blank + self._sum(branch.unconditional, query[:half])
        return torch.cat([blank, conditional])

    def _sum(self, sources: list[Source], query: Tensor) -> Tensor:
        total = self._one(sources[0], query)
        for source in sources[1:]:
            total = total + self._one(source, query)
        return total

    def _one(self, source: Source, query: Tensor) -> Tensor:
        """Return one reference's attention, (B, M, C); every reference has a softmax of its own."""
        batch, heads = query.shape[:2]
        key, value = (
            split_heads(t.to(query.dtype), heads).expand(batch, -1, -1, -1) for t in (source.key, source.value)
        )
        if self.branch.training:
            return join_heads(training_attention(query, key, value, source.mask))
        found = join_heads(inference_attention(query, key, value, source.bias))
        if source.region is None:
            return found
        return found * self._weights(source.region, query.shape[2]).to(found.dtype)
