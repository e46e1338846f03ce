"""Details: which parts of a finished picture are drawn once more, each alone and as large as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from animeadapter.generate.frame import Box, Frame, frame_round
from animeadapter.generate.regions import Area, Subject, head_area, subjects
from animeadapter.generate.retouch import bounds_of
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

    mask: Pixels
    """(height, width) of the picture, 255 where it is drawn."""
    margin: float
    strength: float
    prompt: str
    speaking: tuple[int, ...]
    """References, by their index in the request."""


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
    shown = subjects(request, blobs, Frame.whole(Size(*picture)))
    heads = [_head(request, subject, picture) for subject in shown]
    found = []
    for kind, strength, areas in (
        ("figures", detail.figures, [subject.area for subject in shown]),
        ("heads", detail.heads, heads),
    ):
        alone = kind == "heads" or len(shown) == 1
        for subject, mask in zip(shown, _apart(areas), strict=True):
            if not strength or not mask.any():
                continue
            if alone and _share(bounds_of(mask), picture, MARGIN, sizes) > WIDEST[kind]:
                continue
            found.append(Closer(mask, MARGIN, float(strength), subject.prompt, subject.references))
    return found


def with_people(request: GenerateRequest, eyes: Eyes, picture: Pixels) -> GenerateRequest:
    """Return a request that says where the people stand who are seen in its finished picture."""
    return replace(request, poses=tuple(Figure(person.pose) for person in eyes.look(picture).people))


def _head(request: GenerateRequest, subject: Subject, picture: tuple[int, int]) -> Area:
    if subject.figure is None:
        return np.zeros(picture[::-1], np.float32)
    return head_area(request.poses[subject.figure].pose, Size(*picture), HEAD_FEATHER)


def _apart(areas: list[Area]) -> list[Pixels]:
    """Return areas as masks, 0 or 255: where several overlap, the strongest has the place."""
    if not areas:
        return []
    strongest = np.maximum.reduce(areas)
    return [((area > EDGE) & (area >= strongest)).astype(np.uint8) * 255 for area in areas]


def _share(bounds: Box, picture: tuple[int, int], margin: float, sizes: Sequence[tuple[int, int]]) -> float:
    """Return how much of the picture the frame round a mask's bounds takes."""
    frame = frame_round(bounds, picture, margin, picture[0] * picture[1], sizes)
    return frame.width * frame.height / (picture[0] * picture[1])
