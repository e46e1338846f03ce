"""What a run says while it works. Every run ends with its pictures, or with an error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.request import ResolvedRequest

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Notice:
    """Something that a person should know and that stops nothing."""

    message: str


@dataclass(frozen=True)
class Progress:
    """A step is done; steps are counted over all batches of the run."""

    step: int
    steps: int


@dataclass(frozen=True)
class Preview:
    """What a take looks like so far, small: uint8 (height, width, 3) RGB."""

    take: int
    step: int
    pixels: Pixels


@dataclass(frozen=True)
class Picture:
    """A finished take: uint8 (height, width, 3) RGB, and all that is needed to draw it again."""

    take: int
    seed: int
    pixels: Pixels
    resolved: ResolvedRequest


Event = Notice | Progress | Preview | Picture
