"""Takes: the pictures that a panel was given, kept beside the document, where no undo takes them away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta

from animeadapter.protocol.request import Blob, ResolvedRequest, Sha256
from komawari.domain.base import Id, Part
from komawari.domain.character import Character, design_sha
from komawari.domain.panel import Panel

Pixels = Annotated[int, Meta(ge=1, le=100_000)]
Seconds = Annotated[float, Meta(ge=0)]


class DrawnWith(Part, frozen=True):
    """Which design of a character a take shows."""

    character: Id
    version: Annotated[int, Meta(ge=1)]
    sha: Sha256
    """`design_sha` of the character when the take was queued."""


class Take(Part, frozen=True):
    """One picture of a panel. It is never changed; it goes to the trash, and from there only by the artist's hand."""

    id: Id
    panel: Id
    picture: Blob
    width: Pixels
    height: Pixels
    made_at: Seconds
    """Seconds since 1970, UTC."""
    origin: Literal["drawn", "pasted"] = "drawn"
    drawn_with: tuple[DrawnWith, ...] = ()
    parent: Id | None = None
    """The take that a local edit began from."""
    resolved: ResolvedRequest | None = None
    """All that is needed to draw it again; None for a pasted picture."""
    trashed_at: Seconds | None = None


def drawn_with(panel: Panel, characters: Mapping[str, Character]) -> tuple[DrawnWith, ...]:
    """Return the designs that a panel would be drawn with now, mixers included."""
    named = dict.fromkeys(characters_in(panel))
    cast = [characters[name] for name in named if name in characters]
    return tuple(DrawnWith(one.id, one.version, design_sha(one)) for one in cast)


def edited_with(panel: Panel, parent: Take, characters: Mapping[str, Character]) -> tuple[DrawnWith, ...]:
    """Return the designs that a panel's local edit of a take shows: the take's own, and those borrowed from anew."""
    lenders = [characters[one.character] for one in panel.local_edit.mixer if one.character in characters]
    kept = {one.character: one for one in parent.drawn_with}
    new = {one.id: DrawnWith(one.id, one.version, design_sha(one)) for one in lenders}
    return tuple((new | kept).values())


def characters_in(panel: Panel) -> Iterator[str]:
    """Yield the ids of the characters that a panel's figures are drawn with."""
    for figure in panel.figures:
        if figure.character is not None:
            yield figure.character
        yield from (entry.character for entry in figure.mixer)


def stale_characters(take: Take, designs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the characters that look otherwise by now; `designs` is id → `design_sha`. A removed one is not stale."""
    return tuple(d.character for d in take.drawn_with if designs.get(d.character, d.sha) != d.sha)


def stale_panels(panels: Iterable[Panel], used: Mapping[str, Take], characters: Iterable[Character]) -> list[str]:
    """Return the ids of the panels whose take in use shows an older design; `used` is take id → take."""
    designs = {character.id: design_sha(character) for character in characters}
    shown = ((panel.id, used[panel.take]) for panel in panels if panel.take is not None and panel.take in used)
    return [panel for panel, take in shown if stale_characters(take, designs)]


def may_queue(panel: Panel) -> bool:
    """Return whether a panel may be drawn; one marked final is never queued."""
    return not panel.final
