"""Keys and values of the image branch: what an adapter computes once per reference, and every layer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from animeadapter.adapter.layers import Layer


@dataclass(frozen=True)
class KeysValues:
    """Per layer (by name) keys and values, (B, N, C_j) each, B references of N tokens."""

    keys: dict[str, Tensor]
    values: dict[str, Tensor]

    @property
    def tokens(self) -> int:
        """Return N."""
        return next(iter(self.keys.values())).shape[1]

    @property
    def batch(self) -> int:
        """Return B."""
        return next(iter(self.keys.values())).shape[0]

    @property
    def nbytes(self) -> int:
        """Return how much memory they take."""
        return sum(t.numel() * t.element_size() for t in (*self.keys.values(), *self.values.values()))

    def mapped(self, change: Callable[[Tensor], Tensor]) -> KeysValues:
        """Return keys and values sent through the same change."""
        return KeysValues({n: change(t) for n, t in self.keys.items()}, {n: change(t) for n, t in self.values.items()})

    def where(self, present: Tensor) -> KeysValues:
        """Return zero keys and values where `present` (B,) is false: "no picture" adds exactly nothing."""
        keep = present[:, None, None]
        return self.mapped(lambda t: torch.where(keep, t, torch.zeros((), dtype=t.dtype, device=t.device)))


class Projections(nn.Module):
    """W'_k and W'_v of every layer: bias-free pairs (C_j × d)."""

    def __init__(self, layers: Iterable[Layer], width: int) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self.key = nn.ModuleList(nn.Linear(width, layer.channels, bias=False) for layer in self.layers)
        self.value = nn.ModuleList(nn.Linear(width, layer.channels, bias=False) for layer in self.layers)

    @torch.no_grad()
    def start_from(self, attentions: dict[str, Any]) -> None:
        """Begin with the U-Net's own text projections (a LoRA on them is left out)."""
        for k, layer in enumerate(self.layers):
            pairs: tuple[tuple[Any, str], ...] = ((self.key[k], "to_k"), (self.value[k], "to_v"))
            for own, name in pairs:
                theirs: Any = getattr(attentions[layer.name], name)
                base = theirs.get_base_layer() if hasattr(theirs, "get_base_layer") else theirs
                own.weight.copy_(base.weight)

    def forward(self, tokens: Tensor) -> KeysValues:
        """Return every layer's keys and values of tokens (B, N, d)."""
        names = [layer.name for layer in self.layers]
        keys = {name: linear(tokens) for name, linear in zip(names, self.key, strict=True)}
        values = {name: linear(tokens) for name, linear in zip(names, self.value, strict=True)}
        return KeysValues(keys, values)
