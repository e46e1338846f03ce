"""How often a judge is right: mean recall, which rare classes weigh in as much as common ones, and Cohen's kappa."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from animeadapter.metrics.judge import Verdict

BENCHMARK = ("hair_colour", "hair_style", "outfit_kind", "main_colour", "worn")
"""The attributes on which the benchmark of redrawings rests."""
CLEAR_FRAMINGS = frozenset({"full_body", "cowboy_shot", "upper_body"})
CLEAR_VIEWS = frozenset({"front", "turned", "side"})
"""Where a judge has to be trusted: pictures that show a character's front or side, and more than its head."""
MEAN = "mean"


def mean_recall(pairs: Sequence[tuple[object, object]]) -> float:
    """Return balanced accuracy of (truth, answer) pairs: the mean over the true classes of their recall.

    NaN without pairs. Source: Brodersen et al. 2010, "The balanced accuracy and its posterior distribution".
    """
    right: dict[object, list[bool]] = {}
    for truth, answer in pairs:
        right.setdefault(truth, []).append(truth == answer)
    return float(np.mean([np.mean(marks) for marks in right.values()])) if right else float("nan")


def beyond_chance(share: float, chance: float) -> float | None:
    """Return what of an agreement is not chance: (p − c) / (1 − c), None where chance alone agrees always.

    Source: Cohen 1960, "A coefficient of agreement for nominal scales".
    """
    return None if chance >= 1.0 else (share - chance) / (1.0 - chance)


def kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Return the agreement of (truth, answer) pairs beyond chance; None where there is none to be had.

    Chance is the agreement of the truths with the same answers in any other order, so a judge that always gives
    the same answer has none left.
    """
    if not pairs:
        return None
    truths, answers = [truth for truth, _ in pairs], [answer for _, answer in pairs]
    chance = sum(truths.count(name) * answers.count(name) for name in set(truths)) / len(pairs) ** 2
    return beyond_chance(sum(t == a for t, a in pairs) / len(pairs), chance)


def found_beyond_chance(marks: Mapping[str, Sequence[tuple[bool, bool]]]) -> float | None:
    """Return how often what is worn is found, beyond chance; None where nobody wears anything.

    marks: accessory → (worn, found) of every picture that would show it. Chance is that of finding each where one
    looks at any picture at all, so a judge that finds everything everywhere has found nothing.
    """
    found = [mark for pairs in marks.values() for worn, mark in pairs if worn]
    if not found:
        return None
    rates = {name: float(np.mean([mark for _, mark in pairs])) for name, pairs in marks.items() if pairs}
    chance = float(np.mean([rates[name] for name, pairs in marks.items() for worn, _ in pairs if worn]))
    return beyond_chance(float(np.mean(found)), chance)


class Tally:
    """Counts a judge's answers against the truth, as `synthetic.attributes.Attributes` tells it."""

    def __init__(self, classes: Mapping[str, Sequence[str]], worn: Sequence[str]) -> None:
        self.classes, self.worn = classes, worn
        self.pairs: dict[str, list[tuple[str, str]]] = {name: [] for name in classes}
        self.marks: dict[str, list[tuple[bool, bool]]] = {name: [] for name in worn}

    def add(self, verdict: Verdict, classes: Mapping[str, int | None], worn: Sequence[bool | None]) -> None:
        """Take in one picture's verdict and truth; what the picture does not show (None) is left out."""
        for name, number in classes.items():
            if number is not None:
                self.pairs[name].append((self.classes[name][number], verdict.classes[name]))
        for name, truth in zip(self.worn, worn, strict=True):
            if truth is not None:
                self.marks[name].append((truth, name in verdict.worn))

    def figures(self) -> dict[str, float]:
        """Return balanced accuracy by attribute, `worn`'s (the mean over accessories), and the mean of all.

        What no picture showed is left out, and so are accessories that nobody, or everybody, wears.
        """
        found = {name: mean_recall(pairs) for name, pairs in self.pairs.items() if pairs}
        told = [mean_recall(marks) for marks in self.marks.values() if len({truth for truth, _ in marks}) == 2]
        if told:
            found["worn"] = float(np.mean(told))
        return {**found, MEAN: float(np.mean(list(found.values())))} if found else {}


def clearly_seen(framing: str, view: str) -> bool:
    """Return whether a picture is one of those on which a judge has to be trusted."""
    return framing in CLEAR_FRAMINGS and view in CLEAR_VIEWS
