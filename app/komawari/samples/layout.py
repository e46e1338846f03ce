"""The sample's pages before anything is drawn, and the shots that its panels and characters need."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

import komawari_resources
from animeadapter.protocol.request import Size
from komawari.domain.base import Part
from komawari.domain.edits.pages import add_page
from komawari.domain.edits.panels import apply_frames, panels_read
from komawari.domain.geometry.sizes import asked_size, picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import PRESETS
from komawari.domain.project import Page, Project
from komawari.domain.templates import frames, read_templates
from komawari.samples.board import Board, Person, Scene, id_of

NATIVE = ((256, 256), (208, 312), (312, 208), (176, 352), (352, 176))
"""Sizes that the embedded pack draws, in pixels."""
FINER = 4.5
"""The renderer draws the same pictures with so many times the pixels on each side: 200 dpi on paper, and more."""
REFERENCE = (416, 624)


class ShotPerson(Part, frozen=True, omit_defaults=False):
    """As `packaging/draw_sample.py` reads it."""

    identity: int
    legs: str
    arms: str
    expression: str
    gaze: str
    yaw: float
    mirrored: bool


class Shot(Part, frozen=True, omit_defaults=False):
    """One picture to draw."""

    name: str
    width: int
    height: int
    seed: int
    people: tuple[ShotPerson, ...]
    framing: str
    scene: str
    light: str
    view: str
    tilt: float
    place: tuple[float, float]
    zoom: float
    wind: float


def laid_out(board: Board) -> Project:
    """Return the project with its pages and empty panels."""
    paper = PRESETS[board.paper]
    known = read_templates(komawari_resources.path("templates", "pages.json").read_bytes())
    templates = {one.name: one for one in known}
    project = Project(id_of(board.title), board.title, board.reading, paper)
    for number, sheet in enumerate(board.pages, 1):
        page = id_of("page", number)
        project = add_page(project, page)
        laid = frames(templates[sheet.template], paper, project.gutters, board.reading)
        names = iter(range(1, len(laid) + 1))
        project = apply_frames(project, page, laid, lambda page=number, names=names: id_of("panel", page, next(names)))  # type: ignore[misc]
    return project


def scenes(board: Board, project: Project) -> Iterator[tuple[Page, Panel, Scene]]:
    """Yield every panel with its page and what happens in it, as it is read."""
    for page, sheet in zip(project.pages, board.pages, strict=True):
        by_id = {panel.id: panel for panel in page.panels}
        for name, scene in zip(panels_read(project, page.id), sheet.panels, strict=True):
            yield page, by_id[name], scene


def shots(board: Board) -> list[Shot]:
    """Return the pictures that have to be drawn: a reference for each character, and one for each panel."""
    project = laid_out(board)
    made = [_reference(board, index) for index in range(len(board.characters))]
    found = enumerate(scenes(board, project), 1)
    return made + [_shot(board, page, panel, scene, number) for number, (page, panel, scene) in found]


def size_asked(page: Page, panel: Panel) -> Size:
    """Return the size that the embedded pack would draw for a panel."""
    return asked_size(picture_box(panel.frame, page.paper), NATIVE)


def _shot(board: Board, page: Page, panel: Panel, scene: Scene, number: int) -> Shot:
    size = size_asked(page, panel)
    return Shot(
        panel.id, round(size.width * FINER), round(size.height * FINER), number,
        tuple(_person(board, one) for one in scene.people), scene.framing, scene.scene, scene.light, scene.view,
        scene.tilt, scene.place, scene.zoom, scene.wind,
    )  # fmt: skip


def _person(board: Board, person: Person) -> ShotPerson:
    identity = next(role.identity for role in board.characters if role.name == person.who)
    return ShotPerson(
        identity, person.legs, person.arms, person.expression, person.gaze, person.yaw, person.mirrored
    )  # fmt: skip


def _reference(board: Board, index: int) -> Shot:
    role = board.characters[index]
    person = _person(board, replace(Person(role.name), expression="light_smile"))
    name = id_of("reference", role.name)
    return Shot(name, *REFERENCE, 0, (person,), "full_body", "white", "even", "front", 0.0, (0.0, 0.0), 1.0, 0.0)
