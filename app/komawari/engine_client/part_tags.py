"""Which part of a figure a tag speaks of, by the groups of the tag taxonomy.

Whose hair is borrowed from another character is not to be called blonde any longer because the own hair is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache

import komawari_resources
from animeadapter.protocol.parts import PartName
from komawari.engine_client.words import pieces, spelled

GROUPS: dict[PartName, tuple[str, ...]] = {
    "hair": ("hair",),
    "face": ("face", "eyes"),
    "skin": ("skin",),
    "outfit": (
        "full_body_wear", "upper_body_wear", "lower_body_wear", "garment_detail", "pattern", "print", "neck", "waist",
        "arms", "shoulders", "hands", "legs", "feet",
    ),
    "accessory": (
        "headwear", "head_accessories", "head_parts", "jewelry", "eyewear", "face_wear", "accessories", "ears", "tail",
        "wings",
    ),
    "prop": ("held_items",),
}  # fmt: skip
"""Part → the taxonomy's groups of looks that it has; what somebody does is nobody's look."""


@lru_cache(maxsize=1)
def parts_by_tag() -> dict[str, PartName]:
    """Return tag → part, for all tags that say how a part looks."""
    part_of = {group: part for part, groups in GROUPS.items() for group in groups}
    with komawari_resources.path("taxonomy", "tags.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["tag"], row["subgroup"]) for row in csv.DictReader(file) if row["kind"] == "attribute"]
    return {tag: part_of[group] for tag, group in rows if group in part_of}


def about(words: Iterable[str], parts: Iterable[PartName]) -> tuple[str, ...]:
    """Return those pieces of words, in their order, that say how one of some parts looks."""
    wanted, known = frozenset(parts), parts_by_tag()
    return tuple(piece for piece in pieces(*words) if known.get(spelled(piece)) in wanted)


def without(words: Iterable[str], parts: Iterable[PartName]) -> tuple[str, ...]:
    """Return the pieces of words, in their order, but for those that say how one of some parts looks."""
    wanted, known = frozenset(parts), parts_by_tag()
    return tuple(piece for piece in pieces(*words) if known.get(spelled(piece)) not in wanted)
