"""Running out of memory: how it shows, and how to make room."""

from __future__ import annotations

import gc

import cv2
import torch

COMPLAINTS = ("out of memory", "can't allocate memory", "not enough memory", "bad allocation", "insufficient memory")
"""What allocators of processors and GPUs say; PyTorch has a class of its own for CUDA's alone."""
KINDS = (RuntimeError, MemoryError, cv2.error)
"""Errors among which those of memory are."""


def out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that memory did not suffice."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, KINDS) and any(words in str(error).lower() for words in COMPLAINTS)


def make_room(device: torch.device) -> None:
    """Give back what nothing holds any more."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
