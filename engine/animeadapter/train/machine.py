"""What the processor can do, and what a run's figures depend on."""

from __future__ import annotations

import platform
from functools import lru_cache
from pathlib import Path

import numpy
import torch

from animeadapter import __version__

FAST_BF16 = frozenset({"avx512_bf16", "amx_bf16"})
"""Flags of processors on which bf16 is quicker than fp32."""


@lru_cache(maxsize=1)
def processor_flags() -> frozenset[str]:
    """Return the processor's feature flags, from the kernel or, where it does not tell, from torch."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                return frozenset(line.partition(":")[2].split())
    found = torch.cpu.get_capabilities()
    return frozenset(name for name in FAST_BF16 if found.get(name) is True)


def precision(wanted: str, device: str) -> str:
    """Return `bf16` or `fp32` for a recipe's `auto`, `bf16` or `fp32`."""
    if wanted != "auto":
        return wanted
    return "bf16" if device == "cuda" or processor_flags() & FAST_BF16 else "fp32"


def versions() -> dict[str, str]:
    """Return the versions that a run's bits depend on."""
    import diffusers
    import transformers

    return {
        "animeadapter": __version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": numpy.__version__,
        "diffusers": diffusers.__version__,
        "transformers": transformers.__version__,
    }
