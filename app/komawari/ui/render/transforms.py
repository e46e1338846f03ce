"""Between a panel's picture, its page and a view: the one place where these coordinates meet.

Picture coordinates run from (0, 0) at the picture's upper left to (1, 1) at its lower right, as poses and regions have
them, whatever its pixels; a flipped picture has its own left on the right. Page coordinates are millimetres from the
trim's corner. View coordinates are a widget's.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from komawari.domain.geometry.polygon import Point
from komawari.domain.geometry.sizes import lies_at, picture_box
from komawari.domain.panel import Panel, Placement
from komawari.domain.paper import Box, Paper

Pixels = tuple[int, int]
EMPTY: Pixels = (0, 0)
"""The size of a picture that is not there yet: it is taken to have its box's proportions."""


def box_of(panel: Panel, paper: Paper) -> Box:
    """Return the box (mm) that a panel's picture covers: the frame's bounds, drawn out to the bleed at the trim."""
    return picture_box(panel.frame, paper)


def picture_rect(panel: Panel, paper: Paper, picture: Pixels = EMPTY) -> QRectF:
    """Return where a picture of so many pixels (width, height) lies on the page, in mm, frame or not."""
    return rect_in(box_of(panel, paper), picture, panel.placement)


def rect_in(box: Box, picture: Pixels, placement: Placement) -> QRectF:
    """Return where a picture of so many pixels lies on the page (mm) that is placed in a box."""
    if min(picture) <= 0:
        # Proportions alone matter; pixels are whole numbers, so the box is taken in hundredths of a millimetre.
        picture = (max(1, round((box[2] - box[0]) * 100)), max(1, round((box[3] - box[1]) * 100)))
    left, top, right, bottom = lies_at(box, picture, placement)
    return QRectF(left, top, right - left, bottom - top)


def picture_to_page(panel: Panel, paper: Paper, picture: Pixels = EMPTY) -> QTransform:
    """Return the transform from picture coordinates (0 to 1) to the page (mm), flips included."""
    return to_page(box_of(panel, paper), picture, panel.placement)


def to_page(box: Box, picture: Pixels, placement: Placement) -> QTransform:
    """Return the same for whatever of so many pixels is placed in a box."""
    rect = rect_in(box, picture, placement)
    across, down = -1 if placement.flip_x else 1, -1 if placement.flip_y else 1
    transform = QTransform.fromTranslate(rect.center().x(), rect.center().y())
    transform.scale(rect.width() * across, rect.height() * down)
    return transform.translate(-0.5, -0.5)


def picture_to_view(panel: Panel, paper: Paper, page_to_view: QTransform, picture: Pixels = EMPTY) -> QTransform:
    """Return the transform from picture coordinates to a view, given the one from the page to the view."""
    return picture_to_page(panel, paper, picture) * page_to_view


def on_page(panel: Panel, paper: Paper, point: Point, picture: Pixels = EMPTY) -> Point:
    """Return where on the page (mm) a point of the picture lies."""
    return _mapped(picture_to_page(panel, paper, picture), point)


def in_picture(panel: Panel, paper: Paper, point: Point, picture: Pixels = EMPTY) -> Point:
    """Return which point of the picture lies at a point of the page (mm); outside of the picture, beyond 0 to 1."""
    inverse, _ = picture_to_page(panel, paper, picture).inverted()
    return _mapped(inverse, point)


def _mapped(transform: QTransform, point: Point) -> Point:
    found = transform.map(QPointF(*point))
    return (found.x(), found.y())


def scale_of(transform: QTransform) -> float:
    """Return how many units of its target one unit of its source is long, rotated or mirrored or not."""
    return abs(transform.determinant()) ** 0.5
