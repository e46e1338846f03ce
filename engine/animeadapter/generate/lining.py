"""Lines that a picture follows: opened, found in each view of it, and handed to the pack's controller."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import torch
from diffusers import T2IAdapter
from torch import Tensor

from animeadapter.control.controlnet import AttachedControlNet
from animeadapter.control.t2i import AttachedT2I
from animeadapter.generate.errors import StudioError
from animeadapter.generate.frame import Frame
from animeadapter.generate.regions import check_proportions
from animeadapter.packs.load import Pack
from animeadapter.protocol.choices import LineKind
from animeadapter.protocol.line_picture import Area, Pixels, as_scribble, strokes_of
from animeadapter.protocol.request import GenerateRequest, Lines
from animeadapter.vision.pictures import open_picture

FIELD = "lines.picture"
MOST_STRETCHED = 1.06
"""Sides that are drawn are multiples of 8, and a drawing is anybody's: a little stretching is not seen in it."""


@dataclass(frozen=True)
class Drawn:
    """What a request says of its lines, and the drawing, uint8 (height, width, 3) RGB over white."""

    lines: Lines
    drawing: Pixels
    found: dict[tuple[int, int], Area] = field(default_factory=dict)
    """The strokes of the whole drawing by the size (width, height) that they were found at."""

    def area(self, frame: Frame) -> Area:
        """Return the lines, bright on black, (height, width) in 0 … 1, as a frame shows them."""
        shown = np.clip(frame.area(self.strokes(frame)), 0, 1)
        return as_scribble(shown) if self.lines.kind == "scribble" else shown

    def strokes(self, frame: Frame) -> Area:
        """Return the strokes of the whole drawing at about the scale in which a frame shows a part of it."""
        size = (frame.layout.width, frame.layout.height)
        if size not in self.found:
            self.found[size] = strokes_of(self.drawing, size)
        return self.found[size]


def check_lines(request: GenerateRequest, pack: Pack) -> None:
    """Raise `StudioError` if a request has lines that its pack has no controller for."""
    lines = _followed(request)
    if lines is None or pack.has(lines.kind):
        return
    others = [kind for kind in get_args(LineKind) if pack.has(kind)]
    way = f"{others[0]} is what it can follow" if others else "draw without lines, or choose a pack that has one"
    raise StudioError(f"lines.kind: the pack {pack.manifest.name} has no controller for {lines.kind}; {way}")


def _followed(request: GenerateRequest) -> Lines | None:
    """Return a request's lines if they count."""
    return request.lines if request.lines is not None and request.lines.weight else None


def open_lines(
    request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame, tell: Callable[[str], None]
) -> Drawn | None:
    """Return a request's drawing; None if it has none, or nothing is drawn in it, which `tell` is told.

    `frame` lies in the picture that the drawing belongs to. Raises `PictureError` or `StudioError`, which name the
    field.
    """
    lines = _followed(request)
    if lines is None:
        return None
    opened = open_picture(blobs[lines.picture.sha256], FIELD)
    check_proportions(opened.size, frame.picture, FIELD, MOST_STRETCHED)
    drawn = Drawn(lines, opened.pixels)
    if not drawn.strokes(frame).any():
        tell(f"{FIELD}: no lines were found in it, and so none are followed; draw dark strokes on a lighter ground")
        return None
    if not drawn.area(frame).any():
        tell(f"{FIELD}: has no lines where the picture is drawn anew, and so none are followed there")
    return drawn


@contextlib.contextmanager
def lined(pack: Pack, drawn: Drawn, frame: Frame) -> Iterator[None]:
    """Let the pack's controller steer towards the lines that a frame shows, if any, while the body runs."""
    area = drawn.area(frame)
    if not area.any():
        yield
        return
    lines, net, unet = drawn.lines, pack.part(drawn.lines.kind), pack.part("unet")
    how: Mapping[str, Any] = {
        "weight": lines.weight, "start": lines.start, "end": lines.end, "train_timesteps": pack.train_timesteps,
    }  # fmt: skip
    picture = torch.from_numpy(area)[None, None].to(pack.device, pack.dtype)
    with contextlib.ExitStack() as stack:
        if isinstance(net, T2IAdapter):
            stack.enter_context(AttachedT2I(unet, lines.kind)).set_features(line_features(net, picture), **how)
        else:
            stack.enter_context(AttachedControlNet(unet, net, lines.kind)).set_picture(
                picture.repeat(1, 3, 1, 1), **how
            )
        yield


@torch.no_grad()
def line_features(net: T2IAdapter, picture: Tensor) -> list[Tensor]:
    """Return a T2I-Adapter's features, (B, C, h, w) each, of line pictures (B, 1, H, W) in 0 … 1.

    Those for sketches read one channel, others three that are alike.
    """
    with torch.autocast(picture.device.type, enabled=False):
        features: list[Tensor] = net(picture.repeat(1, int(net.config.in_channels), 1, 1))
    return features
