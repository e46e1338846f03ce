"""A project: pages of panels, the characters in them, and what new pages and panels begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from komawari.domain.base import DomainError, Id, Length, Part, Text, Title, new_id
from komawari.domain.character import Character
from komawari.domain.panel import Panel, Style
from komawari.domain.paper import PRESETS, Paper

Reading = Literal["ltr", "rtl"]


class Page(Part, frozen=True):
    """One page; its panels lie in the order of their painting."""

    id: Id
    paper: Paper
    panels: tuple[Panel, ...] = ()
    notes: Text = ""


class Gutters(Part, frozen=True):
    """Room between panels, in millimetres."""

    rows: Length = 5.0
    """Between a panel and the one below."""
    columns: Length = 3.0
    """Between a panel and the one beside."""


class Project(Part, frozen=True):
    """The whole document. Edits share with the project before them whatever they leave as it was."""

    id: Id
    title: Title = ""
    reading: Reading = "ltr"
    paper: Paper = PRESETS["b5_manga"]
    """Of new pages."""
    gutters: Gutters = Gutters()
    border: Length = 0.8
    """Of new panels."""
    styles: tuple[Style, ...] = ()
    characters: tuple[Character, ...] = ()
    pages: tuple[Page, ...] = ()


def new_project(title: str = "", paper: Paper | None = None, reading: Reading = "ltr") -> Project:
    """Return a project with one empty page."""
    paper = paper or PRESETS["b5_manga"]
    return Project(new_id(), title, reading, paper, pages=(Page(new_id(), paper),))


def panels_of(project: Project) -> Iterator[tuple[Page, Panel]]:
    """Yield every panel with its page."""
    for page in project.pages:
        for panel in page.panels:
            yield page, panel


def find_page(project: Project, page: str) -> Page:
    """Return a page by its id. Raises `DomainError`."""
    for one in project.pages:
        if one.id == page:
            return one
    raise DomainError(f"there is no page {page}")


def find_panel(project: Project, panel: str) -> tuple[Page, Panel]:
    """Return a panel by its id, after its page. Raises `DomainError`."""
    for page, one in panels_of(project):
        if one.id == panel:
            return page, one
    raise DomainError(f"there is no panel {panel}")


def find_character(project: Project, character: str) -> Character:
    """Return a character by its id. Raises `DomainError`."""
    for one in project.characters:
        if one.id == character:
            return one
    raise DomainError(f"there is no character {character}")


def check_project(project: Project) -> Project:
    """Return a project in which every id means one thing. Raises `DomainError`."""
    ids: list[str] = [page.id for page in project.pages] + [panel.id for _, panel in panels_of(project)]
    ids += [character.id for character in project.characters] + [style.id for style in project.styles]
    if len(set(ids)) < len(ids):
        double = Counter(ids).most_common(1)[0][0]
        raise DomainError(f"the id {double} is used twice")
    return project
