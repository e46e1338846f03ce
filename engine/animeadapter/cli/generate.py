"""`animeadapter generate`: from flags, a request file or a result picture to new pictures."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from animeadapter.cli import generate_options as given
from animeadapter.cli.flag_pictures import PictureFlags
from animeadapter.cli.flags import Flags, build, fresh_seed
from animeadapter.cli.options import Device, Json, OptionError, PackName
from animeadapter.cli.output import Output
from animeadapter.protocol.files import read_file
from animeadapter.protocol.png import is_png
from animeadapter.protocol.request import Blob, GenerateRequest, ResolvedRequest
from animeadapter.protocol.request_file import read_request_file
from animeadapter.protocol.result_file import missing, read_result, write_result


def generate(
    source: given.Again = None,
    prompt: Annotated[str | None, typer.Option("--prompt", "-p", help="Tags, separated by commas.")] = None,
    negative: Annotated[str | None, typer.Option("--negative", help="What is not wanted.")] = None,
    reference: given.References = None,
    reference_mask: given.Masks = None,
    part: given.Parts = None,
    reference_scale: given.ReferenceScales = None,
    pose: given.Poses = None,
    pose_reference: given.PoseReferences = None,
    region: given.Regions = None,
    region_prompt: given.RegionPrompts = None,
    region_reference: given.RegionReferences = None,
    region_weight: given.RegionWeights = None,
    edit: given.EditPicture = None,
    edit_mask: given.EditMask = None,
    strength: given.Strength = None,
    edit_margin: given.EditMargin = None,
    edit_feather: given.EditFeather = None,
    lines: given.LineDrawing = None,
    lines_kind: given.LineKind = None,
    lines_weight: given.LineWeight = None,
    lora: given.Loras = None,
    seed: Annotated[int | None, typer.Option(help="Of the first take; random if not given.")] = None,
    count: Annotated[int | None, typer.Option(help="Takes, with seeds one apart.")] = None,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT, multiples of 8.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of the sampler.")] = None,
    guidance: Annotated[float | None, typer.Option(help="Weight of the prompt.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="ddim, euler, euler_ancestral, dpmpp_2m …")] = None,
    scale: Annotated[float | None, typer.Option(help="Weight of all references.")] = None,
    beta: Annotated[float | None, typer.Option(help="Weight of the masked background, 0 to 1.")] = None,
    pose_weight: Annotated[float | None, typer.Option(help="Weight of the pose.")] = None,
    detail_figures: given.DetailFigures = None,
    detail_heads: given.DetailHeads = None,
    pack: PackName = None,
    out: given.Target = Path("out"),
    file: given.Files = None,
    embed: Annotated[bool, typer.Option(help="Put the references into the result.")] = True,
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(help="Processor threads.", min=1, max=256)] = None,
    as_json: Json = False,
) -> None:
    """Draw a character again: from flags, from a request file, or exactly as an earlier picture was drawn.

    Results are PNG files that carry their request and references: any of them alone can be drawn again.

    Where a value may begin with \\[N:], it is for the N-th reference, region or person, counted from 0; without it, for
    each in turn.

    [bold]Examples[/bold]

      animeadapter generate -r mari.png -p "1girl, solo, smile, waving, forest" --count 4

      animeadapter generate -r mari.png --pose run.json --size 176x352 --seed 7 --out run.png

    Hair of one picture, the outfit of another:

      animeadapter generate -r hair.png --part hair -r coat.png --part outfit=0.8 -p "1girl, solo, standing"

    Two characters, each in a region of its own: round its skeleton, or painted:

      animeadapter generate -r mari.png -r yuki.png --pose two.json --pose-reference 0:0 --pose-reference 1:1

      animeadapter generate -r mari.png -r yuki.png -p "2girls, forest" --region left.png --region right.png
      --region-reference 0:0 --region-reference 1:1 --region-prompt "0:1girl, smile" --region-prompt "1:1girl, angry"

    Redraw what a mask shows, here the hair, from another picture; all of a picture, but not too much:

      animeadapter generate --edit panel.png --edit-mask hair.png -r mari.png --part hair -p "1girl, solo"

      animeadapter generate --edit panel.png --strength 0.5 -p "1girl, solo, night"

    Keep to the lines of a drawing, with a pack that can:

      animeadapter generate --lines rough.png -r mari.png -p "1girl, solo, running" --pack PACK

    A request as docs/request.md describes it; the same pixels again; the same with changes:

      animeadapter generate request.json

      animeadapter generate out/seed-7.png

      animeadapter generate out/seed-7.png --prompt "1girl, solo, crying, night" --seed 8
    """
    pictures = PictureFlags(
        reference or [], reference_mask or [], part or [], reference_scale or [], region or [], region_prompt or [],
        region_reference or [], region_weight or [], edit, edit_mask, strength, edit_margin, edit_feather,
        lines, lines_kind, lines_weight,
    )  # fmt: skip
    flags = Flags(
        prompt, negative, pictures, pose or [], pose_reference or [], lora or [], seed, count, size, steps, guidance,
        scheduler, scale, beta, pose_weight, detail_figures, detail_heads, pack,
    )  # fmt: skip
    output = Output(as_json)
    blobs: dict[str, bytes] = {}
    for path in file or []:
        data = read_file(path, largest=2**31)
        blobs[Blob.of(data).sha256] = data
    wanted = _wanted(source, flags, blobs)
    draw(wanted, blobs, out, output, embed=embed, device=device, threads=threads)


def _wanted(source: Path | None, flags: Flags, blobs: dict[str, bytes]) -> GenerateRequest | ResolvedRequest:
    """Return what is to be drawn; what the source carries is added to `blobs`."""
    if source is None:
        if not flags.any:
            raise OptionError(
                "nothing to draw: give --prompt, --reference, --pose, --lines, --edit, a request or a picture"
            )
        base = GenerateRequest(seeds=(fresh_seed(),))
        return build(base, flags, blobs, _sizes(flags.pack or base.pack))
    data = read_file(source)
    if not is_png(data):
        base, carried = read_request_file(source)
        blobs |= carried
        return build(base, flags, blobs, _sizes(flags.pack or base.pack))
    resolved, carried = read_result(data, str(source))
    blobs |= carried
    if flags.any:
        return build(resolved.request, flags, blobs, _sizes(flags.pack or resolved.request.pack))
    request = structs.replace(resolved.request, pack=flags.pack or resolved.request.pack)
    return structs.replace(resolved, request=request)


def _sizes(pack: str) -> tuple[tuple[int, int], ...]:
    from animeadapter.packs.find import find_pack
    from animeadapter.packs.manifest import read_manifest

    return read_manifest(find_pack(pack)).sizes


def draw(
    wanted: GenerateRequest | ResolvedRequest,
    blobs: dict[str, bytes],
    out: Path,
    output: Output,
    *,
    embed: bool = True,
    device: str = "auto",
    threads: int | None = None,
) -> list[Path]:
    """Draw a request, write each picture as soon as it is there, and return where they are."""
    one_take = isinstance(wanted, ResolvedRequest)
    request = wanted.request if isinstance(wanted, ResolvedRequest) else wanted
    absent = missing(request, blobs)
    if absent:
        field, sha = next(iter(absent.items()))
        raise OptionError(f"{field}: the file with sha256 {sha} is not at hand; give it with --file")
    output.say("loading …")
    from animeadapter.generate.events import Notice, Picture, Progress
    from animeadapter.generate.studio import Studio
    from animeadapter.vision.pictures import encode_png

    written: list[Path] = []
    events = Studio(device, threads=threads).run(wanted, blobs)
    with contextlib.closing(events), output.progress():
        for event in events:
            if isinstance(event, Notice):
                output.notice(event.message)
            elif isinstance(event, Progress):
                output.step("drawing", event.step, event.steps)
            elif isinstance(event, Picture):
                path = _free_path(out, event.seed, event.take, 1 if one_take else len(request.seeds))
                write_result(path, encode_png(event.pixels), event.resolved, blobs if embed else None)
                written.append(path)
                output.result(str(path), path=path, seed=event.seed, take=event.take, pack=request.pack)
    return written


def _free_path(out: Path, seed: int, take: int, takes: int) -> Path:
    """Return where a take goes: under the name that was asked for, or a new one in the folder."""
    if out.suffix.lower() == ".png":
        return out if takes == 1 else out.with_stem(f"{out.stem}-{take + 1}")
    path, number = out / f"seed-{seed}.png", 2
    while path.exists():
        path, number = out / f"seed-{seed}-{number}.png", number + 1
    return path
