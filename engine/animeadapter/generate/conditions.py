"""What steers a picture besides its prompt, attached to the pack's U-Net for one view of it and then taken off."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from animeadapter.generate.lining import Drawn, lined
from animeadapter.generate.loras import with_loras
from animeadapter.generate.references import PreparedReference, prepare
from animeadapter.generate.regions import Place
from animeadapter.generate.resolve import spoken
from animeadapter.packs.load import Pack
from animeadapter.protocol.request import Figure, GenerateRequest

Tell = Callable[[str], None]
LATENT_SHRINK = 8
"""Pixels per latent."""


@dataclass(frozen=True)
class View:
    """What is drawn at once, and who speaks in it."""

    frame: Frame
    speaking: tuple[int, ...]
    """References, by their index in the request."""
    places: list[Place] = field(default_factory=list)
    """Where single references speak and texts are read; a reference that is in none speaks everywhere."""
    within: NDArray[np.float32] | None = None
    """(height, width) of the frame: where references may speak at all."""


@contextlib.contextmanager
def equipped(pack: Pack, request: GenerateRequest, blobs: Mapping[str, bytes]) -> Iterator[None]:
    """Make a pack's U-Net ready for everything that a resolved request draws; afterwards it is as before.

    Raises `StudioError`, which names the field.
    """
    with _single_precision_output(pack.part("unet")), with_loras(pack, request.loras, blobs):
        yield


def open_references(
    kit: Kit, request: GenerateRequest, blobs: Mapping[str, bytes], tell: Tell
) -> list[PreparedReference]:
    """Return a request's references made ready; `tell` takes what a person should know.

    Raises `EngineError` subclasses that name the field.
    """
    return [
        prepare(reference, blobs, f"references[{index}]", kit.side, lambda: kit.eyes, tell)
        for index, reference in enumerate(request.references)
    ]


@contextlib.contextmanager
def steered(
    kit: Kit, request: GenerateRequest, ready: Sequence[PreparedReference], view: View, drawn: Drawn | None = None
) -> Iterator[None]:
    """Attach what steers a view while the body runs; however it ends, the U-Net is as before.

    `ready` are all references of the resolved request, `drawn` are its lines. Raises `EngineError` subclasses that name
    the field.
    """
    with contextlib.ExitStack() as stack:
        if request.poses:
            stack.enter_context(_posed(kit.pack, request, view.frame))
        if drawn is not None:
            stack.enter_context(lined(kit.pack, drawn, view.frame))
        if view.speaking or any(place.prompt for place in view.places):
            stack.enter_context(_attached(kit, request, ready, view))
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
            train_timesteps=pack.train_timesteps,
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
    """The places of a view as tensors on the pack's device, each made once: who holds the same speaks together."""

    def __init__(self, pack: Pack, view: View) -> None:
        self.places = view.places
        self._within = None if view.within is None else torch.from_numpy(view.within).to(pack.device)
        self.tensors = [self._inside(torch.from_numpy(place.area).to(pack.device)) for place in view.places]

    def of(self, reference: int) -> tuple[Tensor, ...]:
        """Return where a reference speaks; nothing is everywhere."""
        own = [t for place, t in zip(self.places, self.tensors, strict=True) if reference in place.references]
        everywhere = () if self._within is None else (self._within,)
        return tuple(own) or everywhere

    def _inside(self, area: Tensor) -> Tensor:
        return area if self._within is None else area * self._within


@contextlib.contextmanager
def _attached(kit: Kit, request: GenerateRequest, ready: Sequence[PreparedReference], view: View) -> Iterator[None]:
    """Let the adapter draw from the view's references, and places read their own prompts."""
    areas = _Areas(kit.pack, view)
    texts = _texts(kit.pack, areas)
    with torch.autocast(kit.pack.device.type, enabled=False):
        inputs = [_input(kit, index, request, ready[index], areas) for index in view.speaking]
    speaking = [given for given in inputs if given is not None]
    layers = kit.adapter.config.layers if speaking else ()
    with AttachedAdapter(kit.pack.part("unet"), layers, texts=bool(texts)) as attached:
        guided = float(request.sampler.guidance or 0) > 1
        latent_size = (view.frame.size.height // LATENT_SHRINK, view.frame.size.width // LATENT_SHRINK)
        attached.set_references(speaking, guided=guided, beta=request.adapter.beta, latent_size=latent_size)
        attached.set_texts(texts, guided=guided, latent_size=latent_size)
        attached.check()
        yield


def _texts(pack: Pack, areas: _Areas) -> list[RegionText]:
    """Return the prompts of places, encoded as the pipeline encodes the request's own."""
    return [
        RegionText(encode_text(pack, spoken(place.prompt, pack.manifest)), tensor, place.global_share)
        for place, tensor in zip(areas.places, areas.tensors, strict=True)
        if place.prompt
    ]


def _input(
    kit: Kit, index: int, request: GenerateRequest, ready: PreparedReference, areas: _Areas
) -> ReferenceInput | None:
    """Return a reference as the adapter takes it; None if it says nothing."""
    scale = ready.scale * request.adapter.scale * kit.pack.manifest.calibration.reference_scale
    block_scales = _layer_scales(kit, ready.block_scales, f"references[{index}]")
    if scale == 0 or not ready.mask.any():
        return None
    return ReferenceInput(
        pairs=kit.encode(ready.picture, request.references[index].picture.sha256),
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


def _layer_scales(kit: Kit, scales: Mapping[str, float], path: str) -> dict[str, float]:
    """Return layer name → factor of a request's scales by block; the more exactly a block is named, the more it
    counts."""
    layers = [layer.name for layer in kit.adapter.config.layers]
    found: dict[str, float] = {}
    for block in sorted(scales, key=len):
        inside = [name for name in layers if name == block or name.startswith((f"{block}.", f"{block}_block"))]
        if not inside:
            raise StudioError(f"{path}.block_scales: the pack's adapter feeds no block {block}")
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
