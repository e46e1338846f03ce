"""`animeadapter demo`: one character, redrawn on a comic page."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from animeadapter.cli.flag_pictures import PictureFlags
from animeadapter.cli.flags import Flags, build
from animeadapter.cli.options import Device, Json, Out, PackName
from animeadapter.cli.output import Output
from animeadapter.protocol.files import write_file
from animeadapter.protocol.request import Blob, Figure, GenerateRequest, Reference, Size


def demo(
    reference: Annotated[
        Path | None, typer.Option("--reference", "-r", help="Your character; without one a sample is drawn.")
    ] = None,
    reference_mask: Annotated[
        Path | None, typer.Option("--reference-mask", help="White where the character is.")
    ] = None,
    tags: Annotated[str, typer.Option(help="Tags that stand before every panel's own.")] = "1girl, solo",
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 100, help="Of the first panel.")] = 0,
    pack: PackName = None,
    out: Out = Path("out/demo"),
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Redraw one character in new poses, expressions, scenes and framings, and lay out a comic page.

    [bold]Examples[/bold]

      animeadapter demo

      animeadapter demo --reference mari.png --out out/mari
    """
    output = Output(as_json)
    blobs: dict[str, bytes] = {}
    if reference is not None:
        pictures = PictureFlags(references=[reference], masks=[f"0:{reference_mask}"] if reference_mask else [])
        base = build(GenerateRequest(), Flags(pictures=pictures), blobs, ())
        character = base.references[0]
    else:
        character = _sample(blobs, out)
    requests = _requests(character, tags, seed, pack or "mini")
    page = _draw_page(requests, character, blobs, out, device, output)
    output.result(f"{page}: the page\n{out}: its panels and the reference", page=page, folder=out, panels=len(requests))


def _sample(blobs: dict[str, bytes], out: Path) -> Reference:
    """Draw the sample character, write it, and return it as a reference with its exact mask."""
    from animeadapter.cli.panels import sample_reference
    from animeadapter.vision.pictures import encode_png

    drawing = sample_reference()
    picture, mask = encode_png(drawing.image), encode_png(drawing.foreground)
    write_file(out / "reference.png", picture)
    blobs |= {Blob.of(data).sha256: data for data in (picture, mask)}
    return Reference(Blob.of(picture), Blob.of(mask))


def _requests(character: Reference, tags: str, seed: int, pack: str) -> list[GenerateRequest]:
    from animeadapter.cli.panels import ROWS, setting

    settings = [setting(panel, n) for n, panel in enumerate(panel for row in ROWS for panel in row)]
    return [
        GenerateRequest(
            prompt=", ".join(part for part in (tags, wanted.prompt) if part),
            seeds=(seed + number,),
            size=Size(*wanted.size),
            references=(character,),
            poses=(Figure(wanted.pose, (0,)),),
            pack=pack,
        )
        for number, wanted in enumerate(settings)
    ]


def _draw_page(
    requests: list[GenerateRequest],
    character: Reference,
    blobs: dict[str, bytes],
    out: Path,
    device: str,
    output: Output,
) -> Path:
    """Draw the panels one after another, write each and then the page, and return where the page is."""
    output.say("loading …")
    from animeadapter.cli.panels import ROWS
    from animeadapter.generate.events import Notice, Picture, Progress
    from animeadapter.generate.page import compose_page
    from animeadapter.generate.studio import Studio
    from animeadapter.protocol.result_file import write_result
    from animeadapter.vision.pictures import encode_png, open_picture

    studio, pictures = Studio(device), []
    (out / "page.png").unlink(missing_ok=True)  # its panels are about to be others
    told: set[str] = set()
    with output.progress():
        for number, request in enumerate(requests):
            events = studio.run(request, blobs)
            with contextlib.closing(events):
                for event in events:
                    if isinstance(event, Notice):
                        if event.message not in told:
                            output.notice(f"panel {number + 1}: {event.message}")
                        told.add(event.message)
                    elif isinstance(event, Progress):
                        done = number * event.steps + event.step
                        output.step("drawing", done, len(requests) * event.steps)
                    elif isinstance(event, Picture):
                        path = out / f"panel-{number + 1}.png"
                        write_result(path, encode_png(event.pixels), event.resolved, blobs)
                        pictures.append(event.pixels)
                        output.say(f"{path}: {number + 1} of {len(requests)}")
    remaining = iter(pictures)
    rows = [[next(remaining) for _ in row] for row in ROWS]
    shown = open_picture(blobs[character.picture.sha256], "reference").pixels
    write_file(out / "page.png", encode_png(compose_page(shown, rows, "the reference")))
    return out / "page.png"
