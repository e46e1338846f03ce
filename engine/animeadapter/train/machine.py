"""What a training's figures depend on; the machine's own choices are those that drawing makes."""

from __future__ import annotations

import ctypes
import sys

import numpy
import torch

from animeadapter.generate.machine import pick_precision
from animeadapter.generate.machine import versions as libraries

MALLOC_OPTIONS = ((-4, 0), (-1, 2**31 - 1))
"""glibc's M_MMAP_MAX and M_TRIM_THRESHOLD (malloc.h): nothing is mapped apart, nothing is given back."""


def precision(wanted: str, device: str) -> str:
    """Return `bf16` or `fp32` for a recipe's `auto`, `bf16` or `fp32`.

    `auto` is bf16 on every GPU, since fp16 would need its loss scaled, and on processors that have instructions for it.
    """
    if wanted != "auto":
        return wanted
    return "bf16" if device == "cuda" or pick_precision(torch.device(device)) == "bfloat16" else "fp32"


def keep_memory() -> bool:
    """Have the C library keep freed memory instead of handing it back to the system; return whether it does.

    glibc maps each large tensor anew, and a training step's 70,000 page faults cost it a tenth of its time.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return set_option is not None and all(set_option(option, value) == 1 for option, value in MALLOC_OPTIONS)


def versions() -> dict[str, str]:
    """Return the versions that a run's bits depend on."""
    return {**libraries(), "numpy": numpy.__version__}
