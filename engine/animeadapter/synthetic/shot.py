"""What happens in one picture: posture, camera, face, place and light. Everything that may change between panels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from animeadapter.synthetic.expressions import EXPRESSIONS, GAZES, Expression
from animeadapter.synthetic.poses import ARMS, LEGS, Arms, Legs, articulation, free_limb, mirrored
from animeadapter.synthetic.scenery import LIGHTS, SCENES, Light, Scene
from animeadapter.synthetic.skeleton import Articulation
from animeadapter.synthetic.style import HOUSE, Style, sample_style
from animeadapter.synthetic.vocabulary import known

BUCKETS: tuple[tuple[int, int], ...] = ((256, 256), (208, 312), (312, 208), (176, 352), (352, 176))
"""Picture sizes (width, height): 1:1, 2:3, 3:2, 1:2, 2:1, each of about 65,000 pixels and whole multiples of 8."""

FRAMINGS: dict[str, tuple[str, ...]] = {
    "full_body": ("full_body",),
    "cowboy_shot": ("cowboy_shot",),
    "upper_body": ("upper_body",),
    "portrait": ("portrait",),
    "close-up": ("close-up",),
}
VIEWS: dict[str, tuple[tuple[str, ...], float, float, float]] = {
    "front": (("straight-on",), 0.0, 8.0, 4.0),
    "turned": ((), 36.0, 10.0, 3.6),
    "side": (("from_side",), 76.0, 7.0, 1.4),
    "behind": (("from_behind",), 172.0, 14.0, 0.8),
}
"""Name to tags, camera yaw in degrees, its spread, and how often."""


@dataclass(frozen=True)
class Act:
    """What one character does in a shot."""

    legs: Legs
    arms: Arms
    articulation: Articulation
    hands: tuple[str, str]
    view: str
    yaw: float
    expression: Expression
    gaze: str

    def seen_tags(self, framing: str, hands_seen: bool) -> tuple[str, ...]:
        """Return the tags of posture, local actions, view, face and gaze that a framing shows, in a fixed order."""
        face = (*self.expression.tags, *GAZES[self.gaze][0]) if self.view != "behind" else ("facing_away",)
        profile = ("profile",) if self.view == "side" else ()
        legs = self.legs.tags if framing in ("full_body", "cowboy_shot") or self.legs.roll else ()
        arms = self.arms.tags if hands_seen else ()
        return known(*legs, *arms, *VIEWS[self.view][0], *profile, *face)


@dataclass(frozen=True)
class Shot:
    """One picture without its characters' identities."""

    acts: tuple[Act, ...]
    framing: str
    pitch: float
    tilt: float
    """Camera pitch (positive looks down) and roll in degrees."""
    scene: Scene
    light: Light
    style: Style = HOUSE
    seed: int = 0
    place: tuple[float, float] = (0.0, 0.0)
    """Where the figure stands off the middle, per unit of free space, −1 … 1."""
    zoom: float = 1.0
    wind: float = 0.0
    extra: tuple[str, ...] = ()
    fixed: tuple[tuple[float, float, float], ...] | None = None
    """Per character: pixels of one head, and the pelvis' x and y, as shares of height, width and height.

    None: by the framing.
    """

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags of framing, camera, place, light and manner, without the acts'."""
        pitch = ("from_above",) if self.pitch > 17 else ("from_below",) if self.pitch < -11 else ()
        tilt = ("dutch_angle",) if abs(self.tilt) > 9 else ()
        return known(
            *FRAMINGS[self.framing],
            *pitch,
            *tilt,
            *self.scene.tags,
            *self.light.tags,
            *self.style.tags,
            *self.extra,
        )


def _pick(rng: np.random.Generator, items: tuple, weights: list[float]) -> object:
    return items[int(rng.choice(len(items), p=np.array(weights) / sum(weights)))]


def _suits(legs: Legs, framing: str, ratio: float) -> bool:
    """Return whether a posture fills a picture of this aspect (width over height) at this framing."""
    if legs.roll:
        return ratio > 1.2 and framing == "full_body"
    if framing == "full_body" and ratio > 1.7:
        return "sitting" in legs.tags or legs.name in ("squatting", "kneeling", "one_knee")
    return True


def sample_act(
    rng: np.random.Generator, framing: str, ratio: float = 1.0, *, views: tuple[str, ...] = tuple(VIEWS)
) -> Act:
    """Return a random posture, camera side, face and gaze that suit a framing and an aspect (width over height)."""
    choices = tuple(item for item in LEGS if _suits(item, framing, ratio))
    legs = _pick(rng, choices, [item.weight * (4.0 if item.roll else 1.0) for item in choices])
    assert isinstance(legs, Legs)
    if framing in ("portrait", "close-up") or (framing == "upper_body" and rng.random() < 0.7):
        legs = LEGS[0]
    arms = _pick(rng, ARMS, [item.weight for item in ARMS])
    assert isinstance(arms, Arms)
    expression = _pick(rng, EXPRESSIONS, [item.weight for item in EXPRESSIONS])
    assert isinstance(expression, Expression)
    view = views[
        int(rng.choice(len(views), p=np.array([VIEWS[v][3] for v in views]) / sum(VIEWS[v][3] for v in views)))
    ]
    _, yaw, spread, _ = VIEWS[view]
    yaw = float((yaw + rng.normal() * spread * 0.7) * rng.choice([-1, 1]))
    head = (float(rng.normal() * 9), float(rng.normal() * 5), float(rng.normal() * 6))
    if legs.roll:
        head = (head[0], head[1], head[2] * 0.4)
    pose = articulation(legs, arms, rng, head)
    if rng.random() < 0.12:
        free = (free_limb(rng, True), free_limb(rng, True))
        pose, arms = replace(pose, arms=free), Arms("any", (), *free, ("relaxed", "open"))
    hands = arms.hands
    if rng.random() < 0.5:
        pose, hands = replace(pose, arms=mirrored(pose.arms)), (hands[1], hands[0])
    if rng.random() < 0.5:
        pose = replace(pose, legs=mirrored(pose.legs), roll=-pose.roll, lean=(-pose.lean[0], pose.lean[1]))
    gaze = str(rng.choice(list(GAZES), p=[0.56, 0.1, 0.1, 0.07, 0.07, 0.1]))
    return Act(legs, arms, pose, hands, view, yaw, expression, gaze)


def framing_weights(width: int, height: int) -> dict[str, float]:
    """Return how often each framing is drawn at an aspect: a wide panel seldom shows one standing figure whole."""
    ratio = width / height
    if ratio > 1.7:
        return {"full_body": 1.0, "cowboy_shot": 0.5, "upper_body": 2.2, "portrait": 2.4, "close-up": 1.0}
    if ratio > 1.2:
        return {"full_body": 1.4, "cowboy_shot": 1.6, "upper_body": 2.2, "portrait": 1.8, "close-up": 0.6}
    if ratio < 0.6:
        return {"full_body": 3.4, "cowboy_shot": 1.6, "upper_body": 0.8, "portrait": 0.4, "close-up": 0.2}
    return {"full_body": 2.4, "cowboy_shot": 1.8, "upper_body": 1.8, "portrait": 1.3, "close-up": 0.5}


def sample_shot(
    rng: np.random.Generator,
    size: tuple[int, int] = BUCKETS[0],
    *,
    people: int = 1,
    style: Style | None = None,
    framing: str | None = None,
    plain: bool = False,
    views: tuple[str, ...] = tuple(VIEWS),
) -> Shot:
    """Return a random shot for a picture of `size` (width, height).

    `plain` asks for a simple background in even light, as character sheets have; `views` limits the camera's side.
    """
    if framing is None:
        weights = framing_weights(*size)
        framing = str(_pick(rng, tuple(weights), list(weights.values())))
    ratio = size[0] / size[1]
    acts = tuple(sample_act(rng, framing, ratio if people == 1 else ratio / 2, views=views) for _ in range(people))
    lying = acts[0].legs.roll != 0
    scenes = tuple(s for s in SCENES if (s.plain or not plain) and not (lying and s.standing_only))
    scene = _pick(rng, scenes, [s.weight for s in scenes])
    assert isinstance(scene, Scene)
    lights = (
        LIGHTS[:1]
        if plain or scene.plain
        else tuple(item for item in LIGHTS if not item.scenes or scene.name in item.scenes)
    )
    light = _pick(rng, lights, [item.weight for item in lights])
    assert isinstance(light, Light)
    pitch = float(rng.normal() * 4) + acts[0].legs.pitch * (0.0 if acts[0].view == "side" else 1.0)
    if rng.random() < 0.1:
        pitch = float(rng.choice([22, 28, -14, -18]))
    tilt = float(rng.choice([-14, 14])) if rng.random() < 0.05 and not lying else 0.0
    place = (float(rng.uniform(-1, 1)) * 0.6, float(rng.uniform(-1, 1)) * 0.4)
    return Shot(
        acts, framing, pitch, tilt, scene, light, style or sample_style(rng), int(rng.integers(2**31)), place,
        float(rng.uniform(0.9, 1.04)), float(rng.normal() * 0.35),
    )  # fmt: skip
