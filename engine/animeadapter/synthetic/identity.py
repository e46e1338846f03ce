"""Who a character is: everything that stays the same from one panel to the next."""

from __future__ import annotations

from dataclasses import dataclass

from animeadapter.synthetic.skeleton import Build
from animeadapter.synthetic.vocabulary import coloured, known
from animeadapter.synthetic.wardrobe import (
    ACCESSORIES,
    BANGS,
    NOUN_OF_ACCESSORY,
    ON_BACK,
    ON_FACE,
    ON_NECK,
    PATTERNS,
    REACH,
    TALL,
    HairStyle,
    OutfitKind,
)

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Garments:
    """Colours (RGB and name) of the outfit's parts and what is on its cloth."""

    kind: OutfitKind
    main: str
    second: str
    accent: str
    main_rgb: RGB
    second_rgb: RGB
    accent_rgb: RGB
    pattern: str = "plain"
    pattern_on: str = "main"
    """Which part carries the pattern: main or second."""
    pattern_rgb: RGB = (255, 255, 255)
    pattern_size: float = 1.0
    bottom: str = "skirt"
    sleeve: str = "short"
    legwear: str = "bare"
    """bare, socks, kneehighs, thighhighs or pantyhose."""
    legwear_colour: str = "black"
    legwear_rgb: RGB = (54, 52, 60)
    shoes: str = "shoes"
    shoes_colour: str = "brown"
    shoes_rgb: RGB = (134, 88, 56)


@dataclass(frozen=True)
class Accessory:
    name: str
    colour: str
    rgb: RGB


@dataclass(frozen=True)
class Identity:
    """One character. `number` makes hair tips and the like its own."""

    number: int
    boy: bool
    build: Build
    skin: str
    skin_rgb: RGB
    hair: HairStyle
    hair_colour: str
    hair_rgb: RGB
    hair_second: str
    """'', streaked, gradient, two-tone or inner: how a second hair colour is worn."""
    hair_second_rgb: RGB
    bangs: str
    ahoge: bool
    sidelocks: bool
    eye_colour: str
    eye_rgb: RGB
    other_eye_rgb: RGB | None
    eye_shape: str
    """round, tsurime, tareme or jitome."""
    marks: tuple[str, ...]
    """freckles, mole, bandaid, scar or fang."""
    garments: Garments
    accessories: tuple[Accessory, ...]

    @property
    def top(self) -> float:
        """How far what is worn rises above the hair, in heads."""
        return max((TALL.get(a.name, 0.0) for a in self.accessories), default=0.0)

    def has(self, name: str) -> Accessory | None:
        return next((a for a in self.accessories if a.name == name), None)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the Danbooru tags of all that stays the same, in a fixed order: hair, face, outfit, accessories."""
        return self.seen_tags("full_body", from_behind=False)

    def seen_tags(self, framing: str, from_behind: bool) -> tuple[str, ...]:
        """Return the tags of what a framing shows, in a fixed order: hair, face, outfit, accessories."""
        reach = REACH[framing]
        face = () if from_behind else (*BANGS[self.bangs], *self.face_tags)
        parts = (self.top_tags, self.bottom_tags, self.leg_tags, self.shoe_tags)
        return known(
            *self.hair_tags,
            *face,
            *(t for part in parts[:reach] for t in part),
            *self._seen_accessories(framing, from_behind),
        )

    @property
    def hair_tags(self) -> tuple[str, ...]:
        second = {
            "streaked": "streaked_hair",
            "gradient": "gradient_hair",
            "two-tone": "two-tone_hair",
            "inner": "colored_inner_hair",
        }
        extra = [second[self.hair_second], "multicolored_hair"] if self.hair_second else []
        extra += ["ahoge"] * self.ahoge + ["sidelocks"] * self.sidelocks
        return known(f"{self.hair_colour}_hair", *self.hair.tags, *extra)

    @property
    def face_tags(self) -> tuple[str, ...]:
        eyes = f"{self.eye_colour}_eyes"
        marks = {
            "freckles": "freckles",
            "mole": "mole_under_eye",
            "bandaid": "bandaid_on_face",
            "scar": "scar_on_face",
            "fang": "fang",
        }
        skin = {"pale": "pale_skin", "fair": "", "tan": "tan", "dark": "dark_skin"}[self.skin]
        shape = self.eye_shape if self.eye_shape != "round" else ""
        return known(eyes, "heterochromia" if self.other_eye_rgb else "", shape, skin, *(marks[m] for m in self.marks))

    @property
    def _second_noun(self) -> str:
        """Return what the second colour is worn as, '' where it is not a garment of its own."""
        g = self.garments
        if g.kind.nouns[1] in ("apron", "shirt"):
            return g.kind.nouns[1]
        return "" if g.kind.bottom_is_main else g.bottom

    @property
    def top_tags(self) -> tuple[str, ...]:
        g = self.garments
        noun = g.kind.nouns[0]
        pattern = PATTERNS[g.pattern] if g.pattern_on == "main" else ""
        sleeves = {
            "none": "sleeveless",
            "short": "short_sleeves",
            "long": "long_sleeves",
            "wide": "wide_sleeves",
            "puffy": "puffy_sleeves",
        }
        return known(
            *g.kind.tags, coloured(g.main, noun), coloured(g.accent, g.kind.nouns[2]) if g.kind.nouns[2] else "",
            *known(f"{pattern}_{noun}", f"{pattern}_clothes")[:1], sleeves[g.sleeve],
        )  # fmt: skip

    @property
    def bottom_tags(self) -> tuple[str, ...]:
        g = self.garments
        noun = self._second_noun
        if not noun:
            return known(coloured(g.main, g.bottom)) if g.bottom in ("pants", "shorts") else ()
        pattern = PATTERNS[g.pattern] if g.pattern_on == "second" else ""
        return known(coloured(g.second, noun), *known(f"{pattern}_{noun}", f"{pattern}_clothes")[:1])

    @property
    def leg_tags(self) -> tuple[str, ...]:
        g = self.garments
        return () if g.legwear == "bare" else known(coloured(g.legwear_colour, g.legwear))

    @property
    def shoe_tags(self) -> tuple[str, ...]:
        g = self.garments
        if g.shoes == "barefoot":
            return ("barefoot",)
        return known(
            "boots" if g.shoes == "boots" else "",
            "sneakers" if g.shoes == "sneakers" else "",
            coloured(g.shoes_colour, "footwear"),
        )

    def _seen_accessories(self, framing: str, from_behind: bool) -> tuple[str, ...]:
        tags: list[str] = []
        for accessory in self.accessories:
            name = accessory.name
            hidden = from_behind and name in (ON_FACE | {"necklace", "hairclip", "choker"})
            if (
                hidden
                or (framing == "close-up" and name in (ON_NECK | ON_BACK))
                or (framing == "portrait" and name == "cat_tail")
            ):
                continue
            noun = NOUN_OF_ACCESSORY.get(name, "")
            tags += [*ACCESSORIES[name], coloured(accessory.colour, noun) if noun else ""]
        return known(*tags)
