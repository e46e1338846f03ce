"""The picture that a panel's pictures begin from, or whose lines they follow: the sheet over white, as they lie.

What stands on the page above a spot of the picture is what the engine gets at that spot, however sheet and picture
were moved, scaled and flipped. Equal arguments give equal bytes, so that a picture that was made before is known again.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import Size
from komawari.domain.geometry.sizes import asked_size, lies_at, picture_box
from komawari.domain.panel import Panel, Placement, Sheet
from komawari.domain.paper import Box
from komawari.domain.project import Project, find_panel
from komawari.engine_client.share_mask import RGB, png_of_rows

UNKNOWN = ((512, 512),)
"""Takes the place of a pack's sizes where they are not known."""
EFFORT = 6
WHITE = 255.0
Floats = Any
"""(height, width, 3) RGB, 0 … 255."""


class SketchError(EngineError):
    """A sketch's file cannot be read."""


@dataclass(frozen=True)
class Flattening:
    """How a sheet becomes that picture."""

    sheet: Sheet
    box: Box
    """The frame's, in millimetres."""
    placement: Placement
    """How the picture will lie in it."""
    size: Size
    """Of the picture."""


def flattening_of(project: Project, panel: Panel, size: Size | None) -> Flattening | None:
    """Return how a panel's sketch becomes a picture of a size; None: nothing is sketched."""
    if panel.sketch.sheet is None:
        return None
    page, _ = find_panel(project, panel.id)
    box = picture_box(panel.frame, page.paper)
    return Flattening(panel.sketch.sheet, box, panel.placement, size or asked_size(box, UNKNOWN))


def flattened(data: bytes, how: Flattening) -> bytes:
    """Return the picture as an RGB PNG, given the sheet's file. Raises `SketchError`."""
    import cv2
    import numpy as np

    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if found is None or found.dtype != np.uint8:
        raise SketchError("sketch: its file cannot be read; clear it, or import it anew")
    if found.ndim == 2:
        found = cv2.cvtColor(found, cv2.COLOR_GRAY2BGR)
    ink = found[..., 2::-1].astype(np.float32)
    if found.shape[2] == 4:
        share = found[..., 3:].astype(np.float32) / WHITE
        ink = ink * share + WHITE * (1 - share)
    laid = _mirrored(_laid(_mirrored(ink, how.sheet.placement), how), how.placement)
    pixels = np.rint(np.clip(laid, 0, WHITE)).astype(np.uint8).reshape(how.size.height, -1)
    rows = np.pad(pixels, ((0, 0), (1, 0))).tobytes()
    return png_of_rows(how.size.width, how.size.height, zlib.compress(rows, EFFORT), RGB)


def _mirrored(pixels: Floats, placement: Placement) -> Floats:
    return pixels[:: -1 if placement.flip_y else 1, :: -1 if placement.flip_x else 1]


def _laid(ink: Floats, how: Flattening) -> Floats:
    """Return what of a sheet lies on the picture, as both lie on the page; white where the sheet ends."""
    import cv2
    import numpy as np

    size, (height, width) = (how.size.width, how.size.height), ink.shape[:2]
    picture = lies_at(how.box, size, how.placement)
    sheet = lies_at(how.box, (how.sheet.width, how.sheet.height), how.sheet.placement)
    pixel = (picture[2] - picture[0]) / how.size.width
    x, y = (sheet[0] - picture[0]) / pixel, (sheet[1] - picture[1]) / pixel
    across, down = (sheet[2] - sheet[0]) / pixel / width, (sheet[3] - sheet[1]) / pixel / height
    ink = np.ascontiguousarray(ink)
    if across < 1 or down < 1:
        # Interpolation alone would miss thin lines: first everything is averaged to about the picture's own pixels.
        small = (max(1, round(width * min(across, 1))), max(1, round(height * min(down, 1))))
        ink = cv2.resize(ink, small, interpolation=cv2.INTER_AREA)
        across, down = across * width / small[0], down * height / small[1]
    # Between centres of pixels, not corners.
    matrix = np.asarray([[across, 0, x + (across - 1) / 2], [0, down, y + (down - 1) / 2]], np.float64)
    border = (WHITE, WHITE, WHITE)
    return cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
