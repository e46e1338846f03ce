"""The tags that artists know (Danbooru's, by frequency), in the clusters of the window, and which a pack knows."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property

import komawari_resources
from komawari.domain.base import words_of
from komawari.ui.tags.typos import Slips

NEVER = "-1"
"""The taxonomy's cluster of tags that no prompt should have."""
_BODY_ACTIONS = {"face": "expression", "eyes": "expression"}
_CLUSTERS = {"0": "cast", "1": "view", "2": "scene", "3": "pose", "5": "outfit"}
_SUBGROUPS = {
    "lighting": "style", "effects": "style", "palette": "style", "style": "style",
    "hair": "looks", "eyes": "looks", "skin": "looks", "body": "looks", "ears": "looks", "head_parts": "looks",
    "tail": "looks", "wings": "looks", "face": "looks", "torso": "looks",
}  # fmt: skip


class Cluster(Enum):
    """What a tag speaks about, in the order in which chips are shown."""

    CAST = "cast"
    EXPRESSION = "expression"
    POSE = "pose"
    VIEW = "view"
    SCENE = "scene"
    STYLE = "style"
    LOOKS = "looks"
    OUTFIT = "outfit"
    OTHER = "other"


ORDER = {cluster: index for index, cluster in enumerate(Cluster)}


@dataclass(frozen=True)
class TagEntry:
    """A tag, how many pictures have it, and what it speaks about."""

    tag: str
    count: int
    cluster: Cluster
    known: bool = True
    """Whether the pack in use knows it."""


class Vocabulary:
    """All tags that are proposed: the taxonomy's and the pack's."""

    def __init__(self, entries: Iterable[TagEntry], pack: Collection[str] | None = None) -> None:
        """`pack` are the tags that the pack knows; None: it takes any text. `entries` are read when first needed."""
        self._pack = None if pack is None else frozenset(pack)
        self._given = entries

    @cached_property
    def _entries(self) -> dict[str, TagEntry]:
        listed = [self._marked(entry) for entry in self._given]
        there = {entry.tag for entry in listed}
        listed += [TagEntry(tag, 0, Cluster.OTHER) for tag in sorted((self._pack or frozenset()) - there)]
        return {entry.tag: entry for entry in sorted(listed, key=lambda one: (not one.known, -one.count))}

    @cached_property
    def _slips(self) -> Slips:
        return Slips(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def for_pack(self, pack: Collection[str] | None) -> Vocabulary:
        """Return the same tags as another pack knows them."""
        return Vocabulary((entry for entry in self._entries.values() if entry.count), pack)

    def entry(self, tag: str) -> TagEntry:
        """Return what is known about a tag; one that nobody listed is `OTHER`."""
        tag = self.spelled(tag)
        return self._entries.get(tag) or TagEntry(tag, 0, Cluster.OTHER, self._pack is None)

    def knows(self, tag: str) -> bool:
        """Return whether the pack knows a tag; one that takes any text knows every one."""
        return self.entry(tag).known

    def spelled(self, tag: str) -> str:
        """Return a tag as the list writes it ("Long Hair" is "long_hair"); one that is not listed stays as it is."""
        tag = re.sub(r"\s+", " ", tag).strip()
        if tag in self._entries:
            return tag
        written = tag.lower().replace(" ", "_")
        return written if written in self._entries else tag

    def tags_of(self, text: str) -> tuple[str, ...]:
        """Return the tags of a line with commas, each as the list writes it."""
        return tuple(dict.fromkeys(self.spelled(tag) for tag in words_of(text)))

    def search(self, text: str, limit: int = 12, without: Collection[str] = ()) -> list[TagEntry]:
        """Return tags for what was typed: the same first, then beginnings, beginnings of words, and what contains it;
        where there are none of all these, tags that one slip of the fingers makes of it.

        Within each, tags that the pack knows come first, then the most frequent.
        """
        sought = re.sub(r"\s+", "_", text.strip().lower())
        if not sought:
            return []
        ranks: tuple[list[TagEntry], ...] = ([], [], [], [])
        for entry in self._entries.values():
            rank = _rank(entry.tag, sought)
            if rank is not None and entry.tag not in without:
                ranks[rank].append(entry)
        found = [entry for rank in ranks for entry in rank]
        if not found and not any(sought in tag for tag in without):
            near = self._slips.near(sought)
            meant = [entry for tag, entry in self._entries.items() if tag in near and tag not in without]
            found = sorted(meant, key=lambda entry: near[entry.tag])
        return found[:limit]

    def grouped(self, tags: Iterable[str]) -> dict[Cluster, list[TagEntry]]:
        """Return tags by their clusters, in the clusters' order."""
        groups: dict[Cluster, list[TagEntry]] = {}
        for tag in tags:
            entry = self.entry(tag)
            # The chip has to remove what the panel has, however it is spelled there.
            groups.setdefault(entry.cluster, []).append(TagEntry(tag, entry.count, entry.cluster, entry.known))
        return dict(sorted(groups.items(), key=lambda item: ORDER[item[0]]))

    def _marked(self, entry: TagEntry) -> TagEntry:
        known = self._pack is None or entry.tag in self._pack
        return entry if entry.known == known else TagEntry(entry.tag, entry.count, entry.cluster, known)


def _rank(tag: str, sought: str) -> int | None:
    at = tag.find(sought)
    if at < 0:
        return None
    if at == 0:
        return 0 if len(tag) == len(sought) else 1
    return 2 if tag[at - 1] in "_-(" or f"_{sought}" in tag else 3


def shown(tag: str) -> str:
    """Return a tag as people read it; faces such as `^_^` stay as they are."""
    return tag.replace("_", " ") if re.search(r"[a-z0-9]{2}", tag) else tag


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the tags of the taxonomy that ships with Komawari; a window begins without reading them."""
    return Vocabulary(_shipped_entries())


def _shipped_entries() -> Iterator[TagEntry]:
    with komawari_resources.path("taxonomy", "tags.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kept = (row for row in rows if row["cluster"] != NEVER)
    yield from (TagEntry(row["tag"], int(row["count"]), _cluster(row)) for row in kept)


def _cluster(row: dict[str, str]) -> Cluster:
    """Return where artists look for a tag: the paper's six clusters, with body parts told apart by look and action."""
    number, subgroup = row["cluster"], row["subgroup"]
    if number == "4":
        if row["kind"] == "motion":
            return Cluster(_BODY_ACTIONS.get(subgroup, "pose"))
        return Cluster(_SUBGROUPS.get(subgroup, "outfit"))
    if number == "2":
        return Cluster(_SUBGROUPS.get(subgroup, "scene"))
    return Cluster(_CLUSTERS.get(number, "other"))
