"""Where in the picture each reference speaks and each text is read: grown from a figure's skeleton, or painted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.generate.errors import StudioError
from animeadapter.generate.frame import Frame
from animeadapter.protocol.figure_area import figure_shape
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import GenerateRequest, Region, Size
from animeadapter.vision.pictures import Pixels, open_picture

Area = NDArray[np.float32]
"""(height, width) of what is drawn, 0 … 1 and more where a region weighs more."""
FEATHER = 0.05
MOST_STRETCHED = 1.03
"""How far a mask's proportions may be off its picture's; small masks are let off by a pixel."""


@dataclass(frozen=True)
class Place:
    """An area of what is drawn, and what speaks there."""

    area: Area
    references: tuple[int, ...] = ()
    prompt: str = ""
    global_share: float = 0.0
    """How much of the request's prompt remains beside the place's own."""


def places(
    request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame, tell: Callable[[str], None]
) -> list[Place]:
    """Return where a request's references and prompts speak; a reference that is in none of them speaks everywhere.

    Regions say so; a reference that no region names, and a figure does, speaks round that figure, unless it has the
    picture to itself. `tell` takes what a person should know. Raises `EngineError` subclasses that name the field.
    """
    found = []
    for index, region in enumerate(request.regions):
        area = region_area(region, f"regions[{index}]", request, blobs, frame) * np.float32(region.weight)
        if not area.any():
            tell(f"regions[{index}]: is empty where the picture is drawn, so nothing of it is seen")
        found.append(Place(area, region.references, region.prompt, region.global_share))
    for index, references in _bound(request).items():
        area = frame.area(figure_area(request.poses[index].pose, frame.layout, FEATHER))
        if not area.any():
            tell(f"poses[{index}]: stands outside what is drawn, and so its references are not seen")
        found.append(Place(area, references))
    return found


def head_area(pose: Pose, size: Size, feather: float) -> Area:
    """Return the area of a skeleton's head and hair, soft at its edge over `feather` of the longer side."""
    return _painted(pose, size, feather, head_alone=True)


def _bound(request: GenerateRequest) -> dict[int, tuple[int, ...]]:
    """Return the figures (by index) round which a region is grown, and for which references."""
    named = {reference for region in request.regions for reference in region.references}
    free = {k: tuple(r for r in f.references if r not in named) for k, f in enumerate(request.poses)}
    bound = {index: references for index, references in free.items() if references}
    alone = len(request.poses) == 1 and not named
    return {} if alone else bound


def figure_area(pose: Pose, size: Size, feather: float) -> Area:
    """Return the area round a skeleton, soft at its edge over `feather` of the picture's longer side."""
    return _painted(pose, size, feather, head_alone=False)


def _painted(pose: Pose, size: Size, feather: float, head_alone: bool) -> Area:
    longer = max(size.width, size.height)
    points = [None if p is None else (round(p[0] * size.width), round(p[1] * size.height)) for p in pose.keypoints]
    shape = figure_shape(points, longer)
    area = np.zeros((size.height, size.width), np.uint8)
    thickness = max(2, round(2 * shape.half_width))
    for start, end in () if head_alone else shape.bones:
        cv2.line(area, _pixel(start), _pixel(end), 255, min(thickness, 32767))
    for centre in shape.heads:
        cv2.circle(area, _pixel(centre), max(2, round(shape.radius)), 255, -1)
    return _feathered(area.astype(np.float32) / np.float32(255), feather * longer)


def _pixel(spot: tuple[float, float]) -> tuple[int, int]:
    return (round(spot[0]), round(spot[1]))


def region_area(region: Region, field: str, request: GenerateRequest, blobs: Mapping[str, bytes], frame: Frame) -> Area:
    """Return where a region lies in what is drawn, 0 … 1, before it is weighed. Raises errors that name the field."""
    layout = frame.layout
    if region.mask is None:
        assert region.figure is not None
        whole = figure_area(request.poses[region.figure].pose, layout, region.feather)
    else:
        opened = open_picture(blobs[region.mask.sha256], f"{field}.mask")
        check_proportions(opened.size, frame.picture, f"{field}.mask")
        grey = opened.alpha if opened.alpha is not None else cv2.cvtColor(opened.pixels, cv2.COLOR_RGB2GRAY)
        whole = _feathered(_laid_out(grey, layout), region.feather * max(layout.width, layout.height))
    return frame.area(whole)


def check_proportions(
    mask: tuple[int, int], picture: tuple[int, int], field: str, most: float = MOST_STRETCHED
) -> None:
    """Raise `StudioError` if what lies over a picture, (width, height), is stretched to it by more than `most`."""
    fitting = mask[0] * picture[1] / picture[0]
    if max(fitting, mask[1]) > max(most * min(fitting, mask[1]), min(fitting, mask[1]) + 1):
        raise StudioError(
            f"{field}: has {mask[0]} × {mask[1]} pixels, which are not the proportions of its picture,"
            f" {picture[0]} × {picture[1]}"
        )


def _laid_out(grey: Pixels, layout: Size) -> Area:
    resized = cv2.resize(grey, (layout.width, layout.height), interpolation=cv2.INTER_AREA)
    return resized.astype(np.float32) / 255


def _feathered(area: Area, pixels: float) -> Area:
    return area if pixels < 1 else cv2.GaussianBlur(area, (0, 0), pixels / 2)
