"""What is painted in panels and borrowed for their regions."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from animeadapter.protocol.request import Blob
from komawari.domain.base import DomainError
from komawari.domain.character import Character
from komawari.domain.edits import characters, local, panels, parameters
from komawari.domain.panel import Figure, LocalEdit, MixerEntry
from komawari.domain.project import Project, find_panel
from komawari.domain.takes import Take, edited_with

UPPER, LOWER, MARI, PICTURE = (f"{number:032x}" for number in (11, 12, 90, 91))
HAIR = MixerEntry("hair", MARI, PICTURE)


def edit_of(project: Project, panel: str = UPPER) -> LocalEdit:
    return find_panel(project, panel)[1].local_edit


def test_fields_are_set_in_one_panel_and_checked(project: Project) -> None:
    after = local.set_local_edit(project, UPPER, mask=Blob("c" * 64), mixer=(HAIR,), strength=0.4)
    assert edit_of(after) == LocalEdit(Blob("c" * 64), mixer=(HAIR,), strength=0.4)
    assert edit_of(after, LOWER) == LocalEdit()
    assert local.set_local_edit(after, UPPER, strength=0.4) is after
    for wrong in ({"strength": 0.0}, {"takes": 0}, {"feather": 2.0}, {"margin": -1.0}):
        with pytest.raises(DomainError):
            local.set_local_edit(project, UPPER, **wrong)


def test_only_what_the_project_has_is_borrowed_and_each_part_once(project: Project) -> None:
    for mixer in ((HAIR, HAIR), (replace(HAIR, reference=UPPER),), (replace(HAIR, character=UPPER),)):
        with pytest.raises(DomainError):
            local.set_local_edit(project, UPPER, mixer=mixer)


def test_what_goes_from_the_project_is_borrowed_no_more(project: Project, mari: Character) -> None:
    before = local.set_local_edit(project, UPPER, mixer=(HAIR,))
    assert edit_of(characters.remove_character(before, MARI)).mixer == ()
    assert edit_of(characters.set_character(before, replace(mari, references=()))).mixer == ()
    assert edit_of(characters.set_character(before, replace(mari, notes="kept"))).mixer == (HAIR,)


def test_a_half_that_was_cut_off_has_nothing_to_redraw(project: Project) -> None:
    before = local.set_local_edit(project, UPPER, mask=Blob("c" * 64))
    after = panels.split_panel(before, UPPER, ((0.0, 35.0), (200.0, 35.0)), f"{77:032x}")
    assert edit_of(after).mask is not None and edit_of(after, f"{77:032x}") == LocalEdit()


def test_a_figures_region_is_painted_and_follows_the_skeleton_again(project: Project) -> None:
    figure = Figure(f"{40:032x}", MARI)
    project = parameters.add_figure(project, UPPER, figure)
    paint = partial(local.set_region_mask, panel=UPPER, figure=figure.id)
    after = paint(project, mask=Blob("d" * 64))
    assert find_panel(after, UPPER)[1].figures[0].region.mask == Blob("d" * 64)
    assert paint(after, mask=Blob("d" * 64)) is after
    assert find_panel(paint(after, mask=None), UPPER)[1].figures[0] == figure
    with pytest.raises(DomainError, match="no figure"):
        local.set_region_mask(project, UPPER, UPPER, None)


def test_an_edit_shows_the_designs_of_its_take_and_those_it_borrows(project: Project, mari: Character) -> None:
    parent = Take(f"{50:032x}", UPPER, Blob("e" * 64), 8, 8, 1.0)
    panel = find_panel(local.set_local_edit(project, UPPER, mixer=(HAIR,)), UPPER)[1]
    (one,) = edited_with(panel, parent, {MARI: mari})
    assert (one.character, one.version) == (MARI, mari.version)
    old = replace(one, sha="0" * 64)
    assert edited_with(panel, replace(parent, drawn_with=(old,)), {MARI: mari}) == (old,)
