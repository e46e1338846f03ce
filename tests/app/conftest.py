"""A project of two pages with a character, and ids that count; windows that need no display."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count

import pytest

from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits import characters, pages, panels
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.paper import PRESETS
from komawari.domain.project import Page, Project

# Before Qt is imported by anything: without a display it would abort.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def named(number: int) -> str:
    """The id of a number."""
    return f"{number:032x}"


@pytest.fixture
def make_id() -> Callable[[], str]:
    numbers = count(1000)
    return lambda: named(next(numbers))


@pytest.fixture
def mari() -> Character:
    parts = (CharacterPart(named(92), "hair", mask=Blob("b" * 64)),)
    return Character(named(90), "Mari", references=(CharacterReference(named(91), Blob("a" * 64), parts=parts),))


@pytest.fixture
def project(mari: Character) -> Project:
    """Page 1 has panels 11 and 12, one above the other; page 2 is empty."""
    value = Project(named(0), "Test", pages=(Page(named(1), PRESETS["b5_manga"]),))
    value = characters.add_character(value, mari)
    value = panels.draw_panel(value, named(1), named(11), rectangle((10, 10, 110, 60)))
    value = panels.draw_panel(value, named(1), named(12), rectangle((10, 65, 110, 115)))
    return pages.add_page(value, named(2))
