"""What the judge of attributes measures: itself, and redrawings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animeadapter.cli.bench.root import bench
from animeadapter.cli.bench.telling import SHEET_CASES, JudgeFolder, report, tell_basis, write_sheet
from animeadapter.cli.options import Device, Json, PackName
from animeadapter.cli.output import Output

if TYPE_CHECKING:
    from animeadapter.evaluate.kept import Kept
    from animeadapter.evaluate.redraw import Redrawing


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
    tell_basis({**describe(home, known), "seed": seed, "count": count}, output)
    report(rows, output)


@bench.command()
def redraw(
    pack: PackName = None,
    count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Characters.")] = 200,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the characters.", show_default=False)] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=200, help="Instead of the pack's.")] = None,
    judge: JudgeFolder = None,
    strange: Annotated[bool, typer.Option("--strange", help="References in the held-out style.")] = False,
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
            sheet=SHEET_CASES if sheet else 0, strange=strange, studio=Studio(device, threads=threads),
            on_case=lambda done, total: output.step("redrawing", done, total),
        )  # fmt: skip
    if sheet is not None:
        write_sheet(found.sheet(), sheet, output)
    _tell_redrawing(found, output)
    report(found.marks, output)


def _tell_redrawing(found: Redrawing, output: Output) -> None:
    """Print a table of what is kept; to programs every case as well."""
    import msgspec

    if output.as_json:
        for answer in found.answers:
            output.emit({"event": "case", **msgspec.to_builtins(answer, order="deterministic")})
    tell_basis(found.provenance, output)
    output.say("figures beyond chance; kept = with / ceiling, and the same without a reference")
    columns = ("with", "without", "ceiling", "kept", "kept without")
    output.say(f"{'bucket':<9}{'attribute':<15}{'shown':>6}" + "".join(f"{name:>14}" for name in columns))
    for kept in found.kept:
        output.result(_line(kept), **msgspec.to_builtins(kept))


def _line(kept: Kept) -> str:
    values = (kept.given, kept.without, kept.ceiling, kept.kept, kept.kept_without)
    numbers = "".join(f"{'–' if value is None else f'{value:.3f}':>14}" for value in values)
    return f"{kept.bucket:<9}{kept.attribute:<15}{kept.shown:>6}{numbers}"
