"""Edits of the characters in a project. A change of the design makes a new version, and panels stale."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from komawari.domain.base import DomainError, checked
from komawari.domain.character import Character, content_sha, design_sha
from komawari.domain.edits.changing import changed_items, inserted, replaced, without
from komawari.domain.edits.local import without_lender
from komawari.domain.edits.parameters import without_character
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import Page, Project, find_character


def check_character(character: Character) -> Character:
    """Return a character whose references and parts have ids of their own. Raises `DomainError`."""
    checked(character)
    if not character.name.strip():
        raise DomainError("character.name: a character needs a name")
    ids = [reference.id for reference in character.references]
    ids += [part.id for reference in character.references for part in reference.parts]
    if len(set(ids)) < len(ids):
        raise DomainError(f"character {character.name}: an id is used twice")
    return character


def add_character(project: Project, character: Character) -> Project:
    """Add a character."""
    return changed_items(project, characters=inserted(project.characters, check_character(character)))


def edited(old: Character, new: Character) -> Character:
    """Return the new character with the version that follows from the old one; the old one if they are equal."""
    new = replace(new, version=old.version)
    if new == old:
        return old
    grown = old.version + (design_sha(new) != design_sha(old))
    return check_character(replace(new, version=grown))


def set_character(project: Project, character: Character) -> Project:
    """Put a character in the place of the one of its id. References that go are taken out of panels and mixers."""
    new = edited(find_character(project, character.id), character)
    project = changed_items(project, characters=replaced(project.characters, new))
    kept = {reference.id for reference in new.references}
    return _on_all_panels(project, lambda panel: _without_references(panel, new.id, kept))


def remove_character(project: Project, character: str) -> Project:
    """Remove a character; its figures stay where they are, as nobody in particular."""
    find_character(project, character)
    project = changed_items(project, characters=without(project.characters, {character}))
    return _on_all_panels(project, lambda panel: without_character(panel, character))


def take_update(project: Project, library: Character) -> Project:
    """Take the library's character over into the project's copy."""
    return set_character(project, replace(library, library=content_sha(library)))


def decline_update(project: Project, library: Character) -> Project:
    """Keep the project's copy, and do not offer this state of the library's again."""
    copy = find_character(project, library.id)
    return set_character(project, replace(copy, library=content_sha(library)))


def from_library(project: Project, library: Character) -> Project:
    """Copy a character of the library into the project. The caller copies its pictures."""
    return add_character(project, replace(library, library=content_sha(library)))


def _without_references(panel: Panel, character: str, kept: set[str]) -> Panel:
    panel = without_lender(panel, lambda entry: entry.character == character and entry.reference not in kept)
    figures = tuple(_trimmed(figure, character, kept) for figure in panel.figures)
    return panel if all(a is b for a, b in zip(figures, panel.figures)) else replace(panel, figures=figures)


def _trimmed(figure: Figure, character: str, kept: set[str]) -> Figure:
    mixer = tuple(e for e in figure.mixer if e.character != character or e.reference in kept)
    mine = figure.character == character
    references = tuple(one for one in figure.references if not mine or one in kept)
    if len(mixer) == len(figure.mixer) and len(references) == len(figure.references):
        return figure
    return replace(figure, mixer=mixer, references=references)


def _on_all_panels(project: Project, change: Callable[[Panel], Panel]) -> Project:
    pages = tuple(_on_panels(page, change) for page in project.pages)
    same = all(a is b for a, b in zip(pages, project.pages))
    return project if same else changed_items(project, pages=pages)


def _on_panels(page: Page, change: Callable[[Panel], Panel]) -> Page:
    panels = tuple(change(panel) for panel in page.panels)
    return page if all(a is b for a, b in zip(panels, page.panels)) else replace(page, panels=panels)
