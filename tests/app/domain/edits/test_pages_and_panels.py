"""Edits of pages and frames: each changes what it says, shares the rest, and refuses what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import komawari_resources
from komawari.domain.base import DomainError
from komawari.domain.edits import pages, panels
from komawari.domain.geometry import order, polygon
from komawari.domain.panel import Placement
from komawari.domain.paper import PRESETS
from komawari.domain.project import Gutters, Project, check_project, find_panel
from komawari.domain.templates import frames, read_templates

MakeId = Callable[[], str]
PAGE, EMPTY, UPPER, LOWER, NEW = (f"{number:032x}" for number in (1, 2, 11, 12, 13))
TEMPLATES = read_templates(Path(komawari_resources.path("templates", "pages.json")).read_bytes())


def bounds(project: Project, panel: str) -> tuple[float, ...]:
    return polygon.bounds(find_panel(project, panel)[1].frame)


def test_pages_are_added_moved_copied_and_removed(project: Project, make_id: MakeId) -> None:
    project = pages.add_page(project, NEW, at=0)
    assert [page.id for page in project.pages] == [NEW, PAGE, EMPTY]
    project = pages.move_page(project, NEW, 2)
    assert [page.id for page in project.pages] == [PAGE, EMPTY, NEW]
    assert pages.move_page(project, NEW, 2) is project
    copied = pages.duplicate_page(project, PAGE, make_id)
    assert copied.pages[1].panels[0].frame == project.pages[0].panels[0].frame
    assert check_project(copied) is copied and copied.pages[0] is project.pages[0]
    assert pages.remove_page(copied, copied.pages[1].id).pages == project.pages


def test_the_last_page_stays(project: Project) -> None:
    with pytest.raises(DomainError, match="last page"):
        pages.remove_page(pages.remove_page(project, EMPTY), PAGE)


def test_an_id_is_not_used_twice(project: Project) -> None:
    with pytest.raises(DomainError, match="used already"):
        pages.add_page(project, PAGE)
    with pytest.raises(DomainError, match="used already"):
        panels.draw_panel(project, PAGE, UPPER, polygon.rectangle((120, 10, 150, 90)))


def test_other_paper_keeps_panels_about_the_middle(project: Project) -> None:
    new = pages.set_paper(project, PAGE, PRESETS["a4"])
    assert bounds(new, UPPER) == pytest.approx((24, 30, 124, 80)) and new.pages[1] is project.pages[1]


def test_settings_of_the_project_are_checked_and_share_all_pages(project: Project) -> None:
    new = pages.set_reading(pages.set_title(project, "Rain"), "rtl")
    assert (new.title, new.reading) == ("Rain", "rtl") and new.pages is project.pages
    assert pages.set_title(new, "Rain") is new
    with pytest.raises(DomainError, match="title"):
        pages.set_title(project, "x" * 500)
    with pytest.raises(DomainError, match="border"):
        pages.set_defaults(project, paper=project.paper, gutters=Gutters(), border=-1)


def test_a_split_keeps_the_panel_that_is_read_first(project: Project) -> None:
    line = ((60.0, 0.0), (60.0, 1.0))
    new = panels.split_panel(project, UPPER, line, NEW)
    assert bounds(new, UPPER) == (10, 10, 58.5, 60) and bounds(new, NEW) == (61.5, 10, 110, 60)
    right = panels.split_panel(pages.set_reading(project, "rtl"), UPPER, line, NEW)
    assert bounds(right, UPPER) == (61.5, 10, 110, 60)
    level = panels.split_panel(project, UPPER, ((0.0, 35.0), (1.0, 35.0)), NEW)
    assert bounds(level, NEW)[1] - bounds(level, UPPER)[3] == project.gutters.rows
    assert new.pages[1] is project.pages[1] and new.pages[0].panels[-1] is project.pages[0].panels[-1]


def test_a_merge_is_the_first_panel_over_both(project: Project) -> None:
    new = panels.merge_panels(project, UPPER, LOWER)
    assert [panel.id for panel in new.pages[0].panels] == [UPPER] and bounds(new, UPPER) == (10, 10, 110, 115)
    with pytest.raises(DomainError, match="two panels"):
        panels.merge_panels(project, UPPER, UPPER)


def test_an_edge_moves_with_those_across_the_gutter_or_alone(project: Project) -> None:
    together = panels.move_edge(project, UPPER, 2, 10)
    assert bounds(together, UPPER)[3] == 70 and bounds(together, LOWER)[1] == 75
    alone = panels.move_edge(project, UPPER, 2, 2, alone=True)
    assert bounds(alone, UPPER)[3] == 62 and alone.pages[0].panels[1] is project.pages[0].panels[1]


def test_a_corner_moves_but_not_through_its_frame(project: Project) -> None:
    new = panels.move_corner(project, UPPER, 0, (20, 5))
    assert find_panel(new, UPPER)[1].frame[0] == (20, 5)
    for to in ((200, 100), (float("nan"), 0)):
        with pytest.raises(DomainError, match="frame"):
            panels.move_corner(project, UPPER, 0, to)


def test_panels_move_copy_and_go(project: Project, make_id: MakeId) -> None:
    moved = panels.move_panels(project, PAGE, [UPPER], 3, -4)
    assert bounds(moved, UPPER) == (13, 6, 113, 56) and moved.pages[0].panels[1] is project.pages[0].panels[1]
    copied = panels.duplicate_panel(project, UPPER, make_id, 5, 5)
    assert bounds(copied, copied.pages[0].panels[-1].id) == (15, 15, 115, 65)
    assert panels.remove_panels(copied, PAGE, [UPPER, LOWER]).pages[0].panels == copied.pages[0].panels[2:]
    with pytest.raises(DomainError, match="has no panel"):
        panels.remove_panels(project, EMPTY, [UPPER])


def test_painting_order_and_borders_change_for_chosen_panels(project: Project) -> None:
    assert [panel.id for panel in panels.restack(project, UPPER, 9).pages[0].panels] == [LOWER, UPPER]
    assert panels.restack(project, UPPER, 0) is project
    thick = panels.set_border(project, PAGE, [LOWER], 2.0)
    assert [panel.border for panel in thick.pages[0].panels] == [0.8, 2.0]
    assert panels.set_border(thick, PAGE, [LOWER], 2.0) is thick


def test_a_picture_is_placed_within_limits(project: Project) -> None:
    new = panels.place_picture(project, UPPER, Placement(3, 4, 1.5, flip_x=True))
    assert new.pages[0].panels[0].placement.flip_x
    with pytest.raises(DomainError, match=r"placement\.scale"):
        panels.place_picture(project, UPPER, Placement(scale=0))


def test_there_are_sixteen_templates_with_names_of_their_own() -> None:
    assert len({template.name for template in TEMPLATES}) == len(TEMPLATES) >= 16


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_template_fits_every_paper_and_is_read_in_its_own_order(template: object, preset: str) -> None:
    paper, gutters = PRESETS[preset], Gutters(4, 3)
    left = frames(template, paper, gutters, "ltr")  # type: ignore[arg-type]
    right = frames(template, paper, gutters, "rtl")  # type: ignore[arg-type]
    for one, other in zip(left, right, strict=True):
        back = polygon.mirrored(other, paper.width / 2)
        assert all(point == pytest.approx(twin) for point, twin in zip(one, back, strict=True))
    for laid, rtl in ((left, False), (right, True)):
        assert all(polygon.frame(frame) == frame for frame in laid)
        names = [str(index) for index in range(len(laid))]
        assert order.reading_order(dict(zip(names, laid)), rtl) == names
        boxes = [polygon.bounds(frame) for frame in laid]
        assert (
            min(box[0] for box in boxes) >= paper.bleed_box[0] - 1e-9
            and max(box[3] for box in boxes) <= paper.bleed_box[3] + 1e-9
        )


def test_a_template_keeps_what_is_in_the_panels_in_reading_order(project: Project, make_id: MakeId) -> None:
    grid = next(template for template in TEMPLATES if template.name == "three-rows")
    laid = frames(grid, project.paper, project.gutters, project.reading)
    new = panels.apply_frames(project, PAGE, laid, make_id)
    assert panels.panels_read(new, PAGE)[:2] == [UPPER, LOWER] and len(new.pages[0].panels) == 3
    assert len(panels.apply_frames(new, PAGE, laid[:1], make_id).pages[0].panels) == 1
    assert panels.apply_frames(new, PAGE, laid, make_id) is new


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"[", "templates"),
        (b'[{"name": "a", "title": "A", "layout": {"parts": [{}, {}], "shares": [1]}}]', "template a"),
        (b'[{"name": "a", "title": "A", "layout": {"cells": 3}}]', r"\[0\]\.layout\.cells: unknown field"),
    ],
)
def test_broken_templates_are_named(data: bytes, what: str) -> None:
    with pytest.raises(DomainError, match=what):
        read_templates(data)
