"""A figure's references as a request has them: the character's own, and the parts that the mixer borrows instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import PartMask, Reference
from komawari.domain.base import DomainError
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.panel import Figure, MixerEntry

EVERY_PART: tuple[PartName, ...] = get_args(PartName)
LARGEST_SCALE = 4.0
Cast = Mapping[str, Character]


def references_of(figure: Figure, cast: Cast) -> tuple[Reference, ...]:
    """Return what says how a figure looks. A part that the mixer names comes from there alone, not from the
    character's own references too. Raises `DomainError` where the figure names what is not there."""
    borrowed = {entry.part for entry in figure.mixer}
    own = [one for reference in _chosen(figure, cast) for one in _own(reference, figure.scale, borrowed)]
    return (*own, *(one for entry in figure.mixer for one in _borrowed(entry, figure.scale, cast)))


def scaled(*factors: float) -> float:
    """Return a product of scales, held within what requests take."""
    product = 1.0
    for factor in factors:
        product *= factor
    return min(product, LARGEST_SCALE)


def _chosen(figure: Figure, cast: Cast) -> tuple[CharacterReference, ...]:
    if figure.character is None:
        return ()
    character = _member(cast, figure.character)
    if not figure.references:
        return character.references
    return tuple(_reference(character, name) for name in figure.references)


def _own(reference: CharacterReference, scale: float, borrowed: set[PartName]) -> Iterator[Reference]:
    """Yield a reference of the character's own without the parts that are borrowed from elsewhere.

    Naming no part is the whole character; parts are named only where one is left out or weighs more or less. A part
    that has no mask is found by the pack's eyes.
    """
    said = {part.part for part in reference.parts if part.scale != 1.0}
    wanted = [name for name in EVERY_PART if name not in borrowed]
    total = scaled(reference.scale, scale)
    if not borrowed and not said:
        yield Reference(reference.picture, reference.mask, scale=total)
    elif wanted:
        yield from _with_parts(reference, wanted, total)


def _borrowed(entry: MixerEntry, scale: float, cast: Cast) -> Iterator[Reference]:
    reference = _reference(_member(cast, entry.character), entry.reference)
    yield from _with_parts(reference, [entry.part], scaled(reference.scale, entry.scale, scale))


def _with_parts(reference: CharacterReference, names: list[PartName], scale: float) -> Iterator[Reference]:
    """Yield a reference for these parts. A part of which the artist made two (two ribbons, say) needs a second one,
    as a reference of a request names each part once; both speak in the same place."""
    rounds: list[list[PartMask]] = [[]]
    for name in names:
        masks: list[CharacterPart | None] = [part for part in reference.parts if part.part == name] or [None]
        for index, part in enumerate(masks):
            if index == len(rounds):
                rounds.append([])
            rounds[index].append(PartMask(name) if part is None else PartMask(name, part.mask, part.scale))
    for parts in rounds:
        yield Reference(reference.picture, reference.mask, tuple(parts), scale)


def _member(cast: Cast, name: str) -> Character:
    if name not in cast:
        raise DomainError(f"the character {name} is not in the project any more; choose another one")
    return cast[name]


def _reference(character: Character, name: str) -> CharacterReference:
    for reference in character.references:
        if reference.id == name:
            return reference
    raise DomainError(f"{character.name} has no reference {name} any more; choose another one")
