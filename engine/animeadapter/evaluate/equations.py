"""The method's equations against naive implementations, on a small U-Net with random weights, in fp32."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from animeadapter.adapter import AnimeAdapter, AttachedAdapter, KeysValues, ReferenceInput, RegionText
from animeadapter.adapter.attention import background_bias, gate, inference_attention, training_attention
from animeadapter.control.t2i import AttachedT2I
from animeadapter.evaluate.rows import Row, at_most, exactly

TOLERANCE = 1e-6
LATENTS = (12, 20)
"""Height and width: not square, and odd after halving twice."""


def small_unet(seed: int = 0) -> Any:
    """Return a small U-Net with random weights, three levels, text states 32 wide."""
    from diffusers import UNet2DConditionModel

    torch.manual_seed(seed)
    return UNet2DConditionModel(
        sample_size=16,
        block_out_channels=(32, 32, 64),
        layers_per_block=1,
        cross_attention_dim=32,
        attention_head_dim=2,
        norm_num_groups=8,
        down_block_types=("CrossAttnDownBlock2D",) * 3,
        up_block_types=("CrossAttnUpBlock2D",) * 3,
    ).eval()


def naive_training(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Eq. 5 by leaving the masked keys out, sample by sample."""
    found = []
    for q, k, v, m in zip(query, key, value, mask > 0, strict=True):
        scores = q @ k[:, m].transpose(-1, -2) / math.sqrt(q.shape[-1])
        found.append(scores.softmax(-1) @ v[:, m])
    return torch.stack(found)


def naive_inference(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Eq. 6 as written: softmax, multiply by the mask, do not renormalise."""
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    return (scores.softmax(-1) * mask[:, None, None]) @ value


def _largest(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().max())


def attention_rows() -> list[Row]:
    """Eq. 5 and 6, β between them, and masks that choose nothing."""
    torch.manual_seed(1)
    query, key, value = (torch.randn(3, 4, n, 8) for n in (40, 64, 64))
    mask = (torch.rand(3, 64) > 0.6).float()
    joined = value.transpose(1, 2).reshape(3, 64, 32)
    gated = gate(joined, mask).view(3, 64, 4, 8).transpose(1, 2)
    empty = torch.zeros(3, 64)
    nothing = gate(joined, empty).view(3, 64, 4, 8).transpose(1, 2)
    five, six = naive_training(query, key, value, mask), naive_inference(query, key, value, mask)
    share = naive_inference(query, key, torch.ones_like(value), mask)
    return [
        at_most(
            "eq. 5, bias of −∞, against leaving keys out",
            _largest(training_attention(query, key, value, mask), five),
            TOLERANCE,
        ),
        at_most(
            "eq. 6, gated values, against masking after the softmax",
            _largest(inference_attention(query, key, gated), six),
            TOLERANCE,
        ),
        at_most(
            "β = 1 is eq. 6",
            _largest(inference_attention(query, key, gated, background_bias(mask, 1.0)), six),
            TOLERANCE,
        ),
        at_most(
            "β = 0 is eq. 5",
            _largest(inference_attention(query, key, gated, background_bias(mask, 0.0)), five),
            TOLERANCE,
        ),
        at_most("eq. 6 is p(q) · eq. 5", _largest(share * five, six), TOLERANCE),
        exactly(
            "eq. 5, all tokens masked: non-zero outputs",
            int(training_attention(query, key, value, empty).count_nonzero()),
            0,
        ),
        exactly(
            "eq. 6, all tokens masked: non-zero outputs",
            int(inference_attention(query, key, nothing).count_nonzero()),
            0,
        ),
        exactly(
            "β = 0, all tokens masked: non-zero outputs",
            int(inference_attention(query, key, nothing, background_bias(empty, 0.0)).count_nonzero()),
            0,
        ),
    ]


class Bench:
    """A small U-Net, an adapter on it, two references and one batch of inputs."""

    def __init__(self) -> None:
        self.unet = small_unet()
        self.adapter = AnimeAdapter.for_unet(self.unet, vision_width=24, grid=4, fused=3).eval()
        states = [[torch.randn(1, 17, 24) for _ in range(5)] for _ in range(2)]
        with torch.no_grad():
            self.pairs = [self.adapter(s) for s in states]
        self.masks = [(torch.rand(1, 16) > 0.5).float() for _ in range(2)]
        self.sample = torch.randn(2, 4, *LATENTS)
        self.text = torch.randn(2, 7, 32)

    @torch.no_grad()
    def predict(self, **more: Any) -> Tensor:
        """Return the U-Net's output, (2, 4, h, w)."""
        found: Tensor = self.unet(self.sample, 500, encoder_hidden_states=self.text, **more).sample
        return found

    def reading(self, text: Tensor) -> Bench:
        """Return the same with another text, (1, M, 32), for all samples."""
        other = copy.copy(self)
        other.text = text.expand(2, -1, -1)
        return other

    def references(self, *scales: float) -> list[ReferenceInput]:
        return [ReferenceInput(p, m, s) for p, m, s in zip(self.pairs, self.masks, scales, strict=False)]

    def with_references(self, *scales: float, guided: bool = False, beta: float = 1.0) -> Tensor:
        with AttachedAdapter(self.unet, self.adapter.config.layers) as attached:
            attached.set_references(self.references(*scales), guided=guided, beta=beta)
            return self.predict()

    def naive(self, *scales: float) -> Tensor:
        """Eq. 4 written out: every layer's attention plus the sum of eq. 6 over references, with dense matrices."""
        with _naive_processors(self.unet, self.adapter, self.pairs, self.masks, scales):
            return self.predict()


class NaiveProcessor:
    """A layer's attention with dense softmaxes and eq. 4 to 6 as written."""

    def __init__(self, sources: list[tuple[Tensor, Tensor, Tensor, float]]) -> None:
        self.sources = sources

    def __call__(
        self, attn: Any, hidden_states: Tensor, encoder_hidden_states: Tensor | None = None, **_: Any
    ) -> Tensor:
        states = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query = self._split(attn.to_q(hidden_states), attn.heads)
        key, value = self._split(attn.to_k(states), attn.heads), self._split(attn.to_v(states), attn.heads)
        found = naive_inference(query, key, value, torch.ones(len(query), key.shape[2]))
        for k, v, mask, scale in self.sources:
            shape = (len(query), -1, -1)
            k, v = self._split(k.expand(shape), attn.heads), self._split(v.expand(shape), attn.heads)
            found = found + scale * naive_inference(query, k, v, mask.expand(len(query), -1))
        joined = found.transpose(1, 2).reshape(hidden_states.shape[0], -1, found.shape[1] * found.shape[3])
        out: Tensor = attn.to_out[0](joined)
        return out

    @staticmethod
    def _split(tokens: Tensor, heads: int) -> Tensor:
        return tokens.reshape(tokens.shape[0], tokens.shape[1], heads, -1).transpose(1, 2)


@contextmanager
def _naive_processors(
    unet: Any, adapter: AnimeAdapter, pairs: list[KeysValues], masks: list[Tensor], scales: tuple[float, ...]
) -> Iterator[None]:
    before = dict(unet.attn_processors)
    names = {f"{layer.name}.processor": layer.name for layer in adapter.config.layers}
    ours = {}
    for place in before:
        name = names.get(place)
        found = zip(pairs, masks, scales, strict=False) if name else ()
        ours[place] = NaiveProcessor([(p.keys[name], p.values[name], m, s) for p, m, s in found] if name else [])
    unet.set_attn_processor(dict(ours))
    try:
        yield
    finally:
        unet.set_attn_processor(before)


def unet_rows(bench: Bench, suffix: str = "") -> list[Row]:
    """Whole U-Nets: the sum over references, guidance, attach and detach."""
    bare = bench.predict()
    one, two = bench.with_references(1.0), bench.with_references(1.0, 0.6)
    guided = bench.with_references(1.0, 0.6, guided=True)
    with AttachedAdapter(bench.unet, bench.adapter.config.layers) as attached:
        idle = bench.predict()
        attached.set_references(bench.references(0.0, 0.0), guided=False)
        silent = bench.predict()
    scale = float(bare.abs().max())
    rows = [
        at_most("one reference against the naive U-Net, relative", _largest(one, bench.naive(1.0)) / scale, TOLERANCE),
        at_most(
            "two references against the naive sum, relative", _largest(two, bench.naive(1.0, 0.6)) / scale, TOLERANCE
        ),
        exactly(
            "guidance: the unconditional half differs from the bare U-Net in values",
            _different(guided[:1], bare[:1]),
            0,
        ),
        at_most(
            "guidance: the conditional half is that of no guidance, relative",
            _largest(guided[1:], two[1:]) / scale,
            TOLERANCE,
        ),
        exactly("attached, no reference: values that differ from the bare U-Net", _different(idle, bare), 0),
        exactly("scale 0: values that differ from the bare U-Net", _different(silent, bare), 0),
        exactly("detached: values that differ from the bare U-Net", _different(bench.predict(), bare), 0),
    ]
    return [Row(name=r.name + suffix, found=r.found, expected=r.expected, ok=r.ok) for r in rows]


def _different(a: Tensor, b: Tensor) -> int:
    return int((a != b).sum())


def lora_rows(bench: Bench) -> list[Row]:
    """The same with a LoRA on the U-Net's projections, and the U-Net without it afterwards."""
    from peft import LoraConfig

    before = bench.predict()
    bench.unet.add_adapter(
        LoraConfig(r=4, target_modules=["to_q", "to_k", "to_v", "to_out.0"], init_lora_weights=False)
    )
    with_lora = bench.predict()
    rows = unet_rows(bench, ", with a LoRA")
    rows.append(
        Row(name="the LoRA changes the U-Net", found=_largest(with_lora, before), ok=_different(with_lora, before) > 0)
    )
    bench.unet.delete_adapters("default")
    rows.append(exactly("LoRA taken off: values that differ", _different(bench.predict(), before), 0))
    return rows


def region_rows(bench: Bench) -> list[Row]:
    """Regions that cover the whole picture, so that what they divide can be said without them."""
    size = (8 * LATENTS[0], 8 * LATENTS[1])
    placed = [
        ReferenceInput(pairs, mask, regions=(torch.ones(size),))
        for pairs, mask in zip(bench.pairs, bench.masks, strict=True)
    ]
    silent = ReferenceInput(bench.pairs[1], bench.masks[1], 0.0, regions=placed[1].regions)
    text = torch.randn(1, 5, 32, generator=torch.Generator().manual_seed(3))
    with AttachedAdapter(bench.unet, bench.adapter.config.layers, texts=True) as attached:
        attached.set_references(placed, guided=False, latent_size=LATENTS)
        halves = bench.predict()
        attached.set_references([placed[0], silent], guided=False, latent_size=LATENTS)
        alone = bench.predict()
        attached.clear()
        attached.set_texts([RegionText(text, torch.ones(size))], guided=True, latent_size=LATENTS)
        read = bench.predict()
    bare = bench.predict()
    under = bench.reading(text).predict()
    scale = float(bare.abs().max())
    return [
        at_most(
            "regions: two of equal weight against half of each reference, relative",
            _largest(halves, bench.naive(0.5, 0.5)) / scale,
            TOLERANCE,
        ),
        at_most("regions: a silent one takes no share, relative", _largest(alone, bench.naive(1.0)) / scale, TOLERANCE),
        at_most(
            "regions: a text against the bare U-Net under it, relative",
            _largest(read[1:], under[1:]) / scale,
            TOLERANCE,
        ),
        exactly("regions: a text, the unconditional half", _different(read[:1], bare[:1]), 0),
    ]


def t2i_rows(bench: Bench) -> list[Row]:
    """The T2I-Adapter's hook against handing its features to the U-Net by name, as the stock pipeline does."""
    torch.manual_seed(5)
    height, width = LATENTS
    sizes = [(32, height, width), (32, -(-height // 2), -(-width // 2)), (64, -(-height // 4), -(-width // 4))]
    features = [torch.randn(1, *size) * 0.3 for size in sizes]
    # A list of its own: the U-Net empties what it is given.
    asked = [f.repeat(2, 1, 1, 1) * 0.8 for f in features]
    stock = bench.predict(down_intrablock_additional_residuals=asked)
    bare = bench.predict()
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features, weight=0.8)
        hooked, again = bench.predict(), bench.predict()
        attached.set_features(features, weight=0.8, start=0.6)
        late = bench.predict()
    return [
        at_most("T2I-Adapter: hook against features given by name", _largest(hooked, stock), TOLERANCE),
        exactly("T2I-Adapter: a second call differs in values", _different(again, hooked), 0),
        exactly("T2I-Adapter: outside its span, values that differ", _different(late, bare), 0),
        exactly("T2I-Adapter: detached, values that differ", _different(bench.predict(), bare), 0),
    ]


def equations() -> list[Row]:
    """Return every equation's largest error beside what it may be."""
    bench = Bench()
    return [*attention_rows(), *unet_rows(bench), *lora_rows(bench), *region_rows(bench), *t2i_rows(bench)]
