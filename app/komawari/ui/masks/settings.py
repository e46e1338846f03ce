"""What brushes and overlays look like, as the settings keep it. No numpy: tools show it before anything is painted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

SMALLEST, LARGEST = 1.0, 1000.0


@dataclass(frozen=True)
class Brush:
    """Lengths are pixels of the mask."""

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


@dataclass(frozen=True)
class Overlay:
    """How a mask is shown over its picture."""

    colour: str = "#e0218a"
    opacity: float = 0.5


def written(brush: Brush, overlay: Overlay) -> dict[str, object]:
    """Return both as the settings keep them."""
    return {"brush": asdict(brush), "overlay": asdict(overlay)}


def read(stored: object) -> tuple[Brush, Overlay]:
    """Return both from the settings; what a hand has written wrongly there is left out."""
    held: dict[str, Any] = stored if isinstance(stored, dict) else {}
    brush, overlay = _read(Brush, held.get("brush")), _read(Overlay, held.get("overlay"))
    clamped = {"hardness": (0.0, 1.0), "opacity": (0.01, 1.0), "spacing": (0.02, 1.0), "size": (SMALLEST, LARGEST)}
    held_within = {name: min(max(getattr(brush, name), low), high) for name, (low, high) in clamped.items()}
    return replace(brush, **held_within), replace(overlay, opacity=min(max(overlay.opacity, 0.05), 1.0))


def _read(kind: type[Any], stored: object) -> Any:
    default = kind()
    if not isinstance(stored, dict):
        return default
    known = {one.name: getattr(default, one.name) for one in fields(kind)}
    good = {name: stored[name] for name, value in known.items() if _alike(stored.get(name), value)}
    return replace(default, **good)


def _alike(value: object, default: object) -> bool:
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))
