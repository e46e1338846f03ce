"""What needs no judge: weights, equations, speed, the autoencoder, the renderer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from animeadapter.cli.bench.root import bench
from animeadapter.cli.bench.telling import report
from animeadapter.cli.options import Device, Json, PackName
from animeadapter.cli.output import Output

if TYPE_CHECKING:
    from animeadapter.evaluate.rows import Row


@bench.command()
def counts(as_json: Json = False) -> None:
    """Trainable weights on SD 1.5 and SDXL, and those of the baselines."""
    from animeadapter.evaluate.counts import counts as measure

    report(measure(), Output(as_json))


@bench.command()
def equations(as_json: Json = False) -> None:
    """Masked attention against naive implementations; attaching and detaching, with and without a LoRA."""
    from animeadapter.evaluate.equations import equations as measure

    report(measure(), Output(as_json))


@bench.command()
def speed(
    pack: PackName = None,
    repeats: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each kind.")] = 7,
    takes: Annotated[int, typer.Option(min=1, max=4, help="Pictures at once.")] = 1,
    steps: Annotated[int | None, typer.Option(min=1, max=200, help="Instead of the pack's.")] = None,
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(min=1, max=256, help="Processor threads.")] = None,
    as_json: Json = False,
) -> None:
    """What a reference and a pose add to the time of a picture."""
    from animeadapter.evaluate.speed import speed as measure

    output = Output(as_json)
    with output.progress():
        rows = measure(
            pack or "mini", repeats=repeats, takes=takes, steps=steps, device=device, threads=threads,
            on_repeat=lambda done, total: output.step("measuring", done, total),
        )  # fmt: skip
    report(rows, output)


@bench.command()
def vae(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 200,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """How well the pack's autoencoder gives back unseen drawings."""
    from animeadapter.evaluate.autoencoder import autoencoder as measure

    _over_drawings(measure, "encoding", pack, count, device, as_json)


@bench.command()
def renderer(
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 300,
    as_json: Json = False,
) -> None:
    """How many characters the renderer draws in a second of one processor core's time."""
    from animeadapter.evaluate.renderer import renderer as measure

    report(measure(count), Output(as_json))


@bench.command()
def eyes(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 200,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """How well the pack finds people, poses and parts in unseen drawings."""
    from animeadapter.evaluate.eyes import eyes as measure

    _over_drawings(measure, "looking", pack, count, device, as_json)


@bench.command()
def upscaler(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 20,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """How much better than bicubic interpolation the pack enlarges unseen drawings."""
    from animeadapter.evaluate.upscaling import upscaling as measure

    _over_drawings(measure, "enlarging", pack, count, device, as_json)


def _over_drawings(
    measure: Callable[..., Sequence[Row]], what: str, pack: str | None, count: int, device: str, as_json: bool
) -> None:
    """Measure a pack over drawings, telling how far it is, and report."""
    output = Output(as_json)
    with output.progress():
        rows = measure(
            pack or "mini", count=count, device=device,
            on_picture=lambda done, total: output.step(what, done, total),
        )  # fmt: skip
    report(rows, output)
