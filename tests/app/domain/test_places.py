"""Where something happened is found by which values are others, without looking into what is shared."""

from __future__ import annotations

from komawari.domain.edits import characters, pages, panels, parameters
from komawari.domain.places import Place, changed_places, places_of
from komawari.domain.project import Project

FIRST, SECOND, UPPER, LOWER, MARI, NEW = (f"{number:032x}" for number in (1, 2, 11, 12, 90, 300))


def there_and_back(before: Project, after: Project) -> list[tuple[Place, ...]]:
    """Where redo and undo of an edit show."""
    return [changed_places(before, after), changed_places(after, before)]


def test_an_edit_of_a_panel_shows_in_that_panel_both_ways(project: Project) -> None:
    after = parameters.set_parameters(project, LOWER, prompt="rain")
    assert there_and_back(project, after) == [(Place(FIRST, (LOWER,)),)] * 2


def test_a_panel_that_comes_is_meant_and_of_one_that_goes_the_page_is_left(project: Project) -> None:
    after = panels.remove_panels(project, FIRST, [UPPER])
    assert there_and_back(project, after) == [(Place(FIRST),), (Place(FIRST, (UPPER,)),)]


def test_what_is_a_whole_page_names_no_panel(project: Project) -> None:
    assert changed_places(project, pages.set_notes(project, SECOND, "night")) == (Place(SECOND),)
    assert changed_places(project, panels.restack(project, UPPER, 1)) == (Place(FIRST),)


def test_a_page_that_comes_is_shown_and_one_that_goes_is_nowhere(project: Project) -> None:
    after = pages.remove_page(project, FIRST)
    assert there_and_back(project, after) == [(), (Place(FIRST),)]


def test_several_pages_are_told_in_their_order(project: Project) -> None:
    before = panels.draw_panel(project, SECOND, NEW, project.pages[0].panels[0].frame)
    after = before
    for panel in (NEW, LOWER, UPPER):
        after = parameters.set_final(after, panel, True)
    assert changed_places(before, after) == (Place(FIRST, (UPPER, LOWER)), Place(SECOND, (NEW,)))


def test_what_concerns_no_page_is_nowhere(project: Project) -> None:
    for after in (
        project,
        pages.set_title(project, "Other"),
        pages.move_page(project, SECOND, 0),
        characters.remove_character(project, MARI),
    ):
        assert changed_places(project, after) == ()


def test_panels_are_found_where_they_are(project: Project) -> None:
    assert places_of(project, [LOWER, NEW, UPPER]) == (Place(FIRST, (UPPER, LOWER)),)
    assert places_of(project, [NEW]) == ()
