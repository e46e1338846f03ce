"""Page templates: nested rows and columns as data, turned into frames by the knife.

Templates are written as they are read from left to right; for right-to-left reading they are mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from animeadapter.protocol.choices import explain
from komawari.domain.base import DomainError, Part, Title
from komawari.domain.geometry.knife import cut
from komawari.domain.geometry.polygon import Line, Polygon, bounds, mirrored, rectangle
from komawari.domain.paper import Box, Paper
from komawari.domain.project import Gutters, Reading

Share = Annotated[float, Meta(gt=0, le=100)]
Slant = Annotated[float, Meta(ge=-0.5, le=0.5)]


class Layout(Part, frozen=True):
    """A panel, or, with parts, rows or columns of further layouts."""

    split: Literal["rows", "columns"] = "rows"
    parts: tuple[Layout, ...] = ()
    shares: tuple[Share, ...] = ()
    """Of each part; empty: equal ones."""
    slants: tuple[Slant, ...] = ()
    """Of each cut between parts: how far its far end (right, bottom) lies further on, as a share of the whole."""


class Template(Part, frozen=True):
    """A way to lay out a page."""

    name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,60}\Z")]
    title: Title
    layout: Layout
    area: Literal["safe", "trim", "bleed"] = "safe"
    """What of the page it fills."""


def read_templates(data: bytes) -> tuple[Template, ...]:
    """Return the templates of a JSON file. Raises `DomainError` that names the field."""
    try:
        templates = msgspec.json.decode(data, type=tuple[Template, ...], strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DomainError(f"templates: {explain(str(error))}") from None
    for template in templates:
        _check(template.name, template.layout)
    return templates


def _check(name: str, layout: Layout) -> None:
    count = len(layout.parts)
    if len(layout.shares) not in (0, count) or len(layout.slants) not in (0, count - 1):
        raise DomainError(f"template {name}: {count} parts need {count} shares and {max(0, count - 1)} slants, or none")
    for part in layout.parts:
        _check(name, part)


def frames(template: Template, paper: Paper, gutters: Gutters, reading: Reading) -> list[Polygon]:
    """Return a template's frames on a paper. Raises `DomainError` where the paper is too small for it."""
    box: Box = getattr(paper, f"{template.area}_box")
    laid = list(_laid(template.layout, rectangle(box), gutters))
    return [mirrored(frame, paper.width / 2) for frame in laid] if reading == "rtl" else laid


def _laid(layout: Layout, frame: Polygon, gutters: Gutters) -> Iterator[Polygon]:
    if not layout.parts:
        yield frame
        return
    rest = frame
    gutter = gutters.rows if layout.split == "rows" else gutters.columns
    for part, line in zip(layout.parts, _lines(layout, bounds(frame), gutter)):
        piece, rest = cut(rest, line, gutter)
        yield from _laid(part, piece, gutters)
    yield from _laid(layout.parts[-1], rest, gutters)


def _lines(layout: Layout, box: Box, gutter: float) -> Iterator[Line]:
    """Yield the cuts, each with the parts before it on its left."""
    left, top, right, bottom = box
    start, end = (top, bottom) if layout.split == "rows" else (left, right)
    shares = layout.shares or (1.0,) * len(layout.parts)
    slants = layout.slants or (0.0,) * (len(shares) - 1)
    room = end - start - gutter * (len(shares) - 1)
    for index, slant in enumerate(slants):
        middle = start + room * sum(shares[: index + 1]) / sum(shares) + gutter * (index + 0.5)
        near, far = middle - slant * (end - start) / 2, middle + slant * (end - start) / 2
        yield ((left, near), (right, far)) if layout.split == "rows" else ((far, bottom), (near, top))
