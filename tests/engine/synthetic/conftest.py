"""Characters and plain shots that the renderer's tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from animeadapter.synthetic import Identity, Shot, sample_identity, sample_shot
from animeadapter.synthetic.expressions import EXPRESSIONS
from animeadapter.synthetic.identity import Garments
from animeadapter.synthetic.palette import CLOTH, EYES, HAIR, SKIN
from animeadapter.synthetic.poses import ARMS, LEGS, Arms, Legs, articulation
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.shot import VIEWS, Act
from animeadapter.synthetic.skeleton import Build
from animeadapter.synthetic.style import HOUSE
from animeadapter.synthetic.wardrobe import HAIR_STYLES, OUTFITS

CAST = 3000


@pytest.fixture(scope="session")
def cast() -> tuple[Identity, ...]:
    """Thousands of sampled characters."""
    rng = np.random.default_rng(2024)
    return tuple(sample_identity(rng) for _ in range(CAST))


@pytest.fixture(scope="session")
def plain_who() -> Identity:
    """A girl with long brown hair, blunt bangs, round eyes and fair skin in a plain blue and white dress, bare legs."""
    garments = Garments(
        next(kind for kind in OUTFITS if kind.name == "dress"), "blue", "white", "red",
        CLOTH["blue"], CLOTH["white"], CLOTH["red"],
    )  # fmt: skip
    return Identity(
        number=1, boy=False, build=Build(), skin="fair", skin_rgb=SKIN["fair"],
        hair=next(style for style in HAIR_STYLES if style.name == "long"), hair_colour="brown", hair_rgb=HAIR["brown"],
        hair_second="", hair_second_rgb=HAIR["brown"], bangs="blunt", ahoge=False, sidelocks=False,
        eye_colour="green", eye_rgb=EYES["green"], other_eye_rgb=None, eye_shape="round", marks=(),
        garments=garments, accessories=(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def act() -> Callable[..., Act]:
    """What a character does, by rows of the tables; unless asked: stands, faces the viewer and smiles."""

    def build(legs: Legs = LEGS[0], arms: Arms = ARMS[0], view: str = "front", **changes: object) -> Act:
        posture = articulation(legs, arms, np.random.default_rng(0), shake=0.0)
        made = Act(legs, arms, posture, arms.hands, view, VIEWS[view][1], EXPRESSIONS[0], "viewer")
        return replace(made, **changes)  # type: ignore[arg-type]

    return build


@pytest.fixture(scope="session")
def still(act: Callable[..., Act]) -> Callable[..., Shot]:
    """A level shot in the house style, even light and white, with the acts that are handed in."""

    def build(*acts: Act, **changes: object) -> Shot:
        shot = Shot(acts or (act(),), "full_body", 0.0, 0.0, SCENES[0], LIGHTS[0], HOUSE, seed=5)
        return replace(shot, **changes)  # type: ignore[arg-type]

    return build


@pytest.fixture(scope="session")
def pairs() -> tuple[tuple[tuple[Identity, ...], Shot, tuple[int, int]], ...]:
    """Random characters in random shots of the house style, alone, in several aspects."""
    rng = np.random.default_rng(77)
    sizes = ((128, 128), (104, 156), (176, 88))
    return tuple(((sample_identity(rng),), sample_shot(rng, size, style=HOUSE), size) for size in sizes * 2)
