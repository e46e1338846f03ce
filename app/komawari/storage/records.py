"""Documents as rows: a state's head with the keys of its pages and characters, and the journal's differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

from animeadapter.protocol.choices import explain
from komawari.domain.base import Part
from komawari.domain.character import Character
from komawari.domain.project import Page, Project, check_project
from komawari.storage.errors import DamagedError


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_WithId)


class Head(Part, frozen=True):
    """A state: the project without its pages and characters, and the rows where those are, in order."""

    project: Project
    pages: tuple[int, ...]
    characters: tuple[int, ...]
    edits: int = 0
    """How many edits lie between the last save and this state."""
    last: str = ""
    """The name of the last edit before this state, where it is not a save."""


class Delta(Part, frozen=True):
    """What an edit changed. Pages and characters that it left as they were are only named."""

    project: Project
    pages: tuple[str, ...]
    """Ids, in order."""
    characters: tuple[str, ...]
    new_pages: tuple[Page, ...] = ()
    new_characters: tuple[Character, ...] = ()


def bare(project: Project) -> Project:
    """Return the project without its pages and characters."""
    return replace(project, pages=(), characters=())


def encoded(value: msgspec.Struct) -> bytes:
    """Return a value as JSON."""
    return msgspec.json.encode(value)


def decoded(data: bytes, kind: type[Any], what: str) -> Any:
    """Return a value from JSON, strictly. Raises `DamagedError` that names the field."""
    try:
        return msgspec.json.decode(data, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DamagedError(f"{what}: {explain(str(error))}") from None


def difference(before: Project, after: Project) -> Delta:
    """Return what has to be known, beside `before`, to have `after`."""
    return Delta(
        bare(after),
        tuple(page.id for page in after.pages),
        tuple(character.id for character in after.characters),
        _new(before.pages, after.pages),
        _new(before.characters, after.characters),
    )


def applied(before: Project, delta: Delta) -> Project:
    """Return the project after a change. Raises `DamagedError` if the change belongs to another project."""
    pages = _merged(before.pages, delta.new_pages, delta.pages)
    characters = _merged(before.characters, delta.new_characters, delta.characters)
    return replace(delta.project, pages=pages, characters=characters)


def whole(head: Head, rows: Mapping[int, bytes]) -> Project:
    """Return a state's project from its rows. Raises `DamagedError`."""
    pages = tuple(_objects(head.pages, rows, Page, "page"))
    characters = tuple(_objects(head.characters, rows, Character, "character"))
    try:
        return check_project(replace(head.project, pages=pages, characters=characters))
    except ValueError as error:
        raise DamagedError(str(error)) from None


def _objects(keys: Sequence[int], rows: Mapping[int, bytes], kind: type[T], what: str) -> Iterable[T]:
    decoder = msgspec.json.Decoder(kind, strict=True)
    for number, key in enumerate(keys, 1):
        if key not in rows:
            raise DamagedError(f"{what} {number}: is missing in the file")
        try:
            yield decoder.decode(rows[key])
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
            raise DamagedError(f"{what} {number}: {explain(str(error))}") from None


def _new(before: Iterable[T], after: Iterable[T]) -> tuple[T, ...]:
    old = {id(one) for one in before}
    return tuple(one for one in after if id(one) not in old)


def _merged(before: Iterable[T], new: Iterable[T], ids: Iterable[str]) -> tuple[T, ...]:
    known = {one.id: one for one in before} | {one.id: one for one in new}
    try:
        return tuple(known[name] for name in ids)
    except KeyError as error:
        raise DamagedError(f"journal: {error.args[0]} is missing") from None
