"""Random characters."""

from __future__ import annotations

import numpy as np

from animeadapter.synthetic import palette
from animeadapter.synthetic.identity import Accessory, Garments, Identity
from animeadapter.synthetic.skeleton import Build
from animeadapter.synthetic.wardrobe import (
    ACCESSORIES,
    BANGS,
    HAIR_STYLES,
    ON_FACE,
    ON_HEAD,
    ON_NECK,
    OUTFITS,
    PATTERNS,
)

RGB = tuple[int, int, int]


def _choice(rng: np.random.Generator, names: list[str], weights: list[float] | None = None) -> str:
    p = None if weights is None else np.array(weights) / sum(weights)
    return names[int(rng.choice(len(names), p=p))]


def _colour(rng: np.random.Generator, table: dict[str, RGB], avoid: tuple[str, ...] = ()) -> tuple[str, RGB]:
    name = _choice(rng, [n for n in table if n not in avoid])
    return name, palette.jitter(table[name], rng)


def _garments(rng: np.random.Generator, boy: bool) -> Garments:
    weights = [k.boys if boy else k.girls for k in OUTFITS]
    kind = OUTFITS[int(rng.choice(len(OUTFITS), p=np.array(weights) / sum(weights)))]
    main, main_rgb = _colour(rng, palette.CLOTH)
    if kind.name == "serafuku" and rng.random() < 0.5:
        main, main_rgb = "white", palette.jitter(palette.CLOTH["white"], rng)
    second, second_rgb = _colour(rng, palette.CLOTH, (main,))
    if kind.name == "maid" and rng.random() < 0.6:
        second, second_rgb = "white", palette.jitter(palette.CLOTH["white"], rng)
    accent, accent_rgb = _colour(rng, palette.CLOTH, (main, second))
    pattern = _choice(rng, list(PATTERNS), [7, 1, 1, 1.2, 0.8, 1, 0.7])
    bottom = kind.bottom
    if bottom == "skirt" and kind.top not in ("dress", "apron", "sailor"):
        bottom = "pants" if boy else _choice(rng, ["skirt", "shorts", "pants"], [4, 1, 1])
    elif bottom == "shorts":
        bottom = _choice(rng, ["shorts", "pants", "skirt"], [2, 1.5, 0 if boy else 1])
    sleeve = kind.sleeve
    if kind.top in ("shirt", "dress", "vest", "sailor") and rng.random() < 0.45:
        sleeve = _choice(rng, ["short", "long", "none"] if kind.top != "sailor" else ["short", "long"])
    legwear = (
        "bare"
        if bottom == "pants"
        else _choice(rng, ["bare", "socks", "kneehighs", "thighhighs", "pantyhose"], [3, 2, 1.5, 2, 1])
    )
    if boy and legwear in ("thighhighs", "pantyhose"):
        legwear = "socks"
    legwear_colour = _choice(rng, ["black", "white", "red", "blue", "grey", "brown"], [3, 3, 0.5, 0.5, 0.5, 0.5])
    shoes = _choice(rng, ["shoes", "boots", "sneakers", "barefoot"], [4, 2, 2, 0.25])
    shoes_colour, shoes_rgb = _colour(rng, palette.CLOTH, ("aqua", "orange"))
    base = main_rgb if (on := _choice(rng, ["main", "second"], [2, 1])) == "main" else second_rgb
    ground = main if on == "main" else second
    _, pattern_rgb = _colour(rng, palette.CLOTH, (ground,))
    if rng.random() < 0.4:
        pattern_rgb = (250, 250, 250) if sum(base) < 520 else (70, 64, 80)
    return Garments(
        kind, main, second, accent, main_rgb, second_rgb, accent_rgb, pattern, on, pattern_rgb, rng.uniform(0.8, 1.3),
        bottom, sleeve, legwear, legwear_colour, palette.jitter(palette.CLOTH[legwear_colour], rng),
        shoes, shoes_colour, shoes_rgb,
    )  # fmt: skip


def _accessories(rng: np.random.Generator) -> tuple[Accessory, ...]:
    count = int(rng.choice(4, p=[0.25, 0.4, 0.25, 0.1]))
    chosen: list[Accessory] = []
    for name in rng.permutation(list(ACCESSORIES)).tolist():
        if len(chosen) == count:
            break
        clash = any({name, other.name} <= group for group in (ON_HEAD, ON_FACE, ON_NECK) for other in chosen)
        behind = {"wings", "cape", "backpack"}
        if not clash and not any({name, other.name} <= behind for other in chosen):
            colour, rgb = _colour(rng, palette.CLOTH)
            chosen.append(Accessory(name, colour, rgb))
    return tuple(chosen)


def _build(rng: np.random.Generator, boy: bool) -> Build:
    tall = rng.uniform(0.9, 1.08) if not boy else rng.uniform(0.94, 1.14)
    return Build(
        shoulder=(0.47 if boy else 0.395) * rng.uniform(0.95, 1.06),
        hip=0.19 * rng.uniform(0.95, 1.05),
        torso=1.15 * tall,
        upper_arm=0.57 * tall,
        forearm=0.53 * tall,
        thigh=0.74 * tall,
        shin=0.74 * tall,
        girth=rng.uniform(0.92, 1.1) * (1.12 if boy else 1.0),
        waist=(0.31 if boy else 0.255) * rng.uniform(0.94, 1.06),
        bust=0.0 if boy else rng.uniform(0.02, 0.09),
    )


def sample_identity(rng: np.random.Generator) -> Identity:
    """Return a random character."""
    boy = bool(rng.random() < 0.3)
    weights = [s.boys if boy else s.girls for s in HAIR_STYLES]
    hair = HAIR_STYLES[int(rng.choice(len(HAIR_STYLES), p=np.array(weights) / sum(weights)))]
    hair_colour, hair_rgb = _colour(rng, palette.HAIR)
    hair_second = _choice(rng, ["", "streaked", "gradient", "two-tone", "inner"], [8.6, 0.5, 0.5, 0.2, 0.2])
    _, second_rgb = _colour(rng, palette.HAIR, (hair_colour,))
    eye_colour, eye_rgb = _colour(rng, palette.EYES)
    odd = bool(rng.random() < 0.03)
    skin = _choice(rng, list(palette.SKIN), [1.2, 5.5, 1.4, 1.4])
    marks = tuple(
        m
        for m, p in (("freckles", 0.05), ("mole", 0.05), ("bandaid", 0.03), ("scar", 0.03), ("fang", 0.05))
        if rng.random() < p
    )
    bangs = "blunt" if hair.name == "hime" else _choice(rng, list(BANGS), [2, 2, 2, 1, 2.4, 0.7])
    return Identity(
        number=int(rng.integers(2**31)),
        boy=boy,
        build=_build(rng, boy),
        skin=skin,
        skin_rgb=palette.jitter(palette.SKIN[skin], rng, 0.5),
        hair=hair,
        hair_colour=hair_colour,
        hair_rgb=hair_rgb,
        hair_second=hair_second,
        hair_second_rgb=second_rgb,
        bangs=bangs,
        ahoge=bool(rng.random() < 0.15),
        sidelocks=hair.name == "hime" or bool(rng.random() < (0.2 if boy else 0.5)),
        eye_colour=eye_colour,
        eye_rgb=eye_rgb,
        other_eye_rgb=_colour(rng, palette.EYES, (eye_colour,))[1] if odd else None,
        eye_shape=_choice(rng, ["round", "tsurime", "tareme", "jitome"], [5, 2, 2, 0.8]),
        marks=marks,
        garments=_garments(rng, boy),
        accessories=_accessories(rng),
    )
