"""Cases of the redrawing benchmark: an unseen character drawn once, and asked for in another picture.

The renderer draws the asked picture too, so posture and visible looks are known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec import structs

from animeadapter.protocol.request import Blob, Figure, GenerateRequest, Reference, Sampler, Size
from animeadapter.synthetic import BUCKETS, Drawing, Shot, draw, sample_identity, sample_shot
from animeadapter.synthetic.attributes import Attributes, attributes
from animeadapter.synthetic.command import caption
from animeadapter.synthetic.style import HOUSE, Style
from animeadapter.vision.pictures import encode_png

REFERENCES = {"full_body": (208, 312), "upper_body": (256, 256)}
"""What a reference shows, and its size (width, height)."""
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True)
class Case:
    """One character, its reference, and the picture that is asked for."""

    number: int
    reference: Drawing
    truth: Drawing
    """The asked picture as the renderer draws it."""
    shown: Attributes
    """What the asked picture shows of the character."""
    size: tuple[int, int]
    prompt: str
    """Count, act and shot; not a word on who it is."""
    seed: int
    """Of the noise."""


def build_case(seed: int, number: int, style: Style = HOUSE) -> Case:
    """Return case `number` of a seed, which depends on nothing else; the sizes take turns.

    `style` is that of the reference; the asked picture is in the house's.
    """
    rng = np.random.default_rng((seed, number))
    who = sample_identity(rng)
    first, place = reference_shot(rng, style)
    size = BUCKETS[number % len(BUCKETS)]
    shot = another_shot(rng, size, first)
    truth = draw([who], shot, size)
    return Case(
        number=number,
        reference=draw([who], first, place),
        truth=truth,
        shown=attributes(who, shot.acts[0], shot),
        size=size,
        prompt=anonymous(truth),
        seed=int(rng.integers(2**31)),
    )


def reference_shot(rng: np.random.Generator, style: Style = HOUSE) -> tuple[Shot, tuple[int, int]]:
    """Return a shot as references have it, the character clearly seen before a plain background, and its size."""
    framing = str(rng.choice(list(REFERENCES)))
    size = REFERENCES[framing]
    return sample_shot(rng, size, style=style, framing=framing, plain=True, views=("front", "turned")), size


def another_shot(rng: np.random.Generator, size: tuple[int, int], first: Shot) -> Shot:
    """Return a shot whose posture, expression and scene are other ones than the first's."""
    while True:
        shot = sample_shot(rng, size, style=HOUSE)
        old, new = first.acts[0], shot.acts[0]
        moved = (old.legs.name, old.arms.name) != (new.legs.name, new.arms.name)
        if moved and old.expression.name != new.expression.name and first.scene.name != shot.scene.name:
            return shot


def anonymous(drawing: Drawing) -> str:
    """Return a drawing's caption without the tags of who it shows, the count in front."""
    left_out = {*drawing.count_tags, *(tag for tags in drawing.identity_tags for tag in tags)}
    return ", ".join([*drawing.count_tags, *(tag for tag in caption(drawing) if tag not in left_out)])


def requests(case: Case, pack: str, steps: int | None) -> tuple[dict[str, GenerateRequest], dict[str, bytes]]:
    """Return the same request with and without the reference, and the files that it names."""
    picture, mask = encode_png(case.reference.image), encode_png(case.reference.foreground)
    without = GenerateRequest(
        prompt=case.prompt,
        seeds=(case.seed,),
        size=Size(*case.size),
        poses=(Figure(case.truth.poses[0]),),
        sampler=Sampler(steps=steps),
        pack=pack,
    )
    given = structs.replace(without, references=(Reference(Blob.of(picture), Blob.of(mask)),))
    return {WITH: given, WITHOUT: without}, {Blob.of(data).sha256: data for data in (picture, mask)}
