"""All prompts and tags of pages in one table, and find and replace over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from komawari.domain.base import DomainError, changed, words_of
from komawari.domain.edits.changing import changed_items, with_panels
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import Page, Project

Rewrite = Callable[[str], str]


class Wanted(NamedTuple):
    """What is searched for."""

    text: str
    match_case: bool = False
    whole_words: bool = False

    def pattern(self) -> re.Pattern[str]:
        """Return it as a regular expression. Raises `DomainError` where there is nothing to search for."""
        if not self.text:
            raise DomainError("find: a text to search for is needed")
        escaped = re.escape(self.text)
        source = rf"(?<!\w){escaped}(?!\w)" if self.whole_words else escaped
        return re.compile(source, 0 if self.match_case else re.IGNORECASE)


class Line(NamedTuple):
    """A row of the table: one text of one panel, or of one of its figures."""

    page: str
    panel: str
    figure: str | None
    field: str
    """`prompt`, `tags` (joined by commas) or `negative_prompt`."""
    text: str


def lines(project: Project, pages: Collection[str] | None = None) -> Iterator[Line]:
    """Yield every text of these pages (None: all), in the document's order; empty ones too, except of figures."""
    for page in project.pages:
        for panel in page.panels if pages is None or page.id in pages else ():
            yield Line(page.id, panel.id, None, "prompt", panel.prompt)
            yield Line(page.id, panel.id, None, "tags", ", ".join(panel.tags))
            yield Line(page.id, panel.id, None, "negative_prompt", panel.negative_prompt or "")
            for figure in panel.figures:
                texts = {"prompt": figure.region.prompt, "tags": ", ".join(figure.region.tags)}
                yield from (Line(page.id, panel.id, figure.id, k, text) for k, text in texts.items() if text)


def found(project: Project, wanted: Wanted, pages: Collection[str] | None = None) -> list[Line]:
    """Return the lines that contain what is wanted."""
    pattern = wanted.pattern()
    return [line for line in lines(project, pages) if pattern.search(line.text)]


def replace_all(project: Project, wanted: Wanted, by: str, pages: Collection[str] | None = None) -> Project:
    """Replace in all prompts, tags and negative prompts of these pages; a tag that becomes empty goes."""
    pattern = wanted.pattern()

    def rewrite(text: str) -> str:
        return pattern.sub(lambda _: by, text)

    new = tuple(_page(p, rewrite) if pages is None or p.id in pages else p for p in project.pages)
    return project if all(a is b for a, b in zip(new, project.pages)) else changed_items(project, pages=new)


def _page(page: Page, rewrite: Rewrite) -> Page:
    panels = tuple(_panel(panel, rewrite) for panel in page.panels)
    return page if all(a is b for a, b in zip(panels, page.panels)) else with_panels(page, panels)


def _panel(panel: Panel, rewrite: Rewrite) -> Panel:
    negative = None if panel.negative_prompt is None else rewrite(panel.negative_prompt)
    figures = tuple(_figure(figure, rewrite) for figure in panel.figures)
    tags = _tags(panel.tags, rewrite)
    return changed(panel, prompt=rewrite(panel.prompt), tags=tags, negative_prompt=negative, figures=figures)


def _figure(figure: Figure, rewrite: Rewrite) -> Figure:
    region = figure.region
    new = changed(region, prompt=rewrite(region.prompt), tags=_tags(region.tags, rewrite))
    return changed(figure, region=new)


def _tags(tags: tuple[str, ...], rewrite: Rewrite) -> tuple[str, ...]:
    """Return the tags rewritten one by one; a replacement with a comma makes several."""
    new = [rewrite(tag) for tag in tags]
    return tags if new == list(tags) else words_of(",".join(new))
