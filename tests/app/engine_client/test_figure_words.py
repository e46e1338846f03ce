"""What is said of parts that are borrowed: the lenders' words, and no longer one's own."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from animeadapter.protocol.parts import PartName
from komawari.domain.base import new_id
from komawari.domain.character import Character
from komawari.domain.panel import Figure, MixerEntry
from komawari.domain.project import find_panel
from komawari.domain.takes import Take
from komawari.engine_client.edit_builder import plan_edit
from komawari.engine_client.figure_words import figure_words
from komawari.engine_client.part_tags import about, parts_by_tag, without
from komawari.engine_client.request_builder import plan
from komawari.engine_client.request_opener import opened

MARI, YUKI = f"{1:032x}", f"{2:032x}"
CAST = {
    MARI: Character(MARI, "Mari", tags=("1girl", "red hair", "twintails", "blue_eyes", "school_uniform", "beret")),
    YUKI: Character(YUKI, "Yuki", tags=("1girl", "short_hair", "blue_hair", "green_eyes", "kimono"), prompt="shy"),
}


def loan(part: PartName, lender: str = YUKI) -> MixerEntry:
    return MixerEntry(part, lender, f"{9:032x}")


@pytest.mark.parametrize(
    "tag, part",
    [
        ("long_hair", "hair"), ("blue_eyes", "face"), ("dark_skin", "skin"), ("pleated_skirt", "outfit"),
        ("scarf", "outfit"), ("boots", "outfit"), ("hair_bow", "accessory"), ("glasses", "accessory"),
        ("cat_tail", "accessory"), ("sword", "prop"),
    ],
)  # fmt: skip
def test_the_taxonomy_says_which_part_a_tag_is_about(tag: str, part: PartName) -> None:
    assert parts_by_tag()[tag] == part


def test_what_somebody_does_and_where_is_no_part() -> None:
    words = ("1girl", "smiling widely", "sitting", "forest", "running", "looking_at_viewer, long hair")
    assert without(words, ("hair",)) == ("1girl", "smiling widely", "sitting", "forest", "running", "looking_at_viewer")
    assert about(words, ("hair",)) == ("long hair",)


def test_a_borrowed_part_is_called_as_its_lender_is() -> None:
    bound = Figure(new_id(), MARI)
    assert figure_words(bound, CAST)[:-1] == CAST[MARI].tags
    assert figure_words(replace(bound, mixer=(loan("hair"),)), CAST) == (
        "1girl", "blue_eyes", "school_uniform", "beret", "short_hair", "blue_hair",
    )  # fmt: skip
    both = figure_words(replace(bound, mixer=(loan("outfit"), loan("accessory"))), CAST)
    assert both == ("1girl", "red hair", "twintails", "blue_eyes", "kimono")


def test_nobody_says_nothing_but_what_is_lent() -> None:
    assert figure_words(None, CAST) == ()
    assert figure_words(Figure(new_id(), None, mixer=(loan("hair"),)), CAST) == ("short_hair", "blue_hair")
    assert figure_words(Figure(new_id(), None, mixer=(loan("hair", f"{5:032x}"),)), CAST) == ()


def test_the_request_says_so_and_a_panel_that_is_made_of_it_again_says_no_word_twice(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(mixer=(cast.hair_of_yuki(),)), tags=("solo", "smile"))
    request = plan(project, panel, cast.PACK).request
    assert request.prompt == "1girl, solo, freckles, blue_hair, smile"
    again = opened(request, project, panel.id, cast.PACK, new_id).apply(project, panel.id)
    made = find_panel(again, panel.id)[1]
    assert made.tags == ("solo", "smile") and made.prompt == ""
    assert plan(again, made, cast.PACK).request == request


def test_a_region_that_borrows_hair_does_not_call_it_by_the_old_colour(cast: Any) -> None:
    project, panel = cast.panel(cast.figure(), tags=("solo",))
    edit = replace(panel.local_edit, mask=cast.blob("mask"), mixer=(cast.hair_of_yuki(),))
    panel = replace(panel, local_edit=edit)
    take = Take(f"{7:032x}", panel.id, cast.blob("take"), 312, 208, "take", 1)
    request = plan_edit(project, panel, take, cast.PACK, 1).request
    assert "red_hair" not in request.prompt and "blue_hair" in request.prompt
