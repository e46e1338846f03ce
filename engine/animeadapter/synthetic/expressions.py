"""Faces by name: what eyes, brows and mouth do, and the tags that say so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expression:
    name: str
    tags: tuple[str, ...]
    mouth: str = "smile"
    """line, smile, open_smile, grin, open, o, frown, wavy, pout, cat, tongue, fang, teeth, parted, triangle or smirk."""
    eyes: tuple[float, float] = (1.0, 1.0)
    """How far right and left eye are open: 0 closed … 1.2 wide."""
    closed: str = "rest"
    """How closed eyes look: rest (arc downwards), happy (arc upwards) or tight (> <)."""
    brow: float = 0.0
    """Tilt: positive is angry (inner ends low), negative sad."""
    brow_height: float = 0.0
    blush: float = 0.0
    pupil: float = 1.0
    extra: tuple[str, ...] = ()
    """tears, crying, sweat, vein or shade."""
    weight: float = 1.0


EXPRESSIONS: tuple[Expression, ...] = (
    Expression("smile", ("smile", "closed_mouth"), weight=2.5),
    Expression("light_smile", ("light_smile", "closed_mouth"), "smile", brow_height=0.0, weight=0.8),
    Expression("happy", ("smile", "open_mouth", ":d", "happy"), "open_smile", brow_height=0.03, weight=2.2),
    Expression("laughing", ("closed_eyes", "smile", "open_mouth", "laughing", "^_^"), "open_smile", (0, 0), "happy", brow_height=0.04, blush=0.3, weight=1.4),
    Expression("grin", ("grin", "smile", "teeth"), "grin", brow_height=0.02, weight=1.0),
    Expression("neutral", ("expressionless", "closed_mouth"), "line", weight=1.4),
    Expression("serious", ("serious", "closed_mouth", "v-shaped_eyebrows"), "line", brow=0.32, brow_height=-0.02, weight=1.0),
    Expression("angry", ("angry", "v-shaped_eyebrows", "frown"), "frown", (0.92, 0.92), brow=0.6, brow_height=-0.035, weight=1.4),
    Expression("furious", ("angry", "v-shaped_eyebrows", "open_mouth", "anger_vein"), "triangle", (1.0, 1.0), brow=0.65, brow_height=-0.03, extra=("vein",), weight=1.0),
    Expression("clenched", ("clenched_teeth", "v-shaped_eyebrows", "teeth"), "teeth", (0.9, 0.9), brow=0.5, brow_height=-0.03, weight=0.7),
    Expression("sad", ("sad", "frown"), "frown", (0.82, 0.82), brow=-0.5, brow_height=0.02, weight=1.3),
    Expression("tears", ("tears", "sad", "frown"), "wavy", (0.8, 0.8), brow=-0.5, brow_height=0.02, blush=0.4, extra=("tears",), weight=0.9),
    Expression("crying", ("crying", "open_mouth", "closed_eyes", "tears"), "open", (0, 0), "rest", brow=-0.5, brow_height=0.02, blush=0.4, extra=("crying",), weight=0.9),
    Expression("surprised", ("surprised", "open_mouth", "wide-eyed", ":o"), "o", (1.18, 1.18), brow_height=0.08, pupil=0.72, weight=1.4),
    Expression("scared", ("scared", "wavy_mouth", "sweatdrop"), "wavy", (1.1, 1.1), brow=-0.4, brow_height=0.05, pupil=0.66, extra=("sweat",), weight=0.7),
    Expression("worried", ("worried", "sweatdrop"), "parted", (0.95, 0.95), brow=-0.42, brow_height=0.03, extra=("sweat",), weight=0.8),
    Expression("embarrassed", ("embarrassed", "blush", "full-face_blush", "wavy_mouth"), "wavy", (0.9, 0.9), brow=-0.3, brow_height=0.02, blush=1.0, weight=1.2),
    Expression("blush_smile", ("blush", "smile", "closed_mouth"), "smile", blush=0.8, weight=1.0),
    Expression("sleepy", ("half-closed_eyes", "sleepy", "parted_lips"), "parted", (0.45, 0.45), brow_height=0.02, weight=0.8),
    Expression("smug", ("smug", "smile", "half-closed_eyes"), "smirk", (0.6, 0.6), brow=0.15, brow_height=0.02, weight=0.9),
    Expression("wink", ("one_eye_closed", "smile", "open_mouth", ";d"), "open_smile", (1.0, 0.0), "happy", brow_height=0.03, weight=1.2),
    Expression("wink_tongue", ("one_eye_closed", "tongue_out", ";p", "tongue"), "tongue", (0.0, 1.0), "happy", weight=0.7),
    Expression("pout", ("pout", "blush", "closed_mouth"), "pout", (0.9, 0.9), brow=0.35, blush=0.7, weight=0.7),
    Expression("squint", (">_<", "closed_eyes", "open_mouth"), "open", (0, 0), "tight", brow=0.1, blush=0.5, weight=0.7),
    Expression("cat", (":3", "closed_mouth"), "cat", brow_height=0.02, weight=0.7),
    Expression("fang", ("fang", "open_mouth", "smile"), "fang", brow=0.12, weight=0.7),
    Expression("calm", ("closed_eyes", "closed_mouth", "light_smile"), "smile", (0, 0), "rest", weight=1.0),
    Expression("bored", ("half-closed_eyes", "frown", "closed_mouth"), "frown", (0.5, 0.5), weight=0.6),
    Expression("o", ("open_mouth", ":o"), "o", weight=0.7),
)  # fmt: skip
GAZES: dict[str, tuple[tuple[str, ...], tuple[float, float]]] = {
    "viewer": (("looking_at_viewer",), (0.0, 0.0)),
    "left": (("looking_to_the_side",), (-0.8, 0.0)),
    "right": (("looking_to_the_side",), (0.8, 0.0)),
    "up": (("looking_up",), (0.0, -0.7)),
    "down": (("looking_down",), (0.0, 0.7)),
    "ahead": ((), (0.0, 0.0)),
}
