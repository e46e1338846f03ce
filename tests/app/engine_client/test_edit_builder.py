"""The requests of local edits: the panel's cast, the region's own words and borrowed parts, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from animeadapter.protocol.request import Blob, Detail, Edit, RequestError
from komawari.domain.base import DomainError
from komawari.domain.edits import local
from komawari.domain.panel import FigureRegion, LocalEdit, Panel, Settings
from komawari.domain.project import Project, find_panel
from komawari.domain.takes import DrawnWith, Take
from komawari.engine_client.edit_builder import plan_edit
from komawari.engine_client.request_opener import opened
from komawari.engine_client.share_mask import share_mask

MASK = Blob.of(b"painted")


def take(panel: str, width: int = 312, height: int = 208) -> Take:
    return Take(f"{600:032x}", panel, Blob.of(b"drawn"), width, height, 1.0, drawn_with=(DrawnWith("m", 1, "0" * 64),))


def edited(cast: Any, *figures: Any, panel: dict[str, Any] | None = None, **fields: Any) -> tuple[Project, Panel]:
    project, _ = cast.panel(*figures, **(panel or {}))
    project = local.set_local_edit(project, cast.UPPER, **{"mask": MASK, **fields})
    return project, find_panel(project, cast.UPPER)[1]


def test_a_region_is_drawn_in_its_take_with_the_panels_cast_and_words(cast: Any) -> None:
    project, panel = edited(
        cast, cast.figure(pose=cast.skeleton()), panel={"tags": ("solo", "park")}, strength=0.5, margin=1.0, takes=3
    )
    one = take(panel.id)
    planned = plan_edit(project, panel, one, cast.PACK, 7)
    assert planned.request.edit == Edit(one.picture, MASK, 0.5, 1.0, 0.1)
    assert planned.request.seeds == (7, 8, 9)
    assert "park" in planned.request.prompt and "red_hair" in planned.request.prompt
    assert len(planned.request.references) == 2 and len(planned.request.poses) == 1
    assert {one.picture.sha256, MASK.sha256} <= set(planned.needed)
    assert planned.drawn_with == one.drawn_with


def test_words_of_its_own_take_the_place_of_the_panels(cast: Any) -> None:
    project, panel = edited(cast, cast.figure(), panel={"tags": ("park",)}, tags=("clenched_hand",), prompt="a fist.")
    prompt = plan_edit(project, panel, take(panel.id), cast.PACK, 0).request.prompt
    assert "park" not in prompt and prompt.endswith("clenched_hand, a fist.") and "red_hair" in prompt


def test_what_the_region_borrows_goes_before_what_the_figure_has(cast: Any) -> None:
    mine = replace(cast.hair_of_yuki(), character=cast.MARI, reference=f"{201:032x}")
    project, panel = edited(cast, cast.figure(mixer=(mine,)), mixer=(cast.hair_of_yuki(),))
    planned = plan_edit(project, panel, take(panel.id), cast.PACK, 0)
    (hair,) = [one for one in planned.request.references if [part.part for part in one.parts] == ["hair"]]
    assert hair.picture == cast.blob("yuki")
    own = [one for one in planned.request.references if one is not hair]
    assert own and all("hair" not in [part.part for part in one.parts] for one in own)
    assert {one.character for one in planned.drawn_with} == {"m", cast.YUKI}


def test_nobody_has_to_be_in_the_panel_to_borrow(cast: Any) -> None:
    project, panel = edited(cast, mixer=(cast.hair_of_yuki(),))
    (hair,) = plan_edit(project, panel, take(panel.id), cast.PACK, 0).request.references
    assert hair.picture == cast.blob("yuki")


def test_figures_that_nothing_places_divide_the_take_itself(cast: Any) -> None:
    project, panel = edited(cast, cast.figure(400), cast.figure(401, cast.YUKI))
    planned = plan_edit(project, panel, take(panel.id, 100, 250), cast.PACK, 0)
    assert set(planned.made.values()) == {share_mask(100, 250, index, 2) for index in (0, 1)}


def test_a_mask_made_for_the_take_goes_before_the_painted_one(cast: Any) -> None:
    project, panel = edited(cast)
    made = Blob.of(b"scaled")
    edit = plan_edit(project, panel, take(panel.id), cast.PACK, 0, made).request.edit
    assert edit is not None and edit.mask == made


def test_details_are_the_whole_pictures(cast: Any, make_id: Callable[[], str]) -> None:
    project, panel = edited(cast, cast.figure(), panel={"settings": Settings(detail=Detail(0.8, 0.5))})
    request = plan_edit(project, panel, take(panel.id), cast.PACK, 0).request
    assert request.detail == Detail()
    resolved = replace(request, detail=Detail(0.0, 0.0))
    found = opened(resolved, cast.project, cast.LOWER, cast.PACK, make_id).fields["settings"]
    assert isinstance(found, Settings) and found.detail == Detail(), "the panel's whole pictures keep the model's own"


def test_nothing_painted_is_nothing_to_draw(cast: Any) -> None:
    project, panel = cast.panel(cast.figure())
    with pytest.raises(DomainError, match=r"local_edit\.mask"):
        plan_edit(project, panel, take(panel.id), cast.PACK, 0)


def test_a_request_that_contradicts_itself_is_refused(cast: Any) -> None:
    project, panel = edited(cast)
    wrong = replace(panel, local_edit=replace(panel.local_edit, strength=7.0))
    with pytest.raises(RequestError, match=r"edit\.strength"):
        plan_edit(project, wrong, take(panel.id), cast.PACK, 0)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_request_of_an_edit_opens_as_the_edit_that_it_was(cast: Any, make_id: Callable[[], str], count: int) -> None:
    region = FigureRegion(mask=cast.blob("left"), prompt="angry")
    figures = (cast.figure(400, region=region), cast.figure(401, cast.YUKI, pose=cast.skeleton()))[:count]
    project, panel = edited(
        cast, *figures, mixer=(cast.hair_of_yuki(),), tags=("fist",), strength=0.7, feather=0.3, takes=2
    )
    one = take(panel.id)
    request = plan_edit(project, panel, one, cast.PACK, 7).request
    found = opened(request, cast.project, cast.LOWER, cast.PACK, make_id)
    assert (found.picture, found.notes) == (one.picture, ())
    assert found.local_edit == LocalEdit(MASK, strength=0.7, feather=0.3, takes=2)
    after = found.apply(cast.project, cast.LOWER)
    again = find_panel(after, cast.LOWER)[1]
    assert plan_edit(after, again, replace(one, panel=cast.LOWER), cast.PACK, again.seed).request == request


def test_a_whole_pictures_request_leaves_the_painted_region_as_it_is(cast: Any, make_id: Callable[[], str]) -> None:
    project, panel = edited(cast, cast.figure())
    request = replace(plan_edit(project, panel, take(panel.id), cast.PACK, 7).request, edit=None)
    found = opened(request, project, cast.UPPER, cast.PACK, make_id)
    assert find_panel(found.apply(project, cast.UPPER), cast.UPPER)[1].local_edit == panel.local_edit
