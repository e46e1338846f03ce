"""Edits of a panel's sketch: its sheet, how that lies in the frame, and whether pictures follow it."""

from __future__ import annotations

from typing import Any

from komawari.domain.base import DomainError, changed
from komawari.domain.edits.changing import on_panel
from komawari.domain.panel import Placement, Sheet
from komawari.domain.project import Project, find_panel


def set_sheet(project: Project, panel: str, sheet: Sheet | None) -> Project:
    """Give a panel another sheet; None: nothing is sketched any more."""
    return set_sketch(project, panel, sheet=sheet)


def set_sketch(project: Project, panel: str, **fields: Any) -> Project:
    """Set fields of a panel's sketch."""
    return on_panel(project, panel, lambda old: changed(old, sketch=changed(old.sketch, **fields)))


def place_sheet(project: Project, panel: str, placement: Placement) -> Project:
    """Move, scale or flip the sketch inside its frame. Raises `DomainError` where there is none."""
    _, old = find_panel(project, panel)
    if old.sketch.sheet is None:
        raise DomainError("there is no sketch in this panel")
    return set_sheet(project, panel, changed(old.sketch.sheet, placement=placement))
