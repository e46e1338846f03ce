"""Whom a request's picture shows, each with an area, words and references of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from animeadapter.generate.frame import Frame
from animeadapter.generate.regions import FEATHER, Area, figure_area, region_area
from animeadapter.protocol.request import GenerateRequest, Region


@dataclass(frozen=True)
class Subject:
    """Somebody in the picture."""

    area: Area
    """(height, width) of what is drawn, 0 … 1, whatever it weighs beside others."""
    references: tuple[int, ...] = ()
    """Its own, by their index in the request."""
    prompt: str = ""
    """Empty: the request's alone."""
    global_share: float = 1.0
    weight: float = 1.0
    figure: int | None = None
    """Which pose it stands in."""


def subjects(request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame) -> list[Subject]:
    """Return whom a picture shows: every figure, and every region that is about none.

    A painted region is about the figure that it names, or else about the one with the very same references. Raises
    `EngineError` subclasses that name the field.
    """
    about = _about(request)
    found = []
    for index, figure in enumerate(request.poses):
        own = [k for k, one in enumerate(about) if one == index]
        if own:
            found.append(_of_regions(request, own, index, figure.references, blobs, frame))
        else:
            area = frame.area(figure_area(figure.pose, frame.layout, FEATHER))
            found.append(Subject(area, figure.references, figure=index))
    for k, one in enumerate(about):
        if one is None:
            found.append(_of_regions(request, [k], None, (), blobs, frame))
    return found


def shared_references(request: GenerateRequest) -> tuple[int, ...]:
    """Return the references that belong to nobody, and so speak for everybody."""
    owners = [*(region.references for region in request.regions), *(figure.references for figure in request.poses)]
    named = {index for references in owners for index in references}
    return tuple(index for index in range(len(request.references)) if index not in named)


def _about(request: GenerateRequest) -> list[int | None]:
    """Return for each region which figure it is about."""
    found = [region.figure for region in request.regions]
    free = [index for index in range(len(request.poses)) if index not in found]
    for k, region in enumerate(request.regions):
        if region.figure is None and region.references:
            alike = [index for index in free if set(request.poses[index].references) == set(region.references)]
            if alike:
                found[k] = alike[0]
                free.remove(alike[0])
    return found


def _of_regions(
    request: GenerateRequest,
    numbers: Sequence[int],
    figure: int | None,
    references: tuple[int, ...],
    blobs: Mapping[str, bytes],
    frame: Frame,
) -> Subject:
    """Return one subject of all regions that are about it; the first one with words speaks."""
    regions: list[Region] = [request.regions[k] for k in numbers]
    areas = [region_area(request.regions[k], f"regions[{k}]", request, blobs, frame) for k in numbers]
    own = dict.fromkeys([*(index for region in regions for index in region.references), *references])
    speaking = next((region for region in regions if region.prompt), regions[0])
    share = speaking.global_share if speaking.prompt else 1.0
    weight = min(1.0, max(float(region.weight) for region in regions))
    return Subject(np.maximum.reduce(areas), tuple(own), speaking.prompt, share, weight, figure)
