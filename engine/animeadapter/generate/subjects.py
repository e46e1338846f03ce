"""Whom a request's picture shows, each with an area, words and references of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from animeadapter.generate.frame import Frame
from animeadapter.generate.regions import FEATHER, Area, figure_area, region_area
from animeadapter.protocol.request import GenerateRequest, Region

MOSTLY = 0.5
"""Share of a figure that stands in a region that is about it."""


@dataclass(frozen=True)
class Subject:
    """Somebody in the picture."""

    area: Area
    """(height, width) of what is drawn, 0 … 1, whatever it weighs beside others."""
    figure: int
    """Which pose it stands in."""
    references: tuple[int, ...] = ()
    """Its own, by their index in the request."""
    prompt: str = ""
    """Empty: the request's alone."""
    global_share: float = 1.0
    weight: float = 1.0


def subjects(request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame) -> list[Subject]:
    """Return whom a picture shows: every figure, round its skeleton and inside what is painted for it.

    A painted region is about the figure that it names, or else about the one with the very same references; regions
    about nobody may be scenery. Raises `EngineError` subclasses that name the field.
    """
    about = _about(request)
    found = []
    for index, figure in enumerate(request.poses):
        area = frame.area(figure_area(figure.pose, frame.layout, FEATHER))
        own = [k for k, one in enumerate(about) if one == index]
        found.append(
            _of_regions(request, own, index, area, blobs, frame) if own else Subject(area, index, figure.references)
        )
    return found


def standing_in(request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame) -> GenerateRequest:
    """Return a request in which each painted region is about the figure of which most stands in it, if one does."""
    bodies = [frame.area(figure_area(figure.pose, frame.layout, FEATHER)) for figure in request.poses]
    regions = []
    for k, region in enumerate(request.regions):
        inside = region_area(region, f"regions[{k}]", request, blobs, frame)
        shares = [float((body * inside).sum() / max(float(body.sum()), 1.0)) for body in bodies]
        best = int(np.argmax(shares)) if shares else 0
        regions.append(replace(region, figure=best) if shares and shares[best] >= MOSTLY else region)
    return replace(request, regions=tuple(regions))


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
    figure: int,
    body: Area,
    blobs: Mapping[str, bytes],
    frame: Frame,
) -> Subject:
    """Return one subject of all regions that are about it; the first one with words speaks."""
    regions: list[Region] = [request.regions[k] for k in numbers]
    areas = [region_area(request.regions[k], f"regions[{k}]", request, blobs, frame) for k in numbers]
    references = request.poses[figure].references
    own = dict.fromkeys([*(index for region in regions for index in region.references), *references])
    speaking = next((region for region in regions if region.prompt), regions[0])
    share = speaking.global_share if speaking.prompt else 1.0
    weight = min(1.0, max(float(region.weight) for region in regions))
    area = np.minimum(body, np.maximum.reduce(areas))
    return Subject(area, figure, tuple(own), speaking.prompt, share, weight)
