"""A project of any length, as full as real ones: people in every panel, posed, with prompts, tags, masks and takes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from animeadapter.protocol.pose import JOINTS
from animeadapter.protocol.request import Blob, Environment, GenerateRequest, ResolvedRequest, Size
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Figure, FigurePose, FigureRegion, MixerEntry, Panel
from komawari.domain.paper import PRESETS
from komawari.domain.project import Page, Project
from komawari.domain.takes import Take
from komawari.storage.store import Store

PANELS = 8
CHARACTERS = 6
PAPER = PRESETS["b5_manga"]


def make_id(*words: object) -> str:
    """Return the id of some words; the same words, the same id."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).hexdigest()[:32]


def picture(*words: object) -> bytes:
    """Return bytes as many as a small picture has."""
    return hashlib.sha256(" ".join(map(str, words)).encode()).digest() * 2048


def character(number: int) -> Character:
    """Return a character with two references, each with masks of its own."""
    references = tuple(_reference(number, index) for index in range(2))
    return Character(
        make_id("character", number), f"Character {number}", tags=("1girl", "smile"), references=references
    )


def _reference(number: int, index: int) -> CharacterReference:
    words = ("reference", number, index)
    mask = Blob.of(picture(*words, "mask"))
    parts = tuple(CharacterPart(make_id(*words, part), part, mask=mask) for part in ("hair", "outfit"))
    return CharacterReference(make_id(*words), Blob.of(picture(*words)), mask=mask, parts=parts)


def panel(page: int, index: int) -> Panel:
    """Return a panel with two people in it and a take in use."""
    column, row = index % 2, index // 2
    frame = rectangle((10.0 + 83 * column, 10.0 + 60 * row, 90.0 + 83 * column, 65.0 + 60 * row))
    people = tuple(_person(page, index, k) for k in range(2))
    return Panel(
        make_id("panel", page, index), frame, prompt=f"they meet in the rain, page {page}", figures=people,
        tags=("2girls", "street", "rain", "night", "looking at viewer"), seed=page * 8 + index,
        take=make_id("take", page, index),
    )  # fmt: skip


def _person(page: int, index: int, k: int) -> Figure:
    joints = tuple((0.2 + 0.5 * k + i / 100, 0.1 + i / 20) for i in range(len(JOINTS)))
    who, other = character((page + k) % CHARACTERS), character((page + k + 1) % CHARACTERS)
    mixer = (MixerEntry("hair", other.id, other.references[0].id),)
    region = FigureRegion(tags=("smile", "coat"), mask=Blob.of(picture("region", page, index, k)))
    return Figure(make_id("figure", page, index, k), who.id, mixer=mixer, pose=FigurePose(joints), region=region)


def project(pages: int) -> Project:
    """Return a project of so many pages with eight panels each."""
    laid = tuple(Page(make_id("page", n), PAPER, tuple(panel(n, i) for i in range(PANELS))) for n in range(pages))
    return Project(make_id("project"), "Sample", characters=tuple(map(character, range(CHARACTERS))), pages=laid)


def take(page: int, index: int) -> Take:
    """Return a panel's take."""
    request = GenerateRequest(prompt="they meet in the rain", seeds=(page * 8 + index,), size=Size(256, 256))
    where = Environment("cpu", "a processor", "float32", 2, request.seeds, "0" * 64, {"torch": "2"})
    shown = Blob.of(picture("take", page, index))
    name, owner = make_id("take", page, index), make_id("panel", page, index)
    return Take(name, owner, shown, 256, 256, 1.0, resolved=ResolvedRequest(request, 0, where))


def write(path: Path, pages: int) -> Project:
    """Write a sample project with all its takes and pictures, and return it."""
    value = project(pages)
    Store.create(path, value)
    store = Store.open(path, _raise)
    for number in range(CHARACTERS):
        for index in range(2):
            store.put_picture(picture("reference", number, index))
            store.put_picture(picture("reference", number, index, "mask"))
    done = [store.add_take(take(p, i), picture("take", p, i)) for p in range(pages) for i in range(PANELS)]
    for one in done:
        one.result()
    store.close()
    return value


def _raise(error: Exception) -> None:
    raise error
