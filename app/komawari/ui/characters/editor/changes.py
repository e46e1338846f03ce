"""Changes of a character's references and parts, as pure functions."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import Blob
from komawari.domain.base import DomainError, new_id
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits.changing import reordered, replaced, without

Change = Callable[[Character], Character]
WHOLE = ""
"""Stands in the place of a part's id for the whole character."""


def find_reference(character: Character, reference: str) -> CharacterReference:
    """Return a reference by its id. Raises `DomainError`."""
    for one in character.references:
        if one.id == reference:
            return one
    raise DomainError(f"character {character.name}: there is no reference {reference}")


def find_part(reference: CharacterReference, part: str) -> CharacterPart:
    """Return a part by its id. Raises `DomainError`."""
    for one in reference.parts:
        if one.id == part:
            return one
    raise DomainError(f"reference {reference.name}: there is no part {part}")


def set_reference(reference: str, **fields: object) -> Change:
    """Change fields of a reference."""

    def change(character: Character) -> Character:
        new = replace(find_reference(character, reference), **fields)
        return replace(character, references=replaced(character.references, new))

    return change


def remove_reference(reference: str) -> Change:
    """Remove a reference."""
    return lambda character: replace(character, references=without(character.references, {reference}))


def move_reference(reference: str, to: int) -> Change:
    """Move a reference to an index, counted without it."""

    def change(character: Character) -> Character:
        find_reference(character, reference)
        return replace(character, references=reordered(character.references, reference, to))

    return change


def set_part(reference: str, part: str, **fields: object) -> Change:
    """Change fields of a part."""

    def change(character: Character) -> Character:
        old = find_reference(character, reference)
        parts = replaced(old.parts, replace(find_part(old, part), **fields))
        return set_reference(reference, parts=parts)(character)

    return change


def add_part(reference: str, part: str, kind: PartName, name: str) -> Change:
    """Add a part with the id `part` and a name of the artist's own; the engine finds what its kind means until it has
    a mask."""

    def change(character: Character) -> Character:
        old = find_reference(character, reference)
        return set_reference(reference, parts=(*old.parts, CharacterPart(part, kind, name)))(character)

    return change


def remove_part(reference: str, part: str) -> Change:
    """Remove a part."""
    return lambda character: set_reference(
        reference, parts=without(find_reference(character, reference).parts, {part})
    )(character)


def set_mask(reference: str, part: str, mask: Blob | None) -> Change:
    """Give a part, or with `WHOLE` the character itself, another mask."""
    return set_part(reference, part, mask=mask) if part else set_reference(reference, mask=mask)


def new_part_id() -> str:
    """Return an id for `add_part`."""
    return new_id()
