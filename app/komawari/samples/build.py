"""The sample project's file: characters from their reference drawings, panels with all that they are drawn with."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits.characters import add_character
from komawari.domain.edits.panels import place_picture
from komawari.domain.edits.parameters import add_figure, set_parameters, use_take
from komawari.domain.panel import Figure, FigurePose, FigureRegion, Panel, Placement
from komawari.domain.project import Project, check_project
from komawari.domain.takes import Take, drawn_with
from komawari.samples.board import Board, Role, Scene, id_of
from komawari.samples.drawings import Drawn
from komawari.samples.layout import laid_out, scenes
from komawari.storage import copying
from komawari.storage.errors import StorageError
from komawari.storage.store import Store

MADE_AT = 1_735_689_600.0
"""When the takes say that they were made: with every making the same (1 January 2025)."""
WHO = frozenset({"solo", "1girl", "1boy", "2girls", "2boys", "multiple_girls", "multiple_boys"})
"""Tags that say how many people there are."""


@dataclass
class Sample:
    """A project, the takes it shows, and every file that it names."""

    project: Project
    takes: dict[str, Take] = field(default_factory=dict)
    """Panel's id → take."""
    files: dict[str, bytes] = field(default_factory=dict)
    """sha256 → bytes."""

    def keep(self, data: bytes) -> Blob:
        """Keep a file and return its name."""
        blob = Blob.of(data)
        self.files[blob.sha256] = data
        return blob


def made(board: Board, folder: Path, takes: bool = True) -> Sample:
    """Return the sample of a folder of drawings; without `takes` its panels are still to be drawn.

    Raises `FileError` or `DomainError`.
    """
    sample = Sample(laid_out(board))
    for role in board.characters:
        sample.project = add_character(sample.project, _character(sample, role, folder))
    for number, (_, panel, scene) in enumerate(list(scenes(board, sample.project)), 1):
        drawn = Drawn(folder, panel.id)
        sample.project = _directed(sample.project, panel, scene, drawn, number)
        if takes:
            _add_take(sample, panel.id, drawn, number)
    check_project(sample.project)
    return sample


def _character(sample: Sample, role: Role, folder: Path) -> Character:
    name = id_of("reference", role.name)
    drawn = Drawn(folder, name)
    parts = tuple(
        CharacterPart(id_of(name, part), part, mask=sample.keep(mask)) for part, mask in drawn.parts().items()
    )
    reference = CharacterReference(name, sample.keep(drawn.png), mask=sample.keep(drawn.mask), parts=parts)
    count = tuple(tag for tag in drawn.said.count if tag != "solo")
    return Character(
        id_of("character", role.name), role.name, role.notes, role.labels,
        tags=(*count, *drawn.said.identity[0]), references=(reference,),
    )  # fmt: skip


def _directed(project: Project, panel: Panel, scene: Scene, drawn: Drawn, number: int) -> Project:
    """Put the people into a panel, with their poses and tags."""
    said, alone = drawn.said, len(scene.people) == 1
    tags = (*(("solo", *said.act[0]) if alone else [tag for tag in said.count if tag in WHO]), *said.shot)
    project = set_parameters(project, panel.id, tags=tuple(dict.fromkeys(tags)), seed=number)
    cast = {one.name: one.id for one in project.characters}
    for person, pose, act in zip(scene.people, said.poses, said.act, strict=True):
        region = FigureRegion() if alone else FigureRegion(tags=act)
        name = id_of("figure", panel.id, person.who)
        project = add_figure(project, panel.id, Figure(name, cast[person.who], pose=FigurePose(pose), region=region))
    return place_picture(project, panel.id, Placement(dx=scene.dx, dy=scene.dy, scale=scene.scale))


def _add_take(sample: Sample, panel: str, drawn: Drawn, number: int) -> None:
    width, height = drawn.size
    here = next(one for page in sample.project.pages for one in page.panels if one.id == panel)
    designs = drawn_with(here, {one.id: one for one in sample.project.characters})
    take = Take(
        id_of("take", panel), panel, sample.keep(drawn.png), width, height, MADE_AT + number, "pasted", designs
    )  # fmt: skip
    sample.takes[panel] = take
    sample.project = use_take(sample.project, panel, take)


def write(sample: Sample, path: Path) -> None:
    """Write the project's file, with as little room as it needs. Raises `StorageError`."""
    with tempfile.TemporaryDirectory(prefix="komawari-sample.") as folder:
        draft = Path(folder) / "sample.komawari"
        Store.create(draft, sample.project)
        store = Store.open(draft, _raise)
        try:
            _fill(store, sample.takes, sample.files)
        finally:
            store.close()
        path.parent.mkdir(parents=True, exist_ok=True)
        copying.copy_of(draft, path)


def _fill(store: Store, takes: Mapping[str, Take], files: Mapping[str, bytes]) -> None:
    stored = [store.put_picture(data) for data in files.values()]
    added = [store.add_take(take, files[take.picture.sha256]) for take in takes.values()]
    for picture in stored:
        picture.result()
    for done in added:
        done.result()


def _raise(error: StorageError) -> None:
    raise error
