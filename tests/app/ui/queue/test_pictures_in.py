"""Pictures from elsewhere; likeness; panels as request files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage

from animeadapter.protocol.calls import Embed, Embedded, Generate, Segment, Segmented
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.pose import JOINTS
from animeadapter.protocol.request import Blob
from animeadapter.protocol.request_file import read_request_file
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters, parameters
from komawari.domain.panel import Figure, FigurePose
from komawari.engine_client.client import Finished
from komawari.engine_client.share_mask import share_mask
from komawari.ui.queue.exchange import RequestExchange

UPPER, LOWER, MARI, YUKI = (f"{number:032x}" for number in (11, 12, 500, 600))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_a_pasted_picture_becomes_a_whole_take_that_is_used(desk: Any, make_picture: Any, kind: str) -> None:
    data = make_picture("#c04060", kind, (90, 30))
    desk.queue.paste(UPPER, data)
    desk.settle()
    (take,) = desk.takes()
    assert (take.origin, take.width, take.height, take.resolved) == ("pasted", 90, 30, None)
    assert desk.panel().take == take.id and desk.finished == [(UPPER, take.id)]
    stored = desk.session.picture(take.picture.sha256)
    assert stored.startswith(b"\x89PNG") and (kind != "PNG" or stored == data)
    assert desk.session.document.history.undo_name == "Put in picture"


def test_a_picture_may_be_pasted_beside_the_take_in_use(desk: Any, make_picture: Any) -> None:
    desk.queue.paste(UPPER, make_picture("#ff0000"))
    desk.settle()
    used = desk.panel().take
    desk.queue.paste(UPPER, make_picture("#00ff00"), use=False)
    desk.settle()
    assert desk.panel().take == used and len(desk.takes()) == 2


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n cut off"])
def test_what_is_no_picture_is_refused_and_said(desk: Any, data: bytes) -> None:
    desk.queue.paste(UPPER, data)
    desk.settle()
    assert desk.takes() == () and "cannot be pasted" in desk.troubles[-1]


def scripted(desk: Any, likeness: tuple[float, ...] = (1.0, 0.75, 0.25)) -> None:
    """The engine sees a person in the left half, and gives these likenesses."""
    front = share_mask(20, 30, 0, 2)
    files = {Blob.of(front).sha256: front}
    desk.engine.script(Segment, lambda job: [Finished(job.id, Segmented(Blob.of(front), Blob.of(front)), files)])
    desk.engine.script(Embed, lambda job: [Finished(job.id, Embedded((), likeness[: len(job.call.pictures)]))])


def ask(desk: Any, take: Any) -> dict[str, float]:
    answers: list[dict[str, float]] = []
    desk.queue.likeness(take, answers.append)
    while not answers:
        desk.play()
    desk.settle()
    assert len(answers) == 1
    return answers[0]


def test_likeness_is_asked_of_the_person_alone_and_once_for_each_design(desk: Any) -> None:
    mari = desk.cast()
    second = CharacterReference(f"{504:032x}", mari.references[0].picture, mask=mari.references[0].picture)
    two = replace(mari, references=(*mari.references, second))
    desk.session.edit("More", partial(characters.set_character, character=two))
    desk.queue.add(UPPER)
    desk.play()
    scripted(desk)
    (take,) = desk.takes()
    assert ask(desk, take) == {MARI: 0.5}
    (call,) = desk.drawn(Embed)
    assert call.pictures[0].picture == take.picture and call.pictures[0].mask is not None
    assert call.pictures[2].mask == mari.references[0].picture
    job = desk.engine.submitted[-1]
    mask = QImage.fromData(job.files[call.pictures[0].mask.sha256])
    assert (mask.width(), mask.height()) == (20, 30)
    assert [mask.pixelColor(x, 15).red() for x in (2, 17)] == [255, 0]
    assert ask(desk, take) == {MARI: 0.5} and len(desk.drawn(Embed)) == 1
    desk.redesign()
    assert ask(desk, take) == {MARI: 0.5} and len(desk.drawn(Embed)) == 2


def test_each_of_several_characters_is_looked_for_in_its_own_region(desk: Any) -> None:
    desk.cast()
    desk.session.document.store.put_picture(b"yuki").result()
    yuki = Character(YUKI, "Yuki", references=(CharacterReference(f"{601:032x}", Blob.of(b"yuki")),))
    desk.session.edit("Add", partial(characters.add_character, character=yuki))
    pose = FigurePose(tuple((0.75 + 0.01 * index, 0.5) for index in range(len(JOINTS))))
    figure = Figure(f"{602:032x}", YUKI, pose=pose)
    desk.session.edit("Bind", partial(parameters.add_figure, panel=UPPER, figure=figure))
    desk.queue.add(UPPER)
    desk.play()
    scripted(desk, (1.0, -0.2))
    desk.engine.script(Segment, lambda job: [Failed(job.id, "failed", "no eyes")])
    assert ask(desk, desk.takes()[0]) == {MARI: 0.0, YUKI: 0.0}
    asked = [job for job in desk.engine.submitted if isinstance(job.call, Embed)]
    masks = [QImage.fromData(job.files[job.call.pictures[0].mask.sha256]) for job in asked]
    seen = [[mask.pixelColor(x, 15).red() for x in (2, 17)] for mask in masks]
    assert seen == [[255, 0], [0, 255]]


def test_no_likeness_is_told_where_the_engine_has_no_answer(desk: Any) -> None:
    desk.cast()
    desk.queue.add(UPPER)
    desk.play()
    assert ask(desk, desk.takes()[0]) == {}
    scripted(desk)
    assert ask(desk, desk.takes()[0]) == {MARI: 0.75}, "it is asked again"


def test_a_panel_is_saved_for_the_command_line_and_opened_in_another_panel(desk: Any, tmp_path: Path) -> None:
    mari = desk.cast()
    desk.set(tags=("smile",), seed=7)
    exchange = RequestExchange(desk.session)
    exchange.save(desk.panel(), tmp_path / "panel.json")
    desk.settle()
    request, files = read_request_file(tmp_path / "panel.json")
    assert (request.prompt, request.seeds, list(files.values())) == ("smile", (7,), [b"mari's picture"])
    assert "panel.json" in desk.said[-1]
    opened: list[bool] = []
    exchange.open(LOWER, tmp_path / "panel.json", lambda: opened.append(True))
    desk.settle()
    lower = desk.panel(LOWER)
    assert opened and (lower.tags, lower.seed, lower.figures[0].character) == (("smile",), 7, mari.id)
    desk.queue.add(LOWER)
    desk.play()
    assert desk.drawn(Generate)[-1].request == request
    desk.session.document.undo()
    assert desk.session.document.history.undo_name in {"Open request", "New seed"}


def test_the_pictures_of_a_request_from_elsewhere_come_into_the_project(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "coat.png").write_bytes(b"a coat")
    (tmp_path / "coat.json").write_text('{"prompt": "1girl", "references": [{"picture": {"path": "coat.png"}}]}')
    RequestExchange(desk.session).open(UPPER, tmp_path / "coat.json")
    desk.settle()
    new = desk.session.project.characters[-1]
    assert new.name == "coat" and desk.session.document.store.picture(new.references[0].picture.sha256) == b"a coat"
    desk.session.document.undo()
    assert desk.panel().figures == () and new not in desk.session.project.characters


def test_a_request_is_copied_and_pasted_as_text(desk: Any) -> None:
    desk.cast()
    exchange = RequestExchange(desk.session)
    texts: list[str] = []
    exchange.text(desk.panel(), texts.append)
    (text,) = texts
    assert '"sha256"' in text
    exchange.paste(LOWER, text)
    desk.settle()
    assert desk.panel(LOWER).figures[0].character == MARI
    exchange.paste(LOWER, '{"prompts": "x"}')
    desk.settle()
    assert "prompts" in desk.troubles[-1]
    exchange.paste(LOWER, text.replace(Blob.of(b"mari's picture").sha256, "0" * 64))
    desk.settle()
    assert "references[0].picture" in desk.troubles[-1]


def test_a_broken_request_file_changes_nothing(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    before = desk.session.project
    RequestExchange(desk.session).open(UPPER, tmp_path / "a.json")
    desk.settle()
    assert desk.session.project is before and "a.json" in desk.troubles[-1]
