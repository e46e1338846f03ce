"""Sentences about a number of things."""

from __future__ import annotations


def counted(number: int, one: str, several: str) -> str:
    """Return the sentence about one thing or about several (none, too), with the number in the place of `{n}`."""
    return (one if number == 1 else several).replace("{n}", str(number))
