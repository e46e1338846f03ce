"""Edits of what a panel is drawn with: the panel inspector's fields, its figures, styles, and takes in use."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from komawari.domain.base import DomainError, changed, checked
from komawari.domain.edits.changing import changed_items, inserted, on_panel, replaced, without
from komawari.domain.edits.local import without_lender
from komawari.domain.panel import Figure, Panel, Style
from komawari.domain.project import Project, find_character, find_panel
from komawari.domain.takes import Take

FIELDS = frozenset({"prompt", "tags", "negative_prompt", "seed", "seed_locked", "takes", "settings"})
"""A panel's fields that `set_parameters` sets."""


def set_parameters(project: Project, panel: str, **fields: Any) -> Project:
    """Set fields among `FIELDS`."""
    if unknown := sorted(set(fields) - FIELDS):
        raise DomainError(f"{unknown[0]}: is no parameter of a panel")
    return on_panel(project, panel, lambda old: changed(old, **fields))


def add_figure(project: Project, panel: str, figure: Figure) -> Project:
    """Put somebody into a panel."""
    _check_figure(project, figure)
    return on_panel(project, panel, lambda old: changed(old, figures=inserted(old.figures, figure)))


def set_figure(project: Project, panel: str, figure: Figure) -> Project:
    """Put a figure in the place of the one of its id: bind it to a character, pose it, mix its parts."""
    _check_figure(project, figure)
    return on_panel(project, panel, lambda old: _with_figure(old, figure))


def _with_figure(panel: Panel, figure: Figure) -> Panel:
    old = next((one for one in panel.figures if one.id == figure.id), None)
    if old is None:
        raise DomainError(f"panel {panel.id} has no figure {figure.id}")
    return panel if old == figure else changed(panel, figures=replaced(panel.figures, figure))


def cast(project: Project, panel: str, character: str, figure: str) -> Project:
    """Put a character into a panel: as the first figure that is nobody yet, or else as another one, of id `figure`.

    Raises `DomainError` where the character is in the panel already.
    """
    _, old = find_panel(project, panel)
    if any(one.character == character for one in old.figures):
        raise DomainError(f"{find_character(project, character).name} is in the panel already")
    nobody = next((one for one in old.figures if one.character is None), None)
    if nobody is None:
        return add_figure(project, panel, Figure(figure, character))
    return set_figure(project, panel, changed(nobody, character=character, references=()))


def remove_figure(project: Project, panel: str, figure: str) -> Project:
    """Take somebody out of a panel."""
    return on_panel(project, panel, lambda old: changed(old, figures=without(old.figures, {figure})))


def _check_figure(project: Project, figure: Figure) -> None:
    """Refuse a figure that names what the project does not have, or one part twice. Raises `DomainError`."""
    checked(figure)
    named = [] if figure.character is None else [(figure.character, reference) for reference in figure.references]
    named += [(entry.character, entry.reference) for entry in figure.mixer]
    if figure.character is not None:
        find_character(project, figure.character)
    for character, reference in named:
        if all(one.id != reference for one in find_character(project, character).references):
            raise DomainError(f"figure {figure.id}: character {character} has no reference {reference}")
    parts = [entry.part for entry in figure.mixer]
    if len(set(parts)) < len(parts):
        raise DomainError(f"figure {figure.id}: the mixer names a part twice")


def save_style(project: Project, style: Style) -> Project:
    """Add a style, or put it in the place of the one of its id."""
    checked(style)
    known = any(one.id == style.id for one in project.styles)
    return changed_items(project, styles=replaced(project.styles, style) if known else inserted(project.styles, style))


def remove_style(project: Project, style: str) -> Project:
    """Forget a style; panels that it was applied to stay as they are."""
    return changed_items(project, styles=without(project.styles, {style}))


def apply_style(project: Project, panel: str, style: str) -> Project:
    """Give a panel a style's settings, tags and negative prompt, where the style has one."""
    found = next((one for one in project.styles if one.id == style), None)
    if found is None:
        raise DomainError(f"there is no style {style}")

    def change(old: Panel) -> Panel:
        tags = tuple(dict.fromkeys((*old.tags, *found.tags)))
        negative = old.negative_prompt if found.negative_prompt is None else found.negative_prompt
        return changed(old, settings=found.settings, tags=tags, negative_prompt=negative)

    return on_panel(project, panel, change)


def use_take(project: Project, panel: str, take: Take | None) -> Project:
    """Show a take in its panel, or none. A take of another panel is used by giving this panel a take of its own."""
    if take is not None and take.trashed_at is not None:
        raise DomainError("a take has to leave the trash before it is used")
    return on_panel(project, panel, lambda old: changed(old, take=None if take is None else take.id))


def set_final(project: Project, panel: str, final: bool) -> Project:
    """Mark a panel as final, never to be queued; or not any more."""
    return on_panel(project, panel, lambda old: changed(old, final=final))


def new_seed(project: Project, panel: str, seed: int) -> Project:
    """Give a panel another seed, unless its seed is locked."""
    return on_panel(project, panel, lambda old: old if old.seed_locked else changed(old, seed=seed))


def without_character(panel: Panel, character: str) -> Panel:
    """Return the panel with its figures unbound from a character; the same panel if it has nothing of it."""
    panel = without_lender(panel, lambda entry: entry.character == character)
    figures = tuple(_unbound(figure, character) for figure in panel.figures)
    return panel if all(a is b for a, b in zip(figures, panel.figures)) else replace(panel, figures=figures)


def _unbound(figure: Figure, character: str) -> Figure:
    mixer = tuple(entry for entry in figure.mixer if entry.character != character)
    if figure.character == character:
        return replace(figure, character=None, references=(), mixer=mixer)
    return figure if len(mixer) == len(figure.mixer) else replace(figure, mixer=mixer)
