"""The pipes, put out of everybody else's reach.

Whatever prints to stdout, now or at import, would corrupt the stream. So this module imports nothing but the standard
library, and `claim` has to be called before any other import.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import NamedTuple


class Pipes(NamedTuple):
    """File descriptors of the two pipes."""

    incoming: int
    outgoing: int


@functools.lru_cache(maxsize=1)
def claim() -> Pipes:
    """Return copies of stdin and stdout that nobody else knows; from now on stdin is empty and stdout is stderr.

    Every further call returns the same. Raises `OSError` where the process has no stdin or stdout.
    """
    pipes = Pipes(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":  # the one Windows-only call of the engine
        import msvcrt

        for pipe in pipes:
            msvcrt.setmode(pipe, os.O_BINARY)
    return pipes
