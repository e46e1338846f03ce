"""What steers a picture besides its prompt, attached to the pack's U-Net for one run and then taken off."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.adapter import AttachedAdapter, ReferenceInput, RegionText, coverage, token_mask
from animeadapter.control.openpose_picture import draw_pose
from animeadapter.control.t2i import AttachedT2I
from animeadapter.generate.batch import encode_text
from animeadapter.generate.errors import StudioError
from animeadapter.generate.frame import Frame
from animeadapter.generate.kit import Kit
from animeadapter.generate.loras import with_loras
from animeadapter.generate.references import PreparedReference, prepare
from animeadapter.generate.regions import Place, places
from animeadapter.generate.resolve import spoken
from animeadapter.packs.load import Pack
from animeadapter.protocol.request import Figure, GenerateRequest

Tell = Callable[[str], None]
LATENT_SHRINK = 8
"""Pixels per latent."""


@contextlib.contextmanager
def conditioned(
    kit: Kit,
    request: GenerateRequest,
    blobs: Mapping[str, bytes],
    tell: Tell,
    frame: Frame,
    within: NDArray[np.float32] | None = None,
) -> Iterator[None]:
    """Attach what a resolved request asks for while the body runs; however it ends, the U-Net is as before.

    `frame` is what is drawn; `within`, (height, width) of it, is where references may speak at all. `tell` takes what
    a person should know. Raises `EngineError` subclasses that name the field.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_single_precision_output(kit.pack.part("unet")))
        stack.enter_context(with_loras(kit.pack, request.loras, blobs))
        if request.poses:
            stack.enter_context(_posed(kit.pack, request, frame))
        if request.references or any(region.prompt for region in request.regions):
            found = places(request, blobs, frame, tell)
            stack.enter_context(_attached(kit, request, blobs, tell, frame, _Areas(kit.pack, found, within)))
        yield


@contextlib.contextmanager
def _posed(pack: Pack, request: GenerateRequest, frame: Frame) -> Iterator[None]:
    """Let the T2I-Adapter steer towards the request's skeletons."""
    controller = request.controller
    with AttachedT2I(pack.part("unet")) as attached:
        attached.set_features(
            pose_features(pack, request.poses, frame),
            weight=controller.weight,
            start=controller.start,
            end=controller.end,
            train_timesteps=int(pack.scheduler_config().get("num_train_timesteps", 1000)),
        )
        yield


@torch.no_grad()
def pose_features(pack: Pack, poses: tuple[Figure, ...], frame: Frame) -> list[Tensor]:
    """Return the T2I-Adapter's features, (1, C, h, w) each, of the control picture with all figures."""
    size = frame.size
    picture = draw_pose([frame.pose(figure.pose) for figure in poses], (size.width, size.height))
    batch = torch.from_numpy(picture).permute(2, 0, 1)[None].to(pack.device, pack.dtype) / 255
    with torch.autocast(pack.device.type, enabled=False):
        features: list[Tensor] = pack.part("t2i_adapter")(batch)
    return features


class _Areas:
    """The places of a request as tensors on the pack's device, each made once: who holds the same speaks together."""

    def __init__(self, pack: Pack, found: list[Place], within: NDArray[np.float32] | None) -> None:
        self.places = found
        self._within = None if within is None else torch.from_numpy(within).to(pack.device)
        self.tensors = [self._inside(torch.from_numpy(place.area).to(pack.device)) for place in found]

    def of(self, reference: int) -> tuple[Tensor, ...]:
        """Return where a reference speaks; nothing is everywhere."""
        own = [t for place, t in zip(self.places, self.tensors, strict=True) if reference in place.references]
        everywhere = () if self._within is None else (self._within,)
        return tuple(own) or everywhere

    def _inside(self, area: Tensor) -> Tensor:
        return area if self._within is None else area * self._within


@contextlib.contextmanager
def _attached(
    kit: Kit, request: GenerateRequest, blobs: Mapping[str, bytes], tell: Tell, frame: Frame, areas: _Areas
) -> Iterator[None]:
    """Let the adapter draw from the request's references, and regions read their own prompts."""
    texts = _texts(kit.pack, request, areas)
    with torch.autocast(kit.pack.device.type, enabled=False):
        inputs = [_input(kit, index, request, blobs, tell, areas) for index in range(len(request.references))]
    speaking = [ready for ready in inputs if ready is not None]
    layers = kit.adapter.config.layers if speaking else ()
    with AttachedAdapter(kit.pack.part("unet"), layers, texts=bool(texts)) as attached:
        guided = float(request.sampler.guidance or 0) > 1
        latent_size = (frame.size.height // LATENT_SHRINK, frame.size.width // LATENT_SHRINK)
        attached.set_references(speaking, guided=guided, beta=request.adapter.beta, latent_size=latent_size)
        attached.set_texts(texts, guided=guided, latent_size=latent_size)
        attached.check()
        yield


def _texts(pack: Pack, request: GenerateRequest, areas: _Areas) -> list[RegionText]:
    """Return the prompts of regions, encoded as the pipeline encodes the request's own."""
    return [
        RegionText(encode_text(pack, spoken(place.prompt, pack.manifest)), tensor, place.global_share)
        for place, tensor in zip(areas.places, areas.tensors, strict=True)
        if place.prompt
    ]


def _input(
    kit: Kit, index: int, request: GenerateRequest, blobs: Mapping[str, bytes], tell: Tell, areas: _Areas
) -> ReferenceInput | None:
    """Return a reference as the adapter takes it; None if it says nothing."""
    reference, field = request.references[index], f"references[{index}]"
    ready = prepare(reference, blobs, field, kit.side, lambda: kit.eyes, tell)
    scale = ready.scale * request.adapter.scale
    block_scales = _layer_scales(kit, ready.block_scales, field)
    if scale == 0 or not ready.mask.any():
        return None
    return ReferenceInput(
        pairs=kit.encode(ready.picture, reference.picture.sha256),
        mask=token_weights(ready, kit.adapter.config.grid).to(kit.pack.device),
        scale=scale,
        block_scales=block_scales,
        regions=areas.of(index),
    )


def token_weights(ready: PreparedReference, grid: int) -> Tensor:
    """Return how strongly each token counts, (1, grid²): 0 or 1 for a plain mask, in between for a painted one.

    A token is chosen by how much of its patch the mask covers, as in training, and weighs as much as the mask there.
    """
    support = torch.from_numpy(ready.support)[None]
    chosen = token_mask(support, grid)
    covered = coverage(support, grid).flatten(-2)
    strength = coverage(torch.from_numpy(ready.mask)[None], grid).flatten(-2) / covered.clamp_min(1e-6)
    return torch.where(chosen > 0, strength, 0.0)


def _layer_scales(kit: Kit, scales: Mapping[str, float], field: str) -> dict[str, float]:
    """Return layer name → factor of a request's scales by block; the more exactly a block is named, the more it
    counts."""
    layers = [layer.name for layer in kit.adapter.config.layers]
    found: dict[str, float] = {}
    for block in sorted(scales, key=len):
        inside = [name for name in layers if name == block or name.startswith((f"{block}.", f"{block}_block"))]
        if not inside:
            raise StudioError(f"{field}.block_scales: the pack's adapter feeds no block {block}")
        found |= dict.fromkeys(inside, scales[block])
    return found


@contextlib.contextmanager
def _single_precision_output(unet: torch.nn.Module) -> Iterator[None]:
    """Let guidance and scheduler compute in float32 whatever the U-Net computes in.

    Guidance multiplies the difference of two predictions: in bfloat16 that magnifies rounding.
    """

    def widen(_module: torch.nn.Module, _inputs: Any, outputs: Any) -> Any:
        return tuple(output.float() for output in outputs) if isinstance(outputs, tuple) else outputs

    handle = unet.register_forward_hook(widen)
    try:
        yield
    finally:
        handle.remove()
