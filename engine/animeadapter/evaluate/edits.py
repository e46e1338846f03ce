"""The benchmark of local edits: a character's hair, or what it wears, is to take another colour, and all else to stay.

The renderer draws the same character with the asked colour, so tags and best possible picture are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import msgspec
import numpy as np

from animeadapter.evaluate.asking import Engine, share
from animeadapter.evaluate.rows import Row, at_least, at_most, exactly
from animeadapter.evaluate.seam import Gradient, gradient, jump
from animeadapter.generate.events import Pixels
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import Blob, Edit, Figure, GenerateRequest, Sampler
from animeadapter.synthetic import BUCKETS, Drawing, Identity, draw, palette, sample_identity, sample_shot
from animeadapter.synthetic.attributes import CLASSES, attributes
from animeadapter.synthetic.command import caption
from animeadapter.synthetic.style import HOUSE
from animeadapter.synthetic.vocabulary import known
from animeadapter.vision.pictures import encode_png

ASKED = {"hair_colour": Part.HAIR, "main_colour": Part.OUTFIT}
"""Attributes that are changed, in turn, and the part that shows them."""
FRAMINGS = ("upper_body", "cowboy_shot", "full_body")
GROWN = 0.02
"""How far the mask reaches beyond the part, in square roots of the picture's pixels."""
LEAST_PART = 0.01
"""Of the picture: what a part has to cover to be edited."""
JUMP = 1.2


@dataclass(frozen=True)
class EditCase:
    """A picture, the mask of one part, and which colour that is to have."""

    number: int
    picture: Drawing
    wanted: Drawing
    """The picture with the asked colour, as the renderer draws it."""
    mask: Pixels
    attribute: str
    colour: str
    seed: int


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one edit."""

    number: int
    attribute: str
    colour: str
    said: str
    """What the judge calls the colour afterwards."""
    said_of_wanted: str
    """What it calls that of the renderer's own picture, after the autoencoder."""
    changed_outside: int
    """Pixels outside the mask that are not what they were."""
    seam: Gradient
    seam_before: Gradient
    """The same in the untouched picture."""


class Edits:
    """The task."""

    seed = 7201
    columns = ("picture", "mask", "edited", "wanted")

    def __init__(self, changed: float = 0.60) -> None:
        """Want the asked colour in this share of the cases."""
        self.changed = changed

    def build(self, seed: int, number: int) -> EditCase:
        """Return a case; attributes and sizes take turns."""
        rng = np.random.default_rng((seed, number))
        attribute = list(ASKED)[number % len(ASKED)]
        size = BUCKETS[number % len(BUCKETS)]
        while True:
            who, framing = sample_identity(rng), str(rng.choice(FRAMINGS))
            shot = sample_shot(rng, size, style=HOUSE, framing=framing, views=("front", "turned"))
            picture = draw([who], shot, size)
            part = picture.parts == ASKED[attribute]
            new = recoloured(who, attribute, rng)
            shown = attributes(who, shot.acts[0], shot).classes[attribute] is not None and part.mean() > LEAST_PART
            if new and shown:
                wanted = draw([new[0]], shot, size)
                return EditCase(number, picture, wanted, _grown(part), attribute, new[1], int(rng.integers(2**31)))

    def answer(self, case: EditCase, engine: Engine) -> tuple[Edited, list[Pixels]]:
        """Return what came of a case."""
        return self.told(case, engine, engine.draw(*edit_request(case, engine)), [])

    def told(self, case: EditCase, engine: Engine, after: Pixels, others: list[Pixels]) -> tuple[Edited, list[Pixels]]:
        """Return what is to be said of an edited picture, and the pictures of the case."""
        before = case.picture.image
        outside = (after != before).any(-1) & (case.mask == 0)
        answer = Edited(
            number=case.number,
            attribute=case.attribute,
            colour=case.colour,
            said=engine.say(after).classes[case.attribute],
            said_of_wanted=engine.say(engine.restored(case.wanted.image)).classes[case.attribute],
            changed_outside=int(outside.sum()),
            seam=gradient(after, case.mask),
            seam_before=gradient(before, case.mask),
        )
        return answer, [before, np.repeat(case.mask[..., None], 3, -1), *others, after, case.wanted.image]

    def rows(self, answers: list[Edited]) -> list[Row]:
        """Return the figures."""
        right = {name: [a.said == a.colour for a in answers if a.attribute == name] for name in ASKED}
        best = [a.said_of_wanted == a.colour for a in answers]
        both = share([mark for marks in right.values() for mark in marks])
        return [
            at_least("asked attribute changed", both, self.changed),
            *(Row(name=f"asked attribute changed, {name}", found=share(marks)) for name, marks in right.items()),
            Row(name="asked attribute seen in the renderer's own picture", found=share(best)),
            exactly("pixels changed outside the mask", sum(a.changed_outside for a in answers), 0),
            at_most("gradient across the seam / around it", round(jump([a.seam for a in answers]), 4), JUMP),
            Row(name="the same before the edit", found=round(jump([a.seam_before for a in answers]), 4)),
        ]


def recoloured(who: Identity, attribute: str, rng: np.random.Generator) -> tuple[Identity, str] | None:
    """Return the same character with another colour of hair or cloth, and its name; None if none can be asked for."""
    garments = who.garments
    if attribute == "hair_colour":
        colours = [name for name in CLASSES[attribute] if name != who.hair_colour]
    else:
        # There are no tags for some garments in some colours; those cannot be asked for.
        others = [name for name in CLASSES[attribute] if name not in (garments.main, garments.second)]
        colours = [name for name in others if known(f"{name}_{garments.kind.nouns[0]}")]
    if not colours:
        return None
    colour = str(rng.choice(colours))
    if attribute == "hair_colour":
        return replace(who, hair_colour=colour, hair_rgb=palette.HAIR[colour]), colour
    return replace(who, garments=replace(garments, main=colour, main_rgb=palette.CLOTH[colour])), colour


def edit_request(case: EditCase, engine: Engine) -> tuple[GenerateRequest, dict[str, bytes]]:
    """Return the request of a case and the files that it names."""
    picture, mask = encode_png(case.picture.image), encode_png(case.mask)
    request = GenerateRequest(
        prompt=", ".join(caption(case.wanted)),
        seeds=(case.seed,),
        poses=(Figure(case.picture.poses[0]),),
        edit=Edit(Blob.of(picture), Blob.of(mask)),
        sampler=Sampler(steps=engine.steps),
        pack=engine.pack,
    )
    return request, {Blob.of(data).sha256: data for data in (picture, mask)}


def _grown(part: np.ndarray) -> Pixels:
    reach = max(1, round(GROWN * float(np.sqrt(part.size))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cv2.dilate(part.astype(np.uint8) * 255, kernel)
