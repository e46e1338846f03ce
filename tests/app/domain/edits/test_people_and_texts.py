"""Edits of characters, figures, parameters and prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from animeadapter.protocol.pose import JOINTS, Pose
from animeadapter.protocol.request import Blob, Sampler
from komawari.domain.base import DomainError, blobs, words_of
from komawari.domain.character import Character, content_sha, design_sha
from komawari.domain.edits import characters, parameters, texts
from komawari.domain.edits.texts import Wanted
from komawari.domain.panel import Figure, FigurePose, FigureRegion, MixerEntry, Panel, Settings, Style
from komawari.domain.project import Project
from komawari.domain.takes import Take, drawn_with, may_queue, stale_characters

PAGE, UPPER, LOWER = (f"{number:032x}" for number in (1, 11, 12))
MARI, FRONT, SOMEBODY = (f"{number:032x}" for number in (90, 91, 70))


def first(project: Project) -> Panel:
    return project.pages[0].panels[0]


def bound(project: Project, **fields: object) -> Project:
    figure = Figure(SOMEBODY, MARI, references=(FRONT,), mixer=(MixerEntry("hair", MARI, FRONT),), **fields)  # type: ignore[arg-type]
    return parameters.add_figure(project, UPPER, figure)


def test_only_the_design_makes_a_new_version(project: Project, mari: Character) -> None:
    named = characters.set_character(project, replace(mari, name="Mariko", notes="shy"))
    assert named.characters[0].version == 1
    drawn = characters.set_character(named, replace(mari, tags=("red hair",)))
    assert drawn.characters[0].version == 2 and design_sha(drawn.characters[0]) != design_sha(mari)
    assert characters.set_character(drawn, drawn.characters[0]) is drawn
    assert content_sha(replace(mari, version=7)) == content_sha(mari) != content_sha(replace(mari, notes="x"))


def test_a_changed_design_leaves_all_pages_the_same_objects(project: Project, mari: Character) -> None:
    assert characters.set_character(project, replace(mari, prompt="tall")).pages is project.pages


def test_a_removed_character_leaves_its_figures_as_nobody(project: Project) -> None:
    new = characters.remove_character(bound(project), MARI)
    (figure,) = first(new).figures
    assert (figure.character, figure.references, figure.mixer) == (None, (), ())
    assert new.pages[1] is project.pages[1] and new.pages[0].panels[1] is project.pages[0].panels[1]


def test_a_removed_reference_leaves_figures_and_mixers(project: Project, mari: Character) -> None:
    new = characters.set_character(bound(project), replace(mari, references=()))
    assert (first(new).figures[0].references, first(new).figures[0].mixer) == ((), ())
    assert first(new).figures[0].character == MARI


@pytest.mark.parametrize(
    "figure",
    [
        Figure(SOMEBODY, "f" * 32),
        Figure(SOMEBODY, MARI, references=("f" * 32,)),
        Figure(SOMEBODY, MARI, mixer=(MixerEntry("hair", MARI, FRONT), MixerEntry("hair", MARI, FRONT))),
        Figure(SOMEBODY, MARI, scale=9.0),
        Figure(SOMEBODY, pose=FigurePose(((float("nan"), 0.0),) * len(JOINTS))),
        Figure(SOMEBODY, pose=FigurePose(((0.0, 0.0),))),
    ],
)
def test_figures_that_cannot_be_are_refused(project: Project, figure: Figure) -> None:
    with pytest.raises(DomainError):
        parameters.add_figure(project, UPPER, figure)


def test_figures_are_set_and_removed_by_id(project: Project) -> None:
    project = bound(project)
    pose = Pose(tuple((0.5, index / 20) for index in range(len(JOINTS))))
    posed = replace(first(project).figures[0], pose=FigurePose.of(pose))
    new = parameters.set_figure(project, UPPER, posed)
    assert first(new).figures[0].pose is not None and first(new).figures[0].pose.pose() == pose
    assert parameters.set_figure(new, UPPER, replace(posed)) is new
    assert first(parameters.remove_figure(new, UPPER, SOMEBODY)).figures == ()
    with pytest.raises(DomainError, match="no figure"):
        parameters.set_figure(project, LOWER, posed)


def test_parameters_are_checked_by_field(project: Project) -> None:
    new = parameters.set_parameters(project, UPPER, prompt="rain", settings=Settings(sampler=Sampler(steps=30)))
    assert first(new).settings.sampler.steps == 30 and parameters.set_parameters(new, UPPER, prompt="rain") is new
    for fields, what in (
        ({"frame": ()}, "frame"),
        ({"takes": 0}, "takes"),
        ({"seed": -1}, "seed"),
        ({"tags": ("",)}, "tags"),
    ):
        with pytest.raises(DomainError, match=what):
            parameters.set_parameters(project, UPPER, **fields)


def test_a_locked_seed_stays(project: Project) -> None:
    assert first(parameters.new_seed(project, UPPER, 7)).seed == 7
    locked = parameters.set_parameters(project, UPPER, seed_locked=True)
    assert parameters.new_seed(locked, UPPER, 7) is locked


def test_a_style_gives_its_settings_and_adds_its_tags(project: Project) -> None:
    style = Style("5" * 32, "Ink", Settings(pack="other"), ("monochrome",), negative_prompt="colour")
    project = parameters.save_style(parameters.set_parameters(project, UPPER, tags=("rain", "monochrome")), style)
    new = parameters.apply_style(project, UPPER, style.id)
    assert (first(new).settings.pack, first(new).tags, first(new).negative_prompt) == (
        "other",
        ("rain", "monochrome"),
        "colour",
    )
    renamed = parameters.save_style(new, replace(style, name="Pen"))
    assert [one.name for one in renamed.styles] == ["Pen"] and parameters.remove_style(renamed, style.id).styles == ()
    with pytest.raises(DomainError, match="no style"):
        parameters.apply_style(project, UPPER, "6" * 32)


def test_takes_are_used_and_panels_made_final_by_edits(project: Project) -> None:
    take = Take("3" * 32, UPPER, Blob.of(b"a"), 8, 8, 1.0)
    used = parameters.use_take(project, UPPER, take)
    assert first(used).take == take.id and first(parameters.use_take(used, UPPER, None)).take is None
    with pytest.raises(DomainError, match="trash"):
        parameters.use_take(project, UPPER, replace(take, trashed_at=1.0))
    final = parameters.set_final(used, UPPER, True)
    assert not may_queue(first(final)) and may_queue(first(used))


def test_a_take_is_stale_when_a_design_in_it_changed_mixers_included(project: Project, mari: Character) -> None:
    mixed = parameters.add_figure(project, UPPER, Figure(SOMEBODY, mixer=(MixerEntry("hair", MARI, FRONT),)))
    shown = drawn_with(first(mixed), {MARI: mari})
    take = Take("3" * 32, UPPER, Blob.of(b"a"), 8, 8, 1.0, drawn_with=shown)
    assert [one.character for one in shown] == [MARI]
    assert stale_characters(take, {MARI: design_sha(mari)}) == () == stale_characters(take, {})
    assert stale_characters(take, {MARI: design_sha(replace(mari, prompt="x"))}) == (MARI,)


def test_all_texts_of_a_page_are_found_and_replaced(project: Project) -> None:
    project = bound(project, region=FigureRegion(prompt="Rain on her face", tags=("rain",)))
    project = parameters.set_parameters(
        project, UPPER, prompt="rain, train", tags=("rain", "night"), negative_prompt="rain"
    )
    fields = [(line.figure, line.field) for line in texts.found(project, Wanted("rain"))]
    assert fields == [
        (None, "prompt"),
        (None, "tags"),
        (None, "negative_prompt"),
        (SOMEBODY, "prompt"),
        (SOMEBODY, "tags"),
    ]
    new = texts.replace_all(project, Wanted("rain", whole_words=True), r"snow \1", [PAGE])
    panel = first(new)
    assert (panel.prompt, panel.tags, panel.negative_prompt) == (r"snow \1, train", (r"snow \1", "night"), r"snow \1")
    assert panel.figures[0].region.prompt == r"snow \1 on her face"
    assert new.pages[0].panels[1] is project.pages[0].panels[1] and new.pages[1] is project.pages[1]
    assert texts.replace_all(project, Wanted("Rain", match_case=True), "x").pages[0].panels[0].prompt == "rain, train"


def test_tags_may_go_or_become_several(project: Project) -> None:
    project = parameters.set_parameters(project, UPPER, tags=("rain", "night"))
    assert first(texts.replace_all(project, Wanted("rain"), "")).tags == ("night",)
    assert first(texts.replace_all(project, Wanted("rain"), "snow, night")).tags == ("snow", "night")
    assert texts.replace_all(project, Wanted("nowhere"), "x") is project
    assert texts.replace_all(project, Wanted("rain"), "x", pages=[]) is project
    with pytest.raises(DomainError, match="find"):
        texts.found(project, Wanted(""))


@given(st.text())
def test_a_line_of_tags_has_no_empty_and_no_double_ones(text: str) -> None:
    tags = words_of(text)
    assert len(set(tags)) == len(tags) and all(tag and tag == tag.strip() and "," not in tag for tag in tags)


def test_every_file_that_a_value_names_is_found(mari: Character) -> None:
    assert sorted(blobs((mari, {"x": Blob("c" * 64)}))) == ["a" * 64, "b" * 64, "c" * 64]
