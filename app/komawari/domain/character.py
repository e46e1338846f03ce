"""A character: what it is called, how it is described, and the pictures that say what it looks like."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import Blob, Scale, Sha256, encode
from komawari.domain.base import Id, Part, Tag, Text, Title


class CharacterPart(Part, frozen=True):
    """A part of a reference, which mixers can borrow alone."""

    id: Id
    part: PartName
    """What the engine takes it for."""
    name: Title = ""
    """The artist's own name; empty: the part's."""
    mask: Blob | None = None
    """Grey, white where the part is, as large as the reference. None: the engine finds it."""
    scale: Scale = 1.0


class CharacterReference(Part, frozen=True):
    """A picture of the character."""

    id: Id
    picture: Blob
    name: Title = ""
    mask: Blob | None = None
    """Grey, white where the character is, as large as the picture. None: the engine finds it."""
    parts: tuple[CharacterPart, ...] = ()
    scale: Scale = 1.0


class Character(Part, frozen=True):
    """Somebody who is drawn again and again."""

    id: Id
    """The same in the library and in every project it was copied to."""
    name: Title
    notes: Text = ""
    labels: tuple[Tag, ...] = ()
    """To be found by; they are not drawn."""
    prompt: Text = ""
    """Default prompt and tags, added wherever the character is drawn."""
    tags: tuple[Tag, ...] = ()
    references: tuple[CharacterReference, ...] = ()
    version: Annotated[int, Meta(ge=1)] = 1
    """Grows by one with every change of the design."""
    library: Sha256 | None = None
    """`content_sha` of the library's character when this copy last took it over or declined it."""


def design_sha(character: Character) -> str:
    """Return the sha256 of all that decides how the character is drawn; a new name or note changes nothing."""
    design = msgspec.structs.replace(character, name="", notes="", labels=(), version=1, library=None)
    return hashlib.sha256(encode(design)).hexdigest()


def content_sha(character: Character) -> str:
    """Return the sha256 of all that an artist typed or painted: everything but the version and where it is from."""
    content = msgspec.structs.replace(character, version=1, library=None)
    return hashlib.sha256(encode(content)).hexdigest()


def offers_update(library: Character, copy: Character) -> bool:
    """Return whether the library's character has something that this project's copy neither has nor declined."""
    sha = content_sha(library)
    return sha != content_sha(copy) and sha != copy.library
