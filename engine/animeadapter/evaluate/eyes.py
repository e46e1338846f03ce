"""How well a pack's eyes see unseen drawings of one and of two people, in training's styles and in the held-out one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from animeadapter.evaluate.rows import Row, at_least, at_most
from animeadapter.metrics.keypoints import KeypointTally
from animeadapter.metrics.overlap import SMALLEST_PART, deepest, iou, mean_part, part_ious
from animeadapter.packs.errors import PackError
from animeadapter.packs.load import load_pack
from animeadapter.protocol.parts import Part
from animeadapter.synthetic import BUCKETS, HELD_OUT, Drawing, draw, sample_identity, sample_shot
from animeadapter.vision.eyes import Eyes, Look

FOREGROUND, MEAN_PART = 0.95, 0.80
"""Least mean IoU."""
AKD, FAIL = 0.02, 0.02
"""Most mean distance of joints, and most people who are not found."""
STRANGE = " in the held-out style"


class Seen:
    """Figures over the drawings of one kind."""

    def __init__(self) -> None:
        self.ious: dict[str, list[float]] = {}
        self.poses = {people: KeypointTally() for people in (1, 2)}

    def add(self, drawing: Drawing, look: Look) -> None:
        """Count one drawing."""
        found = part_ious(look.parts, drawing.parts)
        found |= {f"click on {name}": value for name, value in _clicks(drawing, look).items()}
        for name, value in found.items():
            self.ious.setdefault(name, []).append(value)
        self.poses[len(drawing.poses)].add(drawing.poses, [person.pose for person in look.people])

    def mean(self, name: str) -> float:
        """Return the mean IoU of a name."""
        return float(np.mean(self.ious[name]))


def eyes(
    pack: str = "mini",
    *,
    count: int = 200,
    seed: int = 7301,
    device: str = "cpu",
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return IoU of foreground, parts and clicks, and AKD, MKR and Fail of one and of two people.

    Every second drawing shows two people, every fifth is in the held-out style and counted apart. Raises `PackError`
    if the pack cannot see.
    """
    loaded = load_pack(pack, device)
    if not loaded.has("vision"):
        raise PackError(f"{loaded.folder}: the pack cannot see; it has no vision part")
    net = Eyes.from_pretrained(loaded.path("vision"), loaded.device)
    known, strange = Seen(), Seen()
    for number in range(count):
        drawing = _drawn(seed, number)
        (strange if _strange(number) else known).add(drawing, net.look(drawing.image))
        on_picture(number + 1, count)
    return [*_rows(known, ""), *_rows(strange, STRANGE)]


def _strange(number: int) -> bool:
    return number % 5 == 4


def _drawn(seed: int, number: int) -> Drawing:
    """Return an unseen drawing; the sizes take turns."""
    rng = np.random.default_rng((seed, number))
    people = [sample_identity(rng) for _ in range(1 + number % 2)]
    style: dict[str, Any] = {"style": HELD_OUT} if _strange(number) else {}
    size = BUCKETS[number % len(BUCKETS)]
    return draw(people, sample_shot(rng, size, people=len(people), **style), size)


def _clicks(drawing: Drawing, look: Look) -> dict[str, float]:
    """Return IoU of what a click in the middle of the first person's hair, outfit and face finds."""
    found = {}
    for part in (Part.HAIR, Part.OUTFIT, Part.FACE):
        mask = (drawing.parts == part) & (drawing.instances == 1)
        if mask.sum() >= SMALLEST_PART:
            found[part.name.lower()] = iou(look.click([deepest(mask)], [True]) > 0, mask)
    return found


def _rows(seen: Seen, kind: str) -> list[Row]:
    """Return the rows of one kind of drawings; what is wanted holds for training's styles."""
    if not seen.ious:
        return []
    parts = [part.name.lower() for part in list(Part)[1:] if part.name.lower() in seen.ious]
    means = {name: seen.mean(name) for name in parts}
    rows = [_least(f"foreground{kind}, IoU", seen.mean("foreground"), FOREGROUND, kind)]
    rows.append(_least(f"mean part{kind}, IoU", mean_part(means), MEAN_PART, kind))
    clicked = [name for name in seen.ious if name.startswith("click on ")]
    rows += [Row(name=f"{name}{kind}, IoU", found=seen.mean(name)) for name in (*parts, *clicked)]
    for people, tally in seen.poses.items():
        figures = tally.figures()
        who = f"{'one person' if people == 1 else 'two people'}{kind}"
        if tally.people:
            rows.append(_most(f"AKD, {who}", figures["AKD"], AKD, kind))
            rows.append(_most(f"Fail, {who}", figures["Fail"], FAIL, kind))
            told = [(f"{name}, {who}", figures[name]) for name in ("MKR", "surplus")]
            rows += [Row(name=name, found=value) for name, value in told if not math.isnan(value)]
    return rows


def _least(name: str, found: float, limit: float, kind: str) -> Row:
    return Row(name=name, found=found) if kind else at_least(name, found, limit)


def _most(name: str, found: float, limit: float, kind: str) -> Row:
    if math.isnan(found):
        return Row(name=name, found="nobody was found", expected=limit, ok=None if kind else False)
    return Row(name=name, found=found) if kind else at_most(name, found, limit)
