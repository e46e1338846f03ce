"""Where in the picture each reference speaks: grown from a figure's skeleton, or painted."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.pose import LIMBS, Pose
from animeadapter.protocol.request import GenerateRequest, Region, Size
from animeadapter.vision.pictures import open_picture

Area = NDArray[np.float32]
"""(height, width) of the picture, 0 … 1 and more where a region weighs more."""
GROWTH = 0.55
"""How far clothes and hair reach from a bone, in shoulder widths."""
HEAD = 0.9
"""Radius of a head with its hair, in shoulder widths."""
SMALLEST_WIDTH = 0.06
"""Of the picture's longer side: what counts as shoulder width for a figure seen from the side."""
FEATHER = 0.05


def reference_regions(request: GenerateRequest, blobs: Mapping[str, bytes]) -> dict[int, Area]:
    """Return reference index → where it speaks; a reference that is not in it speaks everywhere.

    A lone figure leaves its references the whole picture; several figures, or regions, divide it.
    Raises `PictureError`, which names the field.
    """
    assert request.size is not None
    areas: dict[int, Area] = {}
    bound = [figure for figure in request.poses if figure.references]
    if len(bound) > 1:
        for figure in bound:
            _add(areas, figure.references, figure_area(figure.pose, request.size, FEATHER))
    for index, region in enumerate(request.regions):
        if region.references:
            _add(areas, region.references, _region_area(region, f"regions[{index}]", request, blobs))
    return areas


def figure_area(pose: Pose, size: Size, feather: float) -> Area:
    """Return the area round a skeleton, soft at its edge over `feather` of the picture's longer side."""
    longer = max(size.width, size.height)
    points = [None if p is None else (round(p[0] * size.width), round(p[1] * size.height)) for p in pose.keypoints]
    width = _shoulder_width(points, longer)
    area = np.zeros((size.height, size.width), np.uint8)
    thickness = max(2, round(2 * GROWTH * width))
    for one, other in LIMBS:
        start, end = points[one], points[other]
        if start is not None and end is not None:
            cv2.line(area, start, end, 255, thickness)
    for joint in (0, 14, 15, 16, 17):
        centre = points[joint]
        if centre is not None:
            cv2.circle(area, centre, max(2, round(HEAD * width)), 255, -1)
    return _feathered((area / 255).astype(np.float32), feather * longer)


def _shoulder_width(points: list[tuple[int, int] | None], longer: int) -> float:
    """Return a figure's size: its shoulders apart, or what its longest trunk bone says of them."""
    found = [SMALLEST_WIDTH * longer]
    for one, other, share in ((2, 5, 1.0), (1, 8, 0.6), (1, 11, 0.6)):
        start, end = points[one], points[other]
        if start is not None and end is not None:
            found.append(share * float(np.hypot(end[0] - start[0], end[1] - start[1])))
    return max(found)


def _region_area(region: Region, field: str, request: GenerateRequest, blobs: Mapping[str, bytes]) -> Area:
    size = request.size
    assert size is not None
    if region.mask is None:
        assert region.figure is not None
        return figure_area(request.poses[region.figure].pose, size, region.feather) * region.weight
    opened = open_picture(blobs[region.mask.sha256], f"{field}.mask")
    grey = opened.alpha if opened.alpha is not None else cv2.cvtColor(opened.pixels, cv2.COLOR_RGB2GRAY)
    resized = cv2.resize(grey, (size.width, size.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return _feathered(resized, region.feather * max(size.width, size.height)) * region.weight


def _feathered(area: Area, pixels: float) -> Area:
    return area if pixels < 1 else cv2.GaussianBlur(area, (0, 0), pixels / 2)


def _add(areas: dict[int, Area], references: tuple[int, ...], area: Area) -> None:
    """A reference of several regions speaks in all of them."""
    for reference in references:
        areas[reference] = np.maximum(areas[reference], area) if reference in areas else area
