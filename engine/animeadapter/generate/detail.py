"""Details: which parts of a finished picture are drawn once more, each alone and as large as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from animeadapter.generate.frame import Box, Frame, frame_round
from animeadapter.generate.regions import Area, head_area
from animeadapter.generate.retouch import bounds_of
from animeadapter.generate.subjects import Subject, shared_references, standing_in, subjects
from animeadapter.protocol.request import Figure, GenerateRequest, Size
from animeadapter.vision.eyes import Eyes
from animeadapter.vision.pictures import Pixels

MARGIN = 0.15
"""How much of the picture is seen around, as an edit's margin: little, so that the part is large."""
WIDEST = {"figures": 0.75, "heads": 0.6}
"""Share of the picture from which a frame gains too few pixels to be drawn again."""
FEATHER = 0.1
HEAD_FEATHER = 0.02
EDGE = 0.15
"""Of an area's strength: where a figure's soft edge ends."""


@dataclass(frozen=True)
class Closer:
    """A part of the finished picture that is drawn once more."""

    small: Pixels
    """The mask, 255 where it is drawn, in the picture's proportions."""
    strength: float
    subject: Subject
    """Whose words and references count."""
    shared: tuple[int, ...] = ()
    """References that speak for everybody."""

    def mask(self, picture: tuple[int, int]) -> Pixels:
        """Return the mask at the size of a picture (width, height)."""
        if self.small.shape[1::-1] == picture:
            return self.small
        return cv2.resize(self.small, picture, interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def closer_looks(
    request: GenerateRequest, blobs: Mapping[str, bytes], picture: tuple[int, int], sizes: Sequence[tuple[int, int]]
) -> list[Closer]:
    """Return what of a picture (width, height) a resolved request draws once more, in that order: figures, then heads.

    `sizes` are those the pack was made for. A figure that has the picture to itself and fills it is left as it is,
    as is a head that fills three fifths of it. Raises `EngineError` subclasses that name the field.
    """
    detail = request.detail
    if not (detail.figures or detail.heads):
        return []
    layout = Frame.whole(Size(*picture)).layout
    shown = [one for one in subjects(request, blobs, Frame.whole(layout)) if one.area.max() > EDGE]
    shared = shared_references(request)
    found = []
    for kind, strength in (("figures", detail.figures), ("heads", detail.heads)):
        if not strength:
            continue
        areas = [one.area if kind == "figures" else _head(request, one, layout) for one in shown]
        alone = kind == "heads" or len(shown) == 1
        for subject, mask in zip(shown, _apart(areas), strict=True):
            if mask.any() and not (alone and _share(bounds_of(mask), layout, sizes) > WIDEST[kind]):
                found.append(Closer(mask, float(strength), subject, shared))
    return found


def with_people(request: GenerateRequest, blobs: Mapping[str, bytes], eyes: Eyes, picture: Pixels) -> GenerateRequest:
    """Return a request that says where the people stand who are seen in its finished picture, and in which region."""
    seen = replace(request, poses=tuple(Figure(pose) for pose in eyes.look(picture).poses))
    layout = Frame.whole(Size(picture.shape[1], picture.shape[0])).layout
    return standing_in(seen, blobs, Frame.whole(layout))


def _head(request: GenerateRequest, subject: Subject, layout: Size) -> Area:
    return head_area(request.poses[subject.figure].pose, layout, HEAD_FEATHER)


def _apart(areas: list[Area]) -> list[Pixels]:
    """Return areas as masks, 0 or 255: where several overlap, the strongest has the place, of equals the first."""
    if not areas:
        return []
    strongest: NDArray[np.intp] = np.argmax(areas, axis=0)
    return [((area > EDGE) & (strongest == k)).astype(np.uint8) * 255 for k, area in enumerate(areas)]


def _share(bounds: Box, picture: Size, sizes: Sequence[tuple[int, int]]) -> float:
    """Return how much of the picture the frame round a mask's bounds takes."""
    whole = picture.width * picture.height
    frame = frame_round(bounds, (picture.width, picture.height), MARGIN, whole, sizes)
    return frame.width * frame.height / whole
