"""Options that belong to one of several things: `VALUE` for each in turn, or `N:VALUE` for the N-th, from 0.

The numbers are those of request files: `--part 1:outfit` is of `references[1]`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from animeadapter.cli.options import OptionError, parse_names

NUMBERED = re.compile(r"(\d{1,3}):(.*)", re.DOTALL)


def numbered(option: str, given: Sequence[str], count: int, things: str) -> list[tuple[int, str]]:
    """Return (number, value) of a repeated option; the k-th value without a number belongs to the k-th thing.

    There are `count` of the `things` that it belongs to. Raises `OptionError`.
    """
    found, next_one = [], 0
    for text in given:
        match = NUMBERED.fullmatch(text)
        if match:
            number, value = int(match[1]), match[2]
        else:
            number, value, next_one = next_one, text, next_one + 1
        if number >= count:
            raise OptionError(f"{option}: {text!r} is for {things}[{number}]; there are {count or 'no'} {things}")
        found.append((number, value))
    return found


def once_each(option: str, given: Sequence[str], count: int, things: str) -> dict[int, str]:
    """Return number → value of an option that each thing may have once. Raises `OptionError`."""
    pairs = numbered(option, given, count, things)
    for number, _ in pairs:
        if sum(other == number for other, _ in pairs) > 1:
            raise OptionError(f"{option}: is given twice for {things}[{number}]")
    return dict(pairs)


def parse_float(option: str, text: str) -> float:
    """Return a number. Raises `OptionError`."""
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"{option}: {text!r} is no number") from None


def parse_indices(option: str, text: str) -> tuple[int, ...]:
    """Return the numbers of a comma-separated list. Raises `OptionError`."""
    names = parse_names(text)
    if not names or not all(name.isdecimal() and len(name) < 4 for name in names):
        raise OptionError(f"{option}: {text!r} is no list of numbers; write for example 0 or 0,2")
    return tuple(int(name) for name in names)
