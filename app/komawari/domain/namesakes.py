"""Characters of one name: ids tell them apart, people need something to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import count

from komawari.domain.character import Character

LONGEST = 190
"""Letters of a name that stay before a number; a title has 200."""


def namesakes(characters: Iterable[Character]) -> dict[str, tuple[int, int]]:
    """Return of everybody who shares a name: their place among all of that name, from 1, and how many these are."""
    same: dict[str, list[str]] = defaultdict(list)
    for one in characters:
        same[_heard(one.name)].append(one.id)
    shared = (ids for ids in same.values() if len(ids) > 1)
    return {one: (place, len(ids)) for ids in shared for place, one in enumerate(ids, 1)}


def free_name(name: str, characters: Iterable[Character]) -> str:
    """Return a name that nobody has yet: the given one, or with the first number behind it that is free."""
    taken = {_heard(one.name) for one in characters}
    tried = (name if number == 1 else f"{name[:LONGEST].rstrip()} {number}" for number in count(1))
    return next(one for one in tried if _heard(one) not in taken)


def _heard(name: str) -> str:
    return " ".join(name.casefold().split())
