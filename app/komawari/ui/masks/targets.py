"""What a mask belongs to: where the document holds it, and the edit that puts another one there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from animeadapter.protocol.request import Blob
from komawari.domain.base import DomainError
from komawari.domain.edits import local
from komawari.domain.edits.characters import set_character
from komawari.domain.panel import Panel
from komawari.domain.project import Project, find_character, panels_of
from komawari.ui.characters.editor import changes
from komawari.ui.painting.target import Edit


def _panel(project: Project, panel: str) -> Panel | None:
    return next((one for _, one in panels_of(project) if one.id == panel), None)


@dataclass(frozen=True)
class EditTarget:
    """The region of a panel's take that is drawn anew."""

    panel: str

    def is_there(self, project: Project) -> bool:
        """Return whether the panel is."""
        return _panel(project, self.panel) is not None

    def picture(self, project: Project) -> Blob | None:
        """Return its mask."""
        found = _panel(project, self.panel)
        return None if found is None else found.local_edit.mask

    def edit(self, picture: Blob | None) -> Edit:
        """Return the edit."""
        return partial(local.set_local_edit, panel=self.panel, mask=picture)


@dataclass(frozen=True)
class RegionTarget:
    """Where in a panel a figure rules."""

    panel: str
    figure: str

    def is_there(self, project: Project) -> bool:
        """Return whether the figure is."""
        found = _panel(project, self.panel)
        return found is not None and any(one.id == self.figure for one in found.figures)

    def picture(self, project: Project) -> Blob | None:
        """Return its mask; None: it follows from the skeleton."""
        found = _panel(project, self.panel)
        figures = () if found is None else found.figures
        return next((one.region.mask for one in figures if one.id == self.figure), None)

    def edit(self, picture: Blob | None) -> Edit:
        """Return the edit."""
        return partial(local.set_region_mask, panel=self.panel, figure=self.figure, mask=picture)


@dataclass(frozen=True)
class ReferenceTarget:
    """A character in its reference, or (`part`) a part of it."""

    character: str
    reference: str
    part: str = changes.WHOLE

    def is_there(self, project: Project) -> bool:
        """Return whether the reference and its part are."""
        try:
            self._find(project)
        except DomainError:
            return False
        return True

    def picture(self, project: Project) -> Blob | None:
        """Return its mask; None: the engine finds it."""
        try:
            return self._find(project)
        except DomainError:
            return None

    def edit(self, picture: Blob | None) -> Edit:
        """Return the edit."""

        def edit(project: Project) -> Project:
            character = find_character(project, self.character)
            return set_character(project, changes.set_mask(self.reference, self.part, picture)(character))

        return edit

    def _find(self, project: Project) -> Blob | None:
        reference = changes.find_reference(find_character(project, self.character), self.reference)
        return changes.find_part(reference, self.part).mask if self.part else reference.mask
