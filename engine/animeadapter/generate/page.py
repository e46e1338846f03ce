"""A comic page: the reference at the left, half way down, panels in rows at the right, black frames, white gutters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from animeadapter.generate.events import Pixels


@dataclass(frozen=True)
class PageStyle:
    """Measures of a page in pixels."""

    width: int = 1600
    margin: int = 40
    gutter: int = 16
    frame: int = 4
    reference_share: float = 0.24
    """Of the inner width."""
    caption: int = 22
    paper: tuple[int, int, int] = (255, 255, 255)
    ink: tuple[int, int, int] = (16, 16, 20)


Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def compose_page(
    reference: Pixels, rows: Sequence[Sequence[Pixels]], caption: str = "", style: PageStyle = PageStyle()
) -> Pixels:
    """Return a page, uint8 (height, width, 3), of pictures (height, width, 3).

    Panels keep their proportions: every row is as wide as the page allows, and as high as its panels then
    are.
    """
    inner = style.width - 2 * style.margin
    column = round(inner * style.reference_share) if len(reference) else 0
    left = style.margin + column + 2 * style.gutter
    boxes, bottom = _rows(rows, left, style.width - style.margin, style)
    shape = reference.shape
    height = round(column * shape[0] / shape[1])
    below = 3 * style.caption if caption else 0
    # Half way down the rows, where no half of the column stays empty.
    top = max(style.margin, (style.margin + bottom - height - below) // 2)
    reference_box = (style.margin, top, style.margin + column, top + height)
    caption_bottom = reference_box[3] + below
    page = Image.new("RGB", (style.width, max(bottom, caption_bottom) + style.margin), style.paper)
    _panel(page, reference, reference_box, style)
    for row, row_boxes in zip(rows, boxes, strict=True):
        for picture, box in zip(row, row_boxes, strict=True):
            _panel(page, picture, box, style)
    if caption:
        font = ImageFont.load_default(style.caption)
        place = ((reference_box[0] + reference_box[2]) / 2, reference_box[3] + style.caption)
        ImageDraw.Draw(page).text(place, caption, style.ink, font, anchor="mt")
    return np.asarray(page)


def _rows(rows: Sequence[Sequence[Pixels]], left: int, right: int, style: PageStyle) -> tuple[list[list[Box]], int]:
    """Return where each row's panels go, and where the last row ends."""
    boxes: list[list[Box]] = []
    top = style.margin
    for row in rows:
        ratios = [picture.shape[1] / picture.shape[0] for picture in row]
        free = right - left - style.gutter * (len(row) - 1)
        height = round(free / sum(ratios))
        edges = np.rint(np.cumsum([0.0, *ratios]) * free / sum(ratios)).astype(int)
        boxes.append(
            [
                (left + a + i * style.gutter, top, left + b + i * style.gutter, top + height)
                for i, (a, b) in enumerate(zip(edges.tolist(), edges[1:].tolist()))
            ]
        )
        top += height + style.gutter
    return boxes, top - style.gutter


def _panel(page: Image.Image, picture: Pixels, box: Box, style: PageStyle) -> None:
    """Put a picture into its box and draw the frame round it."""
    size = (box[2] - box[0], box[3] - box[1])
    page.paste(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS), box[:2])
    ImageDraw.Draw(page).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), outline=style.ink, width=style.frame)
