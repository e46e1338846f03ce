"""Edits of figures' poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from komawari.domain.base import DomainError
from komawari.domain.edits.parameters import add_figure, set_figure
from komawari.domain.panel import Figure, FigurePose
from komawari.domain.project import Project, find_panel


def set_pose(project: Project, panel: str, figure: str, pose: FigurePose | None) -> Project:
    """Give a figure another pose, or none. Raises `DomainError` where there is no such figure."""
    _, there = find_panel(project, panel)
    old = next((one for one in there.figures if one.id == figure), None)
    if old is None:
        raise DomainError(f"panel {panel} has no figure {figure}")
    return set_figure(project, panel, replace(old, pose=pose))


def set_poses(project: Project, panel: str, poses: Mapping[str, FigurePose], new: Sequence[Figure] = ()) -> Project:
    """Give figures (by id) other poses, and add figures behind them, as one edit."""
    for figure, pose in poses.items():
        project = set_pose(project, panel, figure, pose)
    for one in new:
        project = add_figure(project, panel, one)
    return project
