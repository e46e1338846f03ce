"""Rows of a table look different from one another: nothing that has a name of its own is drawn as something else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from animeadapter.synthetic import HELD_OUT, Identity, Part, Shot, draw
from animeadapter.synthetic.expressions import EXPRESSIONS, GAZES
from animeadapter.synthetic.identity import Accessory
from animeadapter.synthetic.palette import CLOTH, SKIN
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.shot import VIEWS, Act
from animeadapter.synthetic.style import FOREIGN
from animeadapter.synthetic.wardrobe import ACCESSORIES, BANGS, HAIR_STYLES, OUTFITS, PATTERNS

SIZE = (96, 96)
Row = tuple[str, Identity, Shot]
Picture = NDArray[np.uint8]


class Maker:
    """Draws each row of a table into one and the same plain shot of one and the same character."""

    def __init__(self, act: Callable[..., Act], still: Callable[..., Shot], who: Identity) -> None:
        self.act, self.still, self.who = act, still, who

    def __call__(self, table: str) -> Iterator[Row]:
        return getattr(self, table)()

    def legs(self) -> Iterator[Row]:
        return ((row.name, self.who, self.still(self.act(legs=row), pitch=row.pitch)) for row in LEGS)

    def arms(self) -> Iterator[Row]:
        return ((row.name, self.who, self.still(self.act(arms=row))) for row in ARMS)

    def views(self) -> Iterator[Row]:
        return ((name, self.who, self.still(self.act(view=name))) for name in VIEWS)

    def expressions(self) -> Iterator[Row]:
        who = replace(self.who, bangs="parted")  # brows show
        for row in EXPRESSIONS:
            if row.name != "light_smile":  # a smile by another name
                yield row.name, who, self.still(self.act(expression=row), framing="close-up")

    def gazes(self) -> Iterator[Row]:
        for name in GAZES:
            if name != "ahead":  # looks as towards the viewer
                yield name, self.who, self.still(self.act(gaze=name), framing="close-up")

    def scenes(self) -> Iterator[Row]:
        return ((row.name, self.who, self.still(scene=row, framing="upper_body")) for row in SCENES)

    def lights(self) -> Iterator[Row]:
        room = next(scene for scene in SCENES if scene.name == "room")
        return ((row.name, self.who, self.still(scene=room, light=row)) for row in LIGHTS)

    def styles(self) -> Iterator[Row]:
        shots = {row.name: self.still(style=row, framing="portrait") for row in (*FOREIGN.values(), HELD_OUT)}
        return ((name, self.who, shot) for name, shot in shots.items())

    def hair(self) -> Iterator[Row]:
        return self.worn({row.name: replace(self.who, hair=row) for row in HAIR_STYLES})

    def bangs(self) -> Iterator[Row]:
        return self.worn({name: replace(self.who, bangs=name) for name in BANGS}, "portrait")

    def skins(self) -> Iterator[Row]:
        return self.worn({name: replace(self.who, skin=name, skin_rgb=rgb) for name, rgb in SKIN.items()})

    def outfits(self) -> Iterator[Row]:
        g = self.who.garments
        kinds = {row.name: replace(g, kind=row, bottom=row.bottom, sleeve=row.sleeve) for row in OUTFITS}
        return self.worn({name: replace(self.who, garments=garments) for name, garments in kinds.items()})

    def patterns(self) -> Iterator[Row]:
        g = self.who.garments
        return self.worn({name: replace(self.who, garments=replace(g, pattern=name)) for name in PATTERNS})

    def legwear(self) -> Iterator[Row]:
        g = in_shorts(self.who).garments
        kinds = ("bare", "socks", "kneehighs", "thighhighs")  # pantyhose end where no garment lets one look
        return self.worn({name: replace(self.who, garments=replace(g, legwear=name)) for name in kinds})

    def shoes(self) -> Iterator[Row]:
        g = self.who.garments
        kinds = ("shoes", "boots", "sneakers", "barefoot")
        return self.worn({name: replace(self.who, garments=replace(g, shoes=name)) for name in kinds})

    def accessories(self) -> Iterator[Row]:
        things = {name: (Accessory(name, "red", CLOTH["red"]),) for name in ACCESSORIES}
        return self.worn({name: replace(self.who, accessories=worn) for name, worn in ({"none": ()} | things).items()})

    def worn(self, by: dict[str, Identity], framing: str = "full_body") -> Iterator[Row]:
        return ((name, who, self.still(framing=framing)) for name, who in by.items())


def in_shorts(who: Identity) -> Identity:
    """Return a character whose knees and thighs show."""
    kind = next(row for row in OUTFITS if row.bottom == "shorts")
    return replace(who, garments=replace(who.garments, kind=kind, bottom="shorts"))


TABLES = [name for name in vars(Maker) if not name.startswith("_") and name != "worn"]


@pytest.mark.parametrize("table", TABLES)
def test_no_two_rows_look_the_same(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity, table: str
) -> None:
    rows = [
        (name, draw([who], shot, SIZE).image.astype(int)) for name, who, shot in Maker(act, still, plain_who)(table)
    ]
    assert len(rows) >= 4
    alike = [
        (name, other)
        for k, (name, picture) in enumerate(rows)
        for other, second in rows[:k]
        if (np.abs(picture - second).max(2) > 6).sum() < 4
    ]
    assert alike == []


def shares(drawn: Sequence[Any], part: Part) -> list[float]:
    return [float((drawing.parts == part).mean()) for drawing in drawn]


@pytest.mark.parametrize("name", ACCESSORIES)
def test_an_accessory_is_in_the_part_map_and_in_the_tags(
    act: Callable[..., Act], still: Callable[..., Shot], plain_who: Identity, name: str
) -> None:
    view = "behind" if name in ("backpack", "cape", "wings", "cat_tail") else "front"
    shot = still(act(view=view), framing="full_body")
    bare, worn = (
        draw([replace(plain_who, accessories=things)], shot, (96, 128))
        for things in ((), (Accessory(name, "purple", CLOTH["purple"]),))
    )
    assert not (bare.parts == Part.ACCESSORY).any()
    own = worn.parts == Part.ACCESSORY
    assert own.sum() >= 3 and (np.abs(worn.image.astype(int) - bare.image).max(2) > 12)[own].mean() > 0.5
    assert set(ACCESSORIES[name]) <= set(worn.identity_tags[0]) - set(bare.identity_tags[0])


def test_longer_hair_covers_more(still: Callable[..., Shot], plain_who: Identity) -> None:
    style = {row.name: row for row in HAIR_STYLES}
    drawn = [
        draw([replace(plain_who, hair=style[name])], still(), (96, 128))
        for name in ("very_short", "medium", "long", "very_long")
    ]
    areas = shares(drawn, Part.HAIR)
    assert all(longer > 1.05 * shorter for shorter, longer in zip(areas, areas[1:]))


def test_longer_legwear_leaves_less_skin(still: Callable[..., Shot], plain_who: Identity) -> None:
    g = in_shorts(plain_who).garments
    kinds = ("bare", "socks", "kneehighs", "thighhighs")
    drawn = [draw([replace(plain_who, garments=replace(g, legwear=kind))], still(), (96, 128)) for kind in kinds]
    skin = shares(drawn, Part.SKIN)
    assert all(longer < shorter for shorter, longer in zip(skin, skin[1:]))
