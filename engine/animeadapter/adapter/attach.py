"""Putting an adapter's image branch on a U-Net, and taking it off so that the U-Net is bit for bit as before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType

from torch import Tensor

from animeadapter.adapter.attention import background_bias, gate
from animeadapter.adapter.errors import AdapterError
from animeadapter.adapter.kv import KeysValues
from animeadapter.adapter.layers import BLOCKS, Layer, UNet, attention_modules
from animeadapter.adapter.masks import shared
from animeadapter.adapter.processors import Branch, ImageBranchProcessor, Source

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
    region: Tensor | None = None
    """Where in the picture it speaks, (H, W), 0 … 1."""
    unconditional: KeysValues | None = None
    """What the unconditional half reads instead; AnimeAdapter skips that half."""


class AttachedAdapter:
    """An adapter's image branch on one U-Net: `set_references`, draw, `clear`, and `detach` when done.

    As a context manager it detaches at the end, whatever happened.
    """

    def __init__(self, unet: UNet, layers: Sequence[Layer]) -> None:
        self.unet, self.layers = unet, tuple(layers)
        self.branches = {layer.name: Branch() for layer in self.layers}
        self._before = dict(unet.attn_processors)
        self._ours: dict[str, object] = {}
        self._attach()

    def _attach(self) -> None:
        modules = attention_modules(self.unet)
        for layer in self.layers:
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
        self._ours = {layer.name: ImageBranchProcessor(self.branches[layer.name]) for layer in self.layers}
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
        `beta` spans eq. 5 (0) and eq. 6 (1). Regions need `latent_size`, (height, width); overlaps are shared.
        Raises `AdapterError`.
        """
        references = _with_shared_regions(references)
        for reference in references:
            self._check(reference, latent_size)
        for layer in self.layers:
            branch = self.branches[layer.name]
            branch.guided, branch.training, branch.latent_size = guided, False, latent_size
            found = [(r, _scale(r, layer)) for r in references]
            branch.sources = [_source(r, layer, scale, beta) for r, scale in found if scale != 0]
            branch.unconditional = [
                Source(r.unconditional.keys[layer.name], r.unconditional.values[layer.name] * scale)
                for r, scale in found
                if scale != 0 and r.unconditional is not None
            ]

    def set_training(self, pairs: KeysValues, mask: Tensor | None) -> None:
        """Let the next call draw from one reference per sample, eq. 5: pairs of batch B, mask (B, N)."""
        for layer in self.layers:
            branch = self.branches[layer.name]
            branch.guided, branch.training, branch.unconditional = False, True, []
            branch.sources = [Source(pairs.keys[layer.name], pairs.values[layer.name], mask)]

    def clear(self) -> None:
        """Draw as if no adapter were attached."""
        for branch in self.branches.values():
            branch.sources, branch.unconditional = [], []

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
        if reference.region is not None and latent_size is None:
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


def _source(reference: ReferenceInput, layer: Layer, scale: float, beta: float) -> Source:
    """Return a reference's share in a layer, everything that does not depend on the query folded into its values."""
    key, value = reference.pairs.keys[layer.name], reference.pairs.values[layer.name]
    if reference.mask is None:
        return Source(key, value * scale if scale != 1 else value, region=reference.region)
    mask = reference.mask.to(value.device)
    return Source(key, gate(value, mask, scale), bias=background_bias(mask, beta), region=reference.region)


def _with_shared_regions(references: Sequence[ReferenceInput]) -> list[ReferenceInput]:
    """Return the references with regions that nowhere sum to more than 1."""
    placed = [r.region for r in references if r.region is not None]
    if len(placed) < 2:
        return list(references)
    if len({tuple(region.shape) for region in placed}) > 1:
        raise AdapterError("regions: all must have the picture's size")
    fair = iter(shared(placed))
    return [r if r.region is None else _in_region(r, next(fair)) for r in references]


def _in_region(reference: ReferenceInput, region: Tensor) -> ReferenceInput:
    return replace(reference, region=region)
