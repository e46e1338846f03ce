"""How masks are painted and shown, as the settings keep it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from komawari.ui.painting.settings import LIMITS, Brush, read_values


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
    held = stored if isinstance(stored, dict) else {}
    brush: Brush = read_values(Brush(), held.get("brush"), LIMITS)
    overlay: Overlay = read_values(Overlay(), held.get("overlay"), {"opacity": (0.05, 1.0)})
    return brush, overlay
