"""A small U-Net in double precision, and its cross-attention written out by hand, so that errors are not rounding."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from animeadapter.adapter import AnimeAdapter, AttachedAdapter, KeysValues

HEIGHT, WIDTH = 6, 10
"""Of the latents: not square, and 3 x 5 after halving, so odd."""
TEXT, VISION, GRID, FUSED = 12, 10, 4, 3


def make_unet(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        cross_attention_dim=TEXT,
        attention_head_dim=2,
        down_block_types=("CrossAttnDownBlock2D",) * 2,
        up_block_types=("CrossAttnUpBlock2D",) * 2,
    )
    return unet.eval().double()


@dataclass(frozen=True)
class Term:
    """One summand of eq. 4 in one layer: its keys and values (B or 1, N, C), and what multiplies it."""

    key: Tensor
    value: Tensor
    after: Tensor | None = None
    """Multiplies the softmax's columns, (B or 1, N): eq. 6."""
    kept: Tensor | None = None
    """Keys that take part at all, (N,): eq. 5."""
    scale: float = 1.0
    region: Tensor | None = None
    """Over the queries, (M,)."""


@dataclass(frozen=True)
class Call:
    """What went into a cross-attention layer, and what came out."""

    module: Any
    states: Tensor
    text: Tensor
    out: Tensor

    def by_hand(self, *terms: Term) -> Tensor:
        """Return eq. 4: the text's attention and every term's, each with a softmax of its own, in dense matrices."""
        attn = self.module
        query = self.states @ weight(attn.to_q).T
        total = dense(query, Term(self.text @ weight(attn.to_k).T, self.text @ weight(attn.to_v).T), attn.heads)
        for term in terms:
            total = total + dense(query, term, attn.heads)
        return total @ weight(attn.to_out[0]).T + attn.to_out[0].bias


def weight(linear: Any) -> Tensor:
    """Return a linear map's matrix, a LoRA on it multiplied out."""
    if not hasattr(linear, "lora_A"):
        return linear.weight
    low, high = linear.lora_A["default"].weight, linear.lora_B["default"].weight
    return linear.base_layer.weight + linear.scaling["default"] * high @ low


def dense(query: Tensor, term: Term, heads: int) -> Tensor:
    """Return one attention, (B, M, C), head by head."""
    parts = []
    for q, k, v in zip(*(t.chunk(heads, dim=-1) for t in (query, term.key, term.value)), strict=True):
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[-1])
        if term.kept is not None:
            scores, v = scores[..., term.kept], v[:, term.kept]
        shares = scores.softmax(-1)
        parts.append((shares if term.after is None else shares * term.after[:, None]) @ v)
    joined = term.scale * torch.cat(parts, dim=-1)
    return joined if term.region is None else joined * term.region[:, None]


class Network:
    """A U-Net, an adapter for it, two references' keys and values, and one batch of inputs."""

    def __init__(self) -> None:
        self.unet = make_unet()
        self.adapter = AnimeAdapter.for_unet(self.unet, vision_width=VISION, grid=GRID, fused=FUSED).double().eval()
        self.layers = self.adapter.config.layers
        # Keys and values as large as a text's, so that a wrong mask moves the output by far more than rounding.
        for linear in (*self.adapter.projections.key, *self.adapter.projections.value):
            torch.nn.init.normal_(linear.weight, std=0.6)
        with torch.no_grad():
            self.pairs: list[KeysValues] = [self.adapter(self.states(seed)) for seed in (1, 2)]
        self.mask = torch.tensor([1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0]).double()[None]
        torch.manual_seed(3)
        self.sample = torch.randn(2, 4, HEIGHT, WIDTH).double()
        self.text = torch.randn(2, 7, TEXT).double()

    @staticmethod
    def states(seed: int = 0, batch: int = 1, layers: int = 5) -> list[Tensor]:
        """Return hidden states as an image encoder gives them, class token first."""
        random = torch.Generator().manual_seed(seed)
        return [torch.randn(batch, 1 + GRID**2, VISION, generator=random).double() for _ in range(layers)]

    def attached(self) -> AttachedAdapter:
        return AttachedAdapter(self.unet, self.layers)

    @torch.no_grad()
    def draw(self, timestep: int = 500) -> Tensor:
        """Return the U-Net's output, (2, 4, h, w)."""
        found: Tensor = self.unet(self.sample, timestep, encoder_hidden_states=self.text).sample
        return found

    def calls(self) -> dict[str, Call]:
        """Run the U-Net once; return layer name → what its cross-attention read and gave."""
        with recorded(self.unet, [layer.name for layer in self.layers]) as calls:
            self.draw()
        assert len(calls) == len(self.layers)
        return calls

    def terms(self, layer: str, place: int = 0, **options: Any) -> Term:
        """Return a reference's share in a layer."""
        return Term(self.pairs[place].keys[layer], self.pairs[place].values[layer], **options)

    def assert_is(self, terms: Callable[[str], list[Term]], rows: slice = slice(None)) -> None:
        """Draw; every layer's output has to be the text's attention and these terms."""
        for name, call in self.calls().items():
            expected = call.by_hand(*terms(name))
            torch.testing.assert_close(call.out[rows], expected[rows], atol=1e-10, rtol=0)


@contextmanager
def recorded(unet: Any, names: list[str]) -> Iterator[dict[str, Call]]:
    calls: dict[str, Call] = {}

    def keep(name: str) -> Callable[..., None]:
        def hook(module: Any, args: tuple, kwargs: dict, out: Tensor) -> None:
            calls[name] = Call(module, args[0], kwargs["encoder_hidden_states"], out)

        return hook

    handles = [unet.get_submodule(n).register_forward_hook(keep(n), with_kwargs=True) for n in names]
    try:
        yield calls
    finally:
        for handle in handles:
            handle.remove()


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def unet() -> Any:
    return make_unet()


@pytest.fixture
def other_unet() -> Any:
    """A U-Net of the same shape and other weights."""
    return make_unet(seed=9)
