"""Putting an adapter's image branch, and texts of regions, on a U-Net; and taking them off so that the U-Net is bit for
bit as before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType

import torch
from torch import Tensor

from animeadapter.adapter.attention import background_bias, gate
from animeadapter.adapter.errors import AdapterError
from animeadapter.adapter.kv import KeysValues
from animeadapter.adapter.layers import BLOCKS, Layer, UNet, attention_modules, cross_layers
from animeadapter.adapter.masks import shared
from animeadapter.adapter.processors import Branch, ImageBranchProcessor, Source, Text

_REPLACEABLE = ("AttnProcessor", "AttnProcessor2_0")
_REMEDIES = {"FusedAttnProcessor2_0": "call unet.unfuse_qkv_projections()"}


@dataclass(frozen=True)
class ReferenceInput:
    """One reference, ready for all layers. Batch 1 serves every take; batch B one take each."""

    pairs: KeysValues
    mask: Tensor | None = None
    """Tokens (B or 1, N) that carry the appearance, 0 … 1; None: all. All 0 adds exactly nothing."""
    scale: float = 1.0
    block_scales: Mapping[str, float] = field(default_factory=dict)
    """Factors by block (down, mid, up) or by a layer's name, which goes before its block's."""
    regions: tuple[Tensor, ...] = ()
    """Where in the picture it speaks, (H, W) each, 0 … 1 and more where a region weighs more; none: everywhere.

    References that hold the same tensor speak in it together; different ones share where they overlap.
    """
    unconditional: KeysValues | None = None
    """What the unconditional half reads instead; AnimeAdapter skips that half."""


@dataclass(frozen=True)
class RegionText:
    """A text that is read inside a region instead of the pipeline's own."""

    states: Tensor
    """(1, M, d), as the text encoder gives them."""
    region: Tensor
    """(H, W) over the picture, 0 … 1 and more where a region weighs more."""
    global_share: float = 0.0
    """How much of the pipeline's text remains inside, 0 … 1."""


class AttachedAdapter:
    """An adapter's image branch on one U-Net: `set_references`, draw, `clear`, and `detach` when done.

    With `texts` all cross-attention layers take texts of regions too (`set_texts`), also those that the adapter does
    not feed; `layers` may then be empty. As a context manager it detaches at the end, whatever happened.
    """

    def __init__(self, unet: UNet, layers: Sequence[Layer] = (), *, texts: bool = False) -> None:
        self.unet, self.layers = unet, tuple(layers)
        self._texts = texts
        reading = (*self.layers, *(cross_layers(unet) if texts else ()))
        self.branches = {layer.name: Branch() for layer in reading}
        self._reading = {layer.name: layer for layer in reversed(reading)}
        self._before = dict(unet.attn_processors)
        self._ours: dict[str, object] = {}
        self._attach()

    def _attach(self) -> None:
        modules = attention_modules(self.unet)
        for layer in self._reading.values():
            if layer.name not in modules:
                raise AdapterError(f"the adapter feeds {layer.name}, which this U-Net does not have")
            module = modules[layer.name]
            width = module.to_k.weight.shape[0]
            if width != layer.channels:
                raise AdapterError(f"{layer.name} is {width} wide in this U-Net, {layer.channels} in the adapter")
            kind = type(module.processor).__name__
            if kind not in _REPLACEABLE:
                remedy = _REMEDIES.get(kind, "detach it, or call unet.set_default_attn_processor()")
                raise AdapterError(f"{layer.name} already has the attention processor {kind}; {remedy}")
        self._ours = {name: ImageBranchProcessor(branch) for name, branch in self.branches.items()}
        for name, processor in self._ours.items():
            modules[name].processor = processor

    # -- what is drawn from ------------------------------------------------------------------------------------------

    def set_references(
        self,
        references: Sequence[ReferenceInput],
        *,
        guided: bool,
        beta: float = 1.0,
        latent_size: tuple[int, int] | None = None,
    ) -> None:
        """Let the next calls draw from these references (none: as without an adapter).

        `guided`: the pipeline runs with guidance > 1, so the first half of each batch is unconditional and skipped.
        `beta` spans eq. 5 (0) and eq. 6 (1). Regions need `latent_size`, (height, width). A reference that is silent in
        a layer, by its scales or its mask, takes no share of a region there. Raises `AdapterError`.
        """
        for reference in references:
            self._check(reference, latent_size)
        heard = [reference for reference in references if reference.mask is None or bool(reference.mask.any())]
        fair: _Fair = {}
        for layer in self.layers:
            speaking = _speaking(heard, layer, fair)
            branch = self.branches[layer.name]
            branch.guided, branch.training, branch.latent_size = guided, False, latent_size
            branch.sources = [_source(r, layer, scale, beta, region) for r, scale, region in speaking]
            branch.unconditional = [
                Source(r.unconditional.keys[layer.name], r.unconditional.values[layer.name] * scale, region=region)
                for r, scale, region in speaking
                if r.unconditional is not None
            ]

    def set_texts(self, texts: Sequence[RegionText], *, guided: bool, latent_size: tuple[int, int]) -> None:
        """Let the conditional half of the next calls read these texts in their regions (none: the global one alone).

        Overlaps are shared by weight; where no region lies, the pipeline's own text is read. Raises `AdapterError`.
        """
        if texts and not self._texts:
            raise AdapterError("texts of regions were given to an adapter that was attached without them")
        regions = shared([text.region for text in texts])
        ready = [Text(t.states, region * (1 - t.global_share)) for t, region in zip(texts, regions, strict=True)]
        for branch in self.branches.values():
            branch.texts, branch.guided, branch.latent_size = list(ready), guided, latent_size

    def set_training(self, pairs: KeysValues, mask: Tensor | None) -> None:
        """Let the next call draw from one reference per sample, eq. 5: pairs of batch B, mask (B, N)."""
        for layer in self.layers:
            branch = self.branches[layer.name]
            branch.guided, branch.training, branch.texts, branch.unconditional = False, True, [], []
            branch.sources = [Source(pairs.keys[layer.name], pairs.values[layer.name], mask)]

    def clear(self) -> None:
        """Draw as if no adapter were attached."""
        for branch in self.branches.values():
            branch.texts, branch.sources, branch.unconditional = [], [], []

    def _check(self, reference: ReferenceInput, latent_size: tuple[int, int] | None) -> None:
        missing = [layer.name for layer in self.layers if layer.name not in reference.pairs.keys]
        if missing:
            raise AdapterError(f"the reference has no keys for {missing[0]}: it was encoded for another adapter")
        if reference.mask is not None and reference.mask.shape[-1] != reference.pairs.tokens:
            raise AdapterError(
                f"the mask has {reference.mask.shape[-1]} tokens, the reference {reference.pairs.tokens}"
            )
        known = {*BLOCKS, *(layer.name for layer in self.layers)}
        unknown = [name for name in reference.block_scales if name not in known]
        if unknown:
            raise AdapterError(
                f"block_scales: there is no block or layer “{unknown[0]}”; blocks are {', '.join(BLOCKS)}"
            )
        if reference.regions and latent_size is None:
            raise AdapterError("a region was given without the latents' size")

    # -- the U-Net's state -------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise `AdapterError` if something took the image branch off since it was attached.

        Attention slicing, fused projections and xformers replace processors without a word.
        """
        now = self.unet.attn_processors
        for name, processor in self._ours.items():
            if now[f"{name}.processor"] is not processor:
                kind = type(now[f"{name}.processor"]).__name__
                raise AdapterError(
                    f"{name} lost the adapter's image branch to {kind}; switch attention slicing, xformers and"
                    " fused projections off while references are used"
                )

    def detach(self) -> None:
        """Put back the processors that were there before; doing it twice changes nothing."""
        if not self._ours:
            return
        modules = attention_modules(self.unet)
        for name in self._ours:
            modules[name].processor = self._before[f"{name}.processor"]
        self._ours = {}
        self.clear()

    def __enter__(self) -> AttachedAdapter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()


def _scale(reference: ReferenceInput, layer: Layer) -> float:
    scales = reference.block_scales
    return reference.scale * scales.get(layer.name, scales.get(layer.block, 1.0))


_Fair = dict[tuple[int, ...], list[Tensor | None]]
"""Who speaks in a layer (places among the references) → where each of them does; most layers have the same."""


def _speaking(
    references: Sequence[ReferenceInput], layer: Layer, fair: _Fair
) -> list[tuple[ReferenceInput, float, Tensor | None]]:
    """Return who speaks in a layer, how loudly, and where; None is everywhere."""
    scales = {k: scale for k, reference in enumerate(references) if (scale := _scale(reference, layer)) != 0}
    places = tuple(scales)
    if places not in fair:
        fair[places] = _fair_regions([references[k] for k in places])
    return list(zip([references[k] for k in places], scales.values(), fair[places], strict=True))


def _source(reference: ReferenceInput, layer: Layer, scale: float, beta: float, region: Tensor | None) -> Source:
    """Return a reference's share in a layer, everything that does not depend on the query folded into its values."""
    key, value = reference.pairs.keys[layer.name], reference.pairs.values[layer.name]
    if reference.mask is None:
        return Source(key, value * scale if scale != 1 else value, region=region)
    mask = reference.mask.to(value.device)
    return Source(key, gate(value, mask, scale), bias=background_bias(mask, beta), region=region)


def _fair_regions(references: Sequence[ReferenceInput]) -> list[Tensor | None]:
    """Return where each reference speaks, None everywhere; different regions nowhere sum to more than 1."""
    distinct = {id(region): region for reference in references for region in reference.regions}
    fair = dict(zip(distinct, shared(list(distinct.values())), strict=True))
    return [
        torch.stack([fair[id(region)] for region in reference.regions]).sum(0) if reference.regions else None
        for reference in references
    ]
