"""The pipe between editor and engine: how quick it is, and what it withstands."""

from __future__ import annotations

from typing import Annotated

import typer

from animeadapter.cli.bench.root import bench
from animeadapter.cli.bench.telling import report
from animeadapter.cli.options import Json, PackName
from animeadapter.cli.output import Output


@bench.command()
def pipe(
    pack: PackName = None,
    repeats: Annotated[int, typer.Option(min=1, max=1000, help="Times that each figure is measured.")] = 20,
    kills: Annotated[int, typer.Option(min=0, max=10_000, help="Kills on either side, at random moments.")] = 6,
    examples: Annotated[int, typer.Option(min=0, max=10_000_000, help="Mutated frames and messages.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Of moments and mutants.")] = 0,
    as_json: Json = False,
) -> None:
    """Round trips, cancelling, kills on either side, and mutated frames.

    [bold]Example[/bold]

      animeadapter bench pipe --kills 200 --examples 10000
    """
    from animeadapter.evaluate.fuzz import fuzz
    from animeadapter.evaluate.pipe import pipe as measure

    output = Output(as_json)
    with output.progress():
        rows = measure(pack or "mini", repeats=repeats, kills=kills, seed=seed, on_step=output.step)
        rows += fuzz(examples, seed, output.step) if examples else []
    report(rows, output)
