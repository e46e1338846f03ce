"""The demo's panels: what happens in each, as a prompt, a skeleton and a size; and a sample reference.

The renderer turns a posture's name into a skeleton that a body could take; its own drawing of it is not
shown.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from animeadapter.protocol.pose import Pose
from animeadapter.synthetic import Identity, draw, sample_identity, sample_shot
from animeadapter.synthetic.command import caption
from animeadapter.synthetic.draw import Drawing
from animeadapter.synthetic.expressions import EXPRESSIONS
from animeadapter.synthetic.poses import ARMS, LEGS, articulation
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.style import HOUSE

Named = TypeVar("Named")
SQUARE, TALL, WIDE, TALLEST, WIDEST = (256, 256), (208, 312), (312, 208), (176, 352), (352, 176)
MANNEQUIN = 11
"""Seed of the body whose proportions the skeletons have."""
SAMPLE = 2021
"""Seed from which on the character is looked for that is redrawn when nobody brings one."""
REMEMBERED = ("cat_ears", "beret", "scarf", "hair_bow", "witch_hat")


@dataclass(frozen=True)
class Panel:
    """One panel of the demo, by the renderer's names."""

    size: tuple[int, int]
    framing: str
    legs: str
    arms: str
    expression: str
    scene: str
    light: str = "even"
    view: str = "front"


ROWS = (
    (
        Panel(WIDEST, "upper_body", "standing", "waving", "happy", "sky"),
        Panel(SQUARE, "close-up", "standing", "at_sides", "surprised", "gradient"),
    ),
    (
        Panel(TALLEST, "full_body", "running", "clenched", "serious", "street"),
        Panel(WIDE, "full_body", "sitting", "book", "calm", "library"),
        Panel(TALL, "full_body", "standing", "hand_on_hip", "smug", "sakura"),
    ),
    (
        Panel(TALL, "cowboy_shot", "standing", "pointing", "angry", "speed_lines"),
        Panel(SQUARE, "portrait", "standing", "at_sides", "crying", "night", "moonlight"),
        Panel(WIDE, "upper_body", "standing", "double_v", "wink", "beach"),
    ),
)


@dataclass(frozen=True)
class Setting:
    """What a panel asks of the engine: tags without a word on who it is, a skeleton, a size."""

    prompt: str
    pose: Pose
    size: tuple[int, int]


def setting(panel: Panel, number: int) -> Setting:
    """Return what is asked for a panel."""
    drawing = _stage(panel, number)
    identity = {tag for tags in drawing.identity_tags for tag in tags}
    tags = [tag for tag in caption(drawing) if tag not in identity and tag not in drawing.count_tags]
    return Setting(", ".join(tags), drawing.poses[0], panel.size)


def sample_reference() -> Drawing:
    """Return a character that the renderer drew: full body, from the front, before a plain background."""
    identity = next(who for seed in itertools.count(SAMPLE) if _presentable(who := _identity(seed)))
    panel = Panel((416, 624), "full_body", "standing", "at_sides", "smile", "white")
    return _stage(panel, 0, identity)


def _identity(seed: int) -> Identity:
    return sample_identity(np.random.default_rng(seed))


def _presentable(who: Identity) -> bool:
    """Return whether a character makes a good first impression: one hair colour, one thing that one remembers."""
    worn = [accessory.name for accessory in who.accessories]
    return not who.boy and not who.hair_second and not who.marks and len(worn) == 1 and worn[0] in REMEMBERED


def _stage(panel: Panel, number: int, identity: Identity | None = None) -> Drawing:
    """Return the renderer's own drawing of a panel, whose skeleton and tags are known."""
    rng = np.random.default_rng((MANNEQUIN, number))
    who = identity or _identity(MANNEQUIN)
    shot = sample_shot(rng, panel.size, style=HOUSE, framing=panel.framing, plain=True, views=(panel.view,))
    legs, arms = _named(LEGS, panel.legs), _named(ARMS, panel.arms)
    act = replace(
        shot.acts[0],
        legs=legs,
        arms=arms,
        articulation=articulation(legs, arms, rng),
        hands=arms.hands,
        expression=_named(EXPRESSIONS, panel.expression),
        gaze="viewer",
    )
    scene, light = _named(SCENES, panel.scene), _named(LIGHTS, panel.light)
    shot = replace(
        shot, acts=(act,), scene=scene, light=light, pitch=0.0, tilt=0.0, place=(0.0, 0.0), zoom=1.0, wind=0.0
    )
    return draw([who], shot, panel.size)


def _named(items: Iterable[Named], name: str) -> Named:
    """Return the renderer's thing of a name."""
    return next(item for item in items if item.name == name)  # type: ignore[attr-defined]
