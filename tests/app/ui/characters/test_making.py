"""Characters are made at once; their masks follow; library and project stay two things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage

from animeadapter.protocol.calls import Segment
from animeadapter.protocol.messages import Failed
from komawari.domain.base import new_id
from komawari.domain.character import Character, CharacterPart, content_sha
from komawari.engine_client.client import EngineState
from komawari.engine_client.fake import FakeEngine
from komawari.ui.characters import masks
from komawari.ui.characters.finding import finder_of
from komawari.ui.characters.making import character_from_take, maker_of, reference_from_take
from komawari.ui.characters.roster import roster_of
from komawari.ui.session import Session

from .conftest import drawn, to_png

pytestmark = pytest.mark.usefixtures("nobody_else")
Find = Callable[[str], Character]


def heard(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *args: calls.append(args))
    return calls


def test_a_character_is_there_before_the_engine_answers(
    session: Session, engine, picture, qtbot, someone: Find
) -> None:
    made = heard(maker_of(session).made)
    maker_of(session).make([picture()])
    qtbot.waitUntil(lambda: bool(made))
    aiko = someone("Aiko")
    assert session.document.history.undo_name == "Add character"
    assert session.library.get(aiko.id) is not None
    (reference,) = aiko.references
    assert reference.mask is None and session.document.store.picture(reference.picture.sha256) == picture().read_bytes()
    assert finder_of(session).state(reference.id) == "finding"


def test_masks_and_parts_follow_in_project_and_library(session: Session, picture, settled, someone: Find) -> None:
    maker_of(session).make([picture()])
    settled()
    (reference,) = someone("Aiko").references
    assert [part.part for part in reference.parts] == ["hair", "face"]
    hair = masks.decode(session.document.store.picture(reference.parts[0].mask.sha256))
    assert (hair.width(), hair.height()) == (64, 96) and masks.share(hair) == pytest.approx(1 / 8)
    assert masks.share(masks.decode(session.picture(reference.mask.sha256))) == pytest.approx(1 / 4)
    stored = session.library.get(someone("Aiko").id)
    assert content_sha(stored) == content_sha(someone("Aiko"))
    card = roster_of(session).card(stored.id)
    assert card.is_in_step and not card.is_offered
    assert session.document.history.undo_name == "Find parts"


def test_several_pictures_become_references_or_characters(session: Session, picture, settled, someone: Find) -> None:
    files = [picture(f"{name}.png", colour=name) for name in ("red", "green", "blue")]
    maker_of(session).make(files, "Trio")
    settled()
    assert [one.name for one in someone("red").references] == ["red", "green", "blue"]
    assert all(len(one.parts) == 2 for one in someone("red").references)
    assert roster_of(session).card(someone("red").id).is_in_step
    maker_of(session).make_each(files[1:])
    settled()
    assert {one.name for one in session.project.characters} == {"red", "green", "blue"}


def test_a_bad_file_is_named_and_the_others_are_taken(
    session: Session, picture, settled, tmp_path, someone: Find
) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    troubles = heard(session.trouble)
    maker_of(session).make([tmp_path / "notes.txt", picture()])
    settled()
    assert [text.split(":")[0] for (text,) in troubles] == ["notes.txt"]
    assert len(someone("Aiko").references) == 1


def test_without_an_engine_the_character_is_there_and_says_why(
    session: Session, engine: FakeEngine, picture, settled, qtbot, someone: Find
) -> None:
    engine.become(EngineState("failed", "no such program"))
    maker_of(session).make([picture()])
    settled()
    (reference,) = someone("Aiko").references
    finder = finder_of(session)
    qtbot.waitUntil(lambda: finder.state(reference.id) == "failed")
    assert "no such program" in finder.note(reference.id)
    engine.become(EngineState("ready"))
    finder.find(someone("Aiko").id, reference.id)
    settled()
    assert len(someone("Aiko").references[0].parts) == 2 and finder.note(reference.id) == ""


def test_a_search_that_fails_can_be_repeated(
    session: Session, engine: FakeEngine, picture, settled, someone: Find
) -> None:
    engine.script(Segment, lambda job: [Failed(job.id, "out_of_memory", "no memory left")])
    maker_of(session).make([picture()])
    settled()
    assert "no memory left" in finder_of(session).note(someone("Aiko").references[0].id)


def test_an_artists_cut_out_stays_the_mask(session: Session, settled, tmp_path: Path, someone: Find) -> None:
    image = drawn(64, 64, "red").convertToFormat(QImage.Format.Format_ARGB32)
    for x in range(32):
        for y in range(64):
            image.setPixelColor(x, y, QColor(0, 0, 0, 0))
    (tmp_path / "cut.png").write_bytes(to_png(image))
    maker_of(session).make([tmp_path / "cut.png"])
    settled()
    (reference,) = someone("cut").references
    assert reference.mask is None
    hair = masks.decode(session.picture(reference.parts[0].mask.sha256))
    assert hair.pixelColor(20, 4).red() == 0 and hair.pixelColor(40, 4).red() == 255


def test_finding_again_keeps_own_parts_and_scales(session: Session, picture, settled, someone: Find) -> None:
    maker_of(session).make([picture()])
    settled()
    aiko = someone("Aiko")
    (reference,) = aiko.references
    ribbon = CharacterPart(new_id(), "accessory", "ribbon", mask=reference.mask)
    hair = replace(reference.parts[0], scale=0.5)
    changed = replace(reference, parts=(hair, ribbon))
    roster_of(session).change(aiko.id, "Edit", lambda one: replace(one, references=(changed,)))
    finder_of(session).find(aiko.id, reference.id)
    settled()
    parts = someone("Aiko").references[0].parts
    assert [(part.part, part.name, part.scale) for part in parts] == [
        ("hair", "", 0.5), ("face", "", 1.0), ("accessory", "ribbon", 1.0),
    ]  # fmt: skip
    assert parts[0].id == hair.id


def test_a_take_becomes_a_character_or_a_reference(session: Session, picture, settled, someone: Find) -> None:
    panel = session.project.pages[0].panels[0].id
    take = session.document.takes.add(panel, picture().read_bytes(), (64, 96)).result()
    session.document.takes.adopt(take)
    character_from_take(session, take)
    settled()
    made = someone("New character")
    assert made.references[0].picture == take.picture
    reference_from_take(session, made.id, take)
    settled()
    assert len(someone("New character").references) == 2


def test_a_change_in_the_library_is_offered_and_waits(session: Session, picture, settled, someone: Find) -> None:
    maker_of(session).make([picture()])
    settled()
    aiko, roster = someone("Aiko"), roster_of(session)
    session.library.put(replace(session.library.get(aiko.id), notes="left-handed"), {})
    session.library_changed.emit()
    settled()
    assert roster.card(aiko.id).is_offered and someone("Aiko").notes == ""
    roster.decline_update(aiko.id)
    assert not roster.card(aiko.id).is_offered and someone("Aiko").notes == ""
    session.document.undo()
    assert roster.card(aiko.id).is_offered
    roster.take_update(aiko.id)
    settled()
    assert someone("Aiko").notes == "left-handed" and roster.card(aiko.id).is_in_step


def test_a_change_in_the_project_goes_back_when_one_says_so(session: Session, picture, settled, someone: Find) -> None:
    maker_of(session).make([picture()])
    settled()
    aiko, roster = someone("Aiko"), roster_of(session)
    roster.change(aiko.id, "Edit", lambda one: replace(one, notes="tall"))
    settled()
    assert session.library.get(aiko.id).notes == "" and roster.card(aiko.id).is_ahead
    roster.put_into_library(aiko.id)
    settled()
    assert session.library.get(aiko.id).notes == "tall" and roster.card(aiko.id).is_in_step
    roster.change(aiko.id, "Edit", lambda one: replace(one, notes="very tall"))
    assert not roster.card(aiko.id).is_offered and roster.card(aiko.id).is_ahead


def test_the_project_keeps_who_left_the_library(session: Session, picture, settled, someone: Find) -> None:
    maker_of(session).make([picture()])
    settled()
    aiko, roster = someone("Aiko"), roster_of(session)
    removed = heard(roster.removed)
    roster.remove_from_library(aiko.id)
    settled()
    assert session.library.get(aiko.id) is None and roster.card(aiko.id).library is None
    assert session.document.store.picture(aiko.references[0].picture.sha256)
    roster.restore(*removed[0])
    settled()
    assert roster.card(aiko.id).is_in_step
    roster.remove_from_project(aiko.id)
    assert roster.card(aiko.id).copy is None
    roster.add_to_project(aiko.id)
    settled()
    assert someone("Aiko").references == aiko.references
