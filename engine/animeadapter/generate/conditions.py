"""What steers a picture besides its prompt, attached to the pack's U-Net for one run and then taken off."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from animeadapter.adapter import AttachedAdapter, ReferenceInput, coverage, token_mask
from animeadapter.control.openpose_picture import draw_pose
from animeadapter.control.t2i import AttachedT2I
from animeadapter.generate.errors import StudioError
from animeadapter.generate.kit import Kit
from animeadapter.generate.loras import with_loras
from animeadapter.generate.references import PreparedReference, prepare
from animeadapter.generate.regions import reference_regions
from animeadapter.packs.load import Pack
from animeadapter.protocol.request import Figure, GenerateRequest

Tell = Callable[[str], None]
LATENT_SHRINK = 8
"""Pixels per latent."""


@contextlib.contextmanager
def conditioned(kit: Kit, request: GenerateRequest, blobs: Mapping[str, bytes], tell: Tell) -> Iterator[None]:
    """Attach what a resolved request asks for while the body runs; however it ends, the U-Net is as before.

    `tell` takes what a person should know. Raises `EngineError` subclasses that name the field.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_single_precision_output(kit.pack.part("unet")))
        stack.enter_context(with_loras(kit.pack, request.loras, blobs))
        with torch.autocast(kit.pack.device.type, enabled=False):
            if request.poses:
                stack.enter_context(_posed(kit.pack, request))
            if request.references:
                stack.enter_context(_referenced(kit, request, blobs, tell))
        yield


def refuse_undrawable(request: GenerateRequest) -> None:
    """Raise `StudioError` for what requests can say and this studio cannot draw."""
    if request.edit is not None:
        raise StudioError("edit: this version draws whole pictures; leave it out")
    for index, region in enumerate(request.regions):
        if region.prompt:
            raise StudioError(f"regions[{index}].prompt: this version has one prompt for the whole picture")


@contextlib.contextmanager
def _posed(pack: Pack, request: GenerateRequest) -> Iterator[None]:
    """Let the T2I-Adapter steer towards the request's skeletons."""
    controller = request.controller
    with AttachedT2I(pack.part("unet")) as attached:
        attached.set_features(
            pose_features(pack, request.poses, request),
            weight=controller.weight,
            start=controller.start,
            end=controller.end,
            train_timesteps=int(pack.scheduler_config().get("num_train_timesteps", 1000)),
        )
        yield


@torch.no_grad()
def pose_features(pack: Pack, poses: tuple[Figure, ...], request: GenerateRequest) -> list[Tensor]:
    """Return the T2I-Adapter's features, (1, C, h, w) each, of the control picture with all figures."""
    assert request.size is not None
    picture = draw_pose([figure.pose for figure in poses], (request.size.width, request.size.height))
    batch = torch.from_numpy(picture).permute(2, 0, 1)[None].to(pack.device, pack.dtype) / 255
    features: list[Tensor] = pack.part("t2i_adapter")(batch)
    return features


@contextlib.contextmanager
def _referenced(kit: Kit, request: GenerateRequest, blobs: Mapping[str, bytes], tell: Tell) -> Iterator[None]:
    """Let the adapter draw from the request's references."""
    assert request.size is not None
    size = request.size
    areas = reference_regions(request, blobs)
    inputs = []
    for index, reference in enumerate(request.references):
        ready = prepare(reference, blobs, f"references[{index}]", kit.side, lambda: kit.segmenter, tell)
        region = torch.from_numpy(areas[index]).to(kit.pack.device) if index in areas else None
        inputs.append(_input(kit, ready, f"references[{index}]", reference.picture.sha256, request, region))
    with AttachedAdapter(kit.pack.part("unet"), kit.adapter.config.layers) as attached:
        attached.set_references(
            inputs,
            guided=float(request.sampler.guidance or 0) > 1,
            beta=request.adapter.beta,
            latent_size=(size.height // LATENT_SHRINK, size.width // LATENT_SHRINK),
        )
        attached.check()
        yield


def _input(
    kit: Kit, ready: PreparedReference, field: str, key: str, request: GenerateRequest, region: Tensor | None
) -> ReferenceInput:
    """Return a prepared reference as the adapter takes it."""
    return ReferenceInput(
        pairs=kit.encode(ready.picture, key),
        mask=token_weights(ready, kit.adapter.config.grid).to(kit.pack.device),
        scale=ready.scale * request.adapter.scale,
        block_scales=_layer_scales(kit, ready.block_scales, field),
        region=region,
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
