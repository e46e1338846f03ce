"""How well a pack's autoencoder gives back unseen drawings: PSNR by region, framing and aspect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animeadapter.evaluate.rows import Row, at_least
from animeadapter.generate.decode import decode, encode
from animeadapter.generate.events import Pixels
from animeadapter.metrics.similarity import psnr
from animeadapter.packs.load import load_pack
from animeadapter.protocol.parts import Part
from animeadapter.synthetic import BUCKETS, Drawing, draw, sample_identity, sample_shot

WANTED = {"picture": 30.0, "face": 26.0}
"""Mean dB over all pictures."""
SMALLEST_FACE = 32
"""Pixels below which a face is not measured."""


def autoencoder(
    pack: str = "mini",
    *,
    count: int = 200,
    seed: int = 7101,
    device: str = "cpu",
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return mean PSNR in dB per picture: over the picture, the character and its face; then by framing and size."""
    vae = load_pack(pack, device).part("vae")
    found: dict[str, list[float]] = {}
    for number in range(count):
        drawing, framing, size = _drawn(seed, number)
        again = through(vae, drawing.image)
        for region, mask in _regions(drawing).items():
            if mask is None or mask.sum() >= SMALLEST_FACE:
                value = psnr(again, drawing.image, mask)
                for key in (region, f"{region}, {framing}", f"{region}, {size[0]}×{size[1]}"):
                    found.setdefault(key, []).append(value)
        on_picture(number + 1, count)
    ordered = sorted(found.items(), key=lambda item: ("," in item[0], item[0]))
    return [_row(name, values) for name, values in ordered]


def _row(name: str, values: list[float]) -> Row:
    mean = float(np.mean(values))
    label = f"{name} (n = {len(values)})"
    return at_least(label, mean, WANTED[name], "dB") if name in WANTED else Row(name=label, found=mean, unit="dB")


def _drawn(seed: int, number: int) -> tuple[Drawing, str, tuple[int, int]]:
    """Return an unseen drawing in the styles of training; the sizes take turns."""
    rng = np.random.default_rng((seed, number))
    size = BUCKETS[number % len(BUCKETS)]
    shot = sample_shot(rng, size)
    return draw([sample_identity(rng)], shot, size), shot.framing, size


def through(vae: Any, picture: Pixels) -> Pixels:
    """Return a picture (height, width, 3) after an autoencoder."""
    restored: Pixels = decode(vae, encode(vae, picture))[0]
    return restored


def _regions(drawing: Drawing) -> dict[str, NDArray[np.bool_] | None]:
    return {"picture": None, "character": drawing.foreground > 0, "face": drawing.parts == Part.FACE}
