"""References made ready: opened, masked, cut down to the wanted parts, padded to the image encoder's
square."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from animeadapter.generate.errors import StudioError
from animeadapter.protocol.parts import label
from animeadapter.protocol.request import Blobs, PartMask, Reference
from animeadapter.vision.eyes import Eyes
from animeadapter.vision.pictures import Opened, Pixels, open_mask, open_picture, to_square

Strength = NDArray[np.float32]
FAINTEST = 0.02
"""Strength up to which a mask counts as empty."""
SMALLEST_SHARE = 0.005
"""Of the picture: a character smaller than that was not found."""


@dataclass(frozen=True)
class PreparedReference:
    """What the adapter needs of one reference."""

    picture: Pixels
    """uint8 (side, side, 3) RGB, padded with white."""
    mask: Strength
    """(side, side): 0 where the picture is background or padding, else how strongly a pixel counts."""
    support: Strength
    """(side, side): how much of a pixel counts at all, 0 … 1, however strongly."""
    scale: float
    block_scales: dict[str, float]


def prepare(
    reference: Reference,
    blobs: Blobs,
    field: str,
    side: int,
    eyes: Callable[[], Eyes],
    tell: Callable[[str], None],
) -> PreparedReference:
    """Return a reference made ready; `field` is its path in the request, `tell` takes what a person should
    know.

    Raises `PictureError` or `StudioError`, whose message names the field.
    """
    opened = open_picture(blobs[reference.picture.sha256], f"{field}.picture")
    mask: Strength = _foreground(reference, opened, blobs, field, eyes, tell)
    if mask.any() and reference.parts:
        mask = mask * _parts(reference.parts, opened, blobs, field, eyes)
        _tell_missing_parts(reference.parts, mask, field, tell)
    picture, _ = to_square(opened.pixels, side)
    strength, _ = to_square(mask, side, fill=0)
    support, _ = to_square((mask > FAINTEST).astype(np.float32), side, fill=0)
    return PreparedReference(picture, strength, support, reference.scale, dict(reference.block_scales))


def _foreground(
    reference: Reference,
    opened: Opened,
    blobs: Blobs,
    field: str,
    eyes: Callable[[], Eyes],
    tell: Callable[[str], None],
) -> Strength:
    """Return where the character is, float32 (height, width) in 0 … 1."""
    if reference.mask is not None:
        mask = open_mask(blobs[reference.mask.sha256], f"{field}.mask", opened.size)
        if not mask.any():
            tell(f"{field}.mask: is empty, so the reference adds nothing; paint white where the character is")
    elif opened.alpha is not None:
        mask = opened.alpha
        if not mask.any():
            tell(f"{field}.picture: is wholly transparent, so the reference adds nothing")
    else:
        look = eyes().look(opened.pixels)
        mask = look.foreground
        if len(look.people) > 1:
            tell(f"{field}: shows {len(look.people)} people, and they are mixed; mask the one who is meant")
        if (mask > 0).mean() < SMALLEST_SHARE:
            tell(f"{field}: no character was found in the picture, so all of it is taken; a mask would help")
            mask = np.full_like(mask, 255)
    return (mask / 255).astype(np.float32)


def _tell_missing_parts(parts: tuple[PartMask, ...], mask: Strength, field: str, tell: Callable[[str], None]) -> None:
    """Say that no wanted part is there; raise `StudioError` if one was looked for in the picture and not found."""
    if mask.any() or not any(part.scale for part in parts):
        return
    wanted = ", ".join(part.part for part in parts)
    if any(part.mask is None and part.scale for part in parts):
        raise StudioError(f"{field}.parts: there is no {wanted} in the picture")
    tell(f"{field}.parts: the masks of {wanted} are empty on the character, so the reference adds nothing")


def _parts(parts: tuple[PartMask, ...], opened: Opened, blobs: Blobs, field: str, eyes: Callable[[], Eyes]) -> Strength:
    """Return the wanted parts, each as strong as the request says, float32 (height, width)."""
    strength = np.zeros(opened.pixels.shape[:2], np.float32)
    labels: Pixels | None = None
    for index, part in enumerate(parts):
        if part.mask is not None:
            mask = open_mask(blobs[part.mask.sha256], f"{field}.parts[{index}].mask", opened.size)
            inside = (mask / 255).astype(np.float32)
        else:
            labels = eyes().parts(opened.pixels) if labels is None else labels
            inside = (labels == label(part.part)).astype(np.float32)
        strength = np.maximum(strength, inside * part.scale)
    return strength
