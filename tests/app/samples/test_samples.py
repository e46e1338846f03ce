"""The sample project: what ships, how it is made, and how the engine will draw it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from typer.testing import CliRunner

import komawari_resources
from animeadapter.protocol.calls import Drawn as TakesDrawn
from animeadapter.protocol.calls import Generate, ListPacks, PackInfo, PackList
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Environment, ResolvedRequest
from komawari.document.document import Document
from komawari.domain.base import DomainError, blobs
from komawari.domain.edits.panels import panels_read
from komawari.domain.geometry.sizes import effective_dpi, is_filled, picture_box
from komawari.domain.project import Project, panels_of
from komawari.engine_client.client import Event, Finished, Picture
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.samples.__main__ import app
from komawari.samples.board import Board, read_board
from komawari.samples.build import made, write
from komawari.samples.draw import draw_all
from komawari.samples.layout import Shot, shots
from komawari.ui.samples import NAME, open_sample, sample_file

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def board() -> Board:
    return read_board()


@pytest.fixture(scope="module")
def drawings(board: Board, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawings as the script writes them, but of one colour and small."""
    folder = tmp_path_factory.mktemp("drawings")
    for number, shot in enumerate(shots(board)):
        fake_drawing(folder, shot, number)
    return folder


def fake_drawing(folder: Path, shot: Shot, number: int) -> None:
    size, people = (shot.width // 9, shot.height // 9), len(shot.people)
    labels = np.zeros(size[::-1], np.uint8)
    labels[5:20, 5:20], labels[20:40, 5:20] = 1, 4
    Image.new("RGB", size, (number * 9, 100, 200)).save(folder / f"{shot.name}.png")
    Image.fromarray(labels).save(folder / f"{shot.name}.parts.png")
    Image.fromarray(np.where(labels, 255, 0).astype(np.uint8)).save(folder / f"{shot.name}.mask.png")
    said = {
        "count": ["1girl", "solo"] if people == 1 else ["1girl", "1boy"],
        "identity": [["blue_hair"]] * people,
        "act": [["standing", f"act{k}"] for k in range(people)],
        "shot": ["outdoors"],
        "poses": [[[0.5, 0.1 + 0.02 * joint] for joint in range(18)]] * people,
    }
    (folder / f"{shot.name}.json").write_text(json.dumps(said))


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Document]:
    document = Document(open_sample(tmp_path))
    yield document
    document.close()


def test_what_ships_is_two_pages_of_two_characters(shipped: Document) -> None:
    project = shipped.project
    assert project.reading == "rtl"
    assert [one.name for one in project.characters] == ["Mari", "Ren"]
    assert [len(page.panels) for page in project.pages] == [5, 5]
    corners = [frame for page in project.pages for frame in (panel.frame for panel in page.panels)]
    assert any(len({x for x, _ in frame}) > 2 for frame in corners), "no frame is slanted"
    cast = {figure.character for _, panel in panels_of(project) for figure in panel.figures}
    assert cast == {one.id for one in project.characters}
    assert any(len(panel.figures) == 2 for _, panel in panels_of(project))


def test_every_panel_of_it_is_full_and_fine_enough_for_print(shipped: Document) -> None:
    for page, panel in panels_of(shipped.project):
        take = shipped.takes.get(panel.take or "")
        assert take is not None
        box = picture_box(panel.frame, page.paper)
        assert effective_dpi(box, (take.width, take.height), panel.placement) >= 200
        assert is_filled(box, (take.width, take.height), panel.placement)
        assert Image.open(BytesIO(shipped.takes.picture(take))).size == (take.width, take.height)
        assert panel.tags
        assert all(figure.pose is not None for figure in panel.figures)
    assert shipped.takes.stale(shipped.project) == []


def test_every_file_that_it_names_is_in_it_and_it_is_small(shipped: Document) -> None:
    for sha in blobs(shipped.project):
        assert shipped.store.picture(sha)
    for character in shipped.project.characters:
        (reference,) = character.references
        assert reference.mask is not None
        assert {"hair", "face", "outfit"} <= {part.part for part in reference.parts}
        assert all(part.mask for part in reference.parts)
    assert sample_file().stat().st_size <= 3 * 2**20


def test_the_embedded_pack_knows_its_tags(shipped: Document) -> None:
    pack = json.loads(komawari_resources.path("models", "mini", "pack.json").read_text())
    used = {tag for _, panel in panels_of(shipped.project) for tag in panel.tags}
    used |= {tag for one in shipped.project.characters for tag in one.tags}
    assert used <= set(pack["vocabulary"])


def test_the_artist_gets_a_copy_and_keeps_it(tmp_path: Path) -> None:
    path = open_sample(tmp_path / "home")
    assert path.name == NAME
    document = Document(path)
    document.edit("Title", lambda project: Project(project.id, "Mine", pages=project.pages))
    document.save().result()
    document.close()
    assert open_sample(tmp_path / "home") == path
    again = Document(path)
    assert again.project.title == "Mine"
    again.close()


def test_a_sample_is_the_same_whenever_it_is_made(board: Board, drawings: Path, tmp_path: Path) -> None:
    one, other = made(board, drawings), made(board, drawings)
    assert one.project == other.project
    assert one.takes == other.takes
    write(one, tmp_path / "sample.komawari")
    document = Document(tmp_path / "sample.komawari")
    assert document.project == one.project
    assert not document.is_modified
    for sha, data in one.files.items():
        assert document.store.picture(sha) == data
    document.close()


def test_panels_have_the_people_of_the_board_in_reading_order(board: Board, drawings: Path) -> None:
    project = made(board, drawings).project
    names = {one.id: one.name for one in project.characters}
    for page, sheet in zip(project.pages, board.pages, strict=True):
        by_id = {panel.id: panel for panel in page.panels}
        read = [by_id[name] for name in panels_read(project, page.id)]
        shown = [[names[figure.character or ""] for figure in panel.figures] for panel in read]
        assert shown == [[person.who for person in scene.people] for scene in sheet.panels]
    together = next(panel for _, panel in panels_of(project) if len(panel.figures) == 2)
    assert [figure.region.tags for figure in together.figures] == [("standing", "act0"), ("standing", "act1")]
    assert together.tags == ("1girl", "1boy", "outdoors")


def test_the_engine_draws_every_panel_through_the_queue(
    qapp: object, board: Board, drawings: Path, tmp_path: Path
) -> None:
    write(made(board, drawings, takes=False), path := tmp_path / "sample.komawari")
    engine, told = scripted(), []
    with playing(engine):
        draw_all(path, told.append, engine)
    document = Document(path)
    takes = [document.takes.get(panel.take or "") for _, panel in panels_of(document.project)]
    assert all(take is not None and take.resolved is not None for take in takes)
    assert [panel.seed for _, panel in panels_of(document.project)] == list(range(1, 11))
    assert not any(panel.seed_locked for _, panel in panels_of(document.project))
    assert not document.is_modified
    assert told[-1] == "panel 10 of 10"
    document.close()


def test_a_panel_that_cannot_be_drawn_is_named(qapp: object, board: Board, drawings: Path, tmp_path: Path) -> None:
    write(made(board, drawings, takes=False), path := tmp_path / "sample.komawari")
    engine = scripted()
    engine.script(Generate, lambda job: [Failed(job.id, "failed", "no weights")])
    with playing(engine), pytest.raises(DomainError, match=r"panel 1: .*no weights"):
        draw_all(path, lambda _: None, engine)


class playing:  # noqa: N801 - a context, used as a function
    """Lets an engine tell its events while an event loop runs."""

    def __init__(self, engine: FakeEngine) -> None:
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(engine.play)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.stop()


def scripted() -> FakeEngine:
    engine = FakeEngine()
    pack = PackInfo("mini", "Mini", "Apache-2.0", "embedded", ((256, 256), (208, 312), (312, 208)), (), "0" * 64)
    engine.script(ListPacks, lambda job: [Finished(job.id, PackList((pack,)))])
    engine.script(Generate, draws)
    return engine


def draws(job: ClientJob) -> Iterator[Event]:
    assert isinstance(job.call, Generate)
    request = job.call.request
    assert request.size is not None
    file = BytesIO()
    Image.new("RGB", (request.size.width, request.size.height), (request.seeds[0], 0, 0)).save(file, "PNG")
    where = Environment("cpu", "cpu", "float32", 1, request.seeds, "0" * 64, {})
    yield Picture(job.id, 0, request.seeds[0], file.getvalue(), ResolvedRequest(request, 0, where))
    yield Finished(job.id, TakesDrawn(1))


def test_the_command_makes_the_project_of_a_folder(board: Board, drawings: Path, tmp_path: Path) -> None:
    out = tmp_path / "new/sample.komawari"
    done = CliRunner().invoke(app, ["build", str(drawings), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.exists()
    lost = CliRunner().invoke(app, ["build", str(tmp_path / "nowhere"), "--out", str(out)])
    assert lost.exit_code == 1
    assert "nowhere" in lost.output


@pytest.fixture
def script() -> ModuleType:
    path = ROOT / "packaging/draw_sample.py"
    if not path.exists():
        pytest.skip("the script is not part of an installed editor")
    spec = importlib.util.spec_from_file_location("draw_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_draws_what_the_command_lists(
    script: ModuleType, board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = CliRunner().invoke(app, ["shots", str(tmp_path / "shots.json")])
    assert listed.exit_code == 0
    shot = json.loads((tmp_path / "shots.json").read_text())[3]
    (tmp_path / "one.json").write_text(json.dumps([{**shot, "width": 96, "height": 96}]))
    monkeypatch.setattr(script.sys, "argv", ["draw_sample.py", str(tmp_path / "one.json"), str(tmp_path)])
    script.main()
    said = json.loads((tmp_path / f"{shot['name']}.json").read_text())
    assert len(said["poses"]) == len(shot["people"])
    with Image.open(tmp_path / f"{shot['name']}.png") as picture:
        assert picture.size == (96, 96)
    assert (tmp_path / f"{shot['name']}.parts.png").exists()
