"""What all edits are made of: change one thing deep inside, and share the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from msgspec.structs import replace

from komawari.domain.base import DomainError, changed
from komawari.domain.panel import Panel
from komawari.domain.project import Page, Project, find_page, find_panel


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_WithId)


def replaced(items: tuple[T, ...], new: T) -> tuple[T, ...]:
    """Return the items with `new` in the place of the one of its id; the same tuple if it is that one."""
    if any(item is new for item in items):
        return items
    return tuple(new if item.id == new.id else item for item in items)


def without(items: tuple[T, ...], ids: set[str]) -> tuple[T, ...]:
    """Return the items whose ids are not among these."""
    return tuple(item for item in items if item.id not in ids)


def inserted(items: tuple[T, ...], new: T, at: int | None = None) -> tuple[T, ...]:
    """Return the items with a new one before index `at`; None: at the end. Raises `DomainError` on a second id."""
    if any(item.id == new.id for item in items):
        raise DomainError(f"the id {new.id} is used already")
    at = len(items) if at is None else max(0, min(at, len(items)))
    return (*items[:at], new, *items[at:])


def reordered(items: tuple[T, ...], item: str, to: int) -> tuple[T, ...]:
    """Return the items with one of them at another index, counted without it; the same tuple if it is there."""
    one = next(x for x in items if x.id == item)
    rest = [x for x in items if x is not one]
    rest.insert(max(0, min(to, len(rest))), one)
    return items if all(a is b for a, b in zip(rest, items)) else tuple(rest)


def on_page(project: Project, page: str, change: Callable[[Page], Page]) -> Project:
    """Return the project with one page changed."""
    return with_page(project, change(find_page(project, page)))


def with_page(project: Project, page: Page) -> Project:
    """Return the project with a page in the place of the one of its id."""
    return changed_items(project, pages=replaced(project.pages, page))


def on_panel(project: Project, panel: str, change: Callable[[Panel], Panel]) -> Project:
    """Return the project with one panel changed."""
    page, old = find_panel(project, panel)
    return with_page(project, with_panels(page, replaced(page.panels, change(old))))


def with_panels(page: Page, panels: tuple[Panel, ...]) -> Page:
    """Return a page with other panels; the same page if they are the same tuple."""
    return page if panels is page.panels else changed(page, panels=panels)


def changed_items(project: Project, **fields: tuple[object, ...]) -> Project:
    """Return the project with other items. They were checked one by one; all others need not be checked again."""
    if all(getattr(project, name) is items for name, items in fields.items()):
        return project
    return replace(project, **fields)
