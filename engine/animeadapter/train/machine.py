"""What a training's figures depend on; the machine's own choices are those that drawing makes."""

from __future__ import annotations

import numpy
import torch

from animeadapter.generate.machine import pick_precision
from animeadapter.generate.machine import versions as libraries


def precision(wanted: str, device: str) -> str:
    """Return `bf16` or `fp32` for a recipe's `auto`, `bf16` or `fp32`.

    `auto` is bf16 on every GPU, since fp16 would need its loss scaled, and on processors that have instructions for it.
    """
    if wanted != "auto":
        return wanted
    return "bf16" if device == "cuda" or pick_precision(torch.device(device)) == "bfloat16" else "fp32"


def versions() -> dict[str, str]:
    """Return the versions that a run's bits depend on."""
    return {**libraries(), "numpy": numpy.__version__}
