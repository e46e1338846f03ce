"""Which Danbooru tags exist: the renderer says only what a tag can say."""

from __future__ import annotations

import csv
from functools import lru_cache

import komawari_resources


@lru_cache(maxsize=1)
def danbooru_tags() -> frozenset[str]:
    """Return the tags of the shipped list."""
    with komawari_resources.path("taxonomy", "tags.csv").open(newline="", encoding="utf-8") as file:
        return frozenset(row["tag"] for row in csv.DictReader(file))


@lru_cache(maxsize=4096)
def coloured(colour: str, thing: str) -> str:
    """Return `colour_thing` where Danbooru knows that tag, else the thing alone, else nothing."""
    for tag in (f"{colour}_{thing}", thing):
        if tag in danbooru_tags():
            return tag
    return ""


def known(*tags: str) -> tuple[str, ...]:
    """Return those of the tags that exist, in order, each once."""
    return tuple(dict.fromkeys(tag for tag in tags if tag in danbooru_tags()))
