"""`animeadapter bench`: figures, each printed by one command, with what they have to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from animeadapter.cli.options import Device, Json, PackName
from animeadapter.cli.output import Output

if TYPE_CHECKING:
    from animeadapter.evaluate.rows import Row

MISSED = 1
MARKS = {True: "ok", False: "MISSED", None: ""}
bench = typer.Typer(no_args_is_help=True)


@bench.callback()
def figures() -> None:
    """Print figures and what they have to be; exit code 1 if one is missed.

    [bold]Examples[/bold]

      animeadapter bench counts

      animeadapter bench speed --pack mini --json
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
