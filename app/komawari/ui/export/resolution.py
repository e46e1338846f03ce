"""Which pictures have too few pixels for what they are exported to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from komawari.domain.geometry.sizes import effective_dpi, picture_box
from komawari.domain.panel import Panel
from komawari.ui.export.choice import SCREEN, Choice
from komawari.ui.export.source import Source

PRINT = 200
"""Below this many dpi a printed picture is seen to be soft."""
ENLARGED = 4
"""How many times longer the engine's enlarged pictures are on each side."""


class Resolution(NamedTuple):
    """How fine a panel's picture is on paper."""

    page: int
    """Numbers from 1, as is `number` of the panel."""
    number: int
    panel: Panel
    dpi: float


def resolutions(source: Source, pages: Iterable[int], enlarged: bool = False) -> Iterator[Resolution]:
    """Yield how fine every picture of these pages is, or would be if the soft ones were enlarged."""
    for page in pages:
        paper = source.page(page).paper
        for number, panel in enumerate(source.read_panels(page), 1):
            if (size := source.size(panel)) is not None:
                dpi = effective_dpi(picture_box(panel.frame, paper), size, panel.placement)
                times = ENLARGED if enlarged and dpi < PRINT else 1
                yield Resolution(page, number, panel, dpi * times)


def limit(choice: Choice) -> float:
    """Return below which dpi a picture is too coarse: 200, or on screens what the pixels of the export ask for."""
    return min(PRINT, choice.dpi) if choice.format in SCREEN or choice.format == "png" else PRINT


def coarse(source: Source, pages: Iterable[int], choice: Choice) -> list[Resolution]:
    """Return the panels that the artist has to be warned of."""
    if choice.format == "webtoon":
        return []
    least = limit(choice)
    return [one for one in resolutions(source, pages, choice.enlarge) if one.dpi < least]


def to_enlarge(source: Source, pages: Iterable[int], choice: Choice) -> list[str]:
    """Return the sha256 of the pictures that are worth enlarging, each once."""
    least = limit(choice)
    soft = [one.panel for one in resolutions(source, pages) if one.dpi < least]
    return list(dict.fromkeys(source.takes[panel.id].picture.sha256 for panel in soft))
