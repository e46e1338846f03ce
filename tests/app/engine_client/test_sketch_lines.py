"""Panels that follow their sketches' lines: what they ask for, whole and in local edits, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from animeadapter.protocol.request import Blob, Edit, GenerateRequest, Lines, Size
from komawari.domain.edits import local, sketches
from komawari.domain.panel import Panel, Placement, Sheet, Sketch
from komawari.domain.project import Project, find_panel
from komawari.domain.takes import Take
from komawari.engine_client.edit_builder import plan_edit
from komawari.engine_client.request_builder import Plan, UnknownPack, build, plan, with_sketch
from komawari.engine_client.request_opener import begins_from, opened, sketched
from komawari.engine_client.sketch_picture import flattened, flattening_of
from komawari.ui.painting import png

MASK = Blob.of(b"painted")
OTHER = Blob("a" * 64)


def ink() -> bytes:
    """The file of a sheet with a dark disc."""
    made = np.zeros((500, 1000, 4), np.uint8)
    cv2.circle(made, (300, 200), 60, (30, 20, 10, 255), -1)
    return png.encoded(made)


@dataclass
class Lined:
    """A project whose lower panel has a sketch."""

    project: Project
    panel_id: str
    pack: UnknownPack
    data: bytes

    @property
    def panel(self) -> Panel:
        return find_panel(self.project, self.panel_id)[1]

    @property
    def sheet(self) -> Blob:
        return Blob.of(self.data)

    def sketch(self, **fields: Any) -> None:
        self.project = sketches.set_sketch(self.project, self.panel_id, **fields)

    def paint(self, **fields: Any) -> None:
        self.project = local.set_local_edit(self.project, self.panel_id, mask=MASK, **fields)

    def plan(self) -> Plan:
        return plan(self.project, self.panel, self.pack)

    def plan_edit(self, take: Take, seed: int = 5) -> Plan:
        return plan_edit(self.project, self.panel, take, self.pack, seed)

    def take(self, picture: Blob = Blob("f" * 64), width: int = 180, height: int = 100) -> Take:
        return Take(f"{600:032x}", self.panel_id, picture, width, height, 1.0)

    def read(self, sha: str) -> bytes:
        assert sha == self.sheet.sha256, "nothing else is there to be read"
        return self.data

    def flat(self, size: Size | None) -> bytes:
        how = flattening_of(self.project, self.panel, size)
        assert how is not None
        return flattened(self.data, how)


@pytest.fixture
def lined(cast: Any) -> Lined:
    data = ink()
    one = Lined(cast.project, cast.LOWER, cast.PACK, data)
    one.sketch(sheet=Sheet(Blob.of(data), 1000, 500, Placement(dx=3.0)), lines="scribble", lines_weight=0.8)
    return one


def come_back(cast: Any, request: GenerateRequest, flat: bytes, size: Size, make_id: Callable[[], str]) -> Lined:
    """The lower panel as a request makes it whose sketch lies over white."""
    sheet = Sheet(Blob.of(flat), size.width, size.height)
    found = opened(request, cast.project, cast.LOWER, cast.PACK, make_id, sheet=sheet)
    assert found.notes == () and sketched(request) == sheet.picture
    return Lined(found.apply(cast.project, cast.LOWER), cast.LOWER, cast.PACK, flat)


# From a panel to its request.


def test_lines_alone_are_followed_from_noise(lined: Lined) -> None:
    planned = lined.plan()
    assert planned.request.edit is None
    assert planned.request.lines == Lines(lined.sheet, "scribble", 0.8)
    assert planned.needed == (lined.sheet.sha256,)
    done = with_sketch(planned, lined.read)
    flat = lined.flat(planned.request.size)
    assert done.request.lines == Lines(Blob.of(flat), "scribble", 0.8) and done.request.edit is None
    assert done.made == {Blob.of(flat).sha256: flat} and (done.needed, done.sketch) == ((), None)
    built = build(lined.project, lined.panel, lined.read, lined.pack)
    assert built.request == done.request and dict(built.files) == done.made


def test_what_begins_from_the_sketch_and_keeps_to_its_lines_has_one_picture_of_it_read_once(lined: Lined) -> None:
    lined.sketch(follow=True, strength=0.7, lines="lineart")
    planned, reads = lined.plan(), []
    assert planned.request.edit == Edit(lined.sheet, strength=0.7)
    assert planned.request.lines == Lines(lined.sheet, "lineart", 0.8)

    def read(sha: str) -> bytes:
        reads.append(sha)
        return lined.read(sha)

    done = with_sketch(planned, read)
    flat = Blob.of(lined.flat(planned.request.size))
    assert done.request == replace(
        planned.request, edit=Edit(flat, strength=0.7), lines=Lines(flat, "lineart", 0.8)
    )  # fmt: skip
    assert reads == [lined.sheet.sha256] and list(done.made) == [flat.sha256]


@pytest.mark.parametrize("follow", [False, True])
def test_without_a_sheet_there_are_no_lines(lined: Lined, follow: bool) -> None:
    lined.sketch(sheet=None, follow=follow)
    planned = lined.plan()
    assert (planned.request.lines, planned.request.edit, planned.sketch, planned.needed) == (None, None, None, ())
    assert with_sketch(planned, lined.read) == planned


def test_a_sketch_that_is_begun_from_alone_has_no_lines(lined: Lined) -> None:
    lined.sketch(follow=True, lines=None)
    request = with_sketch(lined.plan(), lined.read).request
    assert request.edit is not None and request.lines is None


# In local edits.


def test_a_local_edit_follows_the_lines_as_they_lie_in_its_take(lined: Lined) -> None:
    lined.sketch(follow=True)
    lined.paint(strength=0.9)
    take = lined.take()
    planned = lined.plan_edit(take)
    assert planned.request.lines == Lines(lined.sheet, "scribble", 0.8)
    assert planned.sketch is not None and planned.sketch.size == Size(180, 100) != planned.request.size
    done = with_sketch(planned, lined.read)
    flat = lined.flat(Size(180, 100))
    assert done.request.lines == Lines(Blob.of(flat), "scribble", 0.8)
    assert done.request.edit == Edit(take.picture, MASK, 0.9, 0.5, 0.1)
    assert done.made[Blob.of(flat).sha256] == flat and set(done.needed) == {take.picture.sha256, MASK.sha256}


def test_a_take_that_is_the_very_sheet_stays_what_is_drawn_in(lined: Lined) -> None:
    lined.paint()
    done = with_sketch(lined.plan_edit(lined.take(lined.sheet, 1000, 500)), lined.read)
    assert done.request.edit is not None and done.request.edit.picture == lined.sheet
    assert done.request.lines is not None and done.request.lines.picture == Blob.of(lined.flat(Size(1000, 500)))
    assert lined.sheet.sha256 in done.needed, "it still has to be read, to be drawn in"


def test_a_local_edit_of_a_sketch_that_is_only_begun_from_has_no_lines(lined: Lined) -> None:
    lined.sketch(follow=True, lines=None)
    lined.paint()
    planned = lined.plan_edit(lined.take())
    assert planned.request.lines is None and planned.sketch is None


# From a request back to a panel.


@pytest.mark.parametrize("follow", [False, True])
def test_a_request_comes_back_as_a_panel_that_follows_its_lines(
    cast: Any, lined: Lined, make_id: Callable[[], str], follow: bool
) -> None:
    lined.sketch(**{"follow": True, "strength": 0.7} if follow else {})
    request = with_sketch(lined.plan(), lined.read).request
    assert request.size is not None and (begins_from(request) is not None) == follow
    again = come_back(cast, request, lined.flat(request.size), request.size, make_id)
    sketch = again.panel.sketch
    assert (sketch.follow, sketch.lines, sketch.lines_weight) == (follow, "scribble", 0.8)
    assert sketch.strength == (0.7 if follow else Sketch().strength)
    assert with_sketch(again.plan(), again.read).request == request


def test_a_request_of_a_local_edit_comes_back_with_its_lines(
    cast: Any, lined: Lined, make_id: Callable[[], str]
) -> None:
    lined.paint(strength=0.7, takes=2)
    take = lined.take()
    request = with_sketch(lined.plan_edit(take), lined.read).request
    assert begins_from(request) is None
    again = come_back(cast, request, lined.flat(Size(180, 100)), Size(180, 100), make_id)
    sketch = again.panel.sketch
    assert (sketch.follow, sketch.lines, sketch.lines_weight) == (False, "scribble", 0.8)
    assert again.panel.local_edit.mask == MASK
    assert with_sketch(again.plan_edit(take, again.panel.seed), again.read).request == request


def test_a_local_edit_leaves_it_to_the_panel_whether_pictures_begin_from_the_sketch(
    lined: Lined, make_id: Callable[[], str]
) -> None:
    lined.sketch(follow=True, strength=0.3)
    lined.paint()
    request = lined.plan_edit(lined.take()).request
    found = opened(request, lined.project, lined.panel_id, lined.pack, make_id, sheet=lined.panel.sketch.sheet)
    assert found.sketch == lined.panel.sketch and found.notes == ()


def test_a_request_without_lines_takes_a_panels_lines_off(lined: Lined, make_id: Callable[[], str]) -> None:
    before = lined.panel.sketch
    found = opened(GenerateRequest("rain"), lined.project, lined.panel_id, lined.pack, make_id)
    assert found.sketch == replace(before, lines=None) and found.notes == ()
    sheet = Sheet(OTHER, 64, 64)
    request = GenerateRequest("rain", edit=Edit(OTHER, strength=0.4))
    found = opened(request, lined.project, lined.panel_id, lined.pack, make_id, sheet=sheet)
    assert found.sketch == Sketch(sheet, True, 0.4, None, 0.8)


def test_lines_of_another_drawing_than_the_picture_begins_from_are_left_out_and_it_says_so(
    lined: Lined, make_id: Callable[[], str]
) -> None:
    request = GenerateRequest("rain", edit=Edit(OTHER, strength=0.4), lines=Lines(Blob("b" * 64)))
    sheet = Sheet(OTHER, 64, 64)
    assert sketched(request) == OTHER
    found = opened(request, lined.project, lined.panel_id, lined.pack, make_id, sheet=sheet)
    assert found.sketch == Sketch(sheet, True, 0.4, None, 0.8)
    (note,) = found.notes
    assert note.startswith("lines:") and "another drawing" in note


@pytest.mark.parametrize("span", [{"start": 0.2}, {"end": 0.6}])
def test_lines_that_count_in_some_steps_alone_count_in_all_and_it_says_so(
    lined: Lined, make_id: Callable[[], str], span: dict[str, float]
) -> None:
    sheet = Sheet(OTHER, 64, 64)
    request = GenerateRequest("rain", lines=Lines(OTHER, "lineart", 1.5, **span))
    found = opened(request, lined.project, lined.panel_id, lined.pack, make_id, sheet=sheet)
    assert found.sketch is not None
    assert (found.sketch.sheet, found.sketch.lines, found.sketch.lines_weight) == (sheet, "lineart", 1.5)
    (note,) = found.notes
    assert note.startswith("lines:") and "start and end were left out" in note


def test_a_drawing_that_could_not_become_a_sheet_leaves_the_panel_its_own_and_it_says_so(
    lined: Lined, make_id: Callable[[], str]
) -> None:
    request = GenerateRequest("rain", lines=Lines(OTHER))
    found = opened(request, lined.project, lined.panel_id, lined.pack, make_id)
    assert found.sketch is None
    assert find_panel(found.apply(lined.project, lined.panel_id), lined.panel_id)[1].sketch == lined.panel.sketch
    (note,) = found.notes
    assert note.startswith("lines:") and "could not become the panel's sketch" in note
