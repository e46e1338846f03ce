"""The words of a prompt, in the order that captions have in training: how many, who, what they do, the shot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from komawari.domain.character import Character

COUNTS = re.compile(r"\d\+?(girl|boy|other)s?|multiple_(girls|boys|others)|solo|no_humans")
"""Tags that say how many there are; captions begin with them."""
LAST = frozenset({"solo", "no_humans"})
"""Those that stand behind the others, whoever says them."""


def pieces(*texts: str) -> Iterator[str]:
    """Yield what stands between the commas of texts, each thing once however it is spelled, line breaks left out."""
    seen: set[str] = set()
    for text in texts:
        for part in text.split(","):
            piece = " ".join(part.split())
            if piece and (key := spelled(piece)) not in seen:
                seen.add(key)
                yield piece


def spelled(piece: str) -> str:
    """Return a tag as Danbooru spells it, by which two spellings of one are known to be the same."""
    return "_".join(piece.lower().split())


def own_words(character: Character | None) -> tuple[str, ...]:
    """Return a character's default tags and prompt."""
    return () if character is None else (*character.tags, character.prompt)


def in_order(before: Iterable[str], who: Iterable[str], after: Iterable[str]) -> str:
    """Return a prompt: the counts of all, then who it is, then all else.

    `before` are a panel's tags, of which all but the counts come behind the character, `after` what is said last.
    """
    every = list(pieces(*before, *who, *after))
    known = {spelled(piece) for piece in pieces(*who)}
    first = sorted((piece for piece in every if COUNTS.fullmatch(spelled(piece))), key=lambda one: spelled(one) in LAST)
    middle = [piece for piece in every if piece not in first and spelled(piece) in known]
    rest = [piece for piece in every if piece not in first and piece not in middle]
    return ", ".join((*first, *middle, *rest))


def left_over(prompt: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return a prompt's pieces without those that a character brings along anyway."""
    known = {spelled(piece) for piece in pieces(*words)}
    return tuple(piece for piece in pieces(prompt) if spelled(piece) not in known)
