"""How much better than bicubic interpolation a pack's upscaler enlarges unseen drawings."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from animeadapter.evaluate.rows import Row, at_least
from animeadapter.metrics.similarity import psnr
from animeadapter.packs.errors import PackError
from animeadapter.packs.load import load_pack
from animeadapter.synthetic import BUCKETS, draw, sample_identity, sample_shot
from animeadapter.vision.pictures import Pixels
from animeadapter.vision.upscaler import FACTOR, Upscaler

GAIN = 3.0
"""dB above bicubic interpolation."""


def upscaling(
    pack: str = "mini",
    *,
    count: int = 20,
    seed: int = 7401,
    device: str = "cpu",
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return mean PSNR in dB of drawings that were shrunk to a quarter of their sides and enlarged again.

    The drawings are four times as large as panels are. Raises `PackError` if the pack has no upscaler.
    """
    loaded = load_pack(pack, device)
    if not loaded.has("upscaler"):
        raise PackError(f"{loaded.folder}: the pack has no upscaler")
    upscaler = Upscaler.from_pretrained(loaded.path("upscaler"), loaded.device)
    ours, plain = [], []
    for number in range(count):
        large = _drawn(seed, number)
        small = np.asarray(cv2.resize(large, _size(large, 1 / FACTOR), interpolation=cv2.INTER_AREA), np.uint8)
        again = upscaler.upscale(small)
        assert again is not None  # nothing stops it
        bicubic = cv2.resize(small, _size(small, FACTOR), interpolation=cv2.INTER_CUBIC)
        ours.append(psnr(again, large))
        plain.append(psnr(np.asarray(bicubic, np.uint8), large))
        on_picture(number + 1, count)
    gain = float(np.mean(ours) - np.mean(plain))
    return [
        Row(name="bicubic, PSNR", found=float(np.mean(plain)), unit="dB"),
        Row(name="upscaler, PSNR", found=float(np.mean(ours)), unit="dB"),
        at_least(f"above bicubic (n = {count})", gain, GAIN, "dB"),
    ]


def _drawn(seed: int, number: int) -> Pixels:
    rng = np.random.default_rng((seed, number))
    width, height = BUCKETS[number % len(BUCKETS)]
    size = (FACTOR * width, FACTOR * height)
    return draw([sample_identity(rng)], sample_shot(rng, size), size).image


def _size(picture: Pixels, factor: float) -> tuple[int, int]:
    """Return (width, height) times a factor."""
    return round(picture.shape[1] * factor), round(picture.shape[0] * factor)
