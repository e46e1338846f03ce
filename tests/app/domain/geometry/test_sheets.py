"""Sheets of sketches: their size, how they grow without moving what is on them, and what frames do to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animeadapter.protocol.request import Blob
from komawari.domain.base import DomainError
from komawari.domain.edits import pages, panels, sketches
from komawari.domain.geometry import sheets
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.geometry.sizes import is_filled, lies_at, picture_box
from komawari.domain.panel import Panel, Placement, Sheet
from komawari.domain.project import Project, find_panel

UPPER, LOWER = f"{11:032x}", f"{12:032x}"
FILE = Blob("c" * 64)
boxes = st.builds(
    lambda x, y, w, h: (x, y, x + w, y + h),
    st.floats(-50, 200), st.floats(-50, 200), st.floats(10, 300), st.floats(10, 300),
)  # fmt: skip
placed = st.builds(
    Placement, st.floats(-60, 60), st.floats(-60, 60), st.floats(0.4, 3), st.booleans(), st.booleans()
)  # fmt: skip
drawn = st.builds(Sheet, st.just(FILE), st.integers(300, 2048), st.integers(300, 2048), placed)


def panel_of(project: Project, name: str) -> Panel:
    return find_panel(project, name)[1]


@given(boxes)
def test_a_new_sheet_has_its_boxs_proportions_and_covers_it(box) -> None:
    size = sheets.new_size(box)
    assert sheets.LEAST - 1 <= max(size) <= sheets.MOST
    assert abs(size[0] * (box[3] - box[1]) - size[1] * (box[2] - box[0])) <= max(box[2] - box[0], box[3] - box[1])
    assert is_filled(box, size, Placement())
    fresh = sheets.layout(box, None)
    assert fresh[:2] == size and not any(fresh.margins)
    assert sheets.layout(box, Sheet(FILE, *size)) == fresh, "the first stroke changes nothing of it"


def test_a_new_sheet_has_300_dpi_within_its_limits() -> None:
    assert sheets.new_size((0, 0, 127, 63.5)) == (1500, 750)
    assert sheets.new_size((0, 0, 25.4, 12.7)) == (1024, 512)
    assert sheets.new_size((0, 0, 200, 100)) == (2048, 1024)


@given(boxes, drawn)
def test_a_sheet_grows_by_whole_pixels_and_what_is_on_it_stays_where_it_is(box, sheet: Sheet) -> None:
    grown = sheets.layout(box, sheet)
    left, top, right, bottom = grown.margins
    assert (grown.width, grown.height) == (sheet.width + left + right, sheet.height + top + bottom)
    was = lies_at(box, (sheet.width, sheet.height), sheet.placement)
    now = lies_at(box, (grown.width, grown.height), grown.placement)
    pixel = (was[2] - was[0]) / sheet.width
    across = (right, left) if grown.placement.flip_x else (left, right)
    down = (bottom, top) if grown.placement.flip_y else (top, bottom)
    assert now[0] + across[0] * pixel == pytest.approx(was[0], abs=1e-6)
    assert now[1] + down[0] * pixel == pytest.approx(was[1], abs=1e-6)
    assert (now[2] - now[0]) / grown.width == pytest.approx(pixel)


@given(boxes, drawn)
def test_a_sheet_that_has_grown_does_not_grow_again(box, sheet: Sheet) -> None:
    grown = sheets.layout(box, sheet)
    assert max(grown.width, grown.height) <= sheets.GROWN
    again = sheets.layout(box, Sheet(FILE, grown.width, grown.height, grown.placement))
    assert again[:3] == grown[:3] and not any(again.margins)


def sketched(project: Project, name: str = UPPER, placement: Placement = Placement()) -> Project:
    return sketches.set_sheet(project, name, Sheet(FILE, 1181, 591, placement))


def place_of(project: Project, name: str) -> tuple[float, ...]:
    page, panel = find_panel(project, name)
    sheet = panel.sketch.sheet
    assert sheet is not None
    return lies_at(picture_box(panel.frame, page.paper), (sheet.width, sheet.height), sheet.placement)


def test_the_knife_leaves_the_sketch_in_both_halves_where_it_was(project: Project) -> None:
    project = sketched(project, placement=Placement(3, -2, 1.2))
    before = place_of(project, UPPER)
    cut = panels.split_panel(project, UPPER, ((60, 0), (60, 100)), "e" * 32)
    for half in (UPPER, "e" * 32):
        assert place_of(cut, half) == pytest.approx(before)
    one = panels.merge_panels(cut, UPPER, "e" * 32)
    assert place_of(one, UPPER) == pytest.approx(before)
    assert panel_of(one, UPPER).sketch.sheet.placement.scale == pytest.approx(1.2)


def test_merged_panels_keep_the_sketch_of_either(project: Project) -> None:
    project = sketched(project, LOWER)
    before = place_of(project, LOWER)
    project = sketches.set_sketch(project, UPPER, follow=True, strength=0.5)
    merged = panel_of(panels.merge_panels(project, UPPER, LOWER), UPPER)
    assert merged.sketch.follow and merged.sketch.strength == 0.5
    assert place_of(panels.merge_panels(project, UPPER, LOWER), UPPER) == pytest.approx(before)


def test_copies_have_the_sketch_too(project: Project, make_id: Callable[[], str]) -> None:
    project = sketched(project)
    copied = panels.duplicate_panel(project, UPPER, make_id, 5, 5).pages[0].panels[-1]
    assert copied.id != UPPER and copied.sketch == panel_of(project, UPPER).sketch
    page = pages.duplicate_page(project, project.pages[0].id, make_id).pages[1]
    assert page.panels[0].sketch == panel_of(project, UPPER).sketch
    laid = panels.apply_frames(project, project.pages[0].id, [rectangle((0, 0, 90, 90))], make_id)
    assert laid.pages[0].panels[0].sketch == panel_of(project, UPPER).sketch


def test_what_is_no_sketch_is_refused(project: Project) -> None:
    with pytest.raises(DomainError, match="no sketch"):
        sketches.place_sheet(project, UPPER, Placement(1, 1))
    with pytest.raises(DomainError, match="strength"):
        sketches.set_sketch(project, UPPER, strength=0.0)
    with pytest.raises(DomainError, match="width"):
        sketches.set_sheet(project, UPPER, Sheet(FILE, 0, 5))
    assert sketches.set_sketch(project, UPPER, follow=False) is project
