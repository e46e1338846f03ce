"""`animeadapter bench`: figures, each printed by one command, with what they have to be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animeadapter.cli.options import Device, Json, PackName
from animeadapter.cli.output import Output

if TYPE_CHECKING:
    from animeadapter.evaluate.kept import Kept
    from animeadapter.evaluate.redraw import Redrawing
    from animeadapter.evaluate.rows import Row

MISSED = 1
MARKS = {True: "ok", False: "MISSED", None: ""}
SHEET_CASES = 15
JudgeFolder = Annotated[
    Path | None,
    typer.Option("--judge", help="A judge's folder. Default: build/runs/judge/export/judge.", show_default=False),
]
bench = typer.Typer(no_args_is_help=True)


@bench.callback()
def figures() -> None:
    """Print figures and what they have to be; exit code 1 if one is missed.

    [bold]Examples[/bold]

      animeadapter bench counts

      animeadapter bench speed --pack mini --json

      animeadapter bench redraw --count 200 --sheet out/redraw.png
    """


@bench.command()
def counts(as_json: Json = False) -> None:
    """Trainable weights on SD 1.5 and SDXL, and those of the baselines."""
    from animeadapter.evaluate.counts import counts as measure

    _report(measure(), Output(as_json))


@bench.command()
def equations(as_json: Json = False) -> None:
    """Masked attention against naive implementations; attaching and detaching, with and without a LoRA."""
    from animeadapter.evaluate.equations import equations as measure

    _report(measure(), Output(as_json))


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
    _report(rows, output)


@bench.command()
def vae(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 200,
    device: Device = "cpu",
    as_json: Json = False,
) -> None:
    """How well the pack's autoencoder gives back unseen drawings."""
    from animeadapter.evaluate.autoencoder import autoencoder as measure

    output = Output(as_json)
    with output.progress():
        rows = measure(
            pack or "mini", count=count, device=device,
            on_picture=lambda done, total: output.step("encoding", done, total),
        )  # fmt: skip
    _report(rows, output)


@bench.command()
def renderer(
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 300,
    as_json: Json = False,
) -> None:
    """How many characters the renderer draws in a second of one processor core's time."""
    from animeadapter.evaluate.renderer import renderer as measure

    _report(measure(count), Output(as_json))


@bench.command()
def judge(
    folder: JudgeFolder = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Drawings.")] = 1000,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the drawings.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """The judge's balanced accuracy on drawings that nobody has seen."""
    from animeadapter.evaluate.judging import JUDGE, SEED, describe, judging, load_judge

    output, home = Output(as_json), folder or JUDGE
    known, seed = load_judge(home), SEED if seed is None else seed
    with output.progress():
        rows = judging(known, count, seed, lambda done, total: output.step("judging", done, total))
    _tell_basis({**describe(home, known), "seed": seed, "count": count}, output)
    _report(rows, output)


@bench.command()
def redraw(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Characters.")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the characters.", show_default=False)] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=200, help="Instead of the pack's.")] = None,
    judge: JudgeFolder = None,
    sheet: Annotated[Path | None, typer.Option(help="PNG of some cases, to look at.", show_default=False)] = None,
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(min=1, max=256, help="Processor threads.")] = None,
    as_json: Json = False,
) -> None:
    """What redrawings keep of unseen characters, beside text alone and beside what could be kept."""
    from animeadapter.evaluate.judging import JUDGE, load_judge
    from animeadapter.evaluate.redraw import SEED
    from animeadapter.evaluate.redraw import redraw as measure
    from animeadapter.generate.studio import Studio

    output, home = Output(as_json), judge or JUDGE
    known = load_judge(home)
    with output.progress():
        found = measure(
            known, home, pack or "mini", count=count, seed=SEED if seed is None else seed, steps=steps,
            sheet=SHEET_CASES if sheet else 0, studio=Studio(device, threads=threads),
            on_case=lambda done, total: output.step("redrawing", done, total),
        )  # fmt: skip
    if sheet is not None:
        _write_sheet(found, sheet)
        output.say(f"wrote {sheet}")
    _tell_redrawing(found, output)
    _report(found.marks, output)


def _write_sheet(found: Redrawing, path: Path) -> None:
    from animeadapter.protocol.files import write_file
    from animeadapter.vision.pictures import encode_png

    write_file(path, encode_png(found.sheet()))


def _tell_redrawing(found: Redrawing, output: Output) -> None:
    """Print a table of what is kept; to programs every case as well."""
    import msgspec

    if output.as_json:
        for answer in found.answers:
            output.emit({"event": "case", **msgspec.to_builtins(answer, order="deterministic")})
    _tell_basis(found.provenance, output)
    output.say("figures beyond chance; kept = with / ceiling, and the same without a reference")
    columns = ("with", "without", "ceiling", "kept", "kept without")
    output.say(f"{'bucket':<9}{'attribute':<15}{'shown':>6}" + "".join(f"{name:>14}" for name in columns))
    for kept in found.kept:
        output.result(_line(kept), **msgspec.to_builtins(kept))


def _line(kept: Kept) -> str:
    values = (kept.given, kept.without, kept.ceiling, kept.kept, kept.kept_without)
    numbers = "".join(f"{'–' if value is None else f'{value:.3f}':>14}" for value in values)
    return f"{kept.bucket:<9}{kept.attribute:<15}{kept.shown:>6}{numbers}"


def _tell_basis(told: dict[str, object], output: Output) -> None:
    """Tell what figures rest on: which weights, which drawings."""
    if output.as_json:
        output.emit({"event": "provenance", **told})
        return
    if told["judge_renderer"] != told["renderer"]:
        output.notice(f"the judge learned from renderer {told['judge_renderer']}; this one is {told['renderer']}")
    short = {name: str(value)[:12] for name, value in told.items() if "-" not in name}
    output.notice(", ".join(f"{name} {value}" for name, value in short.items()))


def _report(rows: Sequence[Row], output: Output) -> None:
    """Print rows and with what they were measured; end with an error if one is missed."""
    import msgspec

    from animeadapter.evaluate.rows import provenance

    width = max(len(row.name) for row in rows)
    for row in rows:
        wanted = "" if row.expected is None else f"  (wanted {_shown(row.expected)})"
        text = f"{row.name:<{width}}  {_shown(row.found)} {row.unit}{wanted}  {MARKS[row.ok]}"
        output.result(text.rstrip(), **msgspec.to_builtins(row))
    output.notice(", ".join(f"{name} {version}" for name, version in provenance().items()))
    if any(row.ok is False for row in rows):
        raise typer.Exit(MISSED)


def _shown(value: float | str) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else value
