"""Requests that become panels again, and files that the command line reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import (
    Detail,
    Edit,
    GenerateRequest,
    PartMask,
    Reference,
    RequestError,
    ResolvedRequest,
    Sampler,
    Size,
    encode,
)
from animeadapter.protocol.request_file import read_request_file
from animeadapter.protocol.result_file import embed
from komawari.domain.panel import Figure, FigureRegion, MixerEntry, Settings
from komawari.domain.project import find_character, find_panel
from komawari.engine_client.request_builder import Plan, UnknownPack, plan
from komawari.engine_client.request_files import RequestFileError, read_request, request_text, write_request
from komawari.engine_client.request_opener import opened
from komawari.engine_client.share_mask import share_mask


def again(cast: Any, request: GenerateRequest, make_id: Callable[[], str]) -> Plan:
    """What the lower panel, opened from a request, would ask for."""
    project = opened(request, cast.project, cast.LOWER, cast.PACK, make_id).apply(cast.project, cast.LOWER)
    return plan(project, find_panel(project, cast.LOWER)[1], cast.PACK)


def test_one_figure_comes_back_as_it_was(cast: Any, make_id: Callable[[], str]) -> None:
    _, panel = cast.panel(
        cast.figure(pose=cast.skeleton(), scale=0.5, mixer=(cast.hair_of_yuki(),)),
        tags=("solo", "smile"),
        prompt="She waves. The sun sets, far away",
        negative_prompt="blurry",
        seed=9,
        takes=4,
        settings=Settings(sampler=Sampler("euler", 12, 4.0), size=Size(320, 128), detail=Detail(0.5, 0.0)),
    )
    request = plan(cast.project, panel, cast.PACK).request
    back = again(cast, request, make_id)
    assert back.request == request
    assert {one.character for one in back.drawn_with} == {cast.MARI, cast.YUKI}


def test_several_figures_come_back_as_they_were(cast: Any, make_id: Callable[[], str]) -> None:
    _, panel = cast.panel(
        cast.figure(400, pose=cast.skeleton(), region=FigureRegion(prompt="angry", global_share=0.1)),
        cast.figure(401, cast.YUKI, region=FigureRegion(tags=("smile",), feather=0.2)),
        cast.figure(402, cast.YUKI, region=FigureRegion(mask=cast.blob("painted"), weight=0.5)),
        tags=("2girls", "park"),
    )
    request = plan(cast.project, panel, cast.PACK).request
    found = opened(request, cast.project, cast.LOWER, cast.PACK, make_id)
    assert [one.region.mask for one in found.figures] == [None, None, cast.blob("painted")]
    assert again(cast, request, make_id).request == request


@st.composite
def figures(draw: st.DrawFn, cast: type[Any]) -> tuple[Any, ...]:
    """Up to three figures of Mari and Yuki, with whatever figures may have."""
    chosen = {
        cast.MARI: st.sampled_from([(), (f"{202:032x}",), (f"{202:032x}", f"{201:032x}")]),
        cast.YUKI: st.just(()),
    }
    donors = st.sampled_from([(cast.MARI, f"{201:032x}"), (cast.YUKI, f"{301:032x}")])
    made = []
    for number in range(400, 400 + draw(st.integers(0, 3))):
        character = draw(st.sampled_from([cast.MARI, cast.YUKI]))
        parts: list[PartName] = draw(st.lists(st.sampled_from(["hair", "face", "outfit"]), unique=True, max_size=2))
        mixer = tuple(MixerEntry(part, *draw(donors), draw(st.sampled_from([1.0, 0.5]))) for part in parts)
        mask = draw(st.sampled_from([None, cast.blob(f"mask {number}")]))
        region = FigureRegion(
            mask, draw(st.sampled_from(["", "She runs. Fast, too"])), draw(st.sampled_from([(), ("smile",)]))
        )
        pose = draw(st.sampled_from([None, cast.SKELETON]))
        scale = draw(st.sampled_from([1.0, 0.5, 2.0]))
        made.append(Figure(f"{number:032x}", character, draw(chosen[character]), scale, mixer, pose, region))
    return tuple(made)


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_panel_of_known_characters_comes_back_as_it_was(
    cast: Any, make_id: Callable[[], str], data: st.DataObject
) -> None:
    tags = data.draw(st.sampled_from([(), ("solo", "forest"), ("park", "2girls")]))
    _, panel = cast.panel(
        *data.draw(figures(type(cast))), tags=tags, prompt=data.draw(st.sampled_from(["", "at dusk."]))
    )
    request = plan(cast.project, panel, cast.PACK).request
    assert again(cast, request, make_id).request == request


def test_what_the_panel_would_ask_for_anyway_stays_open(cast: Any, make_id: Callable[[], str]) -> None:
    _, panel = cast.panel(cast.figure())
    request = plan(cast.project, panel, cast.PACK).request
    fields = opened(request, cast.project, cast.LOWER, cast.PACK, make_id).fields
    assert fields["settings"] == Settings()
    other = opened(replace(request, pack="other"), cast.project, cast.LOWER, cast.PACK, make_id).fields["settings"]
    assert isinstance(other, Settings) and (other.pack, other.size) == ("other", request.size)


def test_unknown_references_become_a_character_named_after_the_file(cast: Any, make_id: Callable[[], str]) -> None:
    mask, hair = cast.blob("its mask"), cast.blob("its hair")
    parts = (PartMask("hair", hair, 0.5), PartMask("face"), PartMask("skin"), PartMask("outfit"))
    all_parts = (*parts, PartMask("accessory"), PartMask("prop"))
    request = GenerateRequest("1girl", references=(Reference(cast.blob("new"), mask, all_parts, 0.7),))
    project = opened(request, cast.project, cast.UPPER, cast.PACK, make_id, "Yuki").apply(cast.project, cast.UPPER)
    _, panel = find_panel(project, cast.UPPER)
    new = find_character(project, panel.figures[0].character or "")
    assert new.name == "Yuki 2"
    assert new.references[0].mask == mask and new.references[0].parts[0].mask == hair
    assert plan(project, panel, cast.PACK).request.references == request.references


def test_parts_of_unknown_pictures_go_into_the_mixer(cast: Any, make_id: Callable[[], str]) -> None:
    coat = Reference(cast.blob("coat"), parts=(PartMask("outfit"),), scale=0.8)
    request = GenerateRequest(references=(Reference(cast.blob("yuki")), coat))
    found = opened(request, cast.project, cast.LOWER, cast.PACK, make_id, "coat")
    (figure,) = found.figures
    assert figure.character == cast.YUKI
    assert [(entry.part, entry.scale) for entry in figure.mixer] == [("outfit", 0.8)]
    assert [one.name for one in found.characters] == ["coat (outfit)"]


def test_what_a_panel_cannot_hold_is_said(cast: Any, make_id: Callable[[], str]) -> None:
    reference = Reference(cast.blob("yuki"), block_scales={"up": 0.5})
    request = GenerateRequest(seeds=(4, 9), references=(reference,), edit=Edit(cast.blob("old")))
    notes = opened(request, cast.project, cast.LOWER, cast.PACK, make_id).notes
    assert [note.split(":")[0] for note in notes] == ["edit", "block_scales", "seeds"]


def test_the_written_file_is_what_the_command_line_reads(cast: Any, tmp_path: Path) -> None:
    _, panel = cast.panel(cast.figure(pose=cast.skeleton(), mixer=(cast.hair_of_yuki(),)))
    request = plan(cast.project, panel, cast.PACK).request
    written = write_request(tmp_path / "panel 3.json", request, cast.files)
    assert all(path.exists() for path in written) and written[-1].name == "panel 3.json"
    read, files = read_request_file(tmp_path / "panel 3.json")
    assert read == request
    assert set(files.values()) == {b"mari front", b"mari mask", b"mari back", b"yuki"}
    assert "sha256" not in (tmp_path / "panel 3.json").read_text()


def test_a_request_is_not_written_without_its_pictures(cast: Any, tmp_path: Path) -> None:
    _, panel = cast.panel(cast.figure())
    with pytest.raises(RequestFileError, match="picture"):
        write_request(tmp_path / "a.json", plan(cast.project, panel, cast.PACK).request, {})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_names_pictures_by_hash_finds_them_in_the_project(cast: Any, tmp_path: Path) -> None:
    _, panel = cast.panel(cast.figure())
    request = plan(cast.project, panel, cast.PACK).request
    (tmp_path / "a.json").write_text(request_text(request))
    read, files = read_request(tmp_path / "a.json", cast.files.get)
    assert read == request and b"mari front" in files.values()
    with pytest.raises(RequestFileError, match=r"a\.json: references\[0\]\.picture"):
        read_request(tmp_path / "a.json", lambda sha: None)


def test_a_drawn_picture_opens_too(cast: Any, tmp_path: Path) -> None:
    _, panel = cast.panel(cast.figure(references=(f"{202:032x}",)))
    request = plan(cast.project, panel, cast.PACK).request
    environment = {
        "device": "cpu", "device_name": "cpu", "precision": "float32", "threads": 1, "batch": [0],
        "pack_sha256": "0" * 64, "versions": {},
    }  # fmt: skip
    raw = {"request": json.loads(encode(request)), "take": 0, "environment": environment}
    resolved = msgspec.convert(raw, ResolvedRequest)
    (tmp_path / "a.png").write_bytes(embed(share_mask(8, 8, 0, 1), resolved, cast.files))
    read, files = read_request(tmp_path / "a.png", lambda sha: None)
    assert read == request and set(files.values()) == {b"mari back"}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"prompts": "x"}')
    with pytest.raises(RequestError, match=r"a\.json: prompts"):
        read_request(tmp_path / "a.json", lambda sha: None)


def test_packs_of_which_nothing_is_known_leave_the_size_as_the_file_has_it(
    cast: Any, make_id: Callable[[], str]
) -> None:
    request = GenerateRequest(size=Size(256, 256))
    settings = opened(request, cast.project, cast.LOWER, UnknownPack("mini"), make_id).fields["settings"]
    assert isinstance(settings, Settings) and settings.size == Size(256, 256)
