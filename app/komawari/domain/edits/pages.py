"""Edits of the project as a whole and of its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from komawari.domain.base import DomainError, changed
from komawari.domain.edits.changing import changed_items, inserted, on_page, reordered, without
from komawari.domain.geometry.polygon import moved
from komawari.domain.panel import Panel
from komawari.domain.paper import Paper, check_paper
from komawari.domain.project import Gutters, Page, Project, Reading, find_page

MakeId = Callable[[], str]


def set_title(project: Project, title: str) -> Project:
    """Name the project."""
    return _set(project, title=title)


def set_reading(project: Project, reading: Reading) -> Project:
    """Read the other way round; frames stay where they are."""
    return _set(project, reading=reading)


def set_defaults(project: Project, *, paper: Paper, gutters: Gutters, border: float) -> Project:
    """Set what new pages and panels begin with."""
    return _set(project, paper=check_paper(paper), gutters=gutters, border=border)


def _set(project: Project, **fields: Any) -> Project:
    """Change fields of the project's own, without checking all pages again."""
    head = changed(replace(project, pages=(), characters=(), styles=()), **fields)
    return (
        changed_items(project, **{name: getattr(head, name) for name in fields})
        if _differs(project, fields)
        else project
    )


def _differs(project: Project, fields: dict[str, Any]) -> bool:
    return any(getattr(project, name) != value for name, value in fields.items())


def add_page(project: Project, page: str, at: int | None = None, paper: Paper | None = None) -> Project:
    """Add an empty page before index `at` (None: at the end), on the project's paper or another."""
    new = Page(page, check_paper(paper or project.paper))
    return changed_items(project, pages=inserted(project.pages, new, at))


def remove_page(project: Project, page: str) -> Project:
    """Remove a page with its panels; their takes remain in the storage."""
    find_page(project, page)
    if len(project.pages) == 1:
        raise DomainError("the last page cannot be removed")
    return changed_items(project, pages=without(project.pages, {page}))


def move_page(project: Project, page: str, to: int) -> Project:
    """Move a page to an index, counted without it."""
    find_page(project, page)
    return changed_items(project, pages=reordered(project.pages, page, to))


def duplicate_page(project: Project, page: str, make_id: MakeId) -> Project:
    """Put a copy behind a page. Its panels show the same takes, but have ids, and so later takes, of their own."""
    old = find_page(project, page)
    copy = replace(old, id=make_id(), panels=tuple(copied(panel, make_id) for panel in old.panels))
    return changed_items(project, pages=inserted(project.pages, copy, project.pages.index(old) + 1))


def copied(panel: Panel, make_id: MakeId) -> Panel:
    """Return a panel that is equal but for its own id and its figures'."""
    figures = tuple(replace(figure, id=make_id()) for figure in panel.figures)
    return replace(panel, id=make_id(), figures=figures, final=False)


def set_paper(project: Project, page: str, paper: Paper) -> Project:
    """Put a page on other paper; its panels keep their sizes and their distance from the middle."""
    check_paper(paper)

    def change(old: Page) -> Page:
        dx, dy = (paper.width - old.paper.width) / 2, (paper.height - old.paper.height) / 2
        panels = tuple(replace(p, frame=moved(p.frame, dx, dy)) for p in old.panels) if dx or dy else old.panels
        return changed(old, paper=paper, panels=panels)

    return on_page(project, page, change)


def set_notes(project: Project, page: str, notes: str) -> Project:
    """Write a page's notes."""
    return on_page(project, page, lambda old: changed(old, notes=notes))
