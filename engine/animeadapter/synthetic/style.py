"""Manners of drawing. A style is a bundle of continuous settings; the named ones below are where they start from.

One of them, HELD_OUT, is never drawn for training: it stands for drawings that the pack has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Style:
    """How lines, areas and faces are drawn. Widths are in pixels of a 256-pixel picture."""

    name: str
    tags: tuple[str, ...] = ()
    line_width: float = 1.25
    line_depth: float = 0.34
    """How much of an area's own colour its outline keeps; 0 is black."""
    outline: bool = True
    line_wobble: float = 0.0
    shading: str = "cel"
    """none, cel, double, soft or hatch."""
    shade_strength: float = 0.26
    shade_offset: float = 1.0
    highlights: bool = True
    face: str = "round"
    """round, sharp, flat or wide: the shape of eyes and jaw."""
    eye_scale: float = 1.0
    head_scale: float = 1.0
    saturation: float = 1.0
    brightness: float = 0.0
    hue: float = 0.0
    finish: str = "clean"
    """clean, paper, wash, screentone, grain or pencil: what happens to the finished picture."""
    finish_strength: float = 1.0
    seed: int = field(default=0, compare=False)


HOUSE = Style("house", ("anime_coloring",))

NAMED: dict[str, Style] = {
    "house": HOUSE,
    "bold": Style("bold", ("black_outline",), line_width=2.1, line_depth=0.08, shading="cel", shade_strength=0.34),
    "flat": Style("flat", ("flat_color", "no_lineart"), outline=False, shading="none", highlights=False),
    "soft": Style(
        "soft",
        ("painterly",),
        line_width=0.9,
        line_depth=0.62,
        shading="soft",
        shade_strength=0.4,
        finish="paper",
        finish_strength=0.35,
    ),
    "pastel": Style(
        "pastel",
        ("pastel_colors",),
        line_width=1.0,
        line_depth=0.66,
        shading="cel",
        shade_strength=0.16,
        saturation=0.62,
        brightness=0.16,
        eye_scale=1.08,
    ),
    "retro": Style(
        "retro",
        ("retro_artstyle", "1990s_(style)"),
        line_width=1.5,
        line_depth=0.12,
        shading="double",
        face="sharp",
        eye_scale=1.08,
        saturation=0.86,
        hue=0.012,
        finish="grain",
        finish_strength=0.5,
    ),
    "sketch": Style(
        "sketch",
        ("sketch",),
        line_width=1.1,
        line_depth=0.3,
        line_wobble=0.8,
        shading="none",
        highlights=False,
        saturation=0.7,
        brightness=0.12,
        finish="pencil",
        finish_strength=0.7,
    ),
    "manga": Style(
        "manga",
        ("monochrome", "greyscale"),
        line_width=1.4,
        line_depth=0.0,
        shading="cel",
        saturation=0.0,
        face="sharp",
    ),
    "wide": Style(
        "wide",
        ("chibi",),
        line_width=1.6,
        line_depth=0.24,
        head_scale=1.3,
        face="wide",
        eye_scale=1.12,
        shading="cel",
    ),
}
FOREIGN: dict[str, Style] = {
    **NAMED,
    "screentone": replace(NAMED["manga"], name="screentone", finish="screentone"),
    "watercolour": replace(
        NAMED["soft"], name="watercolour", tags=(), finish="wash", finish_strength=0.8, line_wobble=0.2
    ),
    "poster": replace(
        NAMED["bold"], name="poster", tags=(), face="flat", saturation=1.2, shading="double", eye_scale=0.86
    ),
}
"""What references are drawn in besides: as drawings from elsewhere look. Pictures to be learned as targets are not."""
HELD_OUT = Style(
    "inkwash",
    ("hatching_(texture)",),
    line_width=1.9,
    line_depth=0.2,
    line_wobble=0.45,
    shading="hatch",
    shade_strength=0.4,
    highlights=False,
    face="flat",
    eye_scale=0.9,
    saturation=0.8,
    finish="wash",
)


def vary(style: Style, rng: np.random.Generator, amount: float = 1.0) -> Style:
    """Return a neighbour of a style: other line width, shading, proportions and palette, the same manner."""

    def around(value: float, spread: float, low: float, high: float) -> float:
        return float(np.clip(value + amount * spread * rng.normal(), low, high))

    return replace(
        style,
        line_width=around(style.line_width, 0.22, 0.7, 2.8),
        line_depth=around(style.line_depth, 0.07, 0.0, 0.75),
        shade_strength=around(style.shade_strength, 0.06, 0.08, 0.5),
        shade_offset=around(style.shade_offset, 0.15, 0.5, 1.6),
        eye_scale=around(style.eye_scale, 0.06, 0.78, 1.25),
        head_scale=around(style.head_scale, 0.06, 0.88, 1.45),
        saturation=around(style.saturation, 0.07, 0.0, 1.25) if style.saturation else 0.0,
        brightness=around(style.brightness, 0.04, -0.18, 0.25),
        hue=around(style.hue, 0.006, -0.03, 0.03),
        seed=int(rng.integers(2**31)),
    )


def sample_style(rng: np.random.Generator, house_share: float = 0.75) -> Style:
    """Return a style for training pictures: mostly the house's own, never the held-out one."""
    if rng.random() < house_share:
        return vary(HOUSE, rng, 0.5)
    names = [name for name in NAMED if name != "house"]
    return vary(NAMED[names[int(rng.integers(len(names)))]], rng)


def foreign_style(rng: np.random.Generator) -> Style:
    """Return a widely varied style for reference pictures, as drawings from elsewhere are; never the held-out one."""
    names = list(FOREIGN)
    return vary(FOREIGN[names[int(rng.integers(len(names)))]], rng, 2.0)
