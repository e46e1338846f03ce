"""Colours by their Danbooru names, and the arithmetic of shading. Colours are RGB arrays of float, 0 to 255."""

from __future__ import annotations

import colorsys

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float64]

HAIR: dict[str, tuple[int, int, int]] = {
    "black": (58, 52, 66),
    "brown": (126, 80, 54),
    "blonde": (246, 214, 122),
    "red": (196, 48, 46),
    "orange": (238, 128, 48),
    "pink": (252, 160, 190),
    "purple": (142, 92, 186),
    "blue": (66, 104, 204),
    "light_blue": (150, 208, 246),
    "aqua": (72, 200, 192),
    "green": (92, 172, 92),
    "white": (240, 240, 246),
    "grey": (158, 160, 172),
}
EYES: dict[str, tuple[int, int, int]] = {
    "blue": (52, 110, 226),
    "red": (214, 44, 52),
    "green": (48, 160, 84),
    "brown": (138, 82, 44),
    "yellow": (236, 186, 36),
    "purple": (138, 70, 196),
    "pink": (240, 100, 160),
    "aqua": (40, 190, 200),
    "orange": (236, 122, 34),
    "grey": (128, 134, 148),
    "black": (58, 52, 60),
}
CLOTH: dict[str, tuple[int, int, int]] = {
    "white": (242, 242, 244),
    "black": (54, 52, 60),
    "grey": (146, 148, 156),
    "red": (206, 46, 52),
    "blue": (56, 92, 196),
    "green": (62, 146, 84),
    "yellow": (248, 208, 66),
    "pink": (248, 162, 188),
    "purple": (132, 78, 172),
    "orange": (242, 142, 48),
    "brown": (134, 88, 56),
    "aqua": (98, 208, 208),
}
SKIN: dict[str, tuple[int, int, int]] = {
    "pale": (255, 240, 232),
    "fair": (254, 226, 206),
    "tan": (232, 184, 146),
    "dark": (164, 108, 78),
}


def rgb(value: tuple[float, float, float] | Colour) -> Colour:
    return np.asarray(value, dtype=np.float64)


def jitter(colour: tuple[int, int, int], rng: np.random.Generator, amount: float = 1.0) -> tuple[int, int, int]:
    """Return a colour near by that a person would still call by the same name."""
    h, l, s = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    h = (h + amount * rng.uniform(-0.012, 0.012)) % 1.0
    l = float(np.clip(l * (1 + amount * rng.uniform(-0.06, 0.06)), 0.02, 0.98))
    s = float(np.clip(s * (1 + amount * rng.uniform(-0.12, 0.08)), 0, 1))
    r, g, b = colorsys.hls_to_rgb(h, l, s)
    return (round(r * 255), round(g * 255), round(b * 255))


def shadow(colour: Colour, strength: float = 0.26, warm: float = 0.0) -> Colour:
    """Return the shaded side of a colour: darker, a little more saturated, turned towards violet (or red, `warm`)."""
    target = colour * np.array([0.80 + 0.12 * warm, 0.70, 0.84 - 0.10 * warm])
    return colour + (target - colour) * min(1.0, strength / 0.26)


def light(colour: Colour, strength: float = 0.35) -> Colour:
    """Return the lit side of a colour."""
    return colour + (255.0 - colour) * strength


def ink(colour: Colour, depth: float = 0.36) -> Colour:
    """Return the colour of a line around an area of this colour."""
    return colour * np.array([depth + 0.04, depth - 0.03, depth + 0.02])


def mixed(a: Colour, b: Colour, t: float) -> Colour:
    return a * (1 - t) + b * t


def luma(colour: Colour) -> float:
    """Return Rec. 601 luma, 0 to 255."""
    return float(colour @ np.array([0.299, 0.587, 0.114]))
