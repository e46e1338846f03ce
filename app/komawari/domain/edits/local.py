"""Edits of what is painted in a panel: the region that is drawn anew, and the regions of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from animeadapter.protocol.request import Blob
from komawari.domain.base import DomainError, changed
from komawari.domain.edits.changing import on_panel, replaced
from komawari.domain.panel import MixerEntry, Panel
from komawari.domain.project import Project, find_character


def set_local_edit(project: Project, panel: str, **fields: Any) -> Project:
    """Set fields of a panel's local edit. What it borrows has to be in the project, each part once."""
    if "mixer" in fields:
        check_mixer(project, fields["mixer"], "the local edit")
    return on_panel(project, panel, lambda old: changed(old, local_edit=changed(old.local_edit, **fields)))


def set_region_mask(project: Project, panel: str, figure: str, mask: Blob | None) -> Project:
    """Give a figure's region a painted mask; None: it follows from the skeleton again."""

    def change(old: Panel) -> Panel:
        found = next((one for one in old.figures if one.id == figure), None)
        if found is None:
            raise DomainError(f"panel {panel} has no figure {figure}")
        if found.region.mask == mask:
            return old
        new = replace(found, region=changed(found.region, mask=mask))
        return replace(old, figures=replaced(old.figures, new))

    return on_panel(project, panel, change)


def check_mixer(project: Project, mixer: Iterable[MixerEntry], who: str) -> None:
    """Refuse a mixer that names what the project does not have, or a part twice. Raises `DomainError`."""
    parts = []
    for entry in mixer:
        parts.append(entry.part)
        if all(one.id != entry.reference for one in find_character(project, entry.character).references):
            raise DomainError(f"{who}: character {entry.character} has no reference {entry.reference}")
    if len(set(parts)) < len(parts):
        raise DomainError(f"{who}: the mixer names a part twice")


def without_lender(panel: Panel, gone: Callable[[MixerEntry], bool]) -> Panel:
    """Return the panel whose local edit borrows nothing that is gone; the same panel if it did not."""
    kept = tuple(entry for entry in panel.local_edit.mixer if not gone(entry))
    if len(kept) == len(panel.local_edit.mixer):
        return panel
    return replace(panel, local_edit=replace(panel.local_edit, mixer=kept))
