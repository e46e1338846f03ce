"""Which tokens of the image encoder a mask chooses: the engine's rule, for the eye.

The encoder sees a reference whole, padded to a square, as grid × grid patches; each becomes a token. A patch counts
when the mask covers half of it; if it covers no patch by half, the fullest one alone counts (`token_mask` and
`to_square` of the engine; a test holds this module against them).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from komawari.ui.characters import masks

THRESHOLD = 0.5
FEW = 4
"""Fewer tokens than this are too few: with less than 2 × 2 patches the encoder sees a part through single patches,
each of which shows its neighbours as well, and no shape or pattern of it can be told from them."""


@dataclass(frozen=True)
class Encoder:
    """What of an image encoder decides its tokens."""

    side: int
    """Pixels of the square that it reads."""
    grid: int
    """Patches along a side."""


EMBEDDED = Encoder(256, 16)
OTHERS = Encoder(224, 16)
"""ViT-L/14, the encoder that packs of the Stable Diffusion family are used with."""


def encoder_of(pack: str, family: str = "") -> Encoder:
    """Return the encoder of a pack, by its family if that is known already."""
    return EMBEDDED if family == "embedded" or (pack == "mini" and not family) else OTHERS


@dataclass(frozen=True)
class Square:
    """Where a picture lies in the square that it is padded to, in the square's pixels."""

    side: int
    left: int
    top: int
    width: int
    height: int

    def on(self, area: QRectF) -> QRectF:
        """Return where the picture lies when the square is shown in an area."""
        factor = area.width() / self.side
        left, top = area.left() + self.left * factor, area.top() + self.top * factor
        return QRectF(left, top, self.width * factor, self.height * factor)


def square_of(size: QSize, side: int) -> Square:
    """Return where a picture of some size lies in its square: whole, undistorted, centred."""
    factor = side / max(size.width(), size.height())
    width, height = max(1, round(size.width() * factor)), max(1, round(size.height() * factor))
    return Square(side, (side - width) // 2, (side - height) // 2, width, height)


@dataclass(frozen=True)
class Tokens:
    """The tokens of one mask, row by row."""

    grid: int
    coverage: tuple[float, ...] = ()
    """How much of each patch is covered, 0 … 1."""
    active: tuple[bool, ...] = ()

    @property
    def count(self) -> int:
        """How many are active."""
        return sum(self.active)

    @property
    def are_few(self) -> bool:
        """Whether too few are active to say what something looks like."""
        return self.count < FEW

    @property
    def is_fallback(self) -> bool:
        """Whether no patch is half covered, so that only the fullest one counts."""
        return self.count == 1 and max(self.coverage) < THRESHOLD


def tokens_of(mask: QImage, encoder: Encoder, scale: float = 1.0) -> Tokens:
    """Return the tokens that a mask chooses. With a scale of 0 it chooses none."""
    square = _squared(masks.support(mask, scale), encoder.side)
    data, grid = masks.values(square), encoder.grid
    coverage = tuple(_covered(data, encoder.side, grid, row, column) for row in range(grid) for column in range(grid))
    return Tokens(grid, coverage, _chosen(coverage, max(data) / 255))


def _squared(mask: QImage, side: int) -> QImage:
    """Return a mask brought into the encoder's square, its padding 0."""
    place = square_of(mask.size(), side)
    inner = mask.scaled(
        QSize(place.width, place.height),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QImage(side, side, masks.GREY)
    square.fill(0)
    painter = QPainter(square)
    painter.drawImage(place.left, place.top, inner)
    painter.end()
    return square


def _covered(data: bytes, side: int, grid: int, row: int, column: int) -> float:
    """Return the mean of one patch, as adaptive average pooling cuts it."""
    left, right = column * side // grid, -(-(column + 1) * side // grid)
    top, bottom = row * side // grid, -(-(row + 1) * side // grid)
    total = sum(sum(data[line * side + left : line * side + right]) for line in range(top, bottom))
    return total / (255 * (right - left) * (bottom - top))


def _chosen(coverage: tuple[float, ...], strongest: float) -> tuple[bool, ...]:
    least, fullest = THRESHOLD * max(strongest, 1e-6), max(coverage)
    if fullest <= 0:
        return (False,) * len(coverage)
    if fullest >= least:
        return tuple(share >= least for share in coverage)
    first = coverage.index(fullest)
    return tuple(index == first for index in range(len(coverage)))
