"""Postures by name: what the legs do, what the arms do, and which Danbooru tags say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from animeadapter.synthetic.skeleton import Articulation, Limb, Vector


@dataclass(frozen=True)
class Legs:
    name: str
    tags: tuple[str, ...]
    right: Limb
    left: Limb
    lean: tuple[float, float] = (0.0, 0.0)
    pitch: float = 0.0
    """Degrees by which the camera looks down to make the posture readable."""
    roll: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True)
class Arms:
    name: str
    tags: tuple[str, ...]
    right: Limb
    left: Limb
    hands: tuple[str, str] = ("relaxed", "relaxed")
    prop: str = ""
    weight: float = 1.0


_DOWN: Limb = ((0.20, -1, 0.0), (0.10, -1, 0.14))
_BENT: Limb = ((0.28, -1, 0.1), (-0.1, -0.75, 0.6))
_STAND: Limb = ((0.10, -1, 0.02), (0.03, -1, -0.04))

LEGS: tuple[Legs, ...] = (
    Legs("standing", ("standing",), _STAND, _STAND, weight=5.0),
    Legs("contrapposto", ("standing", "contrapposto"), ((0.02, -1, 0.0), (0.0, -1, -0.02)), ((0.26, -1, 0.16), (0.05, -1, -0.16)), (0.04, 0.0), weight=2.0),
    Legs("walking", ("walking",), ((0.06, -1, 0.42), (0.02, -1, -0.06)), ((0.06, -1, -0.26), (0.02, -1, -0.50)), (0, 0.04), weight=1.4),
    Legs("running", ("running",), ((0.08, -0.75, 0.8), (0.04, -1, -0.45)), ((0.08, -1, -0.5), (0.06, -0.3, -1)), (0, 0.22), weight=1.4),
    Legs("jumping", ("jumping",), ((0.3, -0.75, 0.55), (0.08, -0.7, -0.9)), ((0.2, -1, -0.05), (0.1, -0.6, -0.9)), (0, 0.05), weight=1.0),
    Legs("sitting", ("sitting",), ((0.16, -0.16, 1), (0.02, -1, 0.10)), ((0.16, -0.16, 1), (0.02, -1, 0.10)), (0, 0.02), 14.0, weight=2.2),
    Legs("long_sitting", ("sitting",), ((0.2, 0.05, 1), (0.06, -0.2, 1)), ((0.22, 0.3, 0.9), (0.0, -0.9, 0.7)), (0, -0.12), 20.0, weight=0.8),
    Legs("seiza", ("sitting", "seiza"), ((0.16, -0.14, 1), (0.06, -0.1, -1)), ((0.16, -0.14, 1), (0.06, -0.1, -1)), (0, 0.03), 16.0, weight=0.7),
    Legs("crossed_legs", ("sitting", "crossed_legs"), ((0.85, -0.1, 0.62), (-0.95, -0.28, 0.5)), ((0.85, -0.1, 0.62), (-0.95, -0.34, 0.3)), (0, 0.02), 16.0, weight=0.8),
    Legs("hugging_legs", ("sitting", "hugging_own_legs"), ((0.1, 0.62, 0.8), (0.02, -1, 0.22)), ((0.1, 0.62, 0.8), (0.02, -1, 0.22)), (0, 0.05), 12.0, weight=0.5),
    Legs("kneeling", ("kneeling",), ((0.14, -1, 0.12), (0.03, -0.2, -1)), ((0.14, -1, 0.12), (0.03, -0.2, -1)), (0, 0.03), 8.0, weight=0.8),
    Legs("one_knee", ("kneeling", "on_one_knee"), ((0.14, -1, 0.0), (0.03, -0.2, -1)), ((0.18, -0.1, 1), (0.02, -1, 0.0)), (0, 0.06), 10.0, weight=0.6),
    Legs("squatting", ("squatting",), ((0.5, 0.22, 0.85), (0.05, -1, -0.3)), ((0.5, 0.22, 0.85), (0.05, -1, -0.3)), (0, 0.15), 8.0, weight=0.7),
    Legs("one_leg", ("standing", "standing_on_one_leg"), _STAND, ((0.2, -0.4, 0.9), (0.04, -0.85, -0.55)), (-0.04, 0), weight=0.7),
    Legs("kicking", ("kicking", "leg_up"), ((0.0, -1, -0.06), (0.0, -1, -0.08)), ((0.85, 0.12, 0.55), (0.85, 0.2, 0.5)), (-0.22, -0.1), weight=0.6),
    Legs("stance", ("fighting_stance",), ((0.42, -1, 0.3), (0.05, -1, -0.1)), ((0.42, -1, -0.12), (0.1, -1, -0.3)), (0, 0.12), weight=0.8),
    Legs("leaning", ("leaning_forward",), ((0.08, -1, -0.06), (0.03, -1, 0.0)), ((0.08, -1, -0.06), (0.03, -1, 0.0)), (0, 0.62), weight=0.8),
    Legs("lying", ("lying", "on_back"), ((0.1, -1, 0.1), (0.05, -1, -0.05)), ((0.2, -0.8, 0.6), (0.0, -0.8, -0.7)), (0, 0), 0.0, 86.0, weight=0.8),
    Legs("side_lying", ("lying", "on_side"), ((0.0, -0.9, 0.5), (0.0, -0.8, -0.6)), ((0.05, -0.8, 0.7), (0.0, -0.7, -0.8)), (0, 0.1), 0.0, 84.0, weight=0.4),
)  # fmt: skip

ARMS: tuple[Arms, ...] = (
    Arms("at_sides", ("arms_at_sides",), _DOWN, _DOWN, weight=2.5),
    Arms("free", (), _BENT, _DOWN, weight=2.0),
    Arms("hand_on_hip", ("hand_on_own_hip",), ((0.85, -0.8, -0.2), (-0.9, -0.62, 0.42)), _DOWN, ("fist", "relaxed"), weight=1.4),
    Arms("hands_on_hips", ("hands_on_own_hips",), ((0.85, -0.8, -0.2), (-0.9, -0.62, 0.42)), ((0.85, -0.8, -0.2), (-0.9, -0.62, 0.42)), ("fist", "fist")),
    Arms("crossed_arms", ("crossed_arms",), ((0.26, -1, 0.22), (-1, 0.02, 0.5)), ((0.26, -1, 0.26), (-1, 0.22, 0.62)), ("hidden", "relaxed"), weight=1.2),
    Arms("behind_back", ("arms_behind_back",), ((0.3, -1, -0.3), (-0.55, -0.7, -0.5)), ((0.3, -1, -0.3), (-0.55, -0.7, -0.5)), ("hidden", "hidden")),
    Arms("behind_head", ("arms_behind_head",), ((0.9, 0.72, 0.0), (-0.95, 0.4, -0.4)), ((0.9, 0.72, 0.0), (-0.95, 0.4, -0.4)), ("hidden", "hidden"), weight=0.8),
    Arms("arms_up", ("arms_up",), ((0.5, 1, 0.05), (0.2, 1, 0.05)), ((0.5, 1, 0.05), (0.2, 1, 0.05)), ("open", "open"), weight=1.2),
    Arms("arm_up", ("arm_up", "clenched_hand"), ((0.42, 1, 0.05), (0.05, 1, 0.05)), _DOWN, ("fist", "relaxed")),
    Arms("waving", ("waving", "hand_up"), ((0.75, -0.5, 0.2), (0.45, 1, 0.3)), _DOWN, ("open", "relaxed"), weight=1.8),
    Arms("v", ("v", "hand_up"), ((0.42, -0.85, 0.4), (0.5, 1, 0.3)), _DOWN, ("v", "relaxed"), weight=1.4),
    Arms("double_v", ("double_v", "v", "hands_up"), ((0.45, -0.85, 0.35), (0.45, 1, 0.3)), ((0.45, -0.85, 0.35), (0.45, 1, 0.3)), ("v", "v"), weight=0.7),
    Arms("pointing", ("pointing", "outstretched_arm"), ((1, 0.08, 0.25), (1, 0.12, 0.25)), _DOWN, ("point", "relaxed"), weight=1.4),
    Arms("finger_raised", ("index_finger_raised", "hand_up"), ((0.4, -0.9, 0.35), (0.3, 1, 0.35)), _BENT, ("point", "relaxed")),
    Arms("thumbs_up", ("thumbs_up",), ((0.4, -0.9, 0.35), (0.1, 0.5, 0.85)), _DOWN, ("thumb", "relaxed"), weight=0.8),
    Arms("clenched", ("clenched_hands",), ((0.42, -0.9, 0.4), (-0.2, 0.8, 0.6)), ((0.42, -0.9, 0.4), (-0.2, 0.8, 0.6)), ("fist", "fist"), weight=1.2),
    Arms("punching", ("punching", "clenched_hands"), ((0.9, 0.0, 0.45), (0.95, 0.1, 0.45)), ((0.42, -0.8, 0.3), (-0.1, 0.85, 0.6)), ("fist", "fist"), weight=0.8),
    Arms("salute", ("salute",), ((0.95, 0.05, 0.3), (-0.62, 0.8, 0.25)), _DOWN, ("open", "relaxed"), weight=0.8),
    Arms("on_chest", ("hand_on_own_chest",), ((0.34, -1, 0.2), (-0.72, 0.42, 0.6)), _DOWN, ("relaxed", "relaxed")),
    Arms("on_cheek", ("hand_on_own_cheek", "hand_on_own_face"), ((0.32, -0.9, 0.4), (-0.2, 1, 0.28)), _BENT, ("relaxed", "relaxed"), weight=0.8),
    Arms("together", ("own_hands_together",), ((0.22, -1, 0.26), (-0.62, 0.16, 0.62)), ((0.22, -1, 0.26), (-0.62, 0.16, 0.62)), ("fist", "fist")),
    Arms("outstretched", ("outstretched_arms",), ((1, 0.02, 0.1), (1, 0.06, 0.1)), ((1, 0.02, 0.1), (1, 0.06, 0.1)), ("open", "open"), weight=1.2),
    Arms("reaching", ("reaching", "outstretched_arm"), ((0.7, 0.1, 0.7), (0.6, 0.3, 0.7)), _DOWN, ("open", "relaxed")),
    Arms("book", ("holding_book", "holding", "book"), ((0.3, -1, 0.22), (-0.42, 0.3, 0.8)), ((0.3, -1, 0.22), (-0.42, 0.3, 0.8)), ("grip", "grip"), "book"),
    Arms("cup", ("holding_cup", "holding", "cup"), ((0.34, -1, 0.25), (-0.2, 0.6, 0.7)), _DOWN, ("grip", "relaxed"), "cup"),
    Arms("sword", ("holding_sword", "holding", "sword"), ((0.6, -0.75, 0.3), (0.7, 0.35, 0.5)), _DOWN, ("grip", "relaxed"), "sword"),
    Arms("flower", ("holding_flower", "holding", "flower"), ((0.34, -1, 0.25), (-0.1, 0.7, 0.6)), _DOWN, ("grip", "relaxed"), "flower", 0.8),
    Arms("phone", ("holding_phone", "holding", "phone"), ((0.36, -0.95, 0.3), (0.05, 0.8, 0.6)), _DOWN, ("grip", "relaxed"), "phone", 0.8),
    Arms("umbrella", ("holding_umbrella", "holding", "umbrella"), ((0.45, -0.95, 0.3), (-0.05, 0.8, 0.5)), _DOWN, ("grip", "relaxed"), "umbrella", 0.8),
)  # fmt: skip


def _shaken(vector: Vector, rng: np.random.Generator, amount: float) -> Vector:
    length = float(np.linalg.norm(vector))
    noise = rng.normal(size=3) * amount * length
    return (vector[0] + noise[0], vector[1] + noise[1], vector[2] + noise[2])


def _shaken_limb(limb: Limb, rng: np.random.Generator, amount: float) -> Limb:
    return (_shaken(limb[0], rng, amount), _shaken(limb[1], rng, amount))


def free_limb(rng: np.random.Generator, arm: bool) -> Limb:
    """Return a limb that points anywhere a joint allows: postures that have no name."""
    if arm:
        return (
            (rng.uniform(0.1, 1), rng.uniform(-1, 0.9), rng.uniform(-0.2, 0.6)),
            (rng.uniform(-0.7, 0.8), rng.uniform(-1, 1), rng.uniform(0, 0.9)),
        )
    return (
        (rng.uniform(0, 0.6), -1, rng.uniform(-0.4, 0.8)),
        (rng.uniform(-0.1, 0.2), -1, rng.uniform(-0.9, 0.0)),
    )


def articulation(
    legs: Legs, arms: Arms, rng: np.random.Generator, head: Vector = (0.0, 0.0, 0.0), shake: float = 0.07
) -> Articulation:
    """Return a named posture with the small differences of one drawing to the next."""
    return Articulation(
        arms=(_shaken_limb(arms.right, rng, shake), _shaken_limb(arms.left, rng, shake)),
        legs=(_shaken_limb(legs.right, rng, shake * 0.7), _shaken_limb(legs.left, rng, shake * 0.7)),
        lean=(legs.lean[0] + rng.normal() * 0.03, legs.lean[1] + rng.normal() * 0.03),
        head=head,
        roll=legs.roll,
    )


def mirrored(limbs: tuple[Limb, Limb]) -> tuple[Limb, Limb]:
    """Return the two sides exchanged (directions are outwards, so nothing else changes)."""
    return (limbs[1], limbs[0])
