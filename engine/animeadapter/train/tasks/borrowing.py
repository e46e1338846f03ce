"""What a reference lends in training: which parts, and which tags of the caption it then stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from animeadapter import synthetic
from animeadapter.protocol.parts import Part
from animeadapter.synthetic.wardrobe import BANGS
from animeadapter.train.cache.records import Bytes, Record, parts_of
from animeadapter.train.seeds import rng
from animeadapter.train.settings import Pool

LENT = {
    Part.HAIR: ("hair",),
    Part.FACE: ("face",),
    Part.SKIN: (),
    Part.OUTFIT: ("outfit",),
    Part.ACCESSORY: ("accessories",),
}
"""Part → the groups of tags that it shows."""


@dataclass(frozen=True)
class Loan:
    """The parts that are borrowed (None: the whole character), and the identity's tags that then need no words."""

    parts: frozenset[Part] | None
    tags: frozenset[str]

    def mask(self, labels: Bytes) -> NDArray[np.float32]:
        """Return where a reference's labels (h, w) show what is borrowed, 0 or 1."""
        found = parts_of(np.asarray(labels))
        wanted = found != Part.BACKGROUND if self.parts is None else np.isin(found, [int(p) for p in self.parts])
        return wanted.astype(np.float32)


@lru_cache(maxsize=4096)
def tag_groups(pool: Pool, identity: int) -> dict[str, frozenset[str]]:
    """Return the tags of a pool's character by what shows them: hair, face, outfit, accessories.

    The character is cast again from the pool's seed, which is quick and needs no drawing.
    """
    who = synthetic.sample_identity(rng(pool.seed, "identity", identity))
    # The renderer names bangs with the face; they are seen in the hair.
    hair, face = {*who.hair_tags, *BANGS[who.bangs]}, {*who.face_tags}
    outfit = {*who.top_tags, *who.bottom_tags, *who.leg_tags, *who.shoe_tags}
    accessories = {*who.tags} - hair - face - outfit
    return {
        "hair": frozenset(hair),
        "face": frozenset(face),
        "outfit": frozenset(outfit),
        "accessories": frozenset(accessories),
    }


def borrow(pool: Pool, record: Record, labels: Bytes, partial: float, random: np.random.Generator) -> Loan:
    """Return what a sample borrows from a reference with these labels: all, or with chance `partial` some parts.

    Parts that the reference does not show are never asked for; skin comes with the face.
    """
    groups = tag_groups(pool, record.identity)
    if random.random() >= partial:
        return Loan(None, frozenset().union(*groups.values()))
    found = parts_of(np.asarray(labels))
    shown = [part for part in (Part.HAIR, Part.FACE, Part.OUTFIT, Part.ACCESSORY) if (found == part).any()]
    if len(shown) < 2:
        return Loan(None, frozenset().union(*groups.values()))
    count = int(random.integers(1, len(shown)))
    chosen = {shown[int(k)] for k in random.choice(len(shown), count, replace=False)}
    lent = {tag for part in chosen for group in LENT[part] for tag in groups[group]}
    if Part.FACE in chosen:
        chosen.add(Part.SKIN)
    return Loan(frozenset(chosen), frozenset(lent))
