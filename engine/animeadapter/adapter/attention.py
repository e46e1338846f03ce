"""The masked image branch as pure functions. Q is (B, h, M, d_h), K and V (B or 1, h, N, d_h), masks (B or 1, N)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.adapter.headwise import HeadByHead

MANY_SCORES = 1 << 16
"""From so many scores a head on, training takes one head after the other."""


def split_heads(tokens: Tensor, heads: int) -> Tensor:
    """Return (B, N, h · d_h) as (B, h, N, d_h)."""
    batch, count, width = tokens.shape
    return tokens.view(batch, count, heads, width // heads).transpose(1, 2)


def join_heads(tokens: Tensor) -> Tensor:
    """Return (B, h, N, d_h) as (B, N, h · d_h)."""
    batch, heads, count, width = tokens.shape
    return tokens.transpose(1, 2).reshape(batch, count, heads * width)


def attend(query: Tensor, key: Tensor, value: Tensor, allowed: Tensor | None = None) -> Tensor:
    """Return softmax(Q Kᵀ / √d_h) V over the allowed keys (B or 1, 1, M or 1, N), written for training.

    On processors the fused kernel's backward pass takes more than twice as long as plain products. Where scores are
    many, one head after the other takes 3 to 5 % off a training step's time.
    """
    if query.device.type != "cpu" or not torch.is_grad_enabled():
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
    scaled = query * query.shape[-1] ** -0.5
    alike = query.dtype == key.dtype == value.dtype and (allowed is None or allowed.shape[1:3] == (1, 1))
    if alike and query.shape[2] * key.shape[2] >= MANY_SCORES:
        return _head_by_head(scaled, key, value, allowed)
    scores = scaled @ key.transpose(-1, -2)
    if allowed is not None:
        scores = scores.masked_fill(~allowed, -math.inf)
    return scores.softmax(-1).to(value.dtype) @ value


def _head_by_head(query: Tensor, key: Tensor, value: Tensor, allowed: Tensor | None) -> Tensor:
    batch, heads = query.shape[:2]
    flat = [t.expand(batch, -1, -1, -1).reshape(batch * heads, *t.shape[2:]) for t in (query, key, value)]
    rows = None
    if allowed is not None:
        rows = allowed[:, 0, 0].expand(batch, -1).repeat_interleave(heads, 0)
    found: Tensor = HeadByHead.apply(*flat, rows)
    return found.unflatten(0, (batch, heads))


def training_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Eq. 5: background keys (mask 0) get a bias of −∞. A sample without any foreground adds exactly 0."""
    if mask is None:
        return attend(query, key, value)
    chosen = mask > 0
    some = chosen.any(-1, keepdim=True)
    # A softmax over nothing is NaN: such a sample attends everywhere, to values that are zero.
    value = torch.where(some[:, None, :, None], value, torch.zeros((), dtype=value.dtype, device=value.device))
    allowed = (chosen | ~some)[:, None, None, :]
    return attend(query, key, value, allowed)


def gate(value: Tensor, mask: Tensor, scale: float = 1.0) -> Tensor:
    """Return values (B, N, C) with scale and mask (B or 1, N) folded in: all that eq. 6 asks for, once per reference.

    (softmax(S) ⊙ m) V = softmax(S) (m ⊙ V), since m multiplies columns.
    """
    return value * (mask * scale).to(value.dtype)[..., None]


def background_bias(mask: Tensor, beta: float) -> Tensor | None:
    """Return log β on background keys as (B or 1, 1, 1, N), or None where β changes nothing.

    β = 1 is eq. 6, β → 0 is eq. 5. At β = 0 a mask without any foreground biases nothing: its values are zero anyway.
    """
    if beta >= 1.0:
        return None
    foreground = mask > 0
    some = foreground.any(-1, keepdim=True)
    low = math.log(beta) if beta > 0 else -math.inf
    bias = torch.where(foreground | ~some, 0.0, low)
    return bias[:, None, None, :]


def inference_attention(query: Tensor, key: Tensor, gated_value: Tensor, bias: Tensor | None = None) -> Tensor:
    """Eq. 6: the full softmax over all keys, values gated by the mask; `bias` is log β on background keys."""
    mask = None if bias is None else bias.to(query.dtype)
    return functional.scaled_dot_product_attention(query, key, gated_value, attn_mask=mask)
