"""The benchmark of semantic local edits: a region takes the hair, or the outfit, of another character's picture.

The cases are those of the local edits, but no word says what is to come: the colour is in the lender's picture alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from animeadapter.evaluate.asking import Engine
from animeadapter.evaluate.cases import anonymous, reference_shot
from animeadapter.evaluate.edits import ASKED, EditCase, Edited, Edits, edit_request
from animeadapter.evaluate.rows import Row
from animeadapter.generate.events import Pixels
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import Blob, GenerateRequest, PartMask, PartName, Reference
from animeadapter.synthetic import Drawing, Identity, draw, palette, sample_identity
from animeadapter.synthetic.draw import labelled_part
from animeadapter.vision.pictures import encode_png

PARTS: dict[str, PartName] = {"hair_colour": "hair", "main_colour": "outfit"}


@dataclass(frozen=True)
class LentCase:
    """An edit, and who lends the part for it."""

    edit: EditCase
    lender: Drawing


class LentParts:
    """The task."""

    seed = 7501
    columns = ("picture", "mask", "lender", "edited", "asked colour")

    def __init__(self) -> None:
        self.edits = Edits(changed=0.70)

    def build(self, seed: int, number: int) -> LentCase:
        """Return a case; attributes and sizes take turns."""
        edit = self.edits.build(seed, number)
        rng = np.random.default_rng((seed, number, 1))
        shot, size = reference_shot(rng)
        return LentCase(edit, draw([_lender(rng, edit)], shot, size))

    def answer(self, case: LentCase, engine: Engine) -> tuple[Edited, list[Pixels]]:
        """Return what came of a case."""
        after = engine.draw(*lent_request(case, engine))
        return self.edits.told(case.edit, engine, after, [case.lender.image])

    def rows(self, answers: list[Edited]) -> list[Row]:
        """Return the figures."""
        return self.edits.rows(answers)


def lent_request(case: LentCase, engine: Engine) -> tuple[GenerateRequest, dict[str, bytes]]:
    """Return the request of a case and the files that it names."""
    request, blobs = edit_request(case.edit, engine)
    attribute = case.edit.attribute
    picture, foreground = encode_png(case.lender.image), encode_png(case.lender.foreground)
    mask = encode_png(labelled_part(case.lender, Part(ASKED[attribute])))
    blobs |= {Blob.of(data).sha256: data for data in (picture, foreground, mask)}
    part = PartMask(PARTS[attribute], Blob.of(mask))
    lender = Reference(Blob.of(picture), Blob.of(foreground), (part,))
    return structs.replace(request, prompt=anonymous(case.edit.wanted), references=(lender,)), blobs


def _lender(rng: np.random.Generator, edit: EditCase) -> Identity:
    """Return another character, of whose hair or clothes the asked colour is the only one that counts."""
    while True:
        who = sample_identity(rng)
        if edit.attribute == "hair_colour" and not who.hair_second:
            return replace(who, hair_colour=edit.colour, hair_rgb=palette.HAIR[edit.colour])
        if edit.attribute == "main_colour" and who.garments.second != edit.colour:
            garments = replace(who.garments, main=edit.colour, main_rgb=palette.CLOTH[edit.colour])
            return replace(who, garments=garments)
