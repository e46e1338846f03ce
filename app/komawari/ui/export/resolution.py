"""Which pictures have too few pixels for what they are exported to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from komawari.domain.geometry.sizes import effective_dpi, picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.ui.export.choice import SCREEN, Choice
from komawari.ui.export.slices import slice_dpi
from komawari.ui.export.source import Source

PRINT = 200
"""Below this many dpi a printed picture is seen to be soft."""
ENLARGED = 4
"""How many times longer the engine's enlarged pictures are on each side."""
SLICED = 1.5
"""How many times longer than it is a picture may become in a slice: above that it is seen to be soft."""


class Resolution(NamedTuple):
    """How fine a panel's picture is on paper."""

    page: int
    """Numbers from 1, as is `number` of the panel."""
    number: int
    panel: Panel
    dpi: float
    times: float = 0.0
    """How many times longer it becomes on each side, where the export has a number of pixels and no paper; else 0."""


def resolutions(source: Source, pages: Iterable[int]) -> Iterator[Resolution]:
    """Yield how fine every picture of these pages is."""
    for page in pages:
        paper = source.page(page).paper
        for number, panel in enumerate(source.read_panels(page), 1):
            if (size := source.size(panel)) is not None:
                dpi = effective_dpi(picture_box(panel.frame, paper), size, panel.placement)
                yield Resolution(page, number, panel, dpi)


def limit(choice: Choice) -> float:
    """Return how many dpi are enough: 200, or on screens what the pixels of the export ask for.

    In slices, which have no dpi: how many times longer a picture may become.
    """
    if choice.format == "webtoon":
        return SLICED
    return min(PRINT, choice.dpi) if choice.format in SCREEN or choice.format == "png" else PRINT


def coarse(source: Source, pages: Iterable[int], choice: Choice) -> list[Resolution]:
    """Return the panels that the artist has to be warned of, those left out that will be fine when enlarged."""
    found = []
    for one in _soft(source, pages, choice):
        paper = source.page(one.page).paper
        dpi = one.dpi * (ENLARGED if choice.enlarge else 1)
        if dpi < _least(choice, paper):
            times = slice_dpi(paper) / dpi if choice.format == "webtoon" else 0.0
            found.append(one._replace(dpi=dpi, times=times))
    return found


def to_enlarge(source: Source, pages: Iterable[int], choice: Choice) -> list[str]:
    """Return the sha256 of the pictures that are worth enlarging, each once."""
    soft = (one.panel for one in _soft(source, pages, choice))
    return list(dict.fromkeys(source.takes[panel.id].picture.sha256 for panel in soft))


def _soft(source: Source, pages: Iterable[int], choice: Choice) -> Iterator[Resolution]:
    """Yield the panels whose pictures are too coarse as they are."""
    return (one for one in resolutions(source, pages) if one.dpi < _least(choice, source.page(one.page).paper))


def _least(choice: Choice, paper: Paper) -> float:
    """Return below which dpi a picture is too coarse on a page."""
    return slice_dpi(paper) / SLICED if choice.format == "webtoon" else limit(choice)
