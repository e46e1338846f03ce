"""The storyboard of the sample project: who is in it, which pages, and what happens in every panel."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

import komawari_resources
from komawari.domain.base import DomainError, Part
from komawari.domain.project import Reading


class Role(Part, frozen=True):
    """A character; `identity` is the renderer's number for what it looks like."""

    name: str
    identity: int
    notes: str
    labels: tuple[str, ...] = ()


class Person(Part, frozen=True):
    """Somebody in a panel, by the renderer's names for postures and faces."""

    who: str
    legs: str = "standing"
    arms: str = "at_sides"
    expression: str = "smile"
    gaze: str = "viewer"
    yaw: float = 0.0
    """Degrees that the body is turned."""
    mirrored: bool = False


class Scene(Part, frozen=True):
    """One panel, in the order of reading."""

    people: tuple[Person, ...]
    framing: Literal["full_body", "cowboy_shot", "upper_body", "portrait", "close-up"]
    scene: str
    light: str = "even"
    view: str = "front"
    tilt: float = 0.0
    place: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    wind: float = 0.0
    dx: float = 0.0
    """How the picture lies in its frame, as `Placement` has it."""
    dy: float = 0.0
    scale: float = 1.0


class Sheet(Part, frozen=True):
    """One page."""

    template: str
    panels: tuple[Scene, ...]
    notes: str = ""


class Board(Part, frozen=True):
    """The whole sample."""

    title: str
    reading: Reading
    paper: str
    characters: tuple[Role, ...]
    pages: tuple[Sheet, ...]


def read_board(path: Path | None = None) -> Board:
    """Return the storyboard that ships with the editor, or another one. Raises `DomainError`."""
    path = path or komawari_resources.path("samples", "board.json")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Board)
    except (OSError, msgspec.DecodeError) as error:
        raise DomainError(f"{path}: {error}") from None


def id_of(*words: object) -> str:
    """Return the id of some words: the same words, the same id, so that the sample is the same whenever it is made."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:32]
