"""How sharp a panel's picture is in print."""

from __future__ import annotations

from komawari.domain.geometry import sizes
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper
from komawari.domain.takes import Take
from komawari.ui.render.transforms import box_of

LOWEST = 200
"""Dots per inch below which print looks soft; export warns there."""


def effective_dpi(panel: Panel, take: Take, paper: Paper) -> float:
    """Return how many of a take's pixels go on an inch of paper, as the panel shows it."""
    return sizes.effective_dpi(box_of(panel, paper), (take.width, take.height), panel.placement)


def is_soft(panel: Panel, take: Take, paper: Paper) -> bool:
    """Return whether a panel's picture has fewer dots per inch than `LOWEST`."""
    return effective_dpi(panel, take, paper) < LOWEST
