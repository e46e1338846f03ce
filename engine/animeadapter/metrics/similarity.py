"""How alike two pictures are, pixel by pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
LEAST_ERROR = 1e-6
"""Mean squared error, in grey levels, below which pictures count as this much apart: 108 dB."""


def psnr(one: Pixels, other: Pixels, mask: NDArray[np.bool_] | None = None) -> float:
    """Return the peak signal-to-noise ratio of two pictures (h, w, 3) in dB, within a mask (h, w).

    NaN where the mask is empty.
    """
    error = np.square(one.astype(np.float64) - other).mean(-1)
    chosen = error if mask is None else error[mask]
    if chosen.size == 0:
        return float("nan")
    return 10.0 * float(np.log10(255.0**2 / max(float(chosen.mean()), LEAST_ERROR)))
