"""The learning rate as a pure function of the step."""

from __future__ import annotations

import math

from animeadapter.train.settings import Schedule


def rate(schedule: Schedule, step: int, steps: int) -> float:
    """Return the learning rate of step `step` (from 0) of `steps`.

    It rises linearly over the warm-up; the step after that has the peak, the last step has the floor.
    """
    if step < schedule.warmup:
        return schedule.peak * (step + 1) / (schedule.warmup + 1)
    if schedule.kind == "cosine":
        done = progress(step, schedule.warmup, steps)
        share = 0.5 + 0.5 * math.cos(math.pi * done)
    else:
        share = 1.0 - progress(step, max(schedule.warmup, round(steps * (1.0 - schedule.decay))), steps)
    return schedule.peak * (schedule.floor + (1.0 - schedule.floor) * share)


def progress(step: int, start: int, end: int) -> float:
    """Return how far a step lies between a first step (0) and the last one before `end` (1)."""
    if step <= start:
        return 0.0
    return min(1.0, (step - start) / max(1, end - 1 - start))
