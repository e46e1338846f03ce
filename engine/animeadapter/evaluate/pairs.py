"""The benchmark of two characters in one panel: does each keep its own hair colour, with regions and without?

Both are drawn once as references; the renderer draws the asked picture too, so that postures and tags are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from msgspec import structs

from animeadapter.evaluate.asking import Engine, share
from animeadapter.evaluate.cases import WITH, WITHOUT, anonymous, reference_shot
from animeadapter.evaluate.kept import CEILING
from animeadapter.evaluate.rows import Row, at_least
from animeadapter.generate.events import Pixels
from animeadapter.protocol.request import Blob, Figure, GenerateRequest, Reference, Region, Sampler, Size
from animeadapter.synthetic import BUCKETS, Drawing, Identity, draw, sample_identity, sample_shot
from animeadapter.synthetic.style import HOUSE
from animeadapter.vision.pictures import encode_png

SIZES = tuple(size for size in BUCKETS if size[0] >= size[1])
FRAMINGS = ("full_body", "cowboy_shot", "upper_body")
VIEWS = ("front", "turned")
RIGHT = 0.75
MARGIN, NARROWEST = 6, 64
"""Pixels that are seen around a figure, and that its part of the picture measures at least."""


@dataclass(frozen=True)
class PairCase:
    """Two characters, their references, and the picture of both that is asked for."""

    number: int
    references: tuple[Drawing, Drawing]
    truth: Drawing
    colours: tuple[str, str]
    """Of their hair."""
    seed: int

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        return (self.truth.image.shape[1], self.truth.image.shape[0])


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge calls both figures' hair in each kind of picture."""

    number: int
    colours: tuple[str, str]
    said: dict[str, tuple[str, str]]

    def right(self, kind: str) -> tuple[bool, bool]:
        """Return of each figure whether its colour is right."""
        one, other = (said == colour for said, colour in zip(self.said[kind], self.colours, strict=True))
        return one, other


class Pairs:
    """The task."""

    seed = 7301
    columns = ("one", "other", "with regions", "without", "truth")

    def build(self, seed: int, number: int) -> PairCase:
        """Return a case; the sizes take turns."""
        rng = np.random.default_rng((seed, number))
        size = SIZES[number % len(SIZES)]
        one, other = _clearly_different(rng)
        framing = str(rng.choice(FRAMINGS))
        shot = sample_shot(rng, size, people=2, style=HOUSE, framing=framing, views=VIEWS)
        references = (draw([one], *reference_shot(rng)), draw([other], *reference_shot(rng)))
        colours = (one.hair_colour, other.hair_colour)
        return PairCase(number, references, draw([one, other], shot, size), colours, int(rng.integers(2**31)))

    def answer(self, case: PairCase, engine: Engine) -> tuple[Paired, list[Pixels]]:
        """Return what came of a case."""
        asked, blobs = pair_requests(case, engine)
        pictures = {kind: engine.draw(request, blobs) for kind, request in asked.items()}
        pictures[CEILING] = engine.restored(case.truth.image)
        said = {kind: _said(picture, case.truth, engine) for kind, picture in pictures.items()}
        shown = [*(r.image for r in case.references), pictures[WITH], pictures[WITHOUT], case.truth.image]
        return Paired(number=case.number, colours=case.colours, said=said), shown

    def rows(self, answers: list[Paired]) -> list[Row]:
        """Return the figures: both right together, then figure by figure."""
        both = {kind: share([all(a.right(kind)) for a in answers]) for kind in (WITH, WITHOUT, CEILING)}
        each = {kind: share([mark for a in answers for mark in a.right(kind)]) for kind in both}
        names = {WITH: "with regions", WITHOUT: "without regions", CEILING: "in the renderer's own picture"}
        return [
            at_least("hair colours on the right figures, with regions", both[WITH], RIGHT),
            *(Row(name=f"hair colours on the right figures, {names[k]}", found=both[k]) for k in (WITHOUT, CEILING)),
            *(Row(name=f"hair colour right, {name}", found=each[kind]) for kind, name in names.items()),
        ]


def pair_requests(case: PairCase, engine: Engine) -> tuple[dict[str, GenerateRequest], dict[str, bytes]]:
    """Return the same request with regions and without, and the files that it names."""
    blobs: dict[str, bytes] = {}
    references = []
    for drawing in case.references:
        picture, mask = encode_png(drawing.image), encode_png(drawing.foreground)
        blobs |= {Blob.of(data).sha256: data for data in (picture, mask)}
        references.append(Reference(Blob.of(picture), Blob.of(mask)))
    without = GenerateRequest(
        prompt=anonymous(case.truth),
        seeds=(case.seed,),
        size=Size(*case.size),
        references=tuple(references),
        poses=tuple(Figure(pose) for pose in case.truth.poses),
        sampler=Sampler(steps=engine.steps),
        pack=engine.pack,
    )
    regions = tuple(Region(figure=k, references=(k,), prompt=_prompt(case, k)) for k in range(2))
    return {WITH: structs.replace(without, regions=regions), WITHOUT: without}, blobs


def _prompt(case: PairCase, figure: int) -> str:
    """Return what one figure does, in words that do not say who it is."""
    count = [tag for tag in case.references[figure].count_tags if tag != "solo"]
    return ", ".join([*count, *case.truth.act_tags[figure]])


def _clearly_different(rng: np.random.Generator) -> tuple[Identity, Identity]:
    """Return two characters, each with hair of one colour, and not the same."""
    while True:
        one, other = sample_identity(rng), sample_identity(rng)
        if not one.hair_second and not other.hair_second and one.hair_colour != other.hair_colour:
            return one, other


def _said(picture: Pixels, truth: Drawing, engine: Engine) -> tuple[str, str]:
    one, other = (engine.say(figure_crop(picture, truth, k)).classes["hair_colour"] for k in range(2))
    return one, other


def figure_crop(picture: Pixels, truth: Drawing, figure: int) -> Pixels:
    """Return the part of a picture where the truth has one of its two figures, cut off halfway to the other."""
    places = [np.nonzero(truth.instances == k + 1) for k in range(2)]
    height, width = truth.instances.shape
    if not all(len(rows) for rows, _ in places):
        return picture
    rows, columns = places[figure]
    middle = round(sum(float(found[1].mean()) for found in places) / 2)
    leftmost = places[figure][1].mean() <= places[1 - figure][1].mean()
    left, right = (0, middle) if leftmost else (middle, width)
    across = _grown(int(columns.min()), int(columns.max()) + 1, left, right)
    return picture[_grown(int(rows.min()), int(rows.max()) + 1, 0, height), across]


def _grown(start: int, end: int, least: int, most: int) -> slice:
    """Return a span with a margin, within limits, and where they let it no shorter than the judge can read."""
    start, end = max(least, start - MARGIN), min(most, end + MARGIN)
    short = max(0, NARROWEST - (end - start))
    start = max(least, start - -(-short // 2))
    return slice(start, min(most, max(end, start + NARROWEST)))
