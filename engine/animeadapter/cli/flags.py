"""From the flags of `generate` to a request."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import structs

from animeadapter.cli.flag_pictures import (
    PictureFlags,
    bound,
    edit_of,
    keep,
    lines_of,
    references_of,
    regions_of,
    size_of,
)
from animeadapter.cli.options import OptionError, parse_size
from animeadapter.packs.weights import read_header
from animeadapter.protocol.files import read_file
from animeadapter.protocol.openpose_json import read_openpose
from animeadapter.protocol.pose import PoseError
from animeadapter.protocol.request import (
    MOST_TAKES,
    Detail,
    Figure,
    GenerateRequest,
    Lines,
    Lora,
    RequestError,
    Size,
    validated,
)

SEEDS = 2**32
OPTIONS = {
    "size": "--size",
    "sampler.steps": "--steps",
    "sampler.guidance": "--guidance",
    "sampler.scheduler": "--scheduler",
    "adapter.scale": "--scale",
    "adapter.beta": "--beta",
    "controller.weight": "--pose-weight",
    "lines.kind": "--lines-kind",
    "lines.weight": "--lines-weight",
    "detail.figures": "--detail-figures",
    "detail.heads": "--detail-heads",
    "edit.strength": "--strength",
    "edit.margin": "--edit-margin",
    "edit.feather": "--edit-feather",
}
"""Fields of a request that one option sets."""


@dataclass
class Flags:
    """What was said on the command line; None or empty: nothing."""

    prompt: str | None = None
    negative: str | None = None
    pictures: PictureFlags = field(default_factory=PictureFlags)
    poses: list[Path] = field(default_factory=list)
    pose_references: list[str] = field(default_factory=list)
    loras: list[str] = field(default_factory=list)
    seed: int | None = None
    count: int | None = None
    size: str | None = None
    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    scale: float | None = None
    beta: float | None = None
    pose_weight: float | None = None
    detail_figures: float | None = None
    detail_heads: float | None = None
    pack: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything but the pack was said; the pack may be named to find it in another place."""
        said = {**vars(self), **vars(self.pictures), "pictures": None, "pack": None}
        return any(value not in (None, []) for value in said.values())


def build(base: GenerateRequest, flags: Flags, blobs: dict[str, bytes], sizes: Sequence[tuple[int, int]]) -> Any:
    """Return `base` with the flags laid over it. Files that it names are added to `blobs`.

    `sizes` are the pack's own, one of which is taken where neither request nor flag names one. Raises
    `EngineError` subclasses, which name the option or the file.
    """
    changes: dict[str, Any] = {"pack": flags.pack or base.pack, "seeds": _seeds(base, flags)}
    if flags.prompt is not None:
        changes["prompt"] = flags.prompt
    if flags.negative is not None:
        changes["negative_prompt"] = flags.negative
    changes |= _seen(base, flags, blobs, sizes)
    if flags.loras:
        changes["loras"] = tuple(_lora(text, blobs) for text in flags.loras)
    changes["sampler"] = _changed(base.sampler, steps=flags.steps, guidance=flags.guidance, scheduler=flags.scheduler)
    changes["adapter"] = _changed(base.adapter, scale=flags.scale, beta=flags.beta)
    changes["controller"] = _changed(base.controller, weight=flags.pose_weight)
    # What a picture was drawn with need not suit another edit: what is not said is left to the pack again.
    detail = base.detail if changes["edit"] == base.edit else Detail()
    changes["detail"] = _changed(detail, figures=flags.detail_figures, heads=flags.detail_heads)
    try:
        return validated(structs.replace(base, **changes))
    except RequestError as error:
        raise OptionError(_as_option(str(error))) from None


def _seen(
    base: GenerateRequest, flags: Flags, blobs: dict[str, bytes], sizes: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """Return what is said of pictures and of who stands in them, and the size that follows from it."""
    edit = edit_of(base, flags.pictures, blobs)
    size = Size(*parse_size(flags.size)) if flags.size else base.size
    # A drawing belongs to the picture that it was made for: another picture or size has none unless it is given.
    same = (edit and edit.picture, size) == (base.edit and base.edit.picture, base.size)
    kept = base if same else structs.replace(base, lines=None)
    lines = lines_of(kept, flags.pictures, blobs)
    if size is None and edit is None:
        size = _as_drawn(lines, blobs, sizes)
    poses = base.poses
    if flags.poses:
        edited = None if edit is None else size_of(edit.picture, blobs)
        poses, size = _poses(flags.poses, size, sizes, edited)
    return {
        "references": references_of(base, flags.pictures, blobs),
        "regions": regions_of(base, flags.pictures, blobs),
        "edit": edit,
        "lines": lines,
        "poses": bound(poses, flags.pose_references),
        "size": size,
    }


def _as_option(message: str) -> str:
    """Return a complaint about a field of the request as one about the option that set it."""
    for path, option in OPTIONS.items():
        if message.startswith(path):
            rest = message.removeprefix(path)
            return f"{option}: {rest[1:]}" if rest.startswith(".") else option + rest
    return message


def _changed(part: Any, **values: Any) -> Any:
    return structs.replace(part, **{name: value for name, value in values.items() if value is not None})


def _seeds(base: GenerateRequest, flags: Flags) -> tuple[int, ...]:
    if flags.count is not None and not 1 <= flags.count <= MOST_TAKES:
        raise OptionError(f"--count: {flags.count} is not between 1 and {MOST_TAKES}")
    if flags.seed is not None and not 0 <= flags.seed < SEEDS:
        raise OptionError(f"--seed: {flags.seed} is not between 0 and {SEEDS - 1}")
    if flags.seed is None and flags.count is None:
        return base.seeds
    first = base.seeds[0] if flags.seed is None else flags.seed
    return tuple((first + index) % SEEDS for index in range(flags.count or 1))


def fresh_seed() -> int:
    """Return a seed that nobody asked for."""
    return secrets.randbelow(SEEDS)


def _poses(
    paths: list[Path], size: Size | None, sizes: Sequence[tuple[int, int]], edited: tuple[int, int] | None
) -> tuple[tuple[Figure, ...], Size | None]:
    """Return everybody in the pose files, undistorted, and the size of the picture that they are to stand in.

    Where a picture is edited, they stand in that one, and no size follows from them.
    """
    figures: list[Figure] = []
    for path in paths:
        try:
            found = read_openpose(read_file(path))
        except PoseError as error:
            raise PoseError(f"{path}: {error}") from None
        if not any(any(pose.keypoints) for pose in found.poses):
            raise PoseError(f"{path}: people: there is nobody in it")
        wanted = size or Size(*_nearest(found.canvas, sizes))
        canvas = edited or (wanted.width, wanted.height)
        size = size if edited else wanted
        figures += [Figure(pose.refitted(found.canvas or canvas, canvas)) for pose in found.poses]
    return tuple(figures), size


def _as_drawn(lines: Lines | None, blobs: dict[str, bytes], sizes: Sequence[tuple[int, int]]) -> Size | None:
    """Return a size of the proportions of a drawing, with as many pixels as the pack is used to; None without one."""
    from animeadapter.generate.frame import STEP, drawn_size

    drawing = None if lines is None else size_of(lines.picture, blobs)
    if drawing is None:
        return None
    own = (STEP * drawing[0], STEP * drawing[1])  # so that no proportions are too wide or too high
    return drawn_size(*drawing, sizes[0][0] * sizes[0][1], [*sizes, own])


def _nearest(canvas: tuple[int, int] | None, sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the size whose proportions are nearest to a canvas's; without one, the first."""
    if canvas is None:
        return sizes[0]
    wanted = canvas[0] / canvas[1]
    return min(sizes, key=lambda size: max(wanted * size[1] / size[0], size[0] / size[1] / wanted))


def _lora(text: str, blobs: dict[str, bytes]) -> Lora:
    """Return the LoRA of `FILE` or `FILE:SCALE`."""
    name, _, scale = text.rpartition(":")
    try:
        path, strength = (Path(name), float(scale)) if name else (Path(text), 1.0)
    except ValueError:
        path, strength = Path(text), 1.0
    read_header(path)
    return Lora(keep(read_file(path, largest=2**31), blobs), strength, path.stem)
