"""The renderer's speed: drawings of all sizes, styles and framings, one core, in the processor's own time."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2

from animeadapter.evaluate.rows import Row, at_least
from animeadapter.synthetic import version
from animeadapter.synthetic.command import sample

WANTED = 50.0
WARM_UP = 10


def renderer(count: int = 300, *, seed: int = 7201, clock: Callable[[], float] = time.process_time) -> list[Row]:
    """Return how many drawings a second of one core's time gives; other programs do not count against it."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for number in range(WARM_UP):
            sample(seed, number)
        began = clock()
        for number in range(WARM_UP, WARM_UP + count):
            sample(seed, number)
        spent = clock() - began
    finally:
        cv2.setNumThreads(threads)
    return [
        at_least("drawings a second on one core", count / max(spent, 1e-9), WANTED, "/s"),
        Row(name="renderer", found=version()),
    ]
