"""The benchmark of parts: hair is borrowed from a reference while the prompt asks for an outfit that it does not show.

The renderer draws the character in the other outfit, so tags and best possible picture are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np
from msgspec import structs

from animeadapter.evaluate.asking import Engine, share
from animeadapter.evaluate.cases import WITH, WITHOUT, reference_shot
from animeadapter.evaluate.kept import CEILING
from animeadapter.evaluate.rows import Row, at_least
from animeadapter.generate.events import Pixels
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import Blob, Figure, GenerateRequest, PartMask, Reference, Sampler, Size
from animeadapter.synthetic import BUCKETS, Drawing, Identity, draw, sample_identity, sample_shot
from animeadapter.synthetic.attributes import attributes
from animeadapter.synthetic.command import caption
from animeadapter.synthetic.draw import labelled_part
from animeadapter.synthetic.style import HOUSE
from animeadapter.synthetic.vocabulary import known
from animeadapter.vision.pictures import encode_png

HAIR, COLOUR, KIND = "hair_colour", "main_colour", "outfit_kind"
ASKED = (HAIR, COLOUR, KIND)
FRAMINGS = ("upper_body", "cowboy_shot", "full_body")
VIEWS = ("front", "turned")
RIGHT = 0.60


@dataclass(frozen=True)
class PartCase:
    """A character, and a picture of it in another's outfit."""

    number: int
    reference: Drawing
    truth: Drawing
    looks: dict[str, str]
    """What the picture is to show: the reference's hair colour, the outfit's kind and colour."""
    prompt: str
    """Everything but the hair."""
    seed: int


class Borrowed(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge sees of the asked looks in each kind of picture."""

    number: int
    looks: dict[str, str]
    said: dict[str, dict[str, str]]

    def right(self, kind: str, *names: str) -> bool:
        """Return whether all of these looks are right."""
        return all(self.said[kind][name] == self.looks[name] for name in names)


class Parts:
    """The task."""

    seed = 7401
    columns = ("reference", "hair only", "without", "truth")

    def build(self, seed: int, number: int) -> PartCase:
        """Return a case; the sizes take turns."""
        rng = np.random.default_rng((seed, number))
        size = BUCKETS[number % len(BUCKETS)]
        while True:
            who, dressed = _dressed_anew(rng)
            framing = str(rng.choice(FRAMINGS))
            shot = sample_shot(rng, size, style=HOUSE, framing=framing, views=VIEWS)
            shown = attributes(dressed, shot.acts[0], shot).classes
            if all(shown[name] is not None for name in ASKED):
                break
        truth = draw([dressed], shot, size)
        garments = dressed.garments
        return PartCase(
            number=number,
            reference=draw([who], *reference_shot(rng)),
            truth=truth,
            looks={HAIR: who.hair_colour, COLOUR: garments.main, KIND: garments.kind.name},
            prompt=", ".join(tag for tag in caption(truth) if tag not in who.hair_tags),
            seed=int(rng.integers(2**31)),
        )

    def answer(self, case: PartCase, engine: Engine) -> tuple[Borrowed, list[Pixels]]:
        """Return what came of a case."""
        asked, blobs = part_requests(case, engine)
        pictures = {kind: engine.draw(request, blobs) for kind, request in asked.items()}
        pictures[CEILING] = engine.restored(case.truth.image)
        verdicts = {kind: engine.say(picture).classes for kind, picture in pictures.items()}
        said = {kind: {name: seen[name] for name in ASKED} for kind, seen in verdicts.items()}
        shown = [case.reference.image, pictures[WITH], pictures[WITHOUT], case.truth.image]
        return Borrowed(number=case.number, looks=case.looks, said=said), shown

    def rows(self, answers: list[Borrowed]) -> list[Row]:
        """Return the figures; an outfit is right when its kind and its main colour are."""
        names = {WITH: "hair only", WITHOUT: "without a reference", CEILING: "in the renderer's own picture"}

        def found(kind: str, *looks: str) -> float:
            return share([answer.right(kind, *looks) for answer in answers])

        return [
            at_least("hair colour and outfit right, hair only", found(WITH, *ASKED), RIGHT),
            *(
                Row(name=f"hair colour and outfit right, {names[k]}", found=found(k, *ASKED))
                for k in (WITHOUT, CEILING)
            ),
            *(Row(name=f"hair colour right, {name}", found=found(kind, HAIR)) for kind, name in names.items()),
            *(Row(name=f"outfit's colour right, {name}", found=found(kind, COLOUR)) for kind, name in names.items()),
            *(Row(name=f"outfit's kind right, {name}", found=found(kind, KIND)) for kind, name in names.items()),
        ]


def part_requests(case: PartCase, engine: Engine) -> tuple[dict[str, GenerateRequest], dict[str, bytes]]:
    """Return the same request with the reference's hair and without, and the files that it names."""
    hair = encode_png(labelled_part(case.reference, Part.HAIR))
    picture, foreground = encode_png(case.reference.image), encode_png(case.reference.foreground)
    height, width = case.truth.image.shape[:2]
    without = GenerateRequest(
        prompt=case.prompt,
        seeds=(case.seed,),
        size=Size(width, height),
        poses=(Figure(case.truth.poses[0]),),
        sampler=Sampler(steps=engine.steps),
        pack=engine.pack,
    )
    borrowed = Reference(Blob.of(picture), Blob.of(foreground), (PartMask("hair", Blob.of(hair)),))
    files = {Blob.of(data).sha256: data for data in (picture, foreground, hair)}
    return {WITH: structs.replace(without, references=(borrowed,)), WITHOUT: without}, files


def _dressed_anew(rng: np.random.Generator) -> tuple[Identity, Identity]:
    """Return a character with hair of one colour, and the same in another's clothes of another kind and colour."""
    while True:
        who, other = sample_identity(rng), sample_identity(rng)
        old, new = who.garments, other.garments
        other_outfit = old.kind.name != new.kind.name and old.main != new.main
        # There are no tags for some kinds, nor for some in some colours; those cannot be asked for.
        sayable = known(*new.kind.tags) and known(f"{new.main}_{new.kind.nouns[0]}")
        if who.boy == other.boy and not who.hair_second and other_outfit and sayable:
            return who, replace(who, garments=new, accessories=())
