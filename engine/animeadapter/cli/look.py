"""`animeadapter segment`, `pose` and `upscale`: what the pack's eyes see in a picture, and a larger picture."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from animeadapter.cli.options import Device, Json, OptionError, Out, PackName
from animeadapter.cli.output import Output
from animeadapter.protocol.files import read_file, write_file

if TYPE_CHECKING:
    from animeadapter.packs.load import Pack
    from animeadapter.vision.eyes import Look
    from animeadapter.vision.pictures import Opened

Picture = Annotated[Path, typer.Argument(help="A picture of any common kind and size.")]


def segment(
    picture: Picture,
    click: Annotated[
        list[str] | None, typer.Option("--click", help="X,Y in pixels, on what is wanted; may be given again.")
    ] = None,
    unwanted: Annotated[list[str] | None, typer.Option("--not", help="X,Y on what is not wanted.")] = None,
    box: Annotated[str | None, typer.Option(help="LEFT,TOP,RIGHT,BOTTOM about what is wanted.")] = None,
    pack: PackName = None,
    out: Out = Path("out/segment"),
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find characters and their parts in a picture, or what is clicked at, and write them as masks.

    Without clicks: NAME-foreground.png, one NAME-PART.png for every part there is, NAME-parts.png with all of them in
    colours, and NAME-person-N.png for each of several people. With clicks: NAME-click.png. White is inside.

    [bold]Examples[/bold]

      animeadapter segment mari.png

      animeadapter segment mari.png --click 120,80 --not 120,200
    """
    output = Output(as_json)
    opened, loaded = _given(picture, pack, device)
    points = (
        [_numbers(text, "--click", 2) for text in click or ()],
        [_numbers(text, "--not", 2) for text in unwanted or ()],
    )
    look = _eyes(loaded).look(opened.pixels)
    if points[0] or points[1] or box:
        masks = {"click": _clicked(look, *points, box)}
    else:
        masks = dict(_masks(look))
    paths = {name: _write(out / f"{picture.stem}-{name}.png", mask) for name, mask in masks.items()}
    text = "\n".join(f"{path}: {_share(masks[name])}" for name, path in paths.items())
    output.result(text, masks=paths, people=len(look.people))


def pose(
    picture: Picture,
    pack: PackName = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File for the poses, OpenPose JSON. Default: beside the picture.")
    ] = None,
    preview: Annotated[Path | None, typer.Option(help="Also write the skeletons as a picture, on black.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Find everybody's pose in a picture and write OpenPose JSON, which `generate --pose` and other tools read.

    [bold]Examples[/bold]

      animeadapter pose photo.png --out run.json --preview run.png
    """
    from animeadapter.control.openpose_picture import draw_pose
    from animeadapter.protocol.openpose_json import write_openpose

    output = Output(as_json)
    opened, loaded = _given(picture, pack, device)
    people = _eyes(loaded).look(opened.pixels).people
    if not people:
        raise OptionError(f"{picture}: nobody was found in it, so no pose is written")
    path = out or picture.with_suffix(".pose.json")
    poses = [person.pose for person in people]
    write_file(path, write_openpose(poses, opened.size).encode())
    if preview is not None:
        _write(preview, draw_pose(poses, opened.size))
    joints = [sum(point is not None for point in found.keypoints) for found in poses]
    who = ", ".join(f"{count} of {len(found.keypoints)} joints" for count, found in zip(joints, poses, strict=True))
    who = who if len(poses) == 1 else f"{len(poses)} people, {who}"
    output.result(f"{path}: {who}", file=path, joints=joints, scores=[round(person.score, 3) for person in people])


def upscale(
    picture: Picture,
    pack: PackName = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File for the result. Default: NAME-4x.png beside the picture.")
    ] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Enlarge a picture four times, for print. Transparency is laid over white.

    [bold]Examples[/bold]

      animeadapter upscale out/seed-7.png --out print/panel-1.png
    """
    from animeadapter.vision.upscaler import FACTOR, Upscaler

    output = Output(as_json)
    opened, loaded = _given(picture, pack, device)
    if not loaded.has("upscaler"):
        raise OptionError(f"the pack {loaded.manifest.name} has no upscaler: name one that has with --pack")
    large = Upscaler.from_pretrained(loaded.path("upscaler"), loaded.device).upscale(opened.pixels)
    assert large is not None  # nothing stops it
    path = _write(out or picture.with_name(f"{picture.stem}-{FACTOR}x.png"), large)
    output.result(
        f"{path}: {large.shape[1]} × {large.shape[0]} pixels", file=path, width=large.shape[1], height=large.shape[0]
    )


def _given(picture: Path, pack: str | None, device: str) -> tuple[Opened, Pack]:
    """Return the picture, opened, and the pack. The picture comes first: it is the quicker one to be wrong."""
    data = read_file(picture)
    from animeadapter.vision.pictures import open_picture

    opened = open_picture(data, str(picture))
    from animeadapter.generate.machine import pick_device
    from animeadapter.packs.load import load_pack

    return opened, load_pack(pack or "mini", str(pick_device(device)))


def _eyes(pack: Pack) -> Any:
    """Return what finds characters, of a pack."""
    from animeadapter.vision.eyes import Eyes

    if not pack.has("vision"):
        raise OptionError(f"--pack: the pack {pack.manifest.name} cannot see; it has no vision part")
    return Eyes.from_pretrained(pack.path("vision"), pack.device)


def _masks(look: Look) -> Iterator[tuple[str, Any]]:
    """Yield name → picture of everything that was found."""
    import numpy as np

    from animeadapter.protocol.parts import COLOURS, Part

    yield "foreground", look.foreground
    for part in list(Part)[1:]:
        mask = np.asarray(look.parts == part)
        if mask.any():
            yield part.name.lower(), np.where(mask, 255, 0).astype(np.uint8)
    yield "parts", np.array(COLOURS, np.uint8)[look.parts]
    if len(look.people) > 1:
        for number, person in enumerate(look.people, start=1):
            yield f"person-{number}", person.mask


def _clicked(look: Look, wanted: list[tuple[float, ...]], unwanted: list[tuple[float, ...]], box: str | None) -> Any:
    points = [(x, y) for x, y in (*wanted, *unwanted)]
    marks = [True] * len(wanted) + [False] * len(unwanted)
    corners = None if box is None else _numbers(box, "--box", 4)
    return look.click(points, marks, corners)  # type: ignore[arg-type]


def _numbers(text: str, option: str, count: int) -> tuple[float, ...]:
    """Return the numbers of a comma-separated list. Raises `OptionError`."""
    values: list[float] = []
    with contextlib.suppress(ValueError):
        values = [float(word) for word in text.split(",")]
    if len(values) != count:
        names = "X,Y" if count == 2 else "LEFT,TOP,RIGHT,BOTTOM"
        raise OptionError(f"{option}: {text!r} is no {names} in pixels")
    return tuple(values)


def _share(mask: Any) -> str:
    return "in colours" if mask.ndim == 3 else f"{100 * (mask > 0).mean():.1f} % of the picture"


def _write(path: Path, pixels: Any) -> Path:
    from animeadapter.vision.pictures import encode_png

    write_file(path, encode_png(pixels))
    return path
