"""Pen and layer of sketches, as the settings keep them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from komawari.ui.painting.settings import LIMITS, Brush, read_values

PEN = Brush(size=8.0, hardness=0.9, spacing=0.08)
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


@dataclass(frozen=True)
class Layer:
    """How all sketches are shown, on the screen alone."""

    shown: bool = True
    opacity: float = 1.0
    colour: str = "#202024"
    """Of the pen, `#rrggbb`."""


def written(pen: Brush, layer: Layer) -> dict[str, object]:
    """Return both as the settings keep them."""
    return {"pen": asdict(pen), "layer": asdict(layer)}


def read(stored: object) -> tuple[Brush, Layer]:
    """Return both from the settings; what a hand has written wrongly there is left out."""
    held = stored if isinstance(stored, dict) else {}
    kept = held.get("layer")
    if isinstance(kept, dict) and not COLOUR.match(str(kept.get("colour"))):
        kept = {name: value for name, value in kept.items() if name != "colour"}
    pen: Brush = read_values(PEN, held.get("pen"), LIMITS)
    layer: Layer = read_values(Layer(), kept, {"opacity": (0.05, 1.0)})
    return pen, layer
