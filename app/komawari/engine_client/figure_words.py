"""What is said of a figure: its character's own words, and of parts that it borrows, the lenders'."""

from __future__ import annotations

from collections.abc import Mapping

from komawari.domain.character import Character
from komawari.domain.panel import Figure
from komawari.engine_client.part_tags import about, without
from komawari.engine_client.words import own_words

Cast = Mapping[str, Character]


def figure_words(figure: Figure | None, cast: Cast) -> tuple[str, ...]:
    """Return the words of a figure; nothing of a character that is not there, or of nobody."""
    if figure is None:
        return ()
    own = own_words(cast.get(figure.character or ""))
    if not figure.mixer:
        return own
    lent = [word for entry in figure.mixer for word in about(own_words(cast.get(entry.character)), (entry.part,))]
    return (*without(own, (entry.part for entry in figure.mixer)), *lent)


def known_words(figure: Figure, cast: Cast) -> tuple[str, ...]:
    """Return all words that need not be said of a figure: those that it has, and those that it had but for loans."""
    return (*own_words(cast.get(figure.character or "")), *figure_words(figure, cast))
