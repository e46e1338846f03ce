"""Files of every older version open, step by step, and any project is read as it was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from animeadapter.protocol.choices import LineKind
from animeadapter.protocol.pose import JOINTS
from animeadapter.protocol.request import Blob, Controller, Detail, Edit, Lora, Sampler, Size
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.panel import (
    Figure,
    FigurePose,
    FigureRegion,
    LocalEdit,
    MixerEntry,
    Panel,
    Placement,
    Settings,
    Sheet,
    Sketch,
    Style,
)
from komawari.domain.paper import PRESETS
from komawari.domain.project import Gutters, Page, Project
from komawari.storage import opening, records, schema
from komawari.storage.errors import NewerError
from komawari.storage.opening import load
from komawari.storage.store import Store

VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6 = (
    Path(__file__).with_name(f"version_{n}.sql") for n in (1, 2, 3, 4, 5, 6)
)
"""Project files of older versions, as `sqlite3 file .dump` writes them. They are never made anew."""

ids = st.uuids(version=4).map(lambda one: one.hex)
texts = st.text(max_size=12)
tags = st.lists(st.text(min_size=1, max_size=6), max_size=3).map(tuple)
scales = st.floats(0, 4)
blobs = st.binary(max_size=4).map(Blob.of)
masks = st.none() | blobs
numbers = st.floats(-200, 400)
joints = st.lists(st.none() | st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=len(JOINTS), max_size=len(JOINTS))
poses = st.none() | st.builds(FigurePose, joints.map(tuple))
parts = st.builds(CharacterPart, ids, st.sampled_from(["hair", "face"]), texts, masks, scales)
references = st.builds(CharacterReference, ids, blobs, texts, masks, st.lists(parts, max_size=2).map(tuple), scales)
characters = st.builds(
    Character, ids, texts, texts, tags, texts, tags, st.lists(references, max_size=2).map(tuple), st.integers(1, 9)
)
mixers = st.builds(MixerEntry, st.sampled_from(["hair", "outfit"]), ids, ids, scales)
regions = st.builds(FigureRegion, masks, texts, tags, st.floats(0, 1), scales)
figures = st.builds(
    Figure, ids, st.none() | ids, st.lists(ids, max_size=2).map(tuple), scales,
    st.lists(mixers, max_size=2).map(tuple), poses, regions,
)  # fmt: skip
samplers = st.builds(
    Sampler, st.sampled_from([None, "ddim"]), st.none() | st.integers(1, 200), st.none() | st.floats(0, 50)
)
details = st.builds(Detail, st.none() | st.floats(0, 1), st.none() | st.floats(0, 1))
wishes = st.builds(
    Settings, st.sampled_from([None, "mini"]), st.sampled_from([None, Size(256, 312)]), samplers,
    st.builds(Controller, weight=scales), detail=details,
    loras=st.lists(st.builds(Lora, blobs), max_size=1).map(tuple),
)  # fmt: skip
frames = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=6).map(tuple)
placements = st.builds(Placement, numbers, numbers, st.floats(0.05, 20), st.booleans(), st.booleans())
local_edits = st.builds(
    LocalEdit, masks, texts, tags, st.lists(mixers, max_size=2).map(tuple), st.floats(0.01, 1), scales, st.floats(0, 1),
    st.integers(1, 64),
)  # fmt: skip
sheets = st.builds(Sheet, blobs, st.integers(1, 4096), st.integers(1, 4096), placements)
sketches = st.builds(
    Sketch, st.none() | sheets, st.booleans(), st.floats(0.01, 1), st.sampled_from([None, *get_args(LineKind)]), scales
)
panels = st.builds(
    Panel, ids, frames, st.floats(0, 9), placements, texts, tags, st.none() | texts,
    st.lists(figures, max_size=2).map(tuple), st.integers(0, 2**32 - 1), st.booleans(), st.integers(1, 64), wishes,
    st.none() | ids, st.booleans(), local_edits, sketches,
)  # fmt: skip
papers = st.sampled_from(list(PRESETS.values()))
pages = st.builds(Page, ids, papers, st.lists(panels, max_size=3).map(tuple), texts)
projects = st.builds(
    Project, ids, texts, st.sampled_from(["ltr", "rtl"]), papers, st.builds(Gutters, st.floats(0, 9)), st.floats(0, 9),
    st.lists(st.builds(Style, ids, texts, wishes), max_size=2).map(tuple), st.lists(characters, max_size=2).map(tuple),
    st.lists(pages, max_size=3).map(tuple),
)  # fmt: skip


def of_version(version: int, dump: Path, folder: Path) -> Path:
    """Return a project file as an older Komawari left it."""
    file = folder / "old.koma"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(dump.read_text())
    assert version_of(file) == version
    return file


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found


def test_a_file_of_version_1_opens_and_becomes_one_of_today(tmp_path: Path, opened: Callable[..., Store]) -> None:
    file = of_version(1, VERSION_1, tmp_path)
    store = opened(file)
    assert store.saved.title == "Old" and store.saved.pages[0].panels[0].prompt == "rain"
    assert store.recovery is not None and store.recovery.project.title == "Older"
    assert [take.resolved is None for take in store.takes_of(f"{11:032x}")] == [True]
    assert store.picture(store.takes_of(f"{11:032x}")[0].picture.sha256) == b"a picture"
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_file_of_version_2_opens_with_its_painted_regions_and_no_local_edits(
    tmp_path: Path, opened: Callable[..., Store]
) -> None:
    file = of_version(2, VERSION_2, tmp_path)
    store = opened(file)
    panel = store.saved.pages[0].panels[0]
    assert panel.local_edit == LocalEdit()
    assert panel.figures[0].region.mask == Blob.of(b"region") and panel.figures[0].mixer[0].part == "hair"
    assert store.recovery is not None and store.recovery.project.title == "Older"
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_panel_with_a_local_edit_is_newer_than_what_version_2_knows(tmp_path: Path) -> None:
    project = Project(f"{1:032x}", pages=())
    opening.create(tmp_path / "a.koma", project)
    with pytest.raises(NewerError, match="newer Komawari"):
        schema.check_header(tmp_path / "a.koma", schema.PROJECT_ID, 2)


def test_a_file_of_version_3_opens_with_its_local_edits_and_without_sketches(
    tmp_path: Path, opened: Callable[..., Store]
) -> None:
    file = of_version(3, VERSION_3, tmp_path)
    store = opened(file)
    panel = store.saved.pages[0].panels[0]
    assert panel.sketch == Sketch()
    assert panel.local_edit == LocalEdit(Blob.of(b"mask"), prompt="a hat", strength=0.5)
    assert store.recovery is not None and store.recovery.project.title == "Older"
    assert store.picture(Blob.of(b"mask").sha256) == b"mask"
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_panel_with_a_sketch_is_newer_than_what_version_3_knows(tmp_path: Path) -> None:
    opening.create(tmp_path / "a.koma", Project(f"{1:032x}", pages=()))
    with pytest.raises(NewerError, match=r"format 7, this one knows 3"):
        schema.check_header(tmp_path / "a.koma", schema.PROJECT_ID, 3)


def test_a_file_of_version_4_opens_with_its_sketches_and_does_not_say_which_edit_was_the_last(
    tmp_path: Path, opened: Callable[..., Store]
) -> None:
    file = of_version(4, VERSION_4, tmp_path)
    store = opened(file)
    assert store.saved.pages[0].panels[0].sketch == Sketch(Sheet(Blob.of(b"sheet"), 64, 48))
    assert store.recovery is not None
    assert (store.recovery.project.title, store.recovery.edits, store.recovery.last) == ("Older", 1, "")
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_file_of_version_5_opens_with_its_settings_and_leaves_details_to_the_pack(
    tmp_path: Path, opened: Callable[..., Store]
) -> None:
    file = of_version(5, VERSION_5, tmp_path)
    store = opened(file)
    assert store.saved.pages[0].panels[0].settings == Settings(sampler=Sampler(steps=12), detail=Detail())
    assert store.recovery is not None
    assert (store.recovery.project.title, store.recovery.last) == ("Older", "Change title")
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_file_of_version_6_opens_with_its_sketches_whose_lines_nothing_follows(
    tmp_path: Path, opened: Callable[..., Store]
) -> None:
    file = of_version(6, VERSION_6, tmp_path)
    store = opened(file)
    panel, sheet = store.saved.pages[0].panels[0], Sheet(Blob.of(b"sheet"), 64, 48, Placement(dx=2.0))
    assert panel.sketch == Sketch(sheet, follow=True, strength=0.5, lines=None, lines_weight=1.0)
    assert panel.settings == Settings(sampler=Sampler(steps=12), detail=Detail(0.4, 0.0)) and panel.prompt == "rain"
    (take,) = store.takes_of(panel.id)
    assert take.resolved is not None and take.resolved.request.lines is None
    assert take.resolved.request.edit == Edit(sheet.picture, strength=0.5)
    assert store.recovery is not None and store.recovery.project == replace(store.saved, title="Older")
    store.close()
    assert version_of(file) == len(schema.PROJECT_STEPS)


def test_a_panel_that_follows_lines_is_newer_than_what_version_6_knows(tmp_path: Path) -> None:
    opening.create(tmp_path / "a.koma", Project(f"{1:032x}", pages=()))
    with pytest.raises(NewerError, match=r"format 7, this one knows 6"):
        schema.check_header(tmp_path / "a.koma", schema.PROJECT_ID, 6)


@settings(max_examples=15)
@given(project=projects)
def test_any_project_is_read_as_it_was_written(tmp_path_factory: object, project: Project) -> None:
    file = tmp_path_factory.mktemp("any") / "a.koma"  # type: ignore[attr-defined]
    opening.create(file, project)
    assert load(file).saved == project


@settings(max_examples=40)
@given(projects, projects)
def test_a_difference_leads_from_any_project_to_any_other(before: Project, after: Project) -> None:
    delta = records.decoded(records.encoded(records.difference(before, after)), records.Delta, "delta")
    assert records.applied(before, delta) == after


@settings(max_examples=40)
@given(projects)
def test_a_difference_names_only_what_is_no_longer_the_same_object(project: Project) -> None:
    delta = records.difference(project, project)
    assert delta.new_pages == () and delta.new_characters == ()
    assert records.applied(project, delta) == project
