"""Which pose is whose, when several come at once: from a picture, or from a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from komawari.domain.panel import Figure, FigurePose, Panel
from komawari.domain.posing.space import Space
from komawari.domain.posing.whole import bounds

FLAT = Space(0, 0, 1, 1)


def cast(
    panel: Panel, found: Sequence[FigurePose], at_hand: str | None, make_id: Callable[[], str]
) -> tuple[dict[str, FigurePose], tuple[Figure, ...]]:
    """Return poses by the ids of the panel's figures, and new figures for those who are left over.

    One pose is the figure's at hand. Several go from left to right, to figures in the order in which they stand; those
    without a pose come last.
    """
    figures = sorted(panel.figures, key=lambda one: _left(one.pose))
    if len(found) == 1:
        figures = [one for one in figures if one.id == at_hand] or figures[:1]
    ordered = sorted(found, key=_left)
    poses = {figure.id: pose for figure, pose in zip(figures, ordered)}
    return poses, tuple(Figure(make_id(), pose=pose) for pose in ordered[len(figures) :])


def _left(pose: FigurePose | None) -> float:
    """Return the middle of a figure; figures without a pose stand behind all others."""
    box = None if pose is None else bounds(FLAT.spots(pose))
    return float("inf") if box is None else (box[0] + box[2]) / 2
