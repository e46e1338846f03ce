"""Randomness that depends on seed, stream and step alone: what an exact resume stands on."""

from __future__ import annotations

import zlib

import numpy as np
import torch


def rng(seed: int, stream: str, step: int = 0) -> np.random.Generator:
    """Return the generator of one step of one named stream."""
    return np.random.default_rng([seed, zlib.crc32(stream.encode()), step])


def seed_torch(seed: int, step: int) -> None:
    """Set torch's global generator, from which noise and dropout of this step are drawn."""
    torch.manual_seed(int(rng(seed, "torch", step).integers(2**63)))
