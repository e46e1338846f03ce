"""From flags to what a request says of pictures: references with their parts, regions, edits, lines.

Pictures are opened once here, so that an error names the file; their bytes go into `blobs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from msgspec import structs

from animeadapter.cli.numbered import numbered, once_each, parse_float, parse_indices
from animeadapter.cli.options import OptionError, parse_names
from animeadapter.protocol.files import read_file
from animeadapter.protocol.parts import PartName
from animeadapter.protocol.request import Blob, Edit, Figure, GenerateRequest, Lines, PartMask, Reference, Region

FIGURE = re.compile(r"figure:(\d{1,2})")
Kept = dict[str, bytes]


@dataclass
class PictureFlags:
    """What was said of pictures on the command line; None or empty: nothing. Lists of text may be numbered."""

    references: list[Path] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    scales: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    region_prompts: list[str] = field(default_factory=list)
    region_references: list[str] = field(default_factory=list)
    region_weights: list[str] = field(default_factory=list)
    edit: Path | None = None
    edit_mask: Path | None = None
    strength: float | None = None
    edit_margin: float | None = None
    edit_feather: float | None = None
    lines: Path | None = None
    lines_kind: str | None = None
    lines_weight: float | None = None


def keep(data: bytes, blobs: Kept) -> Blob:
    """Return the name of a file's bytes, which are kept under it."""
    blob = Blob.of(data)
    blobs[blob.sha256] = data
    return blob


def references_of(base: GenerateRequest, flags: PictureFlags, blobs: Kept) -> tuple[Reference, ...]:
    """Return the references: those of the flags, else those of `base`, with masks, parts and scales laid over them."""
    found = [Reference(_picture(path, blobs)[0]) for path in flags.references] or list(base.references)
    count = len(found)
    for number, path in once_each("--reference-mask", flags.masks, count, "references").items():
        size = size_of(found[number].picture, blobs)
        found[number] = structs.replace(found[number], mask=_mask(Path(path), size, blobs))
    parts: dict[int, tuple[PartMask, ...]] = {}
    for number, text in numbered("--part", flags.parts, count, "references"):
        parts[number] = (*parts.get(number, ()), *_parts(text))
    for number, some in parts.items():
        found[number] = structs.replace(found[number], parts=some)
    for number, text in once_each("--reference-scale", flags.scales, count, "references").items():
        found[number] = structs.replace(found[number], scale=parse_float("--reference-scale", text))
    return tuple(found)


def regions_of(base: GenerateRequest, flags: PictureFlags, blobs: Kept) -> tuple[Region, ...]:
    """Return the regions: those of the flags, else those of `base`, with prompts, references and weights laid over."""
    found = [_region(text, blobs) for text in flags.regions] or list(base.regions)
    count = len(found)
    for number, prompt in once_each("--region-prompt", flags.region_prompts, count, "regions").items():
        found[number] = structs.replace(found[number], prompt=prompt)
    for number, text in once_each("--region-reference", flags.region_references, count, "regions").items():
        found[number] = structs.replace(found[number], references=parse_indices("--region-reference", text))
    for number, text in once_each("--region-weight", flags.region_weights, count, "regions").items():
        found[number] = structs.replace(found[number], weight=parse_float("--region-weight", text))
    return tuple(found)


def bound(poses: tuple[Figure, ...], given: list[str]) -> tuple[Figure, ...]:
    """Return the people of a picture with the references that say what they look like."""
    chosen = once_each("--pose-reference", given, len(poses), "poses")
    return tuple(
        structs.replace(figure, references=parse_indices("--pose-reference", chosen[number]))
        if number in chosen
        else figure
        for number, figure in enumerate(poses)
    )


def edit_of(base: GenerateRequest, flags: PictureFlags, blobs: Kept) -> Edit | None:
    """Return what is edited: the picture of the flags, else that of `base`, with mask and strength laid over it."""
    edit = base.edit if flags.edit is None else Edit(_picture(flags.edit, blobs)[0])
    said = {"strength": flags.strength, "margin": flags.edit_margin, "feather": flags.edit_feather}
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if edit is None:
        if changes or flags.edit_mask is not None:
            raise OptionError("--edit-mask, --edit-margin, --edit-feather, --strength: belong to an --edit")
        return None
    if flags.edit_mask is not None:
        changes["mask"] = _mask(flags.edit_mask, size_of(edit.picture, blobs), blobs)
    return structs.replace(edit, **changes)


def lines_of(base: GenerateRequest, flags: PictureFlags, blobs: Kept) -> Lines | None:
    """Return the lines to follow: the drawing of the flags, else that of `base`, with kind and weight laid over."""
    lines = base.lines if flags.lines is None else Lines(_picture(flags.lines, blobs)[0])
    said = {"kind": flags.lines_kind, "weight": flags.lines_weight}
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if lines is None and changes:
        raise OptionError("--lines-kind, --lines-weight: belong to --lines")
    return None if lines is None else structs.replace(lines, **changes)


def _picture(path: Path, blobs: Kept) -> tuple[Blob, tuple[int, int]]:
    from animeadapter.vision.pictures import open_picture

    data = read_file(path)
    size = open_picture(data, str(path)).size
    return keep(data, blobs), size


def size_of(picture: Blob, blobs: Kept) -> tuple[int, int] | None:
    """Return width and height of a picture that is at hand; None if it is not."""
    from animeadapter.vision.pictures import open_picture

    data = blobs.get(picture.sha256)
    return None if data is None else open_picture(data, "the masked picture").size


def _mask(path: Path, size: tuple[int, int] | None, blobs: Kept) -> Blob:
    from animeadapter.vision.pictures import open_mask

    data = read_file(path)
    if size is not None:
        open_mask(data, str(path), size)
    return keep(data, blobs)


def _parts(text: str) -> tuple[PartMask, ...]:
    """Return the parts of `hair,outfit=0.5`."""
    known: tuple[PartName, ...] = get_args(PartName)
    found: dict[PartName, PartMask] = {}
    for word in parse_names(text):
        name, _, scale = word.partition("=")
        part = next((part for part in known if part == name.strip()), None)
        if part is None:
            raise OptionError(f"--part: there is no part {name.strip()!r}; there are {', '.join(known)}")
        found[part] = PartMask(part, scale=parse_float("--part", scale) if scale else 1.0)
    if not found:
        raise OptionError(f"--part: {text!r} names no part; there are {', '.join(known)}")
    return tuple(found.values())


def _region(text: str, blobs: Kept) -> Region:
    """Return the region of a mask's file, or of `figure:N`."""
    figure = FIGURE.fullmatch(text)
    return Region(figure=int(figure[1])) if figure else Region(_picture(Path(text), blobs)[0])
