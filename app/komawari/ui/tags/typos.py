"""Tags that were meant where what was typed has one slip of the fingers, at their beginning or at that of a word."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

SHORTEST = 4
"""Letters from which a slip is forgiven: of fewer almost anything would do."""
_WORD = re.compile(r"(?<=[_\-(])(?=[^_\-(])")


class Slips:
    """All words of some tags in order, so that each of the few hundred slips is found or not in a few steps."""

    def __init__(self, tags: Iterable[str]) -> None:
        pairs = sorted((tag[at:], tag) for tag in tags for at in (0, *(one.start() for one in _WORD.finditer(tag))))
        self._words, self._tags = [word for word, _ in pairs], [tag for _, tag in pairs]
        self._letters = sorted(set("".join(self._words)))

    def near(self, sought: str) -> dict[str, int]:
        """Return the tags that one letter too many, too few, wrong, or changed with its neighbour, makes of `sought`.

        With each its rank: 0 for the tag itself, 1 for its beginning, 2 for that of another word in it.
        """
        found: dict[str, int] = {}
        for meant in self._meant(sought) if len(sought) >= SHORTEST else ():
            at = bisect_left(self._words, meant)
            while at < len(self._words) and self._words[at].startswith(meant):
                word, tag = self._words[at], self._tags[at]
                rank = 2 if len(word) < len(tag) else int(word != meant)
                found[tag] = min(rank, found.get(tag, rank))
                at += 1
        return found

    def _meant(self, sought: str) -> Iterator[str]:
        for at in range(len(sought) + 1):
            head, tail = sought[:at], sought[at:]
            yield from (head + letter + tail for letter in self._letters)
            if tail:
                yield head + tail[1:]
                yield from (head + letter + tail[1:] for letter in self._letters)
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
