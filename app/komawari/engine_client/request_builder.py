"""From a panel and its characters to the request that draws it, with the files that it names.

One figure has the picture to itself: its words stand in the prompt, its references speak everywhere. Several figures
divide it: each gets a region (the artist's mask, or grown from its skeleton, or else a share of the width) in which
its own words and references count. Text and balloons never enter.

A panel that follows its sketch is an edit of the whole picture (image to image) that begins from the sketch; one that
follows its lines has the sketch among the request's `lines`. A plan names the sheet's own file in these places;
`with_sketch` puts the sketch over white, as large as the picture, there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from animeadapter.protocol.request import (
    Blob,
    Blobs,
    Edit,
    Figure,
    GenerateRequest,
    Lines,
    Reference,
    Region,
    Size,
    blobs_of,
    validated,
)
from komawari.domain import takes
from komawari.domain.character import Character
from komawari.domain.geometry.sizes import asked_size, picture_box
from komawari.domain.panel import Figure as Person
from komawari.domain.panel import Panel, Sketch
from komawari.domain.project import Project, find_panel
from komawari.domain.takes import DrawnWith
from komawari.engine_client.figure_words import figure_words
from komawari.engine_client.likenesses import references_of
from komawari.engine_client.share_mask import share_mask
from komawari.engine_client.sketch_picture import Flattening, flattened, flattening_of
from komawari.engine_client.words import in_order, pieces

Read = Callable[[str], bytes]
"""sha256 → the file's bytes; raises an `EngineError` that says what is missing."""
SEEDS = 2**32
SHARE_LAYOUT = 256
"""Pixels of the longer side of a mask that is made here."""


class PackSizes(Protocol):
    """What has to be known of a pack; the engine's `PackInfo` has it."""

    @property
    def name(self) -> str: ...
    @property
    def sizes(self) -> tuple[tuple[int, int], ...]: ...


class UnknownPack(NamedTuple):
    """A pack of which nothing is known yet but its name: it then draws in its own first size."""

    name: str
    sizes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    """A request, and what is needed to submit it."""

    request: GenerateRequest
    drawn_with: tuple[DrawnWith, ...]
    made: Mapping[str, bytes] = field(default_factory=dict)
    """sha256 → bytes of the files that were made for it: masks, and the sketch over white."""
    sketch: Flattening | None = None
    """What `with_sketch` has to do before the request is drawn."""

    @property
    def needed(self) -> tuple[str, ...]:
        """sha256 of the files that have to be read, each once."""
        named = dict.fromkeys(blobs_of(self.request).values())
        return tuple(sha for sha in named if sha not in self.made)


@dataclass(frozen=True)
class Built:
    """A request with the bytes of all files that it names."""

    request: GenerateRequest
    files: Blobs
    drawn_with: tuple[DrawnWith, ...]


def build(project: Project, panel: Panel, read: Read, pack: PackSizes, size: Size | None = None) -> Built:
    """Return the request of a panel and the bytes of its files; as `plan`, and what `read` raises."""
    made = with_sketch(plan(project, panel, pack, size), read)
    return Built(made.request, {**made.made, **{sha: read(sha) for sha in made.needed}}, made.drawn_with)


def with_sketch(planned: Plan, read: Read) -> Plan:
    """Return a plan whose request has the sketch over white, where it follows one. It reads the sheet's file.

    Any thread may call it. Raises `SketchError` and what `read` raises.
    """
    how = planned.sketch
    if how is None:
        return planned
    data = flattened(read(how.sheet.picture.sha256), how)
    blob = Blob.of(data)
    request = on_sketch(planned.request, how, blob)
    return dataclasses.replace(planned, request=request, made={**planned.made, blob.sha256: data}, sketch=None)


def on_sketch(request: GenerateRequest, how: Flattening, picture: Blob) -> GenerateRequest:
    """Return a planned request with a picture in the place of the sheet that it names."""
    edit, lines, sheet = request.edit, request.lines, how.sheet.picture
    if edit is not None and edit.mask is None and edit.picture == sheet:
        edit = replace(edit, picture=picture)
    if lines is not None and lines.picture == sheet:
        lines = replace(lines, picture=picture)
    return replace(request, edit=edit, lines=lines)


def plan(project: Project, panel: Panel, pack: PackSizes, size: Size | None = None, layout: Size | None = None) -> Plan:
    """Return the request of a panel, checked, without reading any file.

    `size` takes the place of the panel's own. `layout` is that of the whole picture, where a part of one is drawn
    anew; masks that are made here have its proportions. Raises `RequestError` or `DomainError`, which name the field.
    """
    cast = {character.id: character for character in project.characters}
    size = size or panel.settings.size or size_for(project, panel, pack)
    panel = replace(panel, figures=tuple(figure for figure in panel.figures if _counts(figure)))
    made: dict[str, bytes] = {}
    people = _people(panel, cast, layout or size, made)
    settings = panel.settings
    how = _sketched(project, panel, layout or size)
    request = GenerateRequest(
        prompt=_prompt(panel, cast),
        negative_prompt=panel.negative_prompt,
        seeds=seeds_of(panel.seed, panel.takes),
        size=size,
        references=tuple(people.references),
        poses=tuple(people.poses),
        regions=tuple(people.regions),
        edit=_begun(panel.sketch, how),
        lines=_lined(panel.sketch, how),
        adapter=settings.adapter,
        detail=settings.detail,
        controller=settings.controller,
        loras=settings.loras,
        sampler=settings.sampler,
        pack=pack.name,
    )
    return Plan(validated(request), takes.drawn_with(panel, cast), made, how)


def _sketched(project: Project, panel: Panel, size: Size | None) -> Flattening | None:
    """Return how a panel's sketch becomes a picture, if there is one and it is followed."""
    followed = panel.sketch.follow or panel.sketch.lines
    return flattening_of(project, panel, size) if followed else None


def _begun(sketch: Sketch, how: Flattening | None) -> Edit | None:
    return Edit(how.sheet.picture, strength=sketch.strength) if how is not None and sketch.follow else None


def _lined(sketch: Sketch, how: Flattening | None) -> Lines | None:
    if how is None or sketch.lines is None:
        return None
    return Lines(how.sheet.picture, sketch.lines, sketch.lines_weight)


def size_for(project: Project, panel: Panel, pack: PackSizes) -> Size | None:
    """Return the size that a panel's frame asks of a pack, bleed included; None where its sizes are not known."""
    if not pack.sizes:
        return None
    page, _ = find_panel(project, panel.id)
    return asked_size(picture_box(panel.frame, page.paper), pack.sizes)


def seeds_of(first: int, count: int) -> tuple[int, ...]:
    """Return the seeds of so many takes: one apart, beginning anew behind the largest."""
    return tuple((first + index) % SEEDS for index in range(count))


def _counts(figure: Person) -> bool:
    """Return whether a figure says anything; one without a character, a pose and words is as if it were not there."""
    said = figure.region.prompt.strip() or figure.region.tags
    return bool(figure.character or figure.mixer or figure.pose or said)


def _prompt(panel: Panel, cast: Mapping[str, Character]) -> str:
    """Return the words that count in the whole picture."""
    if len(panel.figures) > 1:
        return in_order(panel.tags, (), (panel.prompt,))
    figure = next(iter(panel.figures), None)
    said = () if figure is None else (*figure.region.tags, figure.region.prompt)
    return in_order(panel.tags, figure_words(figure, cast), (*said, panel.prompt))


@dataclass
class _People:
    """The figures of a request, as they are collected."""

    references: list[Reference] = field(default_factory=list)
    poses: list[Figure] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)


def _people(panel: Panel, cast: Mapping[str, Character], size: Size | None, made: dict[str, bytes]) -> _People:
    found = _People()
    for index, figure in enumerate(panel.figures):
        first = len(found.references)
        found.references += references_of(figure, cast)
        mine = tuple(range(first, len(found.references)))
        pose = None
        if figure.pose is not None:
            pose = len(found.poses)
            found.poses.append(Figure(figure.pose.pose(), mine))
        if len(panel.figures) > 1:
            region = _region(figure, figure_words(figure, cast), mine, pose)
            if region is not None:
                found.regions.append(region if _has_place(region) else _shared(region, index, panel, size, made))
        elif figure.region.mask is not None and mine:
            found.regions.append(_region_of(figure, "", mine, None))
    return found


def _region(figure: Person, who: tuple[str, ...], references: tuple[int, ...], pose: int | None) -> Region | None:
    """Return where one of several figures rules; None if it says nothing, and so is a skeleton alone."""
    prompt = ", ".join(pieces(in_order((), who, (*figure.region.tags, figure.region.prompt))))
    return _region_of(figure, prompt, references, pose) if references or prompt else None


def _region_of(figure: Person, prompt: str, references: tuple[int, ...], pose: int | None) -> Region:
    own = figure.region
    return Region(
        mask=own.mask,
        figure=pose if own.mask is None else None,
        prompt=prompt,
        global_share=own.global_share,
        references=references,
        weight=own.weight,
        feather=own.feather,
    )


def _has_place(region: Region) -> bool:
    return region.mask is not None or region.figure is not None


def _shared(region: Region, index: int, panel: Panel, size: Size | None, made: dict[str, bytes]) -> Region:
    """Return a region that has neither mask nor skeleton with its share of the picture's width."""
    data = mask_of_share(size, index, len(panel.figures))
    blob = Blob.of(data)
    made[blob.sha256] = data
    return replace(region, mask=blob)


def mask_of_share(size: Size | None, index: int, count: int) -> bytes:
    """Return the mask of one of `count` figures that nothing places, of a picture's proportions."""
    width, height = (size.width, size.height) if size else (SHARE_LAYOUT, SHARE_LAYOUT)
    factor = min(1.0, SHARE_LAYOUT / max(width, height))
    return share_mask(max(1, round(width * factor)), max(1, round(height * factor)), index, count)
