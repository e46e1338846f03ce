"""Several panels become one: whose content it has, and in which order they are joined."""

from __future__ import annotations

from collections.abc import Sequence

from komawari.domain.edits.panels import merge_panels
from komawari.domain.geometry.polygon import bounds
from komawari.domain.panel import Panel
from komawari.domain.project import Project, find_panel


def fullest(project: Project, chosen: Sequence[str]) -> str:
    """Return whose content a merged panel has: the first that shows a take, or else says what is to be seen."""
    return max(chosen, key=lambda panel: _content(find_panel(project, panel)[1]))


def merged(project: Project, chosen: Sequence[str]) -> Project:
    """Merge panels into the fullest one. Raises `DomainError` where some do not lie side by side."""
    kept = fullest(project, chosen)
    rest = [panel for panel in chosen if panel != kept]
    while rest:
        nearest = min(rest, key=lambda other: _distance(find_panel(project, kept)[1], find_panel(project, other)[1]))
        project = merge_panels(project, kept, nearest)
        rest.remove(nearest)
    return project


def loses(project: Project, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return those of the panels whose content a merged one would not have; a sketch is taken over by one without."""
    kept = fullest(project, chosen)
    others = [find_panel(project, panel)[1] for panel in chosen if panel != kept]
    sketched = find_panel(project, kept)[1].sketch.sheet is not None
    lost = []
    for panel in others:
        if _content(panel) or (sketched and panel.sketch.sheet is not None):
            lost.append(panel.id)
        sketched = sketched or panel.sketch.sheet is not None
    return tuple(lost)


def _content(panel: Panel) -> int:
    if panel.take is not None:
        return 2
    return int(bool(panel.figures or panel.tags or panel.prompt))


def _distance(one: Panel, other: Panel) -> float:
    """Return how far two panels' boxes are apart, in millimetres."""
    a, b = bounds(one.frame), bounds(other.frame)
    dx = max(a[0] - b[2], b[0] - a[2], 0.0)
    dy = max(a[1] - b[3], b[1] - a[3], 0.0)
    overlap = min(a[2], b[2]) - max(a[0], b[0]) if dy else min(a[3], b[3]) - max(a[1], b[1])
    # Of several neighbours the one that shares the longest edge leaves the plainest frame.
    return dx + dy - overlap * 1e-3
