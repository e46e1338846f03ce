"""What brushes look like, as the settings keep it. No numpy: tools show it before anything is painted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

SMALLEST, LARGEST = 1.0, 1000.0
LIMITS: Mapping[str, tuple[float, float]] = {
    "hardness": (0.0, 1.0), "opacity": (0.01, 1.0), "spacing": (0.02, 1.0), "size": (SMALLEST, LARGEST),
}  # fmt: skip


@dataclass(frozen=True)
class Brush:
    """Lengths are pixels of what is painted on."""

    size: float = 40.0
    """Diameter."""
    hardness: float = 0.9
    """0: soft to the middle, 1: a sharp edge."""
    opacity: float = 1.0
    """How strong it paints, at most."""
    spacing: float = 0.1
    """Between dabs, in diameters."""
    pressure_size: bool = True
    pressure_opacity: bool = False

    def sized(self, factor: float) -> Brush:
        """Return it larger or smaller, by a pixel at least."""
        size = float(round(self.size * factor))
        size = max(size, self.size + 1) if factor > 1 else min(size, self.size - 1)
        return replace(self, size=min(max(size, SMALLEST), LARGEST))


def read_values(default: Any, stored: object, limits: Mapping[str, tuple[float, float]]) -> Any:
    """Return a dataclass's value with what the settings have; what a hand has written wrongly there is left out."""
    if not isinstance(stored, dict):
        return default
    known = {one.name: getattr(default, one.name) for one in fields(default)}
    good = {name: stored[name] for name, value in known.items() if _alike(stored.get(name), value)}
    held = {name: min(max(value, limits[name][0]), limits[name][1]) for name, value in good.items() if name in limits}
    return replace(default, **{**good, **held})


def _alike(value: object, default: object) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))
