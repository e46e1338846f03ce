"""A supersampled canvas that keeps, beside the picture, whose part each pixel is.

Coordinates are pixels of the finished picture. Everything is drawn at twice the size and averaged down once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.curves import Points
from animeadapter.synthetic.palette import Colour
from animeadapter.synthetic.style import Style

SUPERSAMPLING = 2
_SHIFT = 4
_FIXED = SUPERSAMPLING * (1 << _SHIFT)
Pattern = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


class Canvas:
    """Filled, outlined and shaded shapes, with exact labels: `part + 16 · person`."""

    def __init__(self, width: int, height: int, style: Style, scale: float, light: tuple[float, float]) -> None:
        """`scale` is pixels here for one pixel of a 256-pixel picture; `light` points to the lit side (x, y)."""
        self.width, self.height, self.style, self.scale, self.light = width, height, style, scale, light
        size = (height * SUPERSAMPLING, width * SUPERSAMPLING)
        self.pixels = np.full((*size, 3), 255, np.uint8)
        self.labels = np.zeros(size, np.uint8)
        self.eyes = np.zeros(size, np.uint8)
        self.person = 0
        self.line_scale = 1.0
        """Finer lines for a small figure, bolder ones for a large one."""
        self._wobble = np.random.default_rng(style.seed)

    # -- lines and areas ------------------------------------------------------------------------------------------

    def fixed(self, points: Points) -> NDArray[np.int32]:
        """Return points as OpenCV's fixed-point integers."""
        return (points * _FIXED).astype(np.int32)

    def thickness(self, width: float) -> int:
        return max(1, round(width * self.scale * SUPERSAMPLING))

    def fill(self, polygon: Points, colour: Colour, part: Part | None) -> None:
        """Fill a polygon without an outline; `part` None paints without changing what the pixels belong to."""
        points = [self.fixed(polygon)]
        cv2.fillPoly(self.pixels, points, tuple(colour.tolist()), cv2.LINE_AA, _SHIFT)
        if part is not None:
            cv2.fillPoly(self.labels, points, self.label(part), cv2.LINE_8, _SHIFT)

    def label(self, part: Part) -> int:
        return int(part) + 16 * self.person if part else 0

    def line(
        self, path: Points, colour: Colour, width: float = 1.0, closed: bool = False, part: Part | None = None
    ) -> None:
        """Draw a line; `width` counts in the style's own line widths."""
        self.stroke(path, colour, width * self.style.line_width * self.line_scale, closed, part)

    def stroke(
        self, path: Points, colour: Colour, width: float, closed: bool = False, part: Part | None = None
    ) -> None:
        """Draw a line of a width in pixels of a 256-pixel picture."""
        if self.style.line_wobble and len(path) > 2:
            path = path + self._wobble.normal(size=path.shape) * self.style.line_wobble * 0.35 * self.scale
        points, thickness = [self.fixed(path)], self.thickness(width)
        cv2.polylines(self.pixels, points, closed, tuple(colour.tolist()), thickness, cv2.LINE_AA, _SHIFT)
        if part is not None:
            cv2.polylines(self.labels, points, closed, self.label(part), thickness, cv2.LINE_8, _SHIFT)

    def outline(self, polygons: Sequence[Points], colour: Colour, part: Part) -> None:
        """Draw the outer line of a group of shapes; their fills then hide the inner half."""
        if self.style.outline:
            line = palette.ink(colour, self.style.line_depth)
            for polygon in polygons:
                self.stroke(polygon, line, self.style.line_width * 2 * self.line_scale, True, part)

    def ink(self, colour: Colour) -> Colour:
        """Return the colour of inner lines on an area of this colour; without outlines they are faint."""
        if not self.style.outline:
            return palette.shadow(colour, 0.4)
        return palette.ink(colour, self.style.line_depth + 0.08)

    # -- groups of shapes -----------------------------------------------------------------------------------------

    def group(
        self,
        polygons: Sequence[Points],
        colour: Colour,
        part: Part,
        shade: float = 0.0,
        pattern: Pattern | None = None,
        other: Colour | None = None,
        outline: bool = True,
    ) -> None:
        """Draw shapes as one: a common outline, their fill, an optional pattern, then the shade.

        `shade` is the depth of the shaded rim in pixels of this canvas. `pattern` maps picture coordinates (x, y)
        to 0 … 1, the share of the `other` colour.
        """
        if outline:
            self.outline(polygons, colour, part)
        for polygon in polygons:
            self.fill(polygon, colour, part)
        textured = pattern is not None and other is not None
        shaded = shade > 0 and self.style.shading != "none"
        if not (textured or shaded):
            return
        found = self._mask(polygons)
        if found is None:
            return
        (top, left), mask = found
        region = self.pixels[top : top + mask.shape[0], left : left + mask.shape[1]]
        if pattern is not None and other is not None:
            self._texture(region, mask, (top, left), pattern, other)
        if shaded:
            self._shade(region, mask, shade, None if textured else colour)

    @contextmanager
    def clipped(self, polygons: Sequence[Points], margin: float = 8.0) -> Iterator[None]:
        """Within the block, what is drawn near the polygons stays inside them; labels too."""
        points = np.concatenate(list(polygons)) * SUPERSAMPLING
        grow = margin * SUPERSAMPLING * max(self.scale, 1.0)
        height, width = self.labels.shape
        left, top = np.maximum(np.floor(points.min(0) - grow).astype(int), 0).tolist()
        right, bottom = np.minimum(np.ceil(points.max(0) + grow).astype(int), (width, height)).tolist()
        if right <= left or bottom <= top:
            yield
            return
        area = (slice(top, bottom), slice(left, right))
        pixels, labels = self.pixels[area].copy(), self.labels[area].copy()
        outside = np.full(labels.shape, 255, np.uint8)
        offset = np.array([left, top]) / SUPERSAMPLING
        for polygon in polygons:
            cv2.fillPoly(outside, [self.fixed(polygon - offset)], 0, cv2.LINE_8, _SHIFT)
        yield
        cv2.copyTo(pixels, outside, self.pixels[area])
        cv2.copyTo(labels, outside, self.labels[area])

    def shade_on(self, polygons: Sequence[Points], shadows: Sequence[Points], colour: Colour) -> None:
        """Paint the part of `shadows` that lies on `polygons` (a cast shadow)."""
        if self.style.shading == "none":
            return
        found = self._mask(polygons)
        if found is None:
            return
        (top, left), mask = found
        cast = np.zeros_like(mask)
        offset = np.array([left, top]) / SUPERSAMPLING
        for shadow in shadows:
            cv2.fillPoly(cast, [self.fixed(shadow - offset)], 255, cv2.LINE_8, _SHIFT)
        region = self.pixels[top : top + mask.shape[0], left : left + mask.shape[1]]
        where = cv2.bitwise_and(mask, cast)
        if self.style.shading == "soft":
            self._blend(region, cv2.blur(where, (self.thickness(2.5),) * 2), colour)
        else:
            region[where > 0] = colour

    def _mask(self, polygons: Sequence[Points]) -> tuple[tuple[int, int], NDArray[np.uint8]] | None:
        """Return the top left corner and the coverage, at canvas resolution, of the union of polygons."""
        points = np.concatenate(list(polygons)) * SUPERSAMPLING
        height, width = self.labels.shape
        left, top = np.maximum(np.floor(points.min(0)).astype(int), 0).tolist()
        right, bottom = np.minimum(np.ceil(points.max(0)).astype(int) + 1, (width, height)).tolist()
        if right <= left or bottom <= top:
            return None
        mask = np.zeros((bottom - top, right - left), np.uint8)
        offset = np.array([left, top]) / SUPERSAMPLING
        for polygon in polygons:
            cv2.fillPoly(mask, [self.fixed(polygon - offset)], 255, cv2.LINE_8, _SHIFT)
        return (top, left), mask

    def _texture(
        self,
        region: NDArray[np.uint8],
        mask: NDArray[np.uint8],
        corner: tuple[int, int],
        pattern: Pattern,
        other: Colour,
    ) -> None:
        rows, columns = np.nonzero(mask)
        share = pattern((columns + corner[1]) / SUPERSAMPLING, (rows + corner[0]) / SUPERSAMPLING)[:, None]
        old = region[rows, columns]
        region[rows, columns] = (old + (other - old) * share).astype(np.uint8)

    def _shade(self, region: NDArray[np.uint8], mask: NDArray[np.uint8], depth: float, colour: Colour | None) -> None:
        """Darken what a copy of the shape, moved towards the light, leaves uncovered."""
        reach = depth * self.style.shade_offset * SUPERSAMPLING
        dx, dy = round(self.light[0] * reach), round(self.light[1] * reach)
        height, width = mask.shape
        if abs(dx) >= width or abs(dy) >= height:
            return
        lit = np.zeros_like(mask)
        lit[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = mask[
            max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
        ]
        if self.style.shading == "soft":
            size = max(3, int(reach * 1.6)) | 1
            dark = cv2.bitwise_and(cv2.blur(cv2.bitwise_not(lit), (size, size)), mask)
            self._darken(region, dark)
            return
        dark = cv2.bitwise_and(mask, cv2.bitwise_not(lit))
        if self.style.shading == "hatch":
            dark = self._hatched(dark)
        if colour is not None:
            shadow = palette.shadow(colour, self.style.shade_strength)
            flat = np.empty_like(region)
            cv2.rectangle(flat, (0, 0), (width, height), tuple(np.floor(shadow).tolist()), cv2.FILLED)
            cv2.copyTo(flat, dark, region)
        else:
            self._darken(region, dark)

    def _hatched(self, mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
        period = self.thickness(2.6)
        rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
        return np.where((rows + columns) % (2 * period) < period, mask, 0).astype(np.uint8)

    def _darken(self, region: NDArray[np.uint8], amount: NDArray[np.uint8]) -> None:
        old = region[amount > 0]
        factor = palette.shadow(np.full(3, 1.0), self.style.shade_strength)
        share = amount[amount > 0][:, None] / 255.0
        region[amount > 0] = (old * (1 + (factor - 1) * share)).astype(np.uint8)

    def _blend(self, region: NDArray[np.uint8], amount: NDArray[np.uint8], colour: Colour) -> None:
        share = amount[..., None] / 255.0
        region[...] = (region + (colour - region) * share).astype(np.uint8)

    def glaze(self, polygon: Points, colour: Colour, opacity: float, soft: float = 0.0) -> None:
        """Lay a transparent colour over the picture (blush, shine); `soft` is a blur radius in 256-pixel pixels."""
        grown = polygon if not soft else np.concatenate([polygon, polygon.mean(0) + (polygon - polygon.mean(0)) * 1.6])
        found = self._mask([grown])
        if found is None:
            return
        (top, left), mask = found
        mask[...] = 0
        cv2.fillPoly(
            mask,
            [self.fixed(polygon - np.array([left, top]) / SUPERSAMPLING)],
            round(255 * opacity),
            cv2.LINE_AA,
            _SHIFT,
        )
        if soft:
            mask = cv2.blur(mask, (self.thickness(soft) | 1,) * 2)
        self._blend(self.pixels[top : top + mask.shape[0], left : left + mask.shape[1]], mask, colour)

    # -- results --------------------------------------------------------------------------------------------------

    def picture(self) -> NDArray[np.uint8]:
        """Return the picture, RGB (height, width, 3)."""
        return cv2.resize(self.pixels, (self.width, self.height), interpolation=cv2.INTER_AREA)

    def label_map(self) -> NDArray[np.uint8]:
        """Return labels (height, width): `part + 16 · person`, 0 for the background."""
        return self.labels[::SUPERSAMPLING, ::SUPERSAMPLING].copy()
