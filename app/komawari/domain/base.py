"""What all parts of a document share: ids, the kinds of numbers and texts, strict checking, the base error.

Lengths are millimetres. A page's origin is the upper left corner of its trim; x goes right, y goes down.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from animeadapter.protocol.choices import explain
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.request import Blob

Id = Annotated[str, Meta(min_length=32, max_length=32)]
"""A uuid in hex. The decoder checks its length alone: a pattern would be a third of the time of opening a project."""
Title = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=10_000)]
Tag = Annotated[str, Meta(min_length=1, max_length=200)]
Length = Annotated[float, Meta(ge=0, le=20_000)]
Coordinate = Annotated[float, Meta(ge=-50_000, le=50_000)]
Point = tuple[Coordinate, Coordinate]
Frame = Annotated[tuple[Point, ...], Meta(min_length=3, max_length=64)]
"""Corners in order, clockwise as one sees them; see `geometry.polygon`."""


class DomainError(EngineError, ValueError):
    """An edit or a document is not possible; the message says which part of it and why."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What every part of a document is. Being frozen, parts form no cycles, so the collector need not watch them."""


P = TypeVar("P", bound=msgspec.Struct)


def new_id() -> str:
    """Return a new id. Callers make ids and hand them to edits, so that an edit remains a pure function."""
    return uuid.uuid4().hex


def changed(value: P, **fields: Any) -> P:
    """Return the value with other fields, checked; the very same object if nothing differs. Raises `DomainError`."""
    if all(getattr(value, name) == field for name, field in fields.items()):
        return value
    return checked(msgspec.structs.replace(value, **fields))


def checked(value: P) -> P:
    """Return a value that was built in Python, held to every rule of its decoding. Raises `DomainError`."""
    try:
        msgspec.convert(msgspec.to_builtins(value), type(value), strict=True)
    except (msgspec.ValidationError, ValueError) as error:
        raise DomainError(explain(str(error))) from None
    return value


def blobs(value: Any) -> Iterator[str]:
    """Yield the sha256 of every file that a value names, however deep.

    It follows all fields of all structs, so that a field added later is never forgotten.
    """
    if isinstance(value, Blob):
        yield value.sha256
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from blobs(getattr(value, field))
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from blobs(item)


def words_of(text: str) -> tuple[str, ...]:
    """Return a line of tags, cut at its commas, without empty and double ones."""
    return tuple(dict.fromkeys(tag for tag in (re.sub(r"\s+", " ", part).strip() for part in text.split(",")) if tag))
