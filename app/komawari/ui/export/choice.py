"""What the artist chose for an export, and which pages that means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from komawari.domain.paper import Dpi
from komawari.domain.project import Project
from komawari.ui.export.errors import ExportError

Format = Literal["png", "pdf", "psd", "cbz", "webtoon"]
Which = Literal["shown", "all", "some"]
SCREEN: frozenset[Format] = frozenset({"webtoon", "cbz"})
"""Made for screens: print's 200 dpi mean nothing to them."""


class Choice(msgspec.Struct, frozen=True):
    """One export, as the dialog shows it."""

    format: Format = "png"
    which: Which = "shown"
    some: str = ""
    """Page numbers, "1-3, 5", where `which` is "some"."""
    dpi: Dpi = 300
    bleed: bool = False
    """With what lies beyond the trim. PDF pages then are as large as the bleed, and say where the trim is."""
    enlarge: bool = False
    """Let the engine enlarge pictures that are too small for the dpi."""
    sketches: bool = False
    """With what is sketched over the pictures; in PSD files as hidden layers."""
    folder: str = ""
    name: Annotated[str, Meta(max_length=120)] = ""
    """What files are called, without number and ending."""


def remembered(stored: Mapping[str, Any], project: str) -> Choice | None:
    """Return the last choice for a project, or None. `stored`: project's id → choice, as settings keep it."""
    try:
        return msgspec.convert(stored[project], Choice) if project in stored else None
    except msgspec.ValidationError:
        return None


def numbers_chosen(choice: Choice, project: Project, shown: str) -> tuple[int, ...]:
    """Return which pages are meant, by number from 1. `shown` is the id of the page on screen. Raises `ExportError`."""
    count = len(project.pages)
    if choice.which == "all":
        return tuple(range(1, count + 1))
    if choice.which == "shown":
        return tuple(number for number, page in enumerate(project.pages, 1) if page.id == shown)
    return numbers_of(choice.some, count)


def numbers_of(text: str, count: int) -> tuple[int, ...]:
    """Return the page numbers that a text like "1-3, 5" names, in order. Raises `ExportError`."""
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.replace("–", "-").split(","))):
        first, dash, last = (one.strip() for one in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ExportError(f"pages: {part} is neither a number nor a range like 2-4")
        start, end = int(first), int(last or first)
        if not 1 <= start <= end <= count:
            raise ExportError(f"pages: {part} lies outside 1 to {count}")
        found.update(range(start, end + 1))
    if not found:
        raise ExportError("pages: write which ones, 1-3, 5 for instance")
    return tuple(sorted(found))
