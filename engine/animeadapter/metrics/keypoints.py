"""How far a found pose is from the true one: AKD, MKR and Fail, as the benchmark defines them.

AKD is the mean of |Δx| and |Δy|, in shares of the canvas, over joints that both have; MKR the share of the true
joints that were not found; Fail the share of people who were not found at all, or with too few joints in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.pose import Pose

Joints = NDArray[np.float64]


@dataclass
class KeypointTally:
    """Counts over pictures."""

    min_common: int = 1
    distances: list[float] = field(default_factory=list)
    """One per person who was found: AKD over that person's common joints."""
    missing: list[float] = field(default_factory=list)
    """One per person who was found: the share of true joints that are missing."""
    people: int = 0
    failed: int = 0
    surplus: int = 0
    """People who were found and are not there."""

    def add(self, truths: Sequence[Pose], found: Sequence[Pose]) -> None:
        """Count one picture; found people are given to true ones, the nearest first."""
        self.people += len(truths)
        pairs = matched([joints_of(pose) for pose in truths], [joints_of(pose) for pose in found])
        self.surplus += len(found) - len(pairs)
        for truth, guess in pairs:
            common = ~np.isnan(truth).any(1) & ~np.isnan(guess).any(1)
            if common.sum() < self.min_common:
                continue
            there = ~np.isnan(truth).any(1)
            self.distances.append(float(np.abs(truth[common] - guess[common]).mean()))
            self.missing.append(float((there & ~common).sum() / there.sum()))
        self.failed = self.people - len(self.distances)

    def figures(self) -> dict[str, float]:
        """Return AKD, MKR, Fail and surplus people per true one; NaN where nothing was counted."""
        none = float("nan")
        return {
            "AKD": float(np.mean(self.distances)) if self.distances else none,
            "MKR": float(np.mean(self.missing)) if self.missing else none,
            "Fail": self.failed / self.people if self.people else none,
            "surplus": self.surplus / self.people if self.people else none,
        }


def joints_of(pose: Pose) -> Joints:
    """Return (18, 2) joints; NaN where there is none, or where it lies outside the canvas."""
    points = np.array([(np.nan, np.nan) if p is None else p for p in pose.keypoints], np.float64)
    points[~((points >= 0) & (points <= 1)).all(1)] = np.nan
    return points


def matched(truths: list[Joints], found: list[Joints]) -> list[tuple[Joints, Joints]]:
    """Return pairs of true and found people, the nearest first, each used once."""
    pairs: list[tuple[float, int, int]] = []
    for t, truth in enumerate(truths):
        for f, guess in enumerate(found):
            common = ~np.isnan(truth).any(1) & ~np.isnan(guess).any(1)
            if common.any():
                pairs.append((float(np.abs(truth[common] - guess[common]).mean()), t, f))
    taken: list[tuple[int, int]] = []
    for _, t, f in sorted(pairs):
        if all(t != one and f != other for one, other in taken):
            taken.append((t, f))
    return [(truths[t], found[f]) for t, f in taken]
