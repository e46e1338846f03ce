"""What a redrawing keeps of a character: the judge's answers turned into figures.

A figure is how often the judge names an attribute rightly, less what chance would give; *kept* is that of the
redrawings divided by that of the true pictures after the autoencoder, so that neither the judge's mistakes nor the
autoencoder's count against the adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from animeadapter.evaluate.cases import WITH, WITHOUT
from animeadapter.evaluate.rows import Row, at_least, at_most
from animeadapter.metrics.accuracy import found_beyond_chance, kappa
from animeadapter.metrics.judge import Verdict
from animeadapter.metrics.keypoints import KeypointTally

CEILING = "ceiling"
KINDS = (WITH, WITHOUT, CEILING)
CLASSES_KEPT = ("hair_colour", "hair_style", "outfit_kind", "main_colour", "second_colour")
ACCESSORY, COLOURS = "accessory", "colours"
IN_COLOURS = ("hair_colour", "main_colour")
ALL = "all"
POSTURE = {"AKD": 0.06, "MKR": 0.10, "Fail": 0.05}
"""Most of each that is wanted of poses."""
KEPT, AHEAD = 0.60, 0.40
"""Wanted of the colours in every bucket: so much kept, and so much more than without a reference."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One case: what the asked picture shows, and what the judge saw in each of its three pictures."""

    number: int
    size: tuple[int, int]
    prompt: str
    seed: int
    truth: dict[str, str]
    """Attribute → what it is, where the picture shows it."""
    worn: dict[str, bool]
    """Accessory → whether it is worn, where the picture would show it."""
    said: dict[str, Verdict]
    """Kind of picture → verdict."""

    @property
    def bucket(self) -> str:
        """Return the size as people write it."""
        return f"{self.size[0]}x{self.size[1]}"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One attribute in one bucket. Figures are beyond chance; None where there are too few pictures to tell."""

    attribute: str
    bucket: str
    shown: int
    """Pictures that show it; of accessories, how many are worn in sight."""
    given: float | None = msgspec.field(name="with")
    without: float | None
    ceiling: float | None
    kept: float | None
    """with / ceiling"""
    kept_without: float | None
    """without / ceiling"""


def figures(answers: Sequence[Answered]) -> list[Kept]:
    """Return every attribute's figures in every bucket, and over all buckets together."""
    groups = {bucket: [a for a in answers if a.bucket == bucket] for bucket in dict.fromkeys(a.bucket for a in answers)}
    return [kept for bucket, some in {**groups, ALL: list(answers)}.items() for kept in _of_bucket(bucket, some)]


def _of_bucket(bucket: str, answers: Sequence[Answered]) -> list[Kept]:
    found = {name: _attribute(name, bucket, answers) for name in CLASSES_KEPT}
    return [*found.values(), _accessory(bucket, answers), _colours(bucket, [found[name] for name in IN_COLOURS])]


def _attribute(name: str, bucket: str, answers: Sequence[Answered]) -> Kept:
    seen = [a for a in answers if name in a.truth]
    return _kept(
        name, bucket, len(seen), {k: kappa([(a.truth[name], a.said[k].classes[name]) for a in seen]) for k in KINDS}
    )


def _accessory(bucket: str, answers: Sequence[Answered]) -> Kept:
    def marks(kind: str) -> dict[str, list[tuple[bool, bool]]]:
        told: dict[str, list[tuple[bool, bool]]] = {}
        for answer in answers:
            for name, worn in answer.worn.items():
                told.setdefault(name, []).append((worn, name in answer.said[kind].worn))
        return told

    shown = sum(worn for answer in answers for worn in answer.worn.values())
    return _kept(ACCESSORY, bucket, shown, {kind: found_beyond_chance(marks(kind)) for kind in KINDS})


def _kept(attribute: str, bucket: str, shown: int, by_kind: Mapping[str, float | None]) -> Kept:
    ceiling = by_kind[CEILING]
    return Kept(
        attribute=attribute,
        bucket=bucket,
        shown=shown,
        given=by_kind[WITH],
        without=by_kind[WITHOUT],
        ceiling=ceiling,
        kept=share_of(by_kind[WITH], ceiling),
        kept_without=share_of(by_kind[WITHOUT], ceiling),
    )


def share_of(value: float | None, ceiling: float | None) -> float | None:
    """Return a figure as a share of its ceiling; None where the ceiling is not above chance."""
    return None if value is None or ceiling is None or ceiling <= 0 else value / ceiling


def _colours(bucket: str, both: Sequence[Kept]) -> Kept:
    """Return the means of two attributes' figures, shares included."""

    def mean(of: Callable[[Kept], float | None]) -> float | None:
        values = [value for value in map(of, both) if value is not None]
        return sum(values) / len(values) if len(values) == len(both) else None

    return Kept(
        attribute=COLOURS,
        bucket=bucket,
        shown=min(kept.shown for kept in both),
        given=mean(lambda kept: kept.given),
        without=mean(lambda kept: kept.without),
        ceiling=mean(lambda kept: kept.ceiling),
        kept=mean(lambda kept: kept.kept),
        kept_without=mean(lambda kept: kept.kept_without),
    )


def marks(kept: Sequence[Kept]) -> list[Row]:
    """Return what is wanted of the colours, bucket by bucket; what cannot be measured is missed."""
    rows = []
    for item in kept:
        if item.attribute == COLOURS and item.bucket != ALL:
            lead = None if item.kept is None or item.kept_without is None else item.kept - item.kept_without
            rows.append(_mark(f"colours kept, {item.bucket}", item.kept, KEPT))
            rows.append(_mark(f"colours kept more than without a reference, {item.bucket}", lead, AHEAD))
    return rows


def strange_marks(kept: Sequence[Kept]) -> list[Row]:
    """Return what is wanted of the colours where references are in a style that no training has seen."""
    found = {item.attribute: item.kept for item in kept if item.bucket == ALL}
    return [_mark(f"{name} kept, references in the held-out style", found.get(name), KEPT) for name in IN_COLOURS]


def postured(postures: Mapping[str, KeypointTally]) -> list[Row]:
    """Return how far the poses in pictures of each kind are from the asked ones; those with a reference have marks."""
    rows = []
    for kind, tally in postures.items():
        found = tally.figures()
        for name, limit in POSTURE.items():
            value = round(found[name], 4)
            text = f"{name} to the asked pose, {kind}"
            rows.append(at_most(text, value, limit) if kind == WITH else Row(name=text, found=value))
    return rows


def _mark(name: str, found: float | None, limit: float) -> Row:
    if found is None:
        return Row(name=name, found="not measurable", expected=limit, ok=False)
    return at_least(name, round(found, 4), limit)
