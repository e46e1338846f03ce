"""How much memory undo really holds: what an older value does not share with the newer one."""

from __future__ import annotations

import sys
from typing import Any

import msgspec


def held(old: Any, new: Any) -> int:
    """Return the bytes of all that hangs on `old` and not on `new`.

    Values are compared part by part, each with its namesake: fields by name, items with an id by id, others by place.
    What is the same object is shared, and is not looked into.
    """
    if old is new or old is None or isinstance(old, bool):
        return 0
    size = sys.getsizeof(old)
    if isinstance(old, msgspec.Struct):
        same = type(new) is type(old)
        fields = ((getattr(old, name), getattr(new, name) if same else None) for name in old.__struct_fields__)
        return size + sum(held(*pair) for pair in fields)
    if isinstance(old, tuple):
        return size + _items(old, new if isinstance(new, tuple) else ())
    if isinstance(old, dict):
        return size + sum(held(value, None) for item in old.items() for value in item)
    return size


def _items(old: tuple[Any, ...], new: tuple[Any, ...]) -> int:
    shared = {id(item) for item in new}
    names = {getattr(item, "id", None): item for item in new}
    total = 0
    for index, item in enumerate(old):
        if id(item) not in shared:
            name = getattr(item, "id", None)
            other = names.get(name) if name is not None else new[index] if index < len(new) else None
            total += held(item, other)
    return total
