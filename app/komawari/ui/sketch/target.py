"""Where the document holds a sketch: the sheet of a panel, as it is laid out to be drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from animeadapter.protocol.request import Blob
from komawari.domain.edits import sketches
from komawari.domain.geometry.sheets import Layout
from komawari.domain.panel import Panel, Placement, Sheet
from komawari.domain.project import Project, panels_of
from komawari.ui.painting.target import Edit


@dataclass(frozen=True)
class SheetTarget:
    """A panel's sheet; every stroke leaves it of this size, and lying so."""

    panel: str
    width: int
    """Pixels, as is `height`."""
    height: int
    placement: Placement

    @classmethod
    def of(cls, panel: str, layout: Layout) -> SheetTarget:
        """Return it for a layout."""
        return cls(panel, layout.width, layout.height, layout.placement)

    def is_there(self, project: Project) -> bool:
        """Return whether the panel is."""
        return self._find(project) is not None

    def picture(self, project: Project) -> Blob | None:
        """Return the sheet's file; None: nothing is sketched yet."""
        found = self._find(project)
        return None if found is None or found.sketch.sheet is None else found.sketch.sheet.picture

    def edit(self, picture: Blob | None) -> Edit:
        """Return the edit."""
        sheet = None if picture is None else Sheet(picture, self.width, self.height, self.placement)
        return partial(sketches.set_sheet, panel=self.panel, sheet=sheet)

    def _find(self, project: Project) -> Panel | None:
        return next((one for _, one in panels_of(project) if one.id == self.panel), None)
