"""From a request back to a panel: what `request_builder` made of a panel becomes that panel again.

References are known by their pictures' sha256; those of nobody in the project become new characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from animeadapter.protocol.request import Blob, GenerateRequest, Reference, Region
from komawari.domain.base import changed
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits.changing import on_panel
from komawari.domain.edits.characters import add_character
from komawari.domain.edits.parameters import set_parameters
from komawari.domain.panel import (
    Figure,
    FigurePose,
    FigureRegion,
    LocalEdit,
    MixerEntry,
    Panel,
    Settings,
    Sheet,
    Sketch,
)
from komawari.domain.project import Project, find_panel
from komawari.engine_client.figure_words import known_words
from komawari.engine_client.likenesses import EVERY_PART, LARGEST_SCALE
from komawari.engine_client.request_builder import PackSizes, mask_of_share, seeds_of, size_for
from komawari.engine_client.words import left_over, pieces

MakeId = Callable[[], str]
LONGEST_TAG = 60
WHOLE_STRENGTH = 0.6
"""What an edit without a mask that leaves its strength open gets of the engine."""
MOST_SHARES = 6
"""Figures that nothing placed, up to which their masks are known again; other masks stay as the file has them."""
SENTENCE = frozenset("().!?:;\"'")
"""What stands in sentences and weights, and in few tags."""


@dataclass(frozen=True)
class Opened:
    """What a request says of a panel."""

    characters: tuple[Character, ...]
    """New ones; the known ones are only referred to."""
    figures: tuple[Figure, ...]
    fields: Mapping[str, object]
    """Of `parameters.set_parameters`."""
    notes: tuple[str, ...] = ()
    """What a panel cannot hold, one line each, for the artist."""
    local_edit: LocalEdit | None = None
    """What is drawn anew, and how; None: the request draws a whole picture, and the panel's own edit stays."""
    picture: Blob | None = None
    """What it is drawn in; the caller makes a take of it."""
    sketch: Sketch | None = None
    """Whether pictures follow it, and what is sketched; None: the panel's own stays as it is."""

    def apply(self, project: Project, panel: str) -> Project:
        """Return the project with the panel as the request says: one edit, so that one undo takes all back."""
        for character in self.characters:
            project = add_character(project, character)
        project = set_parameters(project, panel, **self.fields)
        project = on_panel(project, panel, lambda old: changed(old, figures=self.figures))
        if self.sketch is not None:
            project = on_panel(project, panel, lambda old: changed(old, sketch=self.sketch))
        if self.local_edit is None:
            return project
        return on_panel(project, panel, lambda old: changed(old, local_edit=self.local_edit))


def opened(
    request: GenerateRequest, project: Project, panel: str, pack: PackSizes, make_id: MakeId, name: str = "Reference",
    sheet: Sheet | None = None,
) -> Opened:  # fmt: skip
    """Return a request as changes of a panel. `pack` is the editor's own; `name` (of the file) goes to new characters.

    `sheet` is what `sketched` names, as the panel is to have it. Settings that are what the panel would ask for
    anyway are left open.
    """
    people = _People(project, make_id, name)
    figures = _figures(request, people)
    _, old = find_panel(project, panel)
    told = tuple(figure.character for figure in figures if figure.character)
    words = known_words(figures[0], people.members) if len(figures) == 1 else ()
    tags, prompt = _tags_and_rest(left_over(request.prompt, words))
    fields = {
        "tags": tags,
        "prompt": prompt,
        "negative_prompt": request.negative_prompt,
        "seed": request.seeds[0],
        "takes": len(request.seeds),
        "settings": _settings(request, project, old, pack),
    }
    new = tuple(character for character in people.new if character.id in told or _mixed(figures, character.id))
    edit = _local_edit(request, old)
    picture = request.edit.picture if request.edit and edit else None
    notes = tuple(_notes(request, sheet))
    return Opened(new, figures, fields, notes, edit, picture, _sketch(request, old, sheet))


def begins_from(request: GenerateRequest) -> Blob | None:
    """Return the picture that the whole of a request's begins from (image to image); None: from noise alone."""
    return None if request.edit is None or request.edit.mask is not None else request.edit.picture


def sketched(request: GenerateRequest) -> Blob | None:
    """Return the picture that becomes a panel's sketch: the one that it begins from, or whose lines it follows."""
    return begins_from(request) or (None if request.lines is None else request.lines.picture)


def _sketch(request: GenerateRequest, panel: Panel, sheet: Sheet | None) -> Sketch | None:
    """Return how a panel follows its sketch; None: as it does. The own sketch stays where the request has none."""
    edit, lines, old = request.edit, request.lines, panel.sketch
    local = edit is not None and edit.mask is not None
    if (sketched(request) is not None and sheet is None) or (local and lines is None):
        return None
    follow, strength = begins_from(request) is not None, old.strength
    if edit is not None and follow:
        strength = WHOLE_STRENGTH if edit.strength is None else edit.strength
    if local:
        # Whether a panel begins from its sketch is no matter of an edit in it; another sketch is none to begin from.
        follow = old.follow and sheet in (None, old.sheet)
    found = Sketch(sheet or old.sheet, follow, strength)
    if lines is None or lines.picture != sketched(request):
        return replace(found, lines_weight=old.lines_weight)
    return replace(found, lines=lines.kind, lines_weight=lines.weight)


def _local_edit(request: GenerateRequest, panel: Panel) -> LocalEdit | None:
    """Return how a region is drawn anew. Its words and references are the panel's, which an edit without any of its
    own takes over."""
    edit = request.edit
    if edit is None or edit.mask is None:
        return None
    strength = 1.0 if edit.strength is None else edit.strength
    # A panel that follows no lines loses nothing; the next sketch in it is followed in edits as well.
    lines = request.lines is not None or panel.sketch.lines is None
    return LocalEdit(
        edit.mask, strength=strength, margin=edit.margin, feather=edit.feather, takes=len(request.seeds), lines=lines
    )


def _settings(request: GenerateRequest, project: Project, panel: Panel, pack: PackSizes) -> Settings:
    asked = size_for(project, panel, pack) if request.pack == pack.name else None
    local = request.edit is not None and request.edit.mask is not None
    return Settings(
        pack=None if request.pack == pack.name else request.pack,
        size=None if request.size == asked else request.size,
        sampler=request.sampler,
        controller=request.controller,
        adapter=request.adapter,
        detail=panel.settings.detail if local else request.detail,
        loras=request.loras,
    )


def _notes(request: GenerateRequest, sheet: Sheet | None) -> Iterable[str]:
    if begins_from(request) is not None and sheet is None:
        yield "edit: the picture that it begins from could not become the panel's sketch, and was left out"
    lines = request.lines
    if lines is not None and lines.picture != sketched(request):
        yield "lines: panels have one sketch, which pictures begin from; lines of another drawing were left out"
    elif lines is not None and sheet is None:
        yield "lines: the drawing could not become the panel's sketch, and was left out"
    elif lines is not None and (lines.start, lines.end) != (0.0, 1.0):
        yield "lines: a panel's count in all steps; start and end were left out"
    if any(reference.block_scales for reference in request.references):
        yield "block_scales: panels have one scale for each reference; the scales of single blocks were left out"
    if request.seeds != seeds_of(request.seeds[0], len(request.seeds)):
        yield f"seeds: takes of a panel have seeds one apart, from {request.seeds[0]} here"


def _mixed(figures: Sequence[Figure], character: str) -> bool:
    return any(entry.character == character for figure in figures for entry in figure.mixer)


# Figures.


def _figures(request: GenerateRequest, people: _People) -> tuple[Figure, ...]:
    """Return the figures: one for each region, one for each pose of no region, one for what is left of references."""
    bound: set[int] = set()
    used: set[int] = set()
    placed: list[tuple[int | None, Figure]] = []
    for region in request.regions:
        pose = _pose_of(region, request, bound)
        bound |= set() if pose is None else {pose}
        used |= set(region.references)
        own = [request.references[index] for index in region.references]
        placed.append((pose, _with_region(_figure(request, own, pose, people), region, people)))
    for index, posed in enumerate(request.poses):
        if index not in bound:
            own = [request.references[k] for k in posed.references if k not in used]
            used |= set(posed.references)
            at = next((k for k, (pose, _) in enumerate(placed) if pose is not None and pose > index), len(placed))
            placed.insert(at, (index, _figure(request, own, index, people)))
    figures = [figure for _, figure in placed]
    if left := [one for index, one in enumerate(request.references) if index not in used]:
        if len(figures) == 1 and not request.regions and not request.poses[0].references:
            return (_figure(request, left, 0, people),)
        figures.append(_figure(request, left, None, people))
    return tuple(_unplaced(figure, index, len(figures), request) for index, figure in enumerate(figures))


def _unplaced(figure: Figure, index: int, count: int, request: GenerateRequest) -> Figure:
    """Return a figure without the mask that it would be given anyway."""
    mask = figure.region.mask
    if mask is None or figure.pose is not None or mask != Blob.of(mask_of_share(request.size, index, count)):
        return figure
    return replace(figure, region=replace(figure.region, mask=None))


def _pose_of(region: Region, request: GenerateRequest, bound: set[int]) -> int | None:
    """Return the pose that belongs to a region: that from which it grows, or the first free one of the same
    references."""
    if region.figure is not None or _is_share(region, request):
        return region.figure
    taken = bound | {other.figure for other in request.regions}
    poses = enumerate(request.poses)
    return next((k for k, posed in poses if k not in taken and posed.references == region.references), None)


def _is_share(region: Region, request: GenerateRequest) -> bool:
    """Return whether a region has the mask of a figure that nothing placed, no pose either."""
    most = min(len(request.regions) + len(request.poses), MOST_SHARES)
    shares = (mask_of_share(request.size, index, count) for count in range(2, most + 1) for index in range(count))
    return any(region.mask == Blob.of(share) for share in shares)


def _figure(request: GenerateRequest, references: list[Reference], pose: int | None, people: _People) -> Figure:
    own, borrowed = _split(references)
    character, chosen, scale = people.owner(own)
    mixer: dict[str, MixerEntry] = {}
    for reference in borrowed:
        for part in reference.parts:
            if part.part not in mixer:
                mixer[part.part] = people.entry(reference, part.part, scale)
    skeleton = None if pose is None else FigurePose.of(request.poses[pose].pose)
    return Figure(people.make_id(), character, chosen, scale, tuple(mixer.values()), skeleton)


def _split(references: list[Reference]) -> tuple[list[Reference], list[Reference]]:
    """Return what is the character's own (whole, or without the parts that others give), and what is borrowed."""
    single = {one.parts[0].part for one in references if len(one.parts) == 1}
    rest = set(EVERY_PART) - single

    def is_own(one: Reference) -> bool:
        return not one.parts or (len(one.parts) > 1 and {part.part for part in one.parts} == rest)

    return [one for one in references if is_own(one)], [one for one in references if not is_own(one)]


def _with_region(figure: Figure, region: Region, people: _People) -> Figure:
    words = known_words(figure, people.members)
    tags, prompt = _tags_and_rest(left_over(region.prompt, words))
    own = FigureRegion(region.mask, prompt, tags, region.global_share, region.weight, region.feather)
    return replace(figure, region=own)


def _tags_and_rest(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the tags that a prompt begins with, and from its first sentence on, the rest as text."""
    for index, word in enumerate(words):
        if len(word) > LONGEST_TAG or word.count(" ") > 3 or SENTENCE & set(word) - {"(", ")"} or word.startswith("("):
            return words[:index], ", ".join(words[index:])
    return words, ""


class _People:
    """The characters that references belong to: those of the project, and new ones."""

    def __init__(self, project: Project, make_id: MakeId, name: str) -> None:
        self.make_id, self._name = make_id, name
        self.new: list[Character] = []
        self._known: dict[str, Character] = {one.id: one for one in project.characters}

    @property
    def members(self) -> Mapping[str, Character]:
        """Return all characters by their ids."""
        return self._known

    def owner(self, references: list[Reference]) -> tuple[str | None, tuple[str, ...], float]:
        """Return whose references these are, which of the character's they are (none: all), and the figure's scale."""
        if not references:
            return None, (), 1.0
        pictures = list(dict.fromkeys(one.picture for one in references))
        for character in self._known.values():
            ids = {one.picture: one for one in reversed(character.references)}
            if all(picture in ids for picture in pictures):
                chosen = tuple(ids[picture].id for picture in pictures)
                every = tuple(one.id for one in character.references)
                scale = _ratio(references[0].scale, ids[pictures[0]].scale)
                return character.id, () if chosen == every else chosen, scale
        return self._add(references, self._name).id, (), 1.0

    def entry(self, reference: Reference, part: str, scale: float) -> MixerEntry:
        """Return a mixer's entry that borrows a part of a request's reference."""
        character, found = self._find(reference)
        ratio = _ratio(reference.scale, found.scale * scale)
        name = next(one for one in EVERY_PART if one == part)
        return MixerEntry(name, character.id, found.id, ratio)

    def _find(self, reference: Reference) -> tuple[Character, CharacterReference]:
        for character in self._known.values():
            for one in character.references:
                if one.picture == reference.picture:
                    return character, one
        label = ", ".join(pieces(*(part.part for part in reference.parts)))
        new = self._add([replace(reference, scale=1.0)], f"{self._name} ({label})")
        return new, new.references[0]

    def _add(self, references: list[Reference], name: str) -> Character:
        by_picture: dict[Blob, list[Reference]] = {}
        for one in references:
            by_picture.setdefault(one.picture, []).append(one)
        made = tuple(self._reference(some) for some in by_picture.values())
        character = Character(self.make_id(), self._free(name), references=made)
        self.new.append(character)
        self._known[character.id] = character
        return character

    def _reference(self, some: list[Reference]) -> CharacterReference:
        parts = tuple(
            CharacterPart(self.make_id(), part.part, mask=part.mask, scale=part.scale)
            for one in some
            for part in one.parts
            if part.mask is not None or part.scale != 1.0
        )
        return CharacterReference(self.make_id(), some[0].picture, mask=some[0].mask, parts=parts, scale=some[0].scale)

    def _free(self, name: str) -> str:
        taken = {one.name for one in self._known.values()}
        numbered = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
        return next(one for one in numbered if one not in taken)


def _ratio(asked: float, own: float) -> float:
    """Return times what a scale of one's own gives the scale that is asked for."""
    return min(asked / own, LARGEST_SCALE) if own else 1.0
