"""The parts into which a character is cut: the values of every part-label map, and the names in requests."""

from enum import IntEnum
from typing import Literal


class Part(IntEnum):
    """A pixel's label. Everything but the background belongs to the character."""

    BACKGROUND = 0
    HAIR = 1
    FACE = 2
    SKIN = 3
    OUTFIT = 4
    ACCESSORY = 5
    PROP = 6


COLOURS = (
    (245, 245, 245), (120, 80, 200), (250, 200, 170), (240, 150, 120), (70, 130, 220), (240, 190, 40), (80, 180, 90),
)  # fmt: skip
"""RGB in which each `Part` is shown."""

PartName = Literal["hair", "face", "skin", "outfit", "accessory", "prop"]
"""What a request may borrow from a reference."""


def label(name: PartName) -> Part:
    """Return the label that a request's part name stands for."""
    return Part[name.upper()]
