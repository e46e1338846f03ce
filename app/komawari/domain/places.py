"""Where in a project something happened: which pages are others than before, and which of their panels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from komawari.domain.project import Page, Project


@dataclass(frozen=True)
class Place:
    """A page, and the panels on it that are meant."""

    page: str
    panels: tuple[str, ...] = ()
    """None where the page as a whole is meant: its paper, its order, a panel that is gone."""


def changed_places(before: Project, after: Project) -> tuple[Place, ...]:
    """Return the pages of `after` on which anything is another object than in `before`, with the panels that are.

    Values that were not edited are shared between projects, so nothing is looked into. A page that was not there
    before is meant as a whole; one that is gone is nowhere to be shown.
    """
    old = {page.id: page for page in before.pages}
    return tuple(
        Place(page.id, _changed_panels(old.get(page.id), page)) for page in after.pages if old.get(page.id) is not page
    )


def places_of(project: Project, panels: Collection[str]) -> tuple[Place, ...]:
    """Return where some panels are; those that are not in the project are nowhere."""
    wanted = set(panels)
    found = ((page.id, tuple(panel.id for panel in page.panels if panel.id in wanted)) for page in project.pages)
    return tuple(Place(page, there) for page, there in found if there)


def _changed_panels(old: Page | None, page: Page) -> tuple[str, ...]:
    if old is None:
        return ()
    known = {panel.id: panel for panel in old.panels}
    return tuple(panel.id for panel in page.panels if known.get(panel.id) is not panel)
