"""What can be asked about a drawn character: classes for judges and auxiliary losses, and when a picture shows them."""

from __future__ import annotations

from dataclasses import dataclass

from animeadapter.synthetic import palette
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.shot import Act, Shot
from animeadapter.synthetic.wardrobe import ACCESSORIES, BANGS, HAIR_STYLES, ON_FACE, ON_NECK, OUTFITS, PATTERNS, REACH

CLASSES: dict[str, tuple[str, ...]] = {
    "hair_colour": tuple(palette.HAIR),
    "hair_style": tuple(style.name for style in HAIR_STYLES),
    "bangs": tuple(BANGS),
    "eye_colour": tuple(palette.EYES),
    "skin": tuple(palette.SKIN),
    "outfit_kind": tuple(kind.name for kind in OUTFITS),
    "main_colour": tuple(palette.CLOTH),
    "second_colour": tuple(palette.CLOTH),
    "pattern": tuple(PATTERNS),
}
"""Attribute to its classes; a character has exactly one of each that it has at all."""
WORN = tuple(ACCESSORIES)
"""Accessories: a character may wear several, or none."""


@dataclass(frozen=True)
class Attributes:
    """One character's classes as indices into `CLASSES`; None where the picture does not show the attribute."""

    classes: dict[str, int | None]
    worn: tuple[bool | None, ...]
    """For each of `WORN`: worn, not worn, or None where it could not be seen."""


def attributes(who: Identity, act: Act, shot: Shot) -> Attributes:
    """Return what a picture of this character in this shot shows."""
    g = who.garments
    reach, behind = REACH[shot.framing], act.view == "behind"
    coloured = shot.style.saturation > 0.3
    one_hair = who.hair_second not in ("gradient", "two-tone")
    top, chest = reach >= 1, reach >= 1 and shot.framing != "portrait"
    eyes_open = (
        max(act.expression.eyes) > 0.3 and not behind and who.bangs != "over_one_eye" and not who.has("eyepatch")
    )
    below = g.kind.nouns[1] in ("apron", "shirt") and chest and not behind
    second = not g.kind.bottom_is_main and reach >= 3
    patterned = chest if g.pattern_on == "main" else second
    values = {
        "hair_colour": who.hair_colour if coloured and one_hair else None,
        "hair_style": who.hair.name,
        "bangs": who.bangs if not behind and act.view != "side" else None,
        "eye_colour": who.eye_colour if coloured and eyes_open and who.other_eye_rgb is None else None,
        "skin": who.skin if coloured and not behind else None,
        "outfit_kind": g.kind.name if chest and not behind else None,
        "main_colour": g.main if coloured and top else None,
        "second_colour": g.second if coloured and (below or second) else None,
        "pattern": g.pattern if patterned else None,
    }
    classes = {name: None if value is None else CLASSES[name].index(value) for name, value in values.items()}
    return Attributes(classes, tuple(_worn(who, name, reach, behind) for name in WORN))


def _worn(who: Identity, name: str, reach: int, behind: bool) -> bool | None:
    hidden = (behind and name in (ON_FACE | {"necklace", "hairclip", "choker", "earrings", "sunglasses"})) or (
        reach == 0 and name in (ON_NECK | {"wings", "cape", "backpack", "cat_tail"})
    )
    if hidden or (reach < 2 and name in ("cat_tail", "cape")):
        return None
    return who.has(name) is not None
